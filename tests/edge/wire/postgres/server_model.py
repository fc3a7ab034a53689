"""A small PostgreSQL: enough of the protocol, of transactions and of search paths to judge what the edge answers.

Tables hold one number each, which a write moves up by one. There are two schemas with the same table names, so that a
search path mistaken for another shows in the answer. Snapshots are READ COMMITTED; nobody waits for a lock.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass, field

from tests.edge.wire.postgres.frames import BOUND, CLOSED, COLUMNS, PARSED, back, done, failed, ready, relation, row

TABLES = ("a", "b")
SCHEMAS = ("public", "two")
OIDS = {(schema, table): 1000 * (1 + i) + j for i, schema in enumerate(SCHEMAS) for j, table in enumerate(TABLES)}

Place = tuple[str, str]


@dataclass(slots=True)
class Database:
    """What is committed."""

    committed: dict[Place, int] = field(default_factory=lambda: dict.fromkeys(OIDS, 0))


class Failure(Exception):
    """A statement fails, with this sqlstate."""


@dataclass(slots=True)
class Backend:
    """One session's process: messages in, answers out, one message at a time.

    Attributes:
        out: answers in order, each with what was committed by the time that it is told.
    """

    database: Database
    inbox: bytes = b""
    out: list[tuple[bytes, dict[Place, int]]] = field(default_factory=list)
    path: str = "public"
    _before: str = "public"
    _block: str = ""
    _pending: dict[Place, int] = field(default_factory=dict)
    _told: dict[Place, int] = field(default_factory=dict)
    _statements: dict[bytes, str] = field(default_factory=dict)
    _portal: str | None = None
    _skipping: bool = False

    @property
    def busy(self) -> bool:
        """Whether a whole message waits."""
        return len(self.inbox) >= 5 and len(self.inbox) > struct.unpack_from("!i", self.inbox, 1)[0]

    @property
    def pending(self) -> dict[Place, int]:
        """What its open transaction has written."""
        return dict(self._pending)

    def step(self) -> None:
        """Carry out one message."""
        end = 1 + struct.unpack_from("!i", self.inbox, 1)[0]
        kind, body, self.inbox = chr(self.inbox[0]), self.inbox[5:end], self.inbox[end:]
        if kind == "Q":
            self._statements.pop(b"", None)
            self._query(body[:-1].decode())
        elif kind == "S":
            self._skipping = False
            self._end_implicit()
            self._say(ready(self._status))
        elif kind == "X" or self._skipping or kind == "H":
            return
        else:
            try:
                self._say(self._extended(kind, body))
            except Failure as error:
                self._abort()
                self._skipping = True
                self._say(failed(str(error)))

    @property
    def _status(self) -> str:
        return {"": "I", "explicit": "T", "failed": "E"}[self._block]

    def _say(self, answer: bytes) -> None:
        if answer:
            self.out.append((answer, dict(self._told)))

    def _query(self, text: str) -> None:
        if "pg_catalog" in text:
            self._say(COLUMNS + row(json.dumps(self._catalog(text))) + done() + ready())
            return
        statements = [part.strip() for part in text.split(";") if part.strip()]
        try:
            for statement in statements:
                if len(statements) > 1 and self._block == "":
                    self._block = "implicit"
                self._say(self._run(statement, describe=True))
        except Failure as error:
            self._abort()
            self._say(failed(str(error)))
        self._end_implicit()
        self._say(ready(self._status) if statements else back("I") + ready(self._status))

    def _extended(self, kind: str, body: bytes) -> bytes:
        if kind == "P":
            return self._parse(body)
        if kind == "B":
            name = body.split(b"\0", 2)[1]
            if name not in self._statements:
                raise Failure("26000")
            if self._block == "failed" and self._statements[name] not in ("ROLLBACK", "COMMIT"):
                raise Failure("25P02")
            self._portal = self._statements[name]
            return BOUND
        if kind == "E":
            if self._portal is None:
                raise Failure("34000")
            if self._block == "":
                self._block = "implicit"
            return self._run(self._portal, describe=False)
        if kind == "C":
            self._statements.pop(body[1:-1], None)
            return CLOSED
        if kind == "D":
            return back("n")
        raise AssertionError(kind)

    def _parse(self, body: bytes) -> bytes:
        name, text, _ = body.split(b"\0", 2)
        if not name:
            self._statements.pop(b"", None)  # even if this one turns out to be refused
        if self._block == "failed" and text.split()[0] not in (b"ROLLBACK", b"COMMIT"):
            raise Failure("25P02")
        if name and name in self._statements:
            raise Failure("42P05")
        self._statements[name] = text.decode()
        return PARSED

    def _run(self, statement: str, *, describe: bool) -> bytes:
        word = statement.split(maxsplit=1)[0]
        if self._block == "failed" and word not in ("COMMIT", "ROLLBACK"):
            raise Failure("25P02")
        if word == "BEGIN":
            if self._block != "explicit":
                self._block = "explicit"
            return done("BEGIN")
        if word in ("COMMIT", "ROLLBACK"):
            undone = word == "ROLLBACK" or self._block == "failed"
            if undone:
                self._undo()
            else:
                self._commit()
            self._block = ""
            return done("ROLLBACK" if undone else "COMMIT")
        if self._block == "":
            self._before = self.path
        if word == "UPDATE":
            place = self._place(statement.split()[1])
            self._pending[place] = self._pending.get(place, 0) + 1
            answer = done("UPDATE 1")
        elif word == "SET":
            self.path = statement.rsplit(maxsplit=1)[-1]
            answer = done("SET")
        elif word == "SELECT":
            if "1/0" in statement:
                raise Failure("22012")
            places = [self._place(name) for name in re.findall(r"[ab]\b", statement.partition("FROM")[2])]
            answer = (COLUMNS if describe else b"") + b"".join(row(self._shown(place)) for place in places) + done()
        else:
            raise AssertionError(statement)
        if self._block == "":
            self._commit()
        return answer

    def _place(self, name: str) -> Place:
        return (self.path, name)

    def _shown(self, place: Place) -> str:
        value = self.database.committed[place] + self._pending.get(place, 0)
        return f"{place[0]}.{place[1]}:{value:06}"

    def _commit(self) -> None:
        for place, times in self._pending.items():
            self.database.committed[place] += times
            self._told[place] = self.database.committed[place]
        self._pending.clear()
        self._before = self.path

    def _undo(self) -> None:
        self._pending.clear()
        self.path = self._before

    def _abort(self) -> None:
        if self._block == "explicit" or self._block == "failed":
            self._block = "failed"
        else:
            self._undo()
            self._block = ""

    def _end_implicit(self) -> None:
        if self._block == "implicit":
            self._commit()
            self._block = ""

    def _catalog(self, question: str) -> object:
        if "AS v(i, n, w)" not in question:
            return {"hides_writes": False, "defines": False, "isolation": "read committed", "user": "me"}
        named = question.split("VALUES ", 1)[1].split(") AS v(i, n, w)", 1)[0]
        relations = []
        for part in named.split("), (")[1:]:
            _, name, written = part.strip("()").split(", ")
            relations.append(relation(OIDS[self._place(name.strip("'").replace('"', ""))], written=written == "true"))
        return {
            "hides_writes": False,
            "defines": False,
            "database": 1,
            "missing": None,
            "relations": relations or None,
            "functions": None,
        }
