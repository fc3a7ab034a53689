"""Minutes, hours and restarts; files that are damaged, full and in the way; clocks that jump."""

from __future__ import annotations

import logging
import resource
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from polyscale_cli.edge.observe import keeper, store
from polyscale_cli.edge.observe.span import Step
from tests.edge.observe.parts import NOON, Watched


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "statistics.db"


@pytest.fixture
async def watched(path: Path) -> AsyncIterator[Watched]:
    made = Watched(path)
    await made.statistics.start()
    yield made
    await made.statistics.close()


async def restart(watched: Watched) -> None:
    """End the statistics, and begin anew on the same file with an engine that knows nothing."""
    await watched.statistics.close()
    await begin_anew(watched)


async def begin_anew(watched: Watched) -> None:
    """What an edge does that finds the file there."""
    watched.bench.__post_init__()
    watched.statistics = watched.opened()
    await watched.statistics.start()


async def hits(watched: Watched, minutes: int = 24 * 60, step: Step = Step.MINUTE) -> dict[int, float]:
    """Hits by how many minutes, or hours, after noon they were."""
    history = await watched.statistics.history("one", watched.span(minutes, step))
    assert history.total.numbers.hits == sum(one.numbers.hits for one in history.points.values())
    return {(at - NOON) // step.seconds: one.numbers.hits for at, one in history.points.items() if any(one.numbers)}


async def test_minutes_add_up_to_hours_and_are_there_after_a_restart(watched: Watched) -> None:
    for number in range(1, 4):
        watched.run(hits=number, misses=1, passes=1)
        await watched.pass_minutes(30)
    watched.run(hits=4)
    expected = {0: 1, 30: 2, 60: 3, 90: 4}
    assert await hits(watched) == expected
    assert await hits(watched, step=Step.HOUR) == {0: 3, 1: 7}

    await restart(watched)
    assert await hits(watched) == expected
    assert await hits(watched, step=Step.HOUR) == {0: 3, 1: 7}
    history = await watched.statistics.history("one", watched.span(120))
    assert history.total.reasons == {"READS_CLOCK": 3}
    assert sum(history.total.origin.values()) == 3
    assert path_mode(watched.path) == 0o600


async def test_the_minute_at_hand_goes_on_where_it_was_when_the_edge_ended(watched: Watched) -> None:
    watched.run(hits=1, misses=2)
    await restart(watched)
    watched.run(hits=2, misses=1)
    for _ in range(2):
        assert await hits(watched) == {0: 3}
        (told,) = (await watched.statistics.queries("one", NOON)).told
        assert (told.counts.numbers.hits, told.counts.numbers.misses) == (3, 3)
        assert sum(told.counts.origin.values()) == 3
        await restart(watched)


async def test_queries_are_told_apart_and_all_others_are_summed(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polyscale_cli.edge.observe.minute.MOST_TOLD", 2)
    for name, runs in ((b"read a", 30), (b"read b", 20), (b"read c", 3), (b"read d", 4)):
        watched.run(name, hits=runs, passes=1)
    await watched.pass_minutes(2)
    watched.run(b"read b", hits=100)
    for since in (NOON, NOON - 24 * 3600):
        queries = await watched.statistics.queries("one", since)
        found = {one.facts.sql: one.counts.numbers.hits for one in queries.told}
        assert found == {"read a": 30, "read b": 120}
        assert (queries.others.numbers.hits, queries.others.reasons, queries.untold) == (7, {"READS_CLOCK": 2}, 2)
    (later,) = (await watched.statistics.queries("one", NOON + 120)).told
    assert later.counts.numbers.hits == 100


async def test_a_million_templates_stay_bounded(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory by what the engine holds and what a minute tells; on disk by what a minute and an hour tell."""
    monkeypatch.setattr("polyscale_cli.edge.engine.template.MOST_TEMPLATES", 200)
    monkeypatch.setattr("polyscale_cli.edge.observe.collector.MOST_ACTIVE", 500)
    for minute in range(3):
        for number in range(1000):
            watched.run(b"read %s%s" % (b"x" * minute, bytes(97 + int(digit) for digit in str(number))), hits=1)
            if number % 100 == 0:
                await watched.statistics.sweep(pause=0)
        await watched.pass_minutes(1)
    queries = await watched.statistics.queries("one", NOON)
    assert len(watched.statistics.collector.templates("one")) <= 200
    assert len(queries.told) <= 300
    assert queries.untold > 0
    history = await watched.statistics.history("one", watched.span(10))
    assert history.total.numbers.hits == 3000
    assert history.forgotten == 2800
    with sqlite3.connect(watched.path) as file:
        assert (
            file.execute("SELECT max(n) FROM (SELECT count(*) AS n FROM told WHERE step = 60 GROUP BY at)").fetchone()[
                0
            ]
            <= 100
        )


# Clocks


async def test_a_clock_that_is_put_back_counts_into_the_minutes_before(watched: Watched) -> None:
    watched.run(hits=1)
    await watched.pass_minutes(10)
    watched.clocks.jump(-600)
    watched.run(hits=2)
    await watched.pass_minutes(10)
    found = await hits(watched)
    assert sum(found.values()) == 3
    assert all(0 <= minute <= 10 for minute in found)


async def test_a_clock_that_runs_ahead_and_is_put_right_costs_no_history(watched: Watched) -> None:
    watched.run(hits=1)
    await watched.pass_minutes(100)  # what is too old is removed each hour
    watched.clocks.jump(10 * 365 * 86400)
    watched.run(hits=2)
    await watched.pass_minutes(30)
    watched.clocks.jump(-10 * 365 * 86400)
    watched.run(hits=4)
    await watched.pass_minutes(30)
    found = await hits(watched)
    assert sum(found.values()) == 5  # what was counted in the wrong year is there, and not here
    assert min(found) == 0
    # Once the clock has been right for an hour, what it labelled wrongly goes.
    watched.run(hits=8)
    await watched.pass_minutes(130)
    with sqlite3.connect(watched.path) as file:
        assert file.execute("SELECT max(at) FROM totals").fetchone()[0] < watched.clocks.wall + 3600


@pytest.mark.parametrize("seconds", [-NOON, -86400, -1, 1, 86400, 2**33])
async def test_no_jump_makes_a_number_less_than_none(watched: Watched, seconds: int) -> None:
    for _ in range(3):
        watched.run(hits=3, misses=2, passes=1)
        await watched.pass_minutes(1)
        watched.clocks.jump(seconds)
        seconds = -seconds
    await restart(watched)
    with sqlite3.connect(watched.path) as file:
        (least,) = file.execute("SELECT min(min(hits, misses, passes, saved, origin_total)) FROM totals").fetchone()
        (all_hits,) = file.execute("SELECT sum(hits) FROM totals WHERE step = 60").fetchone()
    assert least >= 0
    assert all_hits == 9


# Bounds


async def test_old_minutes_and_hours_go(watched: Watched) -> None:
    watched.run(hits=1)
    await watched.pass_minutes(70)
    watched.clocks.pass_by(8 * 86400)
    watched.run(hits=2)
    await watched.pass_minutes(2)
    assert sum((await hits(watched, 8 * 1440 + 120)).values()) == 2
    assert sum((await hits(watched, 8 * 1440 + 120, Step.HOUR)).values()) == 3
    watched.clocks.pass_by(91 * 86400)
    watched.run(b"read b", hits=4)
    await watched.pass_minutes(2)
    assert sum((await hits(watched, 99 * 1440, Step.HOUR)).values()) == 4
    with sqlite3.connect(watched.path) as file:
        assert [sql for (sql,) in file.execute("SELECT sql FROM templates")] == ["read b"]


async def test_a_file_that_grows_too_large_loses_its_oldest_minutes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 100_000
    monkeypatch.setattr(store.StatisticsStore.__init__, "__defaults__", (limit,))
    watched = Watched(path)
    await watched.statistics.start()
    for _ in range(40):
        for number in range(50):
            watched.run(b"read " + b"x" * number, hits=1, misses=1)
        await watched.pass_minutes(1)
    assert path.stat().st_size < 1.5 * limit
    found = await hits(watched)
    # What caches did in all is small, and stays; of templates the latest is there.
    assert sum(found.values()) == 2000
    latest = await watched.statistics.queries("one", watched.clocks.wall - 120)
    assert len(latest.told) == 50
    whole = await watched.statistics.queries("one", NOON)
    assert 0 < sum(one.counts.numbers.hits for one in whole.told) < 2000
    assert whole.others.numbers.hits > 0
    await watched.statistics.close()


# Files


@pytest.mark.parametrize("damage", ["no database", "other tables", "a newer version", "a page", "a value"])
async def test_a_damaged_file_is_set_aside_and_statistics_begin_anew(
    watched: Watched, path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(60):
        watched.run(b"read " + b"x" * number, hits=1)
    await watched.pass_minutes(2)
    await watched.statistics.close()
    whole = path.read_bytes()
    if damage == "no database":
        path.write_bytes(b"nonsense" * 1000)
    elif damage == "a page":
        path.write_bytes(whole[:4096] + bytes(range(256)) * ((len(whole) - 4096) // 256))
    else:
        with sqlite3.connect(path) as file:
            if damage == "other tables":
                file.execute("DROP TABLE told")
            elif damage == "a newer version":
                file.execute("PRAGMA user_version = 99")
            else:
                file.execute("UPDATE totals SET reasons = '{', origin = x'80'")
        file.close()
    await begin_anew(watched)
    watched.run(hits=7)
    assert await hits(watched) in ({0: 0, 2: 7}, {2: 7})
    await watched.pass_minutes(1)
    assert sum((await hits(watched)).values()) == 7
    (note,) = watched.statistics.notes
    assert "could not be read" in note
    assert "statistics.db.damaged" in note
    assert path.with_name("statistics.db.damaged").exists()
    assert "statistics begin anew" in caplog.text
    await restart(watched)
    assert sum((await hits(watched)).values()) == 7
    assert not watched.statistics.notes


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow: what the system says of a full disk, but for the name of the error."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


async def test_what_cannot_be_written_stays_in_memory_and_is_written_later(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    caplog.set_level(logging.INFO)
    watched.run(hits=1)
    await watched.pass_minutes(2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        for number in range(40):
            watched.run(b"read " + b"x" * number, hits=1)
            await watched.pass_minutes(1)
        (note,) = watched.statistics.notes
        assert "in memory alone" in note
        assert not watched.statistics.is_kept
        assert sum((await hits(watched)).values()) >= 40
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert caplog.text.count("statistics cannot be kept") == 1
    await watched.pass_minutes(1)
    assert list(watched.statistics.notes) == []
    assert "are kept in" in caplog.text
    await restart(watched)
    assert sum((await hits(watched)).values()) == 41


async def test_memory_holds_an_hour_where_nothing_can_be_written(path: Path) -> None:
    path.mkdir()
    watched = Watched(path)
    await watched.statistics.start()
    for _ in range(keeper.MOST_WAITING + 5):
        watched.run(hits=1)
        await watched.pass_minutes(1)
    found = await hits(watched)
    assert len(found) == keeper.MOST_WAITING
    assert "5 minutes were lost" in watched.statistics.notes[0]
    assert len((await watched.statistics.queries("one", NOON)).told) == 1
    await watched.statistics.close()


# Habits


async def test_habits_are_there_after_a_restart(watched: Watched) -> None:
    watched.habits = {"0123456789abcdef": [1.0, 2.5], "": [3]}
    await restart(watched)
    assert await watched.statistics.load_habits("one") == watched.habits
    assert await watched.statistics.load_habits("two") == {}


async def test_habits_are_saved_each_minute_and_at_the_end(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polyscale_cli.edge.observe.statistics.MOST_HABITS", 250)
    watched.habits = {f"{number:016x}": [number] for number in range(1000)}
    watched.run(hits=1)
    await watched.pass_minutes(2)
    saved = await watched.statistics.load_habits("one")
    # What matters most comes first.
    assert saved == dict(list(watched.habits.items())[:250])
    watched.habits = {"x": [1]}
    await restart(watched)
    assert await watched.statistics.load_habits("one") == {"x": [1]}


async def test_a_cache_that_was_deleted_leaves_nothing(watched: Watched) -> None:
    watched.run(hits=1, misses=1)
    watched.habits = {"x": [1]}
    await watched.pass_minutes(2)
    await watched.statistics.forget("one")
    with sqlite3.connect(watched.path) as file:
        for table in ("caches", "templates", "totals", "told", "habits"):
            assert file.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def path_mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
