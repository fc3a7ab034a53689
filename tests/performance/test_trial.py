"""The course of a performance test, with readers that answer what a test wants."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pytest

from polyscale_cli.errors import PolyscaleError, UsageError
from polyscale_cli.performance.readers import Reader, Rows
from polyscale_cli.performance.trial import LEAST_WARM_UPS, MOST_WARM_UPS, Trial, attempt


@dataclass
class Table:
    """What is read."""

    value: object = 1
    reads: int = 0


@dataclass
class Database(Reader):
    """Reads the table; each ``moving`` read changes it."""

    table: Table
    moving: bool = False
    refusal: PolyscaleError | None = None
    encrypted = False

    async def read(self) -> Rows:
        self.table.reads += 1
        if self.moving:
            self.table.value = self.table.reads
        return [(self.table.value,), (float("nan"),)]

    async def read_in_read_only_transaction(self) -> None:
        if self.refusal:
            raise self.refusal

    def explained(self) -> AbstractContextManager[None]:
        return contextlib.nullcontext()


@dataclass
class Cache(Database):
    """Answers from memory from the run ``hits_from`` on, and counts."""

    hits_from: int | None = 3
    asked: int = 0
    others: int = 0
    counted: dict[str, int] = field(default_factory=lambda: {"hits": 0, "misses": 0, "passes": 0})
    kept: Rows = field(default_factory=list)

    async def read(self) -> Rows:
        self.asked += 1
        self.counted["passes"] += self.others
        if self.hits_from is None:
            self.counted["passes"] += 1
            return [(self.table.value,), (float("nan"),)]
        if self.asked >= self.hits_from:
            self.counted["hits"] += 1
            return self.kept[::-1]
        self.counted["misses"] += 1
        self.kept = [(self.table.value,), (float("nan"),)]
        return self.kept

    def counters(self) -> Mapping[str, int] | None:
        return dict(self.counted)


@pytest.fixture
def table() -> Table:
    return Table()


async def tried(database: Database, cache: Cache, *, runs: int = 10) -> Trial:
    return await attempt(database, cache, cache.counters, runs=runs)


async def test_it_is_warmed_up_until_the_cache_answers(table: Table) -> None:
    for hits_from, warm_ups in ((3, LEAST_WARM_UPS), (8, 8)):
        trial = await tried(Database(table), Cache(table, hits_from=hits_from))
        assert (trial.warm_up.runs, trial.warm_up.first_hit, trial.hits) == (warm_ups, hits_from, 10)
    trial = await tried(Database(table), Cache(table, hits_from=1000))
    assert (trial.warm_up.runs, trial.warm_up.first_hit, trial.hits) == (MOST_WARM_UPS, None, 0)


async def test_what_only_passes_through_is_not_waited_for(table: Table) -> None:
    trial = await tried(Database(table), Cache(table, hits_from=None))
    assert (trial.warm_up.runs, trial.warm_up.first_hit, trial.hits) == (LEAST_WARM_UPS, None, 0)


async def test_rows_in_another_order_are_the_same_answer(table: Table) -> None:
    trial = await tried(Database(table), Cache(table))
    assert (trial.different, trial.changes) == (0, 0)
    assert len(trial.direct) == len(trial.through) == 10


async def test_an_answer_that_is_older_than_the_database_is_found(table: Table) -> None:
    cache = Cache(table)
    await tried(Database(table), cache)
    table.value = 2
    trial = await tried(Database(table), cache)
    assert (trial.different, trial.changes) == (10, 0)


async def test_a_change_between_two_reads_is_no_difference(table: Table) -> None:
    """The cache reads what the database has between its own two readings, of which either may be the same."""
    trial = await tried(Database(table, moving=True), Cache(table, hits_from=None))
    assert (trial.different, trial.changes) == (0, 10)


async def test_hits_of_others_are_not_taken_for_ours(table: Table) -> None:
    trial = await tried(Database(table), Cache(table, others=1))
    assert (trial.warm_up.first_hit, trial.hits) == (None, None)


async def test_without_counters_it_is_warmed_up_a_few_times(table: Table) -> None:
    trial = await attempt(Database(table), Cache(table), lambda: None, runs=2)
    assert (trial.warm_up.runs, trial.warm_up.counted, trial.hits) == (LEAST_WARM_UPS, False, None)


async def test_time_that_is_up_leaves_one_run(table: Table) -> None:
    trial = await attempt(Database(table), Cache(table), lambda: None, runs=5, most_seconds=0)
    assert (len(trial.direct), trial.cut_short) == (1, True)


async def test_the_cache_never_sees_what_the_database_refuses_as_a_write(table: Table) -> None:
    cache = Cache(table)
    refused = PolyscaleError("cannot execute INSERT in a read-only transaction", code="SQLSTATE_25006")
    with pytest.raises(UsageError, match="reads alone") as raised:
        await tried(Database(table, refusal=refused), cache)
    assert "cannot execute INSERT" in str(raised.value.why)
    with pytest.raises(PolyscaleError, match="no such table"):
        await tried(Database(table, refusal=PolyscaleError("no such table", code="SQLSTATE_42P01")), cache)
    assert cache.asked == 0
