"""A time of day that is made a date: it gets today's, and then it is another answer tomorrow.

Where a TIME meets a DATE or a DATETIME, in a function, a comparison or a UNION, both servers put CURRENT_DATE before it
(MySQL manual, section 13.2.8, "Conversion Between Date and Time Types"). The catalog knows which columns hold times of
day; here are the columns that meet anything but a literal. What makes a time of day by itself, such as ``TIME(at)``,
must meet nothing at all.
"""

from __future__ import annotations

from sqlglot import exp

from polyscale_cli.edge.engine.analysis import Fold

ANY_COLUMN = "*"

_TIMES = (exp.Time, exp.TimeFromParts, exp.StrToTime, exp.StrToDate)
_TIME_NAMES = frozenset("time maketime sec_to_time timediff addtime subtime str_to_date curtime".split())
_TAKES_TIMES = (exp.Hour, exp.Minute, exp.Second, exp.Count, exp.Concat, exp.ConcatWs, exp.GroupConcat)
_TAKES_TIMES_NAMES = frozenset("time_format time_to_sec microsecond isnull".split())
_COMPARES = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.Between, exp.In, exp.Like, exp.Is)
_HANDS_ON = (exp.Paren, exp.Alias, exp.Distinct, exp.Min, exp.Max, exp.Neg)
_MEETS_NOTHING = (exp.Ordered, exp.Order, exp.Group, exp.And, exp.Or, exp.Not, exp.Where, exp.Having, exp.Column)


class Moments:
    """Finds what may be made a date, in one tree.

    Attributes:
        is_met: a time of day that is no column meets something else.
    """

    __slots__ = ("is_met",)

    def __init__(self) -> None:
        self.is_met = False

    def __call__(self, tree: exp.Expression, fold: Fold) -> tuple[tuple[tuple[str, bool], ...], tuple[str, ...]]:
        """Give the columns that meet something, each with whether it is the query's own name for others; no others."""
        named: dict[str, list[exp.Expr]] = {}
        for alias in tree.find_all(exp.Alias):
            named.setdefault(alias.alias.lower(), []).append(alias.this)
        # Where columns are given names in a list, any of them may be meant.
        renames = any(alias.columns for alias in tree.find_all(exp.TableAlias))
        found: set[str] = set()
        waiting: set[str] = set()
        for node in tree.find_all(exp.Column, exp.Star, exp.Func):
            if not (renames or _meets(node)):
                continue
            if isinstance(node, exp.Column | exp.Star):
                waiting.add(_name(node, fold))
            elif _is_time(node):
                self.is_met = True
        for join in tree.find_all(exp.Join):
            if join.args.get("method"):
                waiting.add(ANY_COLUMN)  # a natural one: whatever columns share a name meet
            waiting.update(_name(column, fold) for column in join.args.get("using") or ())
        while waiting:
            name = waiting.pop()
            found.add(name)
            for expression in named.get(name.lower(), ()):
                inside = list(expression.find_all(exp.Column, exp.Func))
                self.is_met = self.is_met or any(_is_time(node) for node in inside)
                waiting |= {_name(node, fold) for node in inside if isinstance(node, exp.Column)} - found
        return tuple((name, name.lower() in named) for name in sorted(found)), ()


def _meets(node: exp.Expr) -> bool:
    """Whether a value meets another one, that is no literal."""
    child, parent = node, node.parent
    while isinstance(parent, _HANDS_ON):
        child, parent = parent, parent.parent
    if isinstance(parent, _MEETS_NOTHING):
        return False
    if isinstance(parent, _COMPARES):
        return any(not _is_literal(other) for other in parent.iter_expressions() if other is not child)
    if isinstance(parent, exp.Select):
        return _is_part(parent)
    return not _takes_times(parent)


def _is_literal(node: exp.Expr) -> bool:
    while isinstance(node, exp.Neg | exp.Paren):
        node = node.this
    return isinstance(node, exp.Literal | exp.Null | exp.Boolean)


def _is_part(select: exp.Expr) -> bool:
    """Whether what a SELECT gives goes into an expression, or together with what another gives."""
    parent = select.parent
    while isinstance(parent, exp.Subquery) and not isinstance(parent.parent, exp.From | exp.Join):
        if parent.parent is None:
            return False
        if not isinstance(parent.parent, exp.Subquery):
            return True
        parent = parent.parent
    return parent is not None and not isinstance(parent, exp.CTE | exp.Subquery)


def _is_time(node: exp.Expr) -> bool:
    if isinstance(node, exp.Cast):
        return bool(node.to.this == exp.DType.TIME)
    return isinstance(node, _TIMES) or (isinstance(node, exp.Anonymous) and node.name.lower() in _TIME_NAMES)


def _takes_times(node: exp.Expr | None) -> bool:
    """Whether it makes no date of a time of day."""
    if node is None or isinstance(node, _TAKES_TIMES):
        return True
    return isinstance(node, exp.Anonymous) and node.name.lower() in _TAKES_TIMES_NAMES


def _name(node: exp.Expr, fold: Fold) -> str:
    if isinstance(node, exp.Star) or isinstance(node.this, exp.Star):
        return ANY_COLUMN
    return fold(node.name, quoted=True)
