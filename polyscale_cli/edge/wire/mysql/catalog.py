"""What names mean, told by the server's information schema over a session that is idle.

The edge has no credentials of its own. It asks over the session at hand (``catalog_question``), in rounds: an answer
may bring names that were not asked about, of the tables beneath a view, of those that a foreign key's cascade comes
from, of those that a trigger writes. The next question is about these alone.

What a user may not touch, nobody shows it. So nothing here concludes from a row that is not there:

- *Cascades* are followed from the table that is read up to those whose rows take its rows along. Its answers depend on
  these as well, and a write to one of them needs to know nothing of tables that its user may not see. Where the foreign
  keys of a table on that way are not shown, the answer depends on each write, whatever it writes (``ANY_WRITE``).
- *Triggers* are shown to whoever has the TRIGGER privilege on the table. Writes of others may change any table.
- *Views* show their definition to whoever has the SHOW VIEW privilege. Those of others are not kept, and may call what
  writes.

A cascade fires no triggers (MySQL manual, section 15.1.20.5, FOREIGN KEY Constraints; and so it is in MariaDB).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from polyscale_cli.edge.engine.analysis import Analysis, Effect, Name
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.footprint import Resolution
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.mysql import catalog_question, description
from polyscale_cli.edge.wire.mysql.catalog_question import Purpose, Spelled
from polyscale_cli.edge.wire.mysql.description import Described, Description, Key, Rows
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.moments import ANY_COLUMN
from polyscale_cli.edge.wire.mysql.triggers import Fired, fired_by
from polyscale_cli.edge.wire.mysql.views import Seen, calls_unknown, moments_of, refusal_of, see_through

ANY_WRITE: Hashable = ("", "")
"""The identity that every write bears, and every answer of which it is not known what it depends on besides."""

MOST_ROUNDS = 12
MOST_NAMES = 200
"""Beyond these, what is left is taken for not visible."""

_KEPT_ENGINES = frozenset({"INNODB", "MYISAM", "ARIA", "MEMORY", "ROCKSDB", "ARCHIVE"})
"""Whose tables change by writes to them alone. Others show files, other servers' tables, or several tables as one."""

_SYSTEM = frozenset({"information_schema", "mysql", "performance_schema", "sys"})

_TABLES = frozenset({"BASE TABLE", "SYSTEM VERSIONED"})
_TEMPORARY = frozenset({"TEMPORARY", "LOCAL TEMPORARY"})


class Inquiry:
    """What one statement touches, asked in rounds.

    Send ``question`` and give its rows to ``take``, until that returns the whole. Any error instead of rows means
    that the catalog cannot be read: what is not known may do anything. Unless it ``trusts_grants``, what the session is
    not shown need not be missing, although it may look now: so it is where rights have changed since its login.
    """

    __slots__ = ("_analysis", "_asked", "_dialect", "_flavour", "_known", "_rounds", "_told", "_trusts_grants")

    def __init__(self, analysis: Analysis, dialect: Dialect, flavour: Flavour, *, trusts_grants: bool = True) -> None:
        self._trusts_grants = trusts_grants
        self._analysis = analysis
        self._dialect = dialect
        self._flavour = flavour
        self._asked: dict[Spelled, Purpose] = {}
        for name, purpose in _named(analysis):
            self._asked[name] = self._asked.get(name, purpose) | purpose
        self._told: dict[Key, Purpose] = {}
        self._known: Description | None = None
        self._rounds = 0

    def question(self) -> bytes:
        """Write the next question, one statement."""
        return catalog_question.question(tuple(self._asked.items()), self._flavour, trusts_grants=self._trusts_grants)

    def take(self, answer: Rows) -> Resolution | None:
        """Read an answer. Returns None if it brings names that must be asked about as well.

        Raises:
            ValueError, KeyError, TypeError: the answer is not what the question asks for.
        """
        found = description.read(answer, tuple(self._asked.items()), self._flavour)
        self._told |= {found.key(name): purpose for name, purpose in self._asked.items()}
        if self._known is not None:
            if self._known.database != found.database:
                raise ValueError("the session has moved to another database in between")
            found = replace(found, relations=self._known.relations | found.relations)
        self._known = found
        self._rounds += 1
        walk = _Walk(self._analysis, found, self._dialect, self._flavour)
        more = {name: p for name, p in walk.wanted.items() if p not in self._told.get(name, Purpose(0))}
        if not more:
            return walk.resolution()
        if self._rounds < MOST_ROUNDS and len(walk.wanted) <= MOST_NAMES:
            self._asked = {found.spelled(name): purpose for name, purpose in more.items()}
            return None
        for name in more:
            found.relations.pop(name, None)
        return _Walk(self._analysis, found, self._dialect, self._flavour).resolution()


def _named(analysis: Analysis) -> Iterator[tuple[Spelled, Purpose]]:
    """Give the names that a statement's text has, and why they matter."""
    purpose = Purpose.READ if analysis.is_plain_read and not analysis.writes else Purpose.LOOK
    if analysis.moments and purpose is Purpose.READ:
        purpose |= Purpose.TIMES
    for name in analysis.reads:
        yield _spelled(name), purpose
    for name in analysis.writes:
        yield _spelled(name), Purpose.WRITE


def _spelled(name: Name) -> Spelled:
    return (name[-2] if len(name) > 1 else None, name[-1])


class _Walk:
    """From the names of a statement to all that it touches, as far as a description goes."""

    __slots__ = ("_analysis", "_beneath", "_dialect", "_fired", "_flavour", "_found", "_maybe", "_seen", "wanted")

    def __init__(self, analysis: Analysis, found: Description, dialect: Dialect, flavour: Flavour) -> None:
        self._analysis = analysis
        self._found = found
        self._dialect = dialect
        self._flavour = flavour
        self._seen: dict[Key, Seen] = {}
        self._beneath: set[Key] = set()
        self._fired: dict[Key, list[Fired]] = {}
        self._maybe = {found.key(_spelled(name)) for name in analysis.maybe}
        self.wanted: dict[Key, Purpose] = {}
        todo = list(_named(analysis))
        while todo:
            spelled, purpose = todo.pop()
            name = found.key(spelled)
            before = self.wanted.get(name, Purpose(0))
            if purpose not in before:
                self.wanted[name] = before | purpose
                todo += self._from(name, purpose)

    def _from(self, name: Key, purpose: Purpose) -> Iterator[tuple[Spelled, Purpose]]:
        """Give what a name leads to."""
        described = self._found.relations.get(name)
        if described is None or self._is_system(name):
            return
        if "VIEW" in described.kinds and not described.kinds & _TEMPORARY:
            self.wanted[name] |= Purpose.DEFINITION
            if described.definition is None:
                return
            seen = self._seen[name] = see_through(described.definition, described.schema, self._dialect, self._flavour)
            self._maybe.update(map(self._found.key, seen.maybe))
            self._beneath.update(map(self._found.key, seen.reads))
            if seen.moments and Purpose.READ in purpose:
                purpose |= Purpose.TIMES
            yield from ((beneath, purpose) for beneath in seen.reads)
        if purpose & (Purpose.READ | Purpose.PARENT):
            yield from ((parent, Purpose.PARENT) for parent in described.parents)
        if Purpose.WRITE in purpose:
            fired = self._fired[name] = [
                fired_by(statement, mode, described.schema, self._dialect, self._flavour)
                for statement, mode in described.triggers
            ]
            for trigger in fired:
                yield from ((written, Purpose.WRITE) for written in trigger.writes)
                yield from ((read, Purpose.LOOK) for read in trigger.reads)

    def resolution(self) -> Resolution:
        """Say what the statement touches."""
        analysis = self._analysis
        calls = calls_unknown(analysis, self._flavour)
        reads, writes = self._tables(Purpose.READ | Purpose.PARENT), self._tables(Purpose.WRITE)
        if analysis.writes:
            writes |= {ANY_WRITE}
        if any(self._depends_on_more(name) for name in self._wanted_to(Purpose.READ | Purpose.PARENT)):
            reads |= {ANY_WRITE}
        return Resolution(
            reads=reads,
            writes=writes,
            writes_anything=Effect.WRITES_ANYTHING in analysis.effects
            or any(self._is_system(name) for name in self._wanted_to(Purpose.WRITE)),
            writes_any_table=calls
            or any(seen.may_write for seen in self._seen.values())
            or any(self._is_missing(name) for name in self._beneath)
            or any(self._writes_more(name) for name in self._wanted_to(Purpose.WRITE)),
            unsettles=calls
            or Effect.UNSETTLES in analysis.effects
            or any(not trigger.understood for fired in self._fired.values() for trigger in fired),
            refusal=refusal_of(analysis, self._flavour)
            or next(filter(None, map(self._refusal, self._wanted_to(Purpose.READ))), None)
            or (Reason.READS_CLOCK if self._takes_today() else None),
            names=frozenset(self._names()),
            shows=frozenset(
                (described.schema, described.name)
                for name in self._wanted_to(Purpose.READ)
                if (described := self._found.relations.get(name)) is not None
            ),
        )

    def _wanted_to(self, purposes: Purpose) -> list[Key]:
        return [name for name, purpose in self.wanted.items() if purpose & purposes]

    def _tables(self, purposes: Purpose) -> frozenset[Hashable]:
        """Give the identities of tables; one that a foreign key names need not be visible."""
        tables: set[Hashable] = set()
        for name in self._wanted_to(purposes):
            described = self._found.relations.get(name)
            if Purpose.PARENT in self.wanted[name] if described is None else described.kinds & _TABLES:
                tables.add(name)
        return frozenset(tables)

    def _is_system(self, name: Key) -> bool:
        return name[0].lower() in _SYSTEM

    def _is_missing(self, name: Key) -> bool:
        return name not in self._found.relations and name not in self._maybe and not self._is_system(name)

    def _depends_on_more(self, name: Key) -> bool:
        """Whether rows of a table may change by cascades that are not shown."""
        described = self._found.relations.get(name)
        if described is None:
            return Purpose.PARENT in self.wanted[name]
        return not described.shows_keys and "VIEW" not in described.kinds

    def _writes_more(self, name: Key) -> bool:
        """Whether a write to a table may change others that are not known."""
        described = self._found.relations.get(name)
        if described is None or self._is_system(name):
            return True
        if "VIEW" in described.kinds or described.kinds & _TEMPORARY:
            return False
        if not described.kinds & _TABLES or described.engine not in _KEPT_ENGINES or not described.shows_triggers:
            return True
        return not all(trigger.understood for trigger in self._fired[name])

    def _refusal(self, name: Key) -> Reason | None:
        """Why an answer that depends on a table or view must not be kept."""
        if self._is_system(name):
            return Reason.SYSTEM_TABLE
        described = self._found.relations.get(name)
        if described is None:
            return None if name in self._maybe else Reason.UNKNOWN_TABLE
        if name in self._seen:
            return self._seen[name].refusal
        return _refused(described) or next(filter(None, map(self._refusal_of_column, described.virtual)), None)

    def _refusal_of_column(self, expression: str) -> Reason | None:
        """Why a column that is computed when it is read may give another answer for the same row, as in MariaDB."""
        text = b"SELECT " + expression.encode("utf-8", "surrogateescape")
        return refusal_of(self._dialect.analyse(text), self._flavour)

    def _takes_today(self) -> bool:
        """Whether a column of type TIME is turned into a date, by whichever of the texts (``moments``)."""
        moments = moments_of(self._analysis).union(*(seen.moments for seen in self._seen.values()))
        times = frozenset[str]().union(*(described.times for described in self._found.relations.values()))
        return bool(times if ANY_COLUMN in moments else times & moments)

    def _names(self) -> Iterator[tuple[Hashable, Name]]:
        """Give the tables' names, and those of the views that they are seen through."""
        for name in self.wanted:
            described = self._found.relations.get(name)
            if described is None:
                if Purpose.PARENT in self.wanted[name]:
                    yield name, name
                continue
            for table in self._bases(name, set()):
                yield table, (described.schema, described.name)

    def _bases(self, name: Key, passed: set[Key]) -> set[Hashable]:
        """Give the tables at the bottom of a view; of a table, itself."""
        if name in passed:
            return set()
        passed.add(name)
        if name in self._seen:
            return {
                table
                for beneath in map(self._found.key, self._seen[name].reads)
                for table in self._bases(beneath, passed)
            }
        described = self._found.relations.get(name)
        return {name} if described is not None and described.kinds & _TABLES else set()


def _refused(described: Described) -> Reason | None:
    """Why answers that depend on what is no view must not be kept, by its kind alone."""
    if described.kinds & _TEMPORARY:
        return Reason.TEMPORARY_TABLE
    if not described.kinds & _TABLES:
        return Reason.SEQUENCE if "SEQUENCE" in described.kinds else Reason.SYSTEM_TABLE
    return None if described.engine in _KEPT_ENGINES else Reason.UNFENCED_TABLE
