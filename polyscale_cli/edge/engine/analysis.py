"""What a statement is, by its text alone: the names it reads, writes and calls.

The names are as written; which objects they mean is decided later, by the catalog. The tree comes from sqlglot; what
sqlglot drops or renames (functions above all) comes from the dialect's own lexer, so that a mistake in one is not
silently a mistake in the result.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from polyscale_cli.edge.engine.reason import Reason

Name = tuple[str, ...]
"""An object's name, outermost part first, folded as the database folds it: ``("public", "planets")``."""


class Fold(Protocol):
    """How a database reads identifiers."""

    def __call__(self, name: str, *, quoted: bool) -> str:
        """Give the name that an identifier means."""


class Moments(Protocol):
    """How a database finds what ``Analysis.moments`` and ``Analysis.columns`` hold."""

    def __call__(self, tree: exp.Expression, fold: Fold) -> tuple[tuple[tuple[str, bool], ...], tuple[str, ...]]:
        """Give both."""


class Effect(enum.Flag):
    """What executing a statement may do besides answering."""

    NONE = 0
    WRITES_ANYTHING = enum.auto()
    """It may change any table or definition of the cache's origin."""
    ENDS = enum.auto()
    """It may commit a transaction."""
    UNDOES = enum.auto()
    """It rolls a transaction back, or a part of it."""
    SETS = enum.auto()
    """It changes settings of the session in a way that its text tells."""
    UNSETTLES = enum.auto()
    """It may leave session state behind that its text does not tell."""
    PREPARES = enum.auto()
    """It makes or drops prepared statements by SQL."""
    SETS_NEXT = enum.auto()
    """It changes how the next transaction goes, and none after that."""
    LISTENS = enum.auto()
    """Messages may come to the session unasked from then on."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """The outcome for one text.

    Attributes:
        reads: tables read. A name that may be a common table expression is listed too, and is in ``maybe``.
        writes: tables written.
        functions: everything that is spelled like a call.
        attributes: everything that is spelled like a column of something, which can be a call as well.
        operators: runs of operator signs, which user-defined operators may be part of.
        maybe: names of common table expressions, which need not be tables.
        moments: names of columns that are turned into dates or times, each with whether it is the query's own name for
            others that are listed.
        columns: names of all columns, if any is turned into a date or time.
        refusal: why an answer must not be kept; None for a read that the catalog may still refuse.
    """

    effects: Effect = Effect.NONE
    reads: tuple[Name, ...] = ()
    writes: tuple[Name, ...] = ()
    functions: tuple[Name, ...] = ()
    attributes: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    maybe: frozenset[Name] = frozenset()
    moments: tuple[tuple[str, bool], ...] = ()
    columns: tuple[str, ...] = ()
    refusal: Reason | None = None

    @property
    def is_plain_read(self) -> bool:
        """Whether the text alone leaves it a candidate for the cache."""
        return self.refusal is None

    @property
    def needs_catalog(self) -> bool:
        """Whether its effects or its tables are known only with the catalog's help."""
        return Effect.WRITES_ANYTHING not in self.effects and bool(
            self.reads or self.writes or self.functions or self.operators
        )


UNKNOWN = Analysis(effects=Effect.WRITES_ANYTHING | Effect.UNSETTLES, refusal=Reason.NOT_UNDERSTOOD)
NEUTRAL = Analysis(refusal=Reason.NOT_A_READ)

# Of texts that are no SQL the parser makes errors of all these kinds.
_PARSER_ERRORS = (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError)

_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values, exp.Table)
_WRITES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)


def analyse_tree(text: str, sqlglot_dialect: str, fold: Fold, moments: Moments | None = None) -> Analysis:
    """Find the tables of one query or data-modifying statement; what cannot be parsed is ``UNKNOWN``.

    ``fold`` gives the name that the database makes of an identifier, ``moments`` finds the columns that are turned into
    dates or times, where that matters. Functions, attributes and operators are left to the dialect's lexer.
    """
    try:
        trees = sqlglot.parse(text, read=sqlglot_dialect)
    except _PARSER_ERRORS:
        return UNKNOWN
    if len(trees) != 1 or trees[0] is None:
        return UNKNOWN
    tree = trees[0]
    if not isinstance(tree, _QUERIES + _WRITES) or any(True for _ in tree.find_all(exp.Command)):
        return UNKNOWN
    maybe = frozenset((_identifier(cte.args.get("alias"), fold),) for cte in tree.find_all(exp.CTE))
    # The branches of a MERGE are nodes of their own, and change what the MERGE names.
    writing = [node for node in tree.find_all(*_WRITES) if not isinstance(node.parent, exp.When)]
    targets = {_target(node, fold) for node in writing}
    if () in targets:
        return UNKNOWN
    tables = {name for table in tree.find_all(exp.Table) if (name := _table_name(table, fold))}
    refusal = Reason.WRITES if writing else None
    if any(True for _ in tree.find_all(exp.Into)):
        return UNKNOWN
    if any(True for _ in tree.find_all(exp.TableSample)):
        refusal = refusal or Reason.SAMPLES_ROWS
    if any(True for _ in tree.find_all(exp.Lock)):
        refusal = refusal or Reason.LOCKS_ROWS
    turned, columns = moments(tree, fold) if moments is not None else ((), ())
    return Analysis(
        reads=tuple(sorted(tables - targets)),
        writes=tuple(sorted(targets)),
        maybe=maybe,
        moments=turned,
        columns=columns,
        refusal=refusal,
    )


def merge(parts: list[Analysis]) -> Analysis:
    """Analyse a text of several statements: all effects, no caching."""
    if len(parts) == 1:
        return parts[0]
    effects = Effect.NONE
    for part in parts:
        effects |= part.effects
    return Analysis(
        effects=effects,
        reads=tuple(sorted({name for part in parts for name in part.reads})),
        writes=tuple(sorted({name for part in parts for name in part.writes})),
        functions=tuple(sorted({name for part in parts for name in part.functions})),
        attributes=tuple(sorted({name for part in parts for name in part.attributes})),
        operators=tuple(sorted({name for part in parts for name in part.operators})),
        maybe=frozenset(name for part in parts for name in part.maybe),
        refusal=Reason.SEVERAL_STATEMENTS if parts else Reason.NOT_A_READ,
    )


def _target(node: exp.Expression, fold: Fold) -> Name:
    """Give the name of the table that a data-modifying node changes, or () where it cannot be told."""
    this = node.this
    if isinstance(this, exp.Schema):
        this = this.this
    return _table_name(this, fold) if isinstance(this, exp.Table) else ()


def _table_name(table: exp.Table, fold: Fold) -> Name:
    """Give the table's name, or () for a function in FROM, which the lexer's calls cover."""
    if not isinstance(table.this, exp.Identifier):
        return ()
    parts = (table.args.get("catalog"), table.args.get("db"), table.this)
    return tuple(_identifier(part, fold) for part in parts if part)


def _identifier(node: exp.Expression | None, fold: Fold) -> str:
    if isinstance(node, exp.TableAlias):
        node = node.this
    if not isinstance(node, exp.Identifier):
        return ""
    text: str = node.this
    return fold(text, quoted=bool(node.args.get("quoted")))
