"""A database of PostgreSQL with the scripts' tables."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import psycopg

from tests.e2e.raw import Message
from tests.servers.edge import Edge
from tests.servers.postgres import SUPERUSER, TRUST, Postgres
from tests.transparency.compare import Shown
from tests.transparency.postgres.plain import plain
from tests.transparency.postgres.player import Endpoint, PostgresStage
from tests.transparency.postgres.schema import RESET, SCHEMA
from tests.transparency.postgres.script import Cancel
from tests.transparency.script import Script
from tests.transparency.stage import Cutting, Stage, Transcript
from tests.transparency.world import World

MOST_PERFORMANCES = 5
"""How often a script is played in which something came in between that is nobody's fault, and seldom."""

CANCELLED = b"\0Mcanceling statement due to user request\0"
CUT_OFF = b"\0Mthe connection to the origin was lost\0"


class PostgresWorld(World):
    """See ``World``.

    Attributes:
        control: a superuser's connection around the edge, for questions.
        restorer: one through the edge.
        oids: those of everything that is there in the beginning.
    """

    database_type = "postgres"

    def __init__(self, edge: Edge, postgres: Postgres, database: str) -> None:
        super().__init__(edge, (postgres.host, postgres.port))
        self.database = database
        self.control = psycopg.connect(postgres.dsn(database), autocommit=True)
        through = f"host={edge.host} port={self.front.port} user={SUPERUSER} dbname={database} sslmode=disable"
        self.restorer = psycopg.connect(through, autocommit=True)
        self.control.execute(SCHEMA)
        self.restore()
        self.control.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {TRUST.name}".encode())
        self.control.execute(f"GRANT ALL ON SEQUENCE numbers TO {TRUST.name}".encode())
        rows = self.control.execute("SELECT oid::int8 FROM pg_class UNION SELECT oid::int8 FROM pg_type").fetchall()
        self.oids = frozenset(row[0] for row in rows)

    def plain(self) -> Callable[[Message], Shown]:
        """The oids that a script's objects get are not those of the next run."""
        return plain(self.oids)

    def play(self, script: Script, stage: Stage) -> Transcript:
        """Play it anywhere, and anew where the server cancelled more than it was asked to, or its last word was lost.

        A postmaster carries a CancelRequest out by two signals, one to the backend and one to its process group
        (``signal_child`` in its source). The second may find the backend in the next statement of a pipeline already,
        which is then cancelled, too: without an edge as with one.

        A server that ends a session with something of the client's unread resets the connection, and whoever writes
        to it then, as the edge does what a client has sent meanwhile, may be told so before it has read the reason.
        """
        asked = sum(isinstance(step, Cancel) for step in script.steps)
        for _ in range(MOST_PERFORMANCES - 1):
            transcript = super().play(script, stage)
            if _count(CANCELLED, transcript) <= asked and not _count(CUT_OFF, transcript):
                return transcript
        return super().play(script, stage)

    def restore(self) -> None:
        """Run what makes the tables' rows."""
        self.restorer.execute(RESET)

    def stage(self, port: int, cutting: Cutting = Cutting.WHOLE, seed: int = 0) -> PostgresStage:
        """In the database."""
        return self.stage_at(Endpoint(port, self.database), cutting, seed)

    def stage_at(self, endpoint: Endpoint, cutting: Cutting = Cutting.WHOLE, seed: int = 0) -> PostgresStage:
        """Anywhere."""
        return PostgresStage(endpoint, self.control, cutting, seed)


def _count(words: bytes, transcript: Transcript) -> int:
    """How many errors say this."""
    heard = (message for record in transcript.values() for _, message in record.heard)
    return sum(message.kind == "E" and words in message.body for message in heard)


@contextlib.contextmanager
def build(postgres: Postgres, edge: Edge, database: str) -> Iterator[PostgresWorld]:
    """Make the tables in an empty database."""
    world = PostgresWorld(edge, postgres, database)
    with world.control, world.restorer:
        yield world
    world.front.cache.delete()
