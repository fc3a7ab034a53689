"""What became of answers: those that are held, those that went, and parts of a cache that are purged."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Reason, Selection, Settings
from polyscale_cli.edge.engine.story import LONGEST_STATEMENT, MOST_AT_ONCE, MOST_ENDINGS, Cause, How
from polyscale_cli.edge.engine.writes import PendingWrites
from tests.edge.engine.parts import Bench


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    for key in (b"read a", b"read a1", b"read a2", b"read b", b"/* polyscale:tag=mine */ read c"):
        _keep(bench, key)
    return bench


def _keep(bench: Bench, key: bytes, author: str = "session 1 of me") -> None:
    tables = tuple(bench.table(name) for name in key.decode().rstrip("0123456789").split()[-1:])
    fill = bench.scope.start_fill(key, tables, bench.template(key), author)
    assert fill is not None
    assert fill.admit(b"answer") is not None


def _purge(bench: Bench, dry_run: bool = False, **named: tuple[str, ...]) -> int:
    return bench.engine.purge("one", Selection(**named), dry_run=dry_run).entries  # type: ignore[arg-type]


def test_a_held_entry_tells_who_filled_it_and_when(bench: Bench) -> None:
    (entry,) = bench.cache.story(b"read a;").entries
    assert (entry.author, entry.kept_at, entry.hits) == ("session 1 of me", bench.clock.now, 0)


def test_an_entry_that_a_write_dropped_tells_which(bench: Bench) -> None:
    bench.scope.entries[b"read a1"].hits += 3
    bench.clock.now += 2
    writes = PendingWrites(bench.cache.origin, "session 7 of them")
    writes.statement = b"UPDATE a SET x = [?]"
    writes.add((bench.table("a"),), anything=False)
    writes.fence().release()
    story = bench.cache.story(b"read a1")
    assert story.entries == ()
    (ending,) = story.endings
    assert ending.cause == Cause(How.WRITE, "session 7 of them", b"UPDATE a SET x = [?]")
    assert (ending.kept_at, ending.at, ending.hits) == (bench.clock.now - 2, bench.clock.now, 3)


def test_the_latest_ending_comes_first(bench: Bench) -> None:
    bench.engine.purge("one")
    _keep(bench, b"read a")
    bench.engine.configure("one", Settings(ttl_seconds=5))
    assert [ending.cause.how for ending in bench.cache.story(b"read a").endings] == [How.SETTINGS, How.PURGE]


def test_of_very_many_that_go_at_once_some_are_remembered(bench: Bench) -> None:
    for number in range(100):
        _keep(bench, b"read a%d" % number)
    bench.engine.purge("one")
    told = sum(len(bench.cache.story(b"read a%d" % number).endings) for number in range(100))
    assert 0 < told <= MOST_AT_ONCE


def test_stories_are_bounded(bench: Bench) -> None:
    for number in range(MOST_ENDINGS + 100):
        _keep(bench, b"read a")
        bench.clock.now += number
        bench.engine.purge("one", Selection(queries=("read a",)))
    assert len(bench.cache.story(b"read a").endings) == MOST_ENDINGS


def test_what_was_never_kept_tells_why(bench: Bench) -> None:
    template = bench.template(b"read locked")
    bench.cache.pass_by(template, Reason.READS_CLOCK)
    bench.cache.pass_by(template, Reason.LOCKS_ROWS)
    bench.cache.pass_by(template, Reason.LOCKS_ROWS)
    story = bench.cache.story(b"read locked")
    assert (story.entries, story.endings, story.refusal) == ((), (), Reason.LOCKS_ROWS)
    assert bench.cache.story(b"never seen").template is None


def test_a_template_is_purged_by_id_by_its_text_and_by_any_of_its_statements(bench: Bench) -> None:
    for name in (bench.template(b"read a").id, "read a", "read a77", " read a77;"):
        assert _purge(bench, templates=(name,), dry_run=True) == 3
    assert _purge(bench, templates=("read a",)) == 3
    assert sorted(bench.scope.entries) == [b"/* polyscale:tag=mine */ read c", b"read b"]


def test_a_query_is_purged_and_its_neighbours_stay(bench: Bench) -> None:
    assert _purge(bench, queries=("read a1;",)) == 1
    assert b"read a2" in bench.scope.entries


def test_an_answer_in_another_form_goes_with_the_queries_of_its_template(bench: Bench) -> None:
    form = bench.cache.scope("elsewhere").derive(bench.scope.entries[b"read a1"], b"read b", b"{}")
    assert form is not None
    bench.cache._dialect.text_of = lambda _: None  # type: ignore[method-assign, assignment]
    assert _purge(bench, queries=("read a1",)) == 4, "which of them cannot be told"


def test_a_tag_is_purged(bench: Bench) -> None:
    assert _purge(bench, tags=("mine",), dry_run=True) == 1
    assert _purge(bench, tags=("mine", "nobody's")) == 1
    assert len(bench.scope.entries) == 4


def test_an_entry_that_several_names_mean_is_counted_once(bench: Bench) -> None:
    found = bench.engine.purge("one", Selection(templates=("read a",), queries=("read a1", "read b")))
    assert (found.entries, [one.entries for one in found.templates]) == (4, [3])
    assert [one.entries for one in found.queries] == [1, 1]
    assert bench.template(b"read a").tally.purged == 3


@pytest.mark.parametrize(
    "selection", [Selection(templates=("read a",)), Selection(queries=("read a",)), Selection(tags=("mine",))]
)
def test_a_fill_under_way_is_refused(bench: Bench, selection: Selection) -> None:
    key = b"/* polyscale:tag=mine */ read a"
    fill = bench.scope.start_fill(key, (), bench.template(key))
    assert fill is not None
    bench.engine.purge("one", selection)
    assert fill.admit(b"answer") is None


def test_a_dry_run_refuses_nothing(bench: Bench) -> None:
    fill = bench.scope.start_fill(b"read d", (), bench.template(b"read d"))
    assert fill is not None
    _purge(bench, templates=("read d",), dry_run=True)
    assert fill.admit(b"answer") is not None


def test_a_template_that_is_told_apart_no_more_goes_with_all_of_its_kind(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polyscale_cli.edge.engine.template.MOST_TEMPLATES", 1)
    bench.template(b"read d")
    assert _purge(bench, templates=("read a",)) == 5


def test_an_answer_that_was_replaced_often_still_tells_of_its_end(bench: Bench) -> None:
    for _ in range(2 * MOST_AT_ONCE):
        _keep(bench, b"read d")
    bench.cache.origin.fence((bench.table("d"),), anything=False).release()
    assert len(bench.cache.story(b"read d").endings) == 1


def test_of_a_long_write_the_beginning_is_remembered(bench: Bench) -> None:
    writes = PendingWrites(bench.cache.origin, "session 7 of them")
    writes.statement = b"INSERT INTO a VALUES " + 100_000 * b"([?]), "
    writes.add((bench.table("a"),), anything=False)
    writes.fence().release()
    (ending,) = bench.cache.story(b"read a").endings
    assert ending.cause.statement == writes.statement[:LONGEST_STATEMENT]
