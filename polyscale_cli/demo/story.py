"""The steps of the demo, each done, measured, and compared with what must come out.

Whether an answer came from the cache is taken from the cache's own counters, before and after; whether it was stale,
from the database itself, asked around the edge.
"""

from __future__ import annotations

import asyncio
import enum
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from polyscale_cli.connstr.model import CacheAddress, DatabaseUrl
from polyscale_cli.connstr.profiles import profile_named
from polyscale_cli.connstr.url import assemble
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.demo import cast
from polyscale_cli.errors import CheckFailedError, PolyscaleError, UnavailableError

if TYPE_CHECKING:
    from asyncpg import Connection
    from asyncpg.prepared_stmt import PreparedStatement

    from polyscale_cli.client.api import ManagementApi
    from polyscale_cli.client.models import CacheRecord

CACHE = "demo"
_T = TypeVar("_T")


class Outcome(enum.StrEnum):
    """What a step did, by the counters of the cache."""

    HIT = "HIT"
    MISS = "MISS"
    PASS = "PASS"  # noqa: S105 - passed through, no password
    WRITTEN = "written"
    PURGED = "purged"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a step must show."""

    outcome: Outcome
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        action: what was done, in words.
        command: what a person would type to do it, after ``Story.preparations``.
        seconds: from sending it to having the whole answer.
        speed_up: of a hit: how many times faster than the fastest miss.
        answer: the names in the answer of a read.
        stale: the answer was not what the database held at that time.
        purged: of a purge: how many entries went.
    """

    action: str
    command: str
    outcome: Outcome
    expected: Expected
    seconds: float
    speed_up: float | None = None
    answer: tuple[str, ...] = ()
    stale: bool = False
    purged: int | None = None

    @property
    def fault(self) -> str | None:
        """What is wrong with it; None when it came out as it must."""
        if self.outcome is not self.expected.outcome:
            return f"it was a {self.outcome}, and had to be a {self.expected.outcome}"
        if self.stale and not self.expected.stale:
            return f"its answer was stale: {', '.join(self.answer)}"
        if self.expected.stale and not self.stale:
            return "its answer was fresh although the write had gone around the edge"
        return "the cache was empty" if self.purged == 0 else None

    def data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "action": self.action,
            "command": self.command,
            "outcome": self.outcome.value,
            "expected": self.expected.outcome.value,
            "ms": round(self.seconds * 1000, 3),
            "speed_up": None if self.speed_up is None else round(self.speed_up, 1),
            "answer": list(self.answer),
            "stale": self.stale,
            "purged": self.purged,
            "fault": self.fault,
        }


class Story:
    """The demo's course, over one connection through the edge and one around it."""

    def __init__(self, api: ManagementApi, runner: asyncio.Runner, around: Connection, origin: DatabaseUrl) -> None:
        self._api = api
        self._runner = runner
        self._around = around
        self._origin = origin
        self._fastest_miss: float | None = None

    def server_version(self) -> str:
        """Of the database."""
        version: str = self._run(self._around.fetchval("SHOW server_version"))
        return version

    def fill(self, rows: int) -> None:
        """Make the tables, around the edge."""
        self._run(self._around.execute(cast.TABLES))
        self._run(self._around.execute(cast.FILL, rows))
        for statement in cast.SETTLE:
            self._run(self._around.execute(statement))

    def create_cache(self) -> CacheRecord:
        """Create the cache and try the way. Raises CheckFailedError when the edge does not reach the database."""
        origin = self._origin
        fields = {"name": CACHE, "host": origin.host, "port": origin.port, "database": origin.database.value}
        cache = self._api.create({**fields, "originTls": "disable"})
        test = self._api.test(cache.id)
        if not test.ok:
            said = test.error or {}
            raise CheckFailedError("The edge cannot reach the demo's PostgreSQL.", why=said.get("why"))
        return cache

    def url(self, cache: CacheRecord, driver: str = "asyncpg") -> str:
        """The way through the cache, as ``polyscale connstr`` prints it."""
        address = cache.edge_address
        if address is None:
            raise UnavailableError("The edge has no listener for Postgres.", code="DEMO_START")
        return through_cache(self._origin, CacheAddress(cache.id, *address), profile_named(driver)).url

    def preparations(self, cache: CacheRecord) -> tuple[str, ...]:
        """What a person would type before the steps, in the directory of the demo."""
        return (
            "polyscale edge start --http-port 0 --postgres-port 0",
            f"polyscale cache create {cache.name} --from-env",
            f"URL=$(polyscale connstr {cache.name} --from-env)",
            f'READ="{cast.QUERY}"',
        )

    def steps(self, cache: CacheRecord) -> Iterator[Step]:
        """Do one step after the other."""
        with connected(self._runner, self.url(cache)) as edge:
            query = self._run(edge.prepare(cast.QUERY))
            # asyncpg prepares without a Sync, and what comes before the next one is one exchange: let it end here.
            self._run(edge.execute("SHOW server_version"))
            for outcome in (Outcome.MISS, Outcome.MISS, Outcome.HIT, Outcome.HIT):
                yield self._read(cache, query, Expected(outcome))
            yield self._write("write", "$URL", edge, cast.THROUGH)
            for outcome in (Outcome.MISS, Outcome.HIT):
                yield self._read(cache, query, Expected(outcome))
            yield self._write("write around", "$DATABASE_URL", self._around, cast.AROUND)
            yield self._read(cache, query, Expected(Outcome.HIT, stale=True))
            yield self._purge(cache)
            for outcome in (Outcome.MISS, Outcome.HIT):
                yield self._read(cache, query, Expected(outcome))

    def _read(self, cache: CacheRecord, query: PreparedStatement, expected: Expected) -> Step:
        before = self._api.metrics(cache.id)
        started = time.perf_counter()
        rows = self._run(query.fetch())
        seconds = time.perf_counter() - started
        outcome = _outcome(before, self._api.metrics(cache.id))
        answer = tuple(row["name"] for row in rows)
        truth = tuple(row["name"] for row in self._run(self._around.fetch(cast.TRUTH)))
        if outcome is Outcome.MISS:
            self._fastest_miss = min(seconds, self._fastest_miss or seconds)
        hit = outcome is Outcome.HIT and self._fastest_miss is not None
        speed_up = self._fastest_miss / seconds if hit and self._fastest_miss else None
        return Step("read", _psql("$URL", "$READ"), outcome, expected, seconds, speed_up, answer, stale=answer != truth)

    def _write(self, action: str, url: str, connection: Connection, sql: str) -> Step:
        started = time.perf_counter()
        self._run(connection.execute(sql))
        seconds = time.perf_counter() - started
        return Step(action, _psql(url, sql), Outcome.WRITTEN, Expected(Outcome.WRITTEN), seconds)

    def _purge(self, cache: CacheRecord) -> Step:
        started = time.perf_counter()
        purged = self._api.purge(cache.id).entries
        seconds = time.perf_counter() - started
        expected = Expected(Outcome.PURGED)
        return Step("purge", f"polyscale purge {cache.name}", Outcome.PURGED, expected, seconds, purged=purged)

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return _run(self._runner, work)


@contextmanager
def connected(runner: asyncio.Runner, url: str) -> Iterator[Connection]:
    """One connection, closed at once at the end, whatever it was doing."""
    import asyncpg

    connection = _run(runner, asyncpg.connect(url, timeout=30))
    try:
        yield connection
    finally:
        connection.terminate()


@contextmanager
def told(api: ManagementApi, origin: DatabaseUrl) -> Iterator[Story]:
    """A story about a new database in this server; its connections end with it."""
    with asyncio.Runner() as runner:
        with connected(runner, assemble(origin.replace(name="postgres"), "postgresql")) as server:
            _run(runner, server.execute(cast.CREATE_DATABASE))
        with connected(runner, assemble(origin, "postgresql")) as around:
            yield Story(api, runner, around, origin)


def _run(runner: asyncio.Runner, work: Coroutine[Any, Any, _T]) -> _T:
    import asyncpg

    try:
        return runner.run(work)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        # What was asked is right, so that something around it is not: the disk, the memory, the edge.
        raise PolyscaleError(
            "A statement of the demo failed.", why=f"{type(error).__name__}: {error}", code="DEMO_STATEMENT"
        ) from error


def _outcome(before: Mapping[str, int], after: Mapping[str, int]) -> Outcome:
    if after["hits"] > before["hits"]:
        return Outcome.HIT
    return Outcome.MISS if after["misses"] > before["misses"] else Outcome.PASS


def _psql(url: str, sql: str) -> str:
    return f'psql "{url}" -c "{sql}"'
