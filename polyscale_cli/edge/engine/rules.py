"""Which rule decides for how long the answers to a query are kept.

The first of these that says something, decides:

1. QUERY: the rule for this very text.
2. TEMPLATE: the rule for the statement without its literals.
3. The statement's own comment (`polyscale_cli.edge.engine.directives`).
4. TABLE: where every table that the statement names has a rule, the lowest value; and 0 where one table alone has 0.
5. AUTO or MANUAL of the template: automation decides, or nothing is kept.
6. The cache's default: automation decides, or nothing is kept.

A view is a table that a statement names; a rule for the tables beneath it does not make its answers be kept, and a 0
for one of them keeps them from it. So it is with partitions, and a 0 for what a partition is of counts for its rows. A
table that only takes rows along, as a foreign key with CASCADE says, is none of the statement's. Whatever is in doubt,
such as the schema of a name that the catalog has not told yet, counts for 0 and against any other value: no rule may
keep an answer for longer than somebody wanted.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from polyscale_cli.edge.engine.analysis import Name
from polyscale_cli.edge.engine.identity import template_id

LONGEST_TTL = 365 * 24 * 3600
"""Seconds: what a rule, a comment or a cache's default may say at most."""


class RuleType(enum.StrEnum):
    """What a rule is about, in the words of the management API's ``cache-ttls``."""

    AUTO = "AUTO"
    MANUAL = "MANUAL"
    QUERY = "QUERY"
    TEMPLATE = "TEMPLATE"
    TABLE = "TABLE"

    @property
    def has_value(self) -> bool:
        """Whether a rule of this type says for how long; AUTO and MANUAL say who decides it."""
        return self not in (RuleType.AUTO, RuleType.MANUAL)


class DecidedBy(enum.StrEnum):
    """Who has decided for how long an answer is kept."""

    QUERY = "QUERY"
    TEMPLATE = "TEMPLATE"
    COMMENT = "COMMENT"
    TABLE = "TABLE"
    AUTO = "AUTO"
    MANUAL = "MANUAL"
    DEFAULT = "DEFAULT"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a cache.

    Attributes:
        key: a query's text, a template's text or id, or a table's name.
        table: of a TABLE rule: what ``key`` means, schema and name at most.
        value: seconds, 0 for never; None of AUTO and MANUAL.
        name: somebody's own words for it.
    """

    type: RuleType
    key: str
    value: int | None = None
    name: str | None = None
    table: Name = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known of the tables of a statement.

    Attributes:
        named: as its text names them (``Analysis.reads``).
        maybe: those of them that may be common table expressions (``Analysis.maybe``).
        shows: as the catalog names them, with those that they are seen through and parts of (``Resolution.shows``);
            empty before it was asked.
    """

    named: tuple[Name, ...] = ()
    maybe: frozenset[Name] = frozenset()
    shows: Iterable[Name] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """For how long an answer may be kept.

    Attributes:
        ttl: seconds, 0.0 for never; None where automation decides.
        rule: the rule, where it was one.
    """

    ttl: float | None
    by: DecidedBy
    rule: Rule | None = None


_AUTOMATION = Decision(None, DecidedBy.DEFAULT)
_NOTHING = Decision(0.0, DecidedBy.DEFAULT)

_ID = re.compile(r"[0-9a-f]{16}")
_SPACE = re.compile(rb"""\s+|"[^"]*"|`[^`]*`""")


def is_template_id(key: str) -> bool:
    """Whether a key is a template's id and no text."""
    return _ID.fullmatch(key) is not None


def plain_query(text: bytes) -> bytes:
    """Give a query's text as a QUERY rule knows it: without space around it, and without semicolons at its end."""
    return text.strip().rstrip(b"; \t\r\n\f\v")


def plain_template(text: bytes) -> bytes:
    """Give a template as a rule knows it: how many spaces there are between words does not matter."""
    return plain_query(_SPACE.sub(_one_space, text.lstrip(b"\0")))


def _one_space(match: re.Match[bytes]) -> bytes:
    return b" " if match[0].isspace() else match[0]


class Rules:
    """The rules of one cache. False where there are none and automation decides everything.

    Args:
        rules: each for another query, template or table; AUTO and MANUAL are one.
        automatic: whether automation decides what no rule does; else that is not kept.
    """

    __slots__ = ("_modes", "_queries", "_tables", "_templates", "automatic", "rules")

    def __init__(self, rules: Iterable[Rule] = (), *, automatic: bool = True) -> None:
        self.rules = tuple(rules)
        self.automatic = automatic
        self._queries = {r.key.encode(): r for r in self.rules if r.type is RuleType.QUERY}
        self._templates = {r.key.encode(): r for r in self.rules if r.type is RuleType.TEMPLATE}
        self._modes = {r.key.encode(): r for r in self.rules if not r.type.has_value}
        # By their last part, which all names of a table share.
        self._tables: dict[str, list[tuple[Name, Rule]]] = {}
        for rule in self.rules:
            if rule.type is RuleType.TABLE:
                name = _tail(rule.table)
                self._tables.setdefault(name[-1], []).append((name, rule))

    def __bool__(self) -> bool:
        return bool(self.rules) or not self.automatic

    @property
    def name_queries(self) -> bool:
        """Whether any is about a query's very text."""
        return bool(self._queries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rules) and (self.rules, self.automatic) == (other.rules, other.automatic)

    def __hash__(self) -> int:
        return hash((self.rules, self.automatic))

    def decide(
        self,
        template: bytes,
        sql: Callable[[], bytes | None],
        tables: Callable[[], Tables],
        comment_ttl: float | None = None,
    ) -> Decision:
        """Say for how long the answer to a query may be kept.

        Args:
            template: its template's text.
            sql: gives its text; asked only where a QUERY rule may be about it.
            tables: gives its tables; asked only where a TABLE rule may be about them.
            comment_ttl: seconds that its own comment says.
        """
        if self._queries and (text := sql()) is not None:
            rule = self._queries.get(plain_query(text))
            if rule is not None:
                return _as_valued(rule)
        if (rule := _of_template(self._templates, template)) is not None:
            return _as_valued(rule)
        if comment_ttl is not None:
            return Decision(comment_ttl, DecidedBy.COMMENT)
        if self._tables and (rule := self.of_tables(tables())) is not None:
            return _as_valued(rule)
        if (rule := _of_template(self._modes, template)) is not None:
            return Decision(None if rule.type is RuleType.AUTO else 0.0, DecidedBy(rule.type), rule)
        return _AUTOMATION if self.automatic else _NOTHING

    def of_tables(self, tables: Tables) -> Rule | None:
        """Give the TABLE rule that would decide: one with 0, or else the lowest if there is one for each table."""
        shows = {_tail(name) for name in tables.shows}
        last = {name[-1] for name in shows}
        # What no table there is called, is a common table expression.
        named = [_tail(name) for name in tables.named if name not in tables.maybe or _tail(name)[-1] in last]
        lowest: list[Rule | None] = []
        for name in named:
            schemas = {one[-2] for one in shows if one[-1] == name[-1] and len(one) > 1}
            rules = self._tables.get(name[-1], ())
            for wanted, rule in rules:
                if rule.value == 0 and _means(wanted, name, schemas) is not False:
                    return rule
            sure = (rule for wanted, rule in rules if _means(wanted, name, schemas))
            lowest.append(min(sure, key=_value, default=None))
        for name in shows:
            for wanted, rule in self._tables.get(name[-1], ()):
                if rule.value == 0 and _means(wanted, name, set()) is not False:
                    return rule
        found = [rule for rule in lowest if rule is not None]
        return min(found, key=_value) if found and len(found) == len(lowest) else None


def _as_valued(rule: Rule) -> Decision:
    return Decision(float(_value(rule)), DecidedBy(rule.type), rule)


def _value(rule: Rule) -> int:
    return rule.value or 0


def _of_template(rules: dict[bytes, Rule], template: bytes) -> Rule | None:
    """Give the rule for a template: by its id, which is this spelling's alone, or else by its text."""
    if not rules:
        return None
    return rules.get(template_id(template).encode()) or rules.get(plain_template(template))


def _tail(name: Name) -> Name:
    """Give schema and name, or the name alone; case does not count, and no database in front."""
    return tuple(part.casefold() for part in name[-2:])


def _means(wanted: Name, name: Name, schemas: set[str]) -> bool | None:
    """Whether a rule's name means a table that a statement names; None where that is not known.

    ``schemas`` are those in which a table of that name is known to be among the statement's.
    """
    if len(wanted) == 1 or len(name) > 1:
        return wanted == name[-len(wanted) :]
    if wanted[-1] != name[-1] or (schemas and wanted[-2] not in schemas):
        return False
    return True if schemas == {wanted[-2]} else None
