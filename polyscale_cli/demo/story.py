"""The steps of the demo, each done, measured, and compared with what must come out.

Whether an answer came from the cache is taken from the cache's own counters, before and after; whether it was stale,
from the database itself, asked around the edge.
"""

from __future__ import annotations

import asyncio
import enum
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from polyscale_cli.connstr.model import CacheAddress, DatabaseUrl
from polyscale_cli.connstr.parse import parse
from polyscale_cli.connstr.profiles import profile_named
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.demo import cast
from polyscale_cli.demo.connections import Connection, Rows, connect, faults
from polyscale_cli.errors import CheckFailedError, PolyscaleError, UnavailableError

if TYPE_CHECKING:
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
        self._cast = cast.CASTS[origin.database]
        self._fastest_miss: float | None = None

    def server_version(self) -> str:
        """Of the database."""
        ((version,),) = self._run(self._around.fetch(self._cast.version))
        return str(version)

    def fill(self, rows: int) -> None:
        """Make the tables, around the edge."""
        for statement in (*self._cast.tables, self._cast.fill.format(rows=rows), *self._cast.settle):
            self._run(self._around.execute(statement))

    def create_cache(self) -> CacheRecord:
        """Create the cache and try the way. Raises CheckFailedError when the edge does not reach the database."""
        origin = self._origin
        fields = {"name": CACHE, "host": origin.host, "port": origin.port, "database": origin.database.value}
        cache = self._api.create({**fields, "originTls": "disable"})
        test = self._api.test(cache.id)
        if not test.ok:
            said = test.error or {}
            raise CheckFailedError("The edge cannot reach the demo's database.", why=said.get("why"))
        return cache

    def url(self, cache: CacheRecord, driver: str | None = None) -> str:
        """The way through the cache, as ``polyscale connstr`` prints it; by default as a person uses it here."""
        address = cache.edge_address
        if address is None:
            raise UnavailableError(f"The edge has no listener for {cache.database}.", code="DEMO_START")
        profile = profile_named(driver or self._cast.url_driver)
        return through_cache(self._origin, CacheAddress(cache.id, *address), profile).url

    def preparations(self, cache: CacheRecord) -> tuple[str, ...]:
        """What a person would type before the steps, in the directory of the demo."""
        return (
            f"polyscale edge start --http-port 0 --{cache.database}-port 0",
            f"polyscale cache create {cache.name} --from-env",
            *(command.format(cache=cache.name) for command in self._cast.preparations),
            f'READ="{cast.QUERY}"',
        )

    def steps(self, cache: CacheRecord) -> Iterator[Step]:
        """Do one step after the other."""
        with connected(self._runner, parse(self.url(cache, "any"))) as edge:
            query = self._run(edge.reader(cast.QUERY))
            for outcome in (Outcome.MISS, Outcome.MISS, Outcome.HIT, Outcome.HIT):
                yield self._read(cache, query, Expected(outcome))
            yield self._write("write", self._cast.through(cast.THROUGH), edge, cast.THROUGH)
            for outcome in (Outcome.MISS, Outcome.HIT):
                yield self._read(cache, query, Expected(outcome))
            yield self._write("write around", self._cast.around(cast.AROUND), self._around, cast.AROUND)
            yield self._read(cache, query, Expected(Outcome.HIT, stale=True))
            yield self._purge(cache)
            for outcome in (Outcome.MISS, Outcome.HIT):
                yield self._read(cache, query, Expected(outcome))

    def _read(self, cache: CacheRecord, query: Callable[[], Awaitable[Rows]], expected: Expected) -> Step:
        before = self._api.metrics(cache.id)
        started = time.perf_counter()
        rows = self._run(query())
        seconds = time.perf_counter() - started
        outcome = _outcome(before, self._api.metrics(cache.id))
        answer = tuple(str(row[0]) for row in rows)
        truth = tuple(str(name) for (name,) in self._run(self._around.fetch(cast.TRUTH)))
        if outcome is Outcome.MISS:
            self._fastest_miss = min(seconds, self._fastest_miss or seconds)
        hit = outcome is Outcome.HIT and self._fastest_miss is not None
        speed_up = self._fastest_miss / seconds if hit and self._fastest_miss else None
        return Step(
            "read", self._cast.through("$READ"), outcome, expected, seconds, speed_up, answer, stale=answer != truth
        )

    def _write(self, action: str, command: str, connection: Connection, sql: str) -> Step:
        started = time.perf_counter()
        self._run(connection.execute(sql))
        seconds = time.perf_counter() - started
        return Step(action, command, Outcome.WRITTEN, Expected(Outcome.WRITTEN), seconds)

    def _purge(self, cache: CacheRecord) -> Step:
        started = time.perf_counter()
        purged = self._api.purge(cache.id).entries
        seconds = time.perf_counter() - started
        expected = Expected(Outcome.PURGED)
        return Step("purge", f"polyscale purge {cache.name}", Outcome.PURGED, expected, seconds, purged=purged)

    def _run(self, work: Awaitable[_T]) -> _T:
        return _run(self._runner, work)


@contextmanager
def connected(runner: asyncio.Runner, url: DatabaseUrl) -> Iterator[Connection]:
    """One connection, closed at once at the end, whatever it was doing."""
    connection = _run(runner, connect(url))
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def told(api: ManagementApi, origin: DatabaseUrl) -> Iterator[Story]:
    """A story about a new database in this server; its connections end with it."""
    with asyncio.Runner() as runner:
        course = cast.CASTS[origin.database]
        with connected(runner, origin.replace(name=course.begin_in)) as server:
            _run(runner, server.execute(course.create_database))
        with connected(runner, origin) as around:
            yield Story(api, runner, around, origin)


def _run(runner: asyncio.Runner, work: Awaitable[_T]) -> _T:
    async def done() -> _T:
        return await work

    # Before anything can go wrong: a driver that Ctrl-C finds half imported cannot be imported once more.
    expected = faults()
    try:
        return runner.run(done())
    except expected as error:
        # What was asked is right, so that something around it is not: the disk, the memory, the edge.
        raise PolyscaleError(
            "A statement of the demo failed.", why=f"{type(error).__name__}: {error}", code="DEMO_STATEMENT"
        ) from error


def _outcome(before: Mapping[str, int], after: Mapping[str, int]) -> Outcome:
    if after["hits"] > before["hits"]:
        return Outcome.HIT
    return Outcome.MISS if after["misses"] > before["misses"] else Outcome.PASS
