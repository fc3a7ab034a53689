"""The catalog's answer, taken apart: what it says of each name that it was asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql.catalog_question import END, SESSION, WIDTHS, Purpose, Spelled
from polyscale_cli.edge.wire.mysql.flavour import Flavour

Rows = Sequence[Sequence[bytes | None]]
"""The rows of an answer."""

Key = tuple[str, str]
"""A table's schema and name, as far as the case of letters means anything there: the table's identity."""

_STAYS = frozenset({"RESTRICT", "NO ACTION"})
"""What a foreign key does that changes no row of its own table."""


@dataclass(frozen=True, slots=True)
class Described:
    """One table, view or other relation.

    Attributes:
        schema, name: as the server spells them.
        kinds: TABLE_TYPE; several where a temporary table hides another.
        engine: in capitals; empty for a view.
        definition: of a view that it was asked of; empty where the user may not see it.
        parents: tables whose rows take rows of this one along, by cascading foreign keys.
        shows_keys: all such tables are among ``parents``.
        virtual: expressions of columns that are computed when they are read.
        times: names of columns of type TIME, in lower case.
        triggers: what they do, each with the sql_mode that its text is in.
        shows_triggers: all that there are.
    """

    schema: str
    name: str
    kinds: frozenset[str]
    engine: str
    definition: str | None
    parents: tuple[Key, ...]
    shows_keys: bool
    virtual: tuple[str, ...]
    times: frozenset[str]
    triggers: tuple[tuple[str, str], ...]
    shows_triggers: bool


@dataclass(frozen=True, slots=True)
class Description:
    """Everything that one answer says. A name that is not in ``relations`` does not exist, or not for this user."""

    database: str | None
    folds: bool
    relations: dict[Key, Described]

    def key(self, name: Spelled) -> Key:
        """Give the identity of what a name means."""
        schema, table = name
        return self.fold(schema if schema is not None else self.database or ""), self.fold(table)

    def spelled(self, key: Key) -> Spelled:
        """Give the name to ask by: the session's own schema is whichever it is then."""
        here = self.database is not None and key[0] == self.fold(self.database)
        return (None if here else key[0], key[1])

    def fold(self, name: str) -> str:
        """Take the case away where the server does (MySQL manual, section 11.2.3, Identifier Case Sensitivity)."""
        return name.lower() if self.folds else name


def read(answer: Rows, asked: Sequence[tuple[Spelled, Purpose]], flavour: Flavour) -> Description:
    """Read the answer to the question about these names.

    Raises:
        ValueError, KeyError, TypeError, IndexError: it is something else, or cut off.
    """
    parts = _parts(answer)
    ((database, folds, partial, *_),) = parts[SESSION]
    description = Description(None if database is None else _text(database), _flag(folds), {})
    reader = _Reader(parts, flavour, description, literal=_flag(partial))
    for i, (name, purpose) in enumerate(asked):
        described = reader.read(i, name, purpose)
        if described is not None:
            description.relations[description.key(name)] = described
    return description


def _parts(answer: Rows) -> dict[str, list[list[str | None]]]:
    """Sort the rows by the part that each belongs to."""
    parts: dict[str, list[list[str | None]]] = {part: [] for part in (SESSION, END, *WIDTHS)}
    for part, *columns in answer:
        written = [None if column is None else column.decode() for column in columns]
        name = (part or b"").decode()
        parts[name].append(written[: WIDTHS.get(name)])
    if len(parts[END]) != 1:
        raise ValueError("the answer is cut off")
    return parts


class _Reader:
    """Puts together what the answer says of one name in several places."""

    def __init__(
        self, parts: dict[str, list[list[str | None]]], flavour: Flavour, description: Description, *, literal: bool
    ) -> None:
        self._description = description
        self._flavour = flavour
        self._literal = literal
        self._rows: dict[str, dict[int, list[list[str | None]]]] = {}
        for part in ("tables", "views", "keys", "constrained", "columns", "triggers"):
            by_name = self._rows[part] = {}
            for i, *row in parts[part]:
                by_name.setdefault(int(i or ""), []).append(row)
        self._rules: dict[Key, list[list[str | None]]] = {}
        for schema, table, *rule in parts["rules"]:
            self._rules.setdefault(self._key(_text(schema), _text(table)), []).append(rule)
        self._everywhere = _granted(parts["everywhere"])
        self._schemas: dict[str, list[list[str | None]]] = {}
        for pattern, *grant in parts["schemas"]:
            self._schemas.setdefault(_text(pattern), []).append(grant)
        self._own: dict[Key, list[list[str | None]]] = {}
        for schema, table, *grant in parts["own_tables"]:
            self._own.setdefault(self._key(_text(schema), _text(table)), []).append(grant)

    def read(self, i: int, name: Spelled, purpose: Purpose) -> Described | None:
        key = self._description.key(name)
        tables = [
            (schema, table, kind, engine)
            for schema, table, kind, engine in map(_texts, self._rows["tables"].get(i, ()))
            if self._key(schema, table) == key
        ]
        if not tables:
            return None
        schema, table, _, engine = tables[0]
        columns = self._rows["columns"].get(i, ())
        views = self._rows["views"].get(i, ()) if Purpose.DEFINITION in purpose else None
        found = self._rows["triggers"].get(i, ())
        # MariaDB shows that there is a trigger to whoever may use the table, and what it does to few.
        triggers = tuple((_text(text), _text(mode)) for text, mode in found if text is not None)
        return Described(
            schema=schema,
            name=table,
            kinds=frozenset(kind for _, _, kind, _ in tables),
            engine=engine.upper(),
            definition=None if views is None else "".join(_text(text) for (text,) in views),
            parents=self._parents(i, key),
            shows_keys=self._flavour.has_dictionary or i in self._rows["constrained"] or self._may(key, trigger=False),
            virtual=tuple(_text(computed) for _, _, computed in columns if computed is not None),
            times=frozenset(_text(column).lower() for column, is_time, _ in columns if _flag(is_time)),
            triggers=triggers,
            shows_triggers=len(triggers) == len(found) and (bool(found) or self._may(key, trigger=True)),
        )

    def _key(self, schema: str, table: str) -> Key:
        return self._description.key((schema, table))

    def _parents(self, i: int, key: Key) -> tuple[Key, ...]:
        """Follow the foreign keys that cascade, and those of which only the names are shown."""
        rules = self._rules.get(key, [])
        stay = {rule[0] for rule in rules if {_text(action) for action in rule[3:]} <= _STAYS}
        shown = [*rules, *self._rows["keys"].get(i, ())]
        return tuple(dict.fromkeys((_text(each[1]), _text(each[2])) for each in shown if each[0] not in stay))

    def _may(self, key: Key, *, trigger: bool) -> bool:
        """Whether the user is known to have the TRIGGER, or the SELECT privilege on all of a table, by own right.

        Roles are not told. Of several schema patterns that fit the server takes one, so that all must grant it.
        """
        if self._everywhere[trigger] and not self._literal:
            return True
        fitting = [grants for pattern, grants in self._schemas.items() if self._fits(pattern, key[0])]
        if fitting and all(_granted(grants)[trigger] for grants in fitting):
            return True
        return _granted(self._own.get(key, []))[trigger]

    def _fits(self, pattern: str, schema: str) -> bool:
        """Whether a schema pattern of a GRANT is about a schema; with partial revokes, patterns are names."""
        pattern = self._description.fold(pattern)
        if self._literal:
            return pattern == schema
        parts = re.findall(r"\\.|.", pattern, re.DOTALL)
        wild = {"%": ".*", "_": "."}
        return bool(re.fullmatch("".join(wild.get(p) or re.escape(p[-1]) for p in parts), schema, re.DOTALL))


def _granted(grants: list[list[str | None]]) -> tuple[bool, bool]:
    """Whether SELECT and TRIGGER are among the privileges of some rows."""
    return any(_flag(selects) for selects, _ in grants), any(_flag(triggers) for _, triggers in grants)


def _texts(values: list[str | None]) -> list[str]:
    return [_text(value) for value in values]


def _flag(value: str | None) -> bool:
    """Read a truth value, or a number that says as much; NULL is no."""
    return bool(int(value or "0"))


def _text(value: str | None) -> str:
    """Read a text, which comes in hexadecimal."""
    return "" if value is None else bytes.fromhex(value).decode("utf-8", "surrogateescape")
