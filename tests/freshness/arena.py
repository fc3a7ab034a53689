"""One database for many cases, each in a schema of its own and all with the same sessions, which makes them quick."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.e2e.raw import RawClient, kinds, query
from tests.freshness.through import Through
from tests.freshness.ways import Question, Way, carry_out, run
from tests.servers.postgres import SUPERUSER, TRUST

BASE = """
CREATE TABLE items (id int PRIMARY KEY, name text, n int NOT NULL DEFAULT 0);
INSERT INTO items VALUES (1, 'old'), (2, 'two');
CREATE TABLE parts (item int, name text);
INSERT INTO parts VALUES (1, 'part');
CREATE TABLE log (message text);
CREATE FUNCTION rename(text) RETURNS int LANGUAGE sql AS 'UPDATE items SET name = $1 WHERE id = 1 RETURNING 1';
"""
"""What each case finds in its schema."""

BEHIND = """
CREATE SCHEMA behind CREATE TABLE apart (n int); INSERT INTO behind.apart VALUES (1), (2);
GRANT USAGE ON SCHEMA behind TO public; GRANT ALL ON behind.apart TO public
"""
"""What is next on the path of all of them."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something that changes what a question is answered.

    Attributes:
        question: asked until it is answered from the cache.
        changes: what happens then.
        setup: made before, by the user who asks. ``{schema}`` stands for where all this takes place.
        above: made before that, by the superuser.
        by_superuser: the changes are the superuser's.
        ways: in which the changes can be sent.
    """

    question: str
    changes: tuple[str, ...]
    setup: str = ""
    above: str = ""
    by_superuser: bool = False
    ways: tuple[Way, ...] = tuple(Way)


@dataclass(slots=True)
class Arena:
    """One database behind one cache."""

    through: Through
    _clients: dict[str, RawClient] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    schema: str = ""

    def client(self, name: str, user: str = TRUST.name, *, directly: bool = False) -> RawClient:
        """A session that is kept for later cases; ``directly``, it does not go through the edge."""
        client = self._clients.get(name)
        if client is None:
            cache, postgres = self.through.cache, self.through.postgres
            client = RawClient(postgres.port if directly else cache.edge.postgres_port).__enter__()
            client.login(user=user, database=self.through.database, application_name=cache.id)
            self._clients[name] = client
        return client

    def forget(self, name: str) -> None:
        """Cut a session off; the next of its name is another."""
        self._clients.pop(name).socket.close()

    def close(self) -> None:
        """End all sessions."""
        for client in self._clients.values():
            client.socket.close()
        self._clients.clear()

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """A new schema, first on everybody's path."""
        self.schema = f"case_{next(self._numbers)}"
        administrator = self.client("around", SUPERUSER, directly=True)
        run(
            administrator,
            f"CREATE SCHEMA {self.schema} AUTHORIZATION {TRUST.name}; SET search_path = {self.schema}, behind",
        )
        clients = [self.client(name) for name in ("reader", "holder", "writer")]
        clients += [self.client("superuser", SUPERUSER), self.client("directly", directly=True)]
        for client in clients:
            client.send(query("DISCARD ALL"), query(f"SET search_path = {self.schema}, behind"))
        for client in clients:
            for _ in range(2):
                assert "E" not in kinds(client.until("Z"))
        try:
            yield
        except BaseException:
            self.close()  # nobody knows what they are in the middle of
            raise
        finally:
            run(self.client("around", SUPERUSER, directly=True), f"DROP SCHEMA {self.schema} CASCADE")

    def _spelled(self, sql: str) -> str:
        return sql.replace("{schema}", self.schema)

    def play(self, case: Case, way: Way) -> None:
        """Play a case: whoever asks afterwards, in whatever way, must be told what the database itself says."""
        question = Question(case.question)
        with self.place():
            reader, holder = self.client("reader"), self.client("holder")
            direct = self.client("directly", directly=True)
            if case.above:
                run(self.client("around"), self._spelled(case.above))
            writer = self.client("superuser" if case.by_superuser else "writer", SUPERUSER)
            run(self.client("writer"), BASE + self._spelled(case.setup))
            for client in (holder, direct):
                question.prepare(client)
            question.plainly(reader)
            question.prepared(holder)  # before anything is known of it: two runs that need no looking at the counters
            before = self.through.prime(lambda: question.plainly(reader))
            assert self.through.prime(lambda: question.prepared(holder)) == before == question.prepared(direct)
            if not case.by_superuser:
                question.plainly(writer)
            changes = [self._spelled(change) for change in case.changes]
            told = carry_out(writer, changes, way, question)
            expected = question.plainly(direct)
            assert expected != before, "nothing has changed"
            if told is not None and not case.by_superuser:
                assert told == expected, "by the session that has changed it, in the same breath"
            assert question.plainly(reader) == expected
            assert question.prepared(holder) == question.prepared(direct), "by a statement prepared before"
            if not case.by_superuser:
                assert question.plainly(writer) == expected, "by the session that has changed it"
