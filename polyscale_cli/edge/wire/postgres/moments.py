"""Text that a query reads as a date or a time: it may say ``now``, and then it is another answer each time.

What a literal or a parameter says can be read in the request (``statements.names_moment``). What a column says cannot,
so the columns are named here, and the catalog is asked whether one of them holds text. A name that the query gives to
an expression stands for the columns in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from polyscale_cli.edge.engine.analysis import Fold

ANY_COLUMN = "*"

# Beginnings of what sqlglot calls the types that take ``now`` for input (manual, table 8.13), their ranges among them,
# and those that it does not know: a domain or a composite type may be one of them.
_TYPES = ("DATE", "TIME", "TS", "USER")
_OTHER_TYPES = frozenset("citext cidr macaddr macaddr8 jsonpath ltree lquery tid tsquery tsvector".split())
_FUNCTIONS = frozenset("date time timestamp timetz timestamptz".split())
_FROM_JSON = frozenset(
    f"{kind}_{how}" for kind in ("json", "jsonb") for how in ("populate_record", "populate_recordset")
) | {"json_table", "xmltable"}
_TO_RECORD = frozenset(f"{kind}_to_{rows}" for kind in ("json", "jsonb") for rows in ("record", "recordset"))


def columns_read_as_moments(tree: exp.Expression, fold: Fold) -> tuple[tuple[tuple[str, bool], ...], tuple[str, ...]]:
    """Give the names that are turned into dates or times, each with whether it stands for columns that are given, too.

    The names of all columns come second: any of them may stand behind a name of which the catalog knows nothing. They
    are left out where nothing is turned.
    """
    named: dict[str, list[exp.Expr]] = {}
    for alias in tree.find_all(exp.Alias):
        named.setdefault(_folded(alias.args.get("alias"), fold), []).append(alias.this)
    listed = {_folded(column, fold) for alias in tree.find_all(exp.TableAlias) for column in alias.columns}
    found: set[str] = set()
    waiting = [operand for node in tree.find_all(exp.Func) for operand in _operands(node)]
    while waiting:
        names = set(_columns(waiting.pop(), fold)) - found
        found |= names
        waiting += [expression for name in names for expression in named.get(name, ())]
    moments = tuple((name, name in named and name not in listed) for name in sorted(found))
    return moments, tuple(sorted(set(_columns(tree, fold)))) if moments else ()


def _operands(node: exp.Func) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Cast):
        if _may_be_moment(node.to):
            yield node.this
        return
    name = node.name if isinstance(node, exp.Anonymous) else node.sql_names()[0]
    name = {"X_M_L_TABLE": "xmltable", "JSON_TABLE": "json_table"}.get(name, name).lower()
    if name in _FUNCTIONS or name in _FROM_JSON or (name in _TO_RECORD and _defines_moment(node)):
        yield node


def _may_be_moment(kind: exp.Expr) -> bool:
    for each in (kind, *kind.expressions):
        this = each.this if isinstance(each, exp.DataType) else None
        if not isinstance(this, exp.DType):
            continue
        if str(this.value).startswith(_TYPES) and str(each.args.get("kind", "")).lower() not in _OTHER_TYPES:
            return True
    return False


def _defines_moment(function: exp.Expr) -> bool:
    """Whether the columns that its FROM item defines may be moments; where none are seen, any may."""
    alias = function.parent.args.get("alias") if function.parent is not None else None
    kinds = [column.args.get("kind") for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    return not kinds or any(kind is None or _may_be_moment(kind) for kind in kinds)


def _columns(tree: exp.Expr, fold: Fold) -> Iterator[str]:
    for node in tree.find_all(exp.Column, exp.Star, exp.Dot):
        if isinstance(node, exp.Dot):
            yield ANY_COLUMN  # (row).field, whatever the row is
        elif isinstance(node, exp.Star):
            if isinstance(node.parent, exp.Select | exp.Column):
                yield ANY_COLUMN
        elif isinstance(node.this, exp.Identifier):
            yield _folded(node.this, fold)


def _folded(node: object, fold: Fold) -> str:
    return fold(node.name, quoted=bool(node.args.get("quoted"))) if isinstance(node, exp.Identifier) else ""
