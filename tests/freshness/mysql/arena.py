"""Sessions through the edge and around it for many cases, each in a database of its own."""

from __future__ import annotations

import contextlib
import enum
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.e2e.raw_mysql import Answer, RawMySql, run, succeeded
from tests.servers.edge import Edge, EdgeCache
from tests.servers.mysql_like import OPEN, MySqlLike
from tests.servers.patience import AT_ONCE, runs

MOST_RUNS = AT_ONCE
"""A read is served from its third run."""

BASE = (
    "CREATE TABLE items (id int PRIMARY KEY, name varchar(20), n int NOT NULL DEFAULT 0) ENGINE = InnoDB",
    "INSERT INTO items VALUES (1, 'old', 0), (2, 'two', 0)",
    "CREATE TABLE parts (item int, name varchar(20), KEY (item)) ENGINE = InnoDB",
    "INSERT INTO parts VALUES (1, 'part')",
    "CREATE TABLE log (message varchar(20)) ENGINE = InnoDB",
)
"""What each case finds."""


class Way(enum.Enum):
    """How the changes are sent."""

    TEXT = "each in a COM_QUERY"
    PREPARED = "each prepared and executed"
    TOGETHER = "all in one COM_QUERY"
    BLOCK = "in a transaction that has read before"
    NO_AUTOCOMMIT = "in a transaction that nobody began"


@dataclass(frozen=True, slots=True)
class Case:
    """Something that changes what a question is answered. ``{db}`` stands for the case's own database.

    Attributes:
        question: asked until it is answered from the cache.
        changes: what happens then, through the edge, by another session.
        setup: made before, around the edge.
        ways: in which the changes can be sent.
        upload: what a LOAD DATA LOCAL is given.
        only: the one server that understands it.
    """

    question: str
    changes: tuple[str, ...]
    setup: tuple[str, ...] = ()
    ways: tuple[Way, ...] = (Way.TEXT,)
    upload: bytes = b""
    only: str = ""


class Arena:
    """One cache in front of one server."""

    def __init__(self, server: MySqlLike, edge: Edge, cache: EdgeCache) -> None:
        self.server, self._edge, self._cache = server, edge, cache
        self._numbers = itertools.count(1)
        self.administrator = RawMySql(server.socket)
        self.administrator.login("root")
        run(self.administrator, "SET GLOBAL local_infile = 1")

    @property
    def hits(self) -> int:
        """Of all sessions together."""
        return self._cache.metrics().hits

    def session(self, database: str | None, user: str = OPEN.name) -> RawMySql:
        """One through the edge."""
        client = RawMySql(self._edge.shared_port(self.server.kind))
        heard = client.login(f"{self._cache.id}-{user}", database)
        assert heard.head == 0, heard.error
        return client

    def around(self, database: str, user: str = OPEN.name) -> RawMySql:
        """One straight to the server."""
        client = RawMySql(self.server.port)
        assert client.login(user, database).head == 0
        return client

    @contextlib.contextmanager
    def place(self, setup: Sequence[str] = ()) -> Iterator[str]:
        """A database with the usual tables, and more; its name."""
        name = f"case_{next(self._numbers)}"
        run(self.administrator, f"CREATE DATABASE {name}")
        try:
            with self.around(name) as owner:
                run(owner, *BASE, *(each.replace("{db}", name) for each in setup))
            yield name
        finally:
            run(self.administrator, f"DROP DATABASE {name}")

    def prime(self, client: RawMySql, question: str) -> Answer:
        """Ask until the answer comes from the cache."""
        for _ in runs():
            before = self.hits
            answer = succeeded(question, client.query(question))
            if self.hits > before:
                return answer
        raise AssertionError("not one hit")

    def never_hits(self, client: RawMySql, *texts: str) -> None:
        """Say something often enough for any other to hit."""
        before = self.hits
        for _ in range(MOST_RUNS):
            for text in texts:
                client.query(text)
        assert self.hits == before, f"answered from the cache: {texts}"

    def play(self, case: Case, way: Way) -> None:
        """Whoever asks after the changes must be told what the database itself says."""
        with (
            self.place(case.setup) as name,
            self.session(name) as reader,
            self.session(name) as holder,
            self.session(name) as writer,
            self.around(name) as direct,
        ):
            question = case.question.replace("{db}", name)
            held, kept = holder.prepare(question), direct.prepare(question)
            before = self.prime(reader, question)
            for _ in range(3):
                assert holder.execute(held) == direct.execute(kept)
            writer.query(question)
            self._carry_out(writer, [each.replace("{db}", name) for each in case.changes], way, question, case.upload)
            expected = direct.query(question)
            assert expected != before, "nothing has changed"
            assert reader.query(question) == expected
            assert holder.execute(held) == direct.execute(kept), "by a statement prepared before"
            assert writer.query(question) == expected, "by the session that has changed it"

    def _carry_out(self, writer: RawMySql, changes: Sequence[str], way: Way, question: str, upload: bytes) -> None:
        if way is Way.TOGETHER:
            succeeded("; ".join(changes), writer.query("; ".join(changes), upload))
            return
        if way is Way.PREPARED:
            for change in changes:
                succeeded(change, writer.execute(writer.prepare(change)))
            return
        if way is Way.BLOCK:
            changes = ("BEGIN", question, *changes, "COMMIT")
        elif way is Way.NO_AUTOCOMMIT:
            changes = ("SET autocommit = 0", question, *changes, "COMMIT", "SET autocommit = 1")
        for change in changes:
            succeeded(change, writer.query(change, upload))
