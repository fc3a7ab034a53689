"""For how long an answer lives: by rules, its own comment, what automation has learnt; and answers looked at anew."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Entry, Resolution, Settings, Template
from polyscale_cli.edge.engine.assumptions import POPULAR_HITS, PROBE_SECONDS
from polyscale_cli.edge.engine.rules import Rule, Rules, RuleType
from polyscale_cli.edge.observe.lifetime import lifetime_of
from tests.edge.engine.parts import Bench, Words

TEXT = b"read a"
A_MOMENT = 1e-6


@pytest.fixture
def bench() -> Bench:
    return Bench()


def _set(bench: Bench, *rules: Rule, automatic: bool = True, ttl: float = 60, observes: bool = False) -> None:
    settings = Settings(ttl_seconds=ttl, observes=observes, rules=Rules(rules, automatic=automatic))
    bench.engine.configure("one", settings)


def _ask(bench: Bench, answer: bytes = b"answer", key: bytes = TEXT, template: Template | None = None) -> Entry | None:
    """Have a query answered by the origin; returns the entry that was made of the answer."""
    template = template or bench.template(key)
    fill = bench.scope.start_fill(key, (bench.table("a"),), template)
    return fill.admit(answer) if fill is not None else None


def _lives(bench: Bench, entry: Entry | None) -> float:
    return entry.until - bench.clock.now if entry is not None else 0.0


def test_a_rule_for_the_template_says_for_how_long(bench: Bench) -> None:
    _set(bench, Rule(RuleType.TEMPLATE, "read a", 7200))
    assert _lives(bench, _ask(bench)) == 7200


def test_a_table_that_is_never_to_be_kept_is_not(bench: Bench) -> None:
    _set(bench, Rule(RuleType.TABLE, "a", 0, table=("a",)))
    assert _ask(bench) is None
    assert _ask(bench, key=b"read b") is not None


def test_a_rule_for_a_table_is_about_what_an_answer_shows_and_not_about_all_that_it_depends_on(bench: Bench) -> None:
    """A foreign key with a cascade: writes to the parent reach the answer, and a rule for the parent does not."""
    zero = [Rule(RuleType.TABLE, name, 0, table=tuple(name.split("."))) for name in ("parent", "seen", "sales.parent")]
    template = bench.template(TEXT)
    names = {"a": ("shop", "a"), "beneath": ("shop", "seen"), "parent": ("sales", "parent")}
    resolution = Resolution(
        reads=frozenset(names), names=frozenset(names.items()), shows=frozenset([("shop", "a"), ("shop", "seen")])
    )

    def keeps(rule: Rule) -> bool:
        _set(bench, rule)
        assert bench.scope.learn(template, resolution, bench.cache.origin.everything.version)
        footprint = bench.scope.footprint(template)
        assert footprint is not None
        assert {table.identity for table in footprint.reads} == set(names)
        fill = bench.scope.start_fill(TEXT, footprint.reads, template)
        assert (lifetime_of(bench.cache, template).ttl == 0) == (fill is None)
        return fill is not None

    assert [keeps(rule) for rule in zero] == [True, False, True]


def test_what_others_call_a_table_is_nothing_to_a_statement_that_does_not(bench: Bench) -> None:
    """A view that somebody reads it through, or a name that it had before it was renamed."""
    _set(bench, Rule(RuleType.TABLE, "shown", 0, table=("shown",)))
    for text, shows in ((b"read shown", {("s", "a"), ("s", "shown")}), (TEXT, {("s", "a")})):
        names = frozenset(("a", name) for name in shows)
        resolution = Resolution(reads=frozenset("a"), names=names, shows=frozenset(shows))
        assert bench.scope.learn(bench.template(text), resolution, bench.cache.origin.everything.version)
        assert (_ask(bench, key=text) is None) == (text != TEXT)


def test_a_cache_that_keeps_nothing_by_default_keeps_what_a_rule_names(bench: Bench) -> None:
    _set(bench, Rule(RuleType.QUERY, "read a", 5), automatic=False)
    assert _lives(bench, _ask(bench)) == 5
    assert _ask(bench, key=b"read b") is None


def test_new_rules_hold_at_once(bench: Bench) -> None:
    assert _ask(bench) is not None
    fill = bench.scope.start_fill(b"read b", (), bench.template(b"read b"))
    _set(bench, Rule(RuleType.MANUAL, "read a"))
    assert not bench.holds(TEXT)
    assert fill is not None
    assert fill.admit(b"answer") is None, "it was begun under other rules"


def test_the_comment_of_a_statement_says_for_how_long_and_by_which_tags(bench: Bench) -> None:
    key = b"/* polyscale:ttl=5,tag=mine */ read a"
    entry = _ask(bench, key=key)
    assert _lives(bench, entry) == 5
    assert entry is not None
    tag = bench.cache.tags.find("mine")
    assert tag in entry.tables
    assert tag.held == 1


def test_automation_keeps_nothing_for_longer_than_the_cache_allows(bench: Bench) -> None:
    _set(bench, ttl=2)
    assert _lives(bench, _ask(bench)) == 2


def test_where_automation_may_keep_nothing_only_rules_with_a_ttl_do(bench: Bench) -> None:
    _set(bench, Rule(RuleType.TEMPLATE, "read a", 5), Rule(RuleType.AUTO, "read b"), automatic=False, ttl=0)
    assert _lives(bench, _ask(bench)) == 5
    auto = bench.template(b"read b")
    assert bench.scope.start_fill(b"read b", (), auto) is None, "not even kept to be compared with the next"
    assert _ask(bench, key=b"read c") is None
    assert _lives(bench, _ask(bench, key=b"/* polyscale:ttl=9 */ read c")) == 9


def test_an_answer_that_no_write_dropped_tells_of_other_changes(bench: Bench) -> None:
    first = _lives(bench, _ask(bench))
    template = bench.template(TEXT)
    bench.clock.now += first + 1
    assert _lives(bench, _ask(bench)) > 0
    assert (template.tally.refreshed, template.tally.changed) == (1, 0)
    stable = template.habits.ttl()
    bench.clock.now += 61
    _ask(bench, b"another")
    assert (template.tally.refreshed, template.tally.changed) == (2, 1)
    assert template.habits.ttl() < stable / 2


def test_what_a_write_dropped_tells_nothing(bench: Bench) -> None:
    entry = _ask(bench)
    assert entry is not None
    template = bench.template(TEXT)
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    bench.clock.now += 61
    _ask(bench, b"another")
    assert template.tally.refreshed == 0


def test_an_answer_that_a_write_drops_while_it_is_asked_for_anew_tells_nothing(bench: Bench) -> None:
    _ask(bench)
    bench.clock.now += 61
    template = bench.template(TEXT)
    fill = bench.scope.start_fill(TEXT, (bench.table("a"),), template)
    assert fill is not None
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert fill.admit(b"another") is None
    assert template.tally.refreshed == 0


def test_what_changes_all_the_time_is_looked_at_now_and_then_and_never_served(bench: Bench) -> None:
    template = bench.template(TEXT)
    for number in range(200):
        _ask(bench, b"%d" % number)
        bench.clock.now += 61
    assert template.habits.ttl() < 1
    for number in range(500):
        _ask(bench, b"x%d" % number)
        bench.clock.now += 0.01
    assert template.habits.ttl() == 0
    bench.clock.now += PROBE_SECONDS
    fill = bench.scope.start_fill(TEXT, (bench.table("a"),), template)
    assert fill is not None, "it is compared"
    assert fill.admit(b"last") is None, "nobody is given it"
    assert bench.scope.find(TEXT) is None
    assert bench.scope.start_fill(TEXT, (bench.table("a"),), template) is None, "not each time"


def _popular(bench: Bench) -> Entry:
    entry = _ask(bench)
    assert entry is not None
    entry.hits += POPULAR_HITS
    return entry


def test_one_reader_looks_anew_at_a_popular_answer_and_the_others_are_served(bench: Bench) -> None:
    entry = _popular(bench)
    bench.clock.now = entry.expires + A_MOMENT
    assert bench.scope.find(TEXT) is None, "the first one goes to the origin"
    fill = bench.scope.start_fill(TEXT, (bench.table("a"),), bench.template(TEXT))
    assert fill is not None
    assert bench.scope.find(TEXT) is entry
    assert bench.holds(TEXT), "without a question from now on"
    anew = fill.admit(b"anew")
    assert bench.scope.find(TEXT) is anew


def test_an_answer_that_is_not_popular_is_served_when_it_was_to_be_looked_at(bench: Bench) -> None:
    entry = _ask(bench)
    assert entry is not None
    bench.clock.now = entry.expires + A_MOMENT
    assert bench.scope.find(TEXT) is entry
    assert entry.expires > bench.clock.now
    bench.clock.now = entry.until
    assert bench.scope.find(TEXT) is None


def test_where_the_look_fails_the_answer_lives_to_its_end(bench: Bench) -> None:
    entry = _popular(bench)
    bench.clock.now = entry.expires + A_MOMENT
    fill = bench.scope.start_fill(TEXT, (bench.table("a"),), bench.template(TEXT))
    assert fill is not None
    fill.abandon()
    assert bench.scope.find(TEXT) is entry
    bench.clock.now = entry.until
    assert bench.scope.find(TEXT) is None


def test_a_write_drops_an_answer_that_is_being_looked_at_anew(bench: Bench) -> None:
    entry = _popular(bench)
    bench.clock.now = entry.expires + A_MOMENT
    fill = bench.scope.start_fill(TEXT, (bench.table("a"),), bench.template(TEXT))
    assert fill is not None
    fence = bench.cache.origin.fence((bench.table("a"),), anything=False)
    assert bench.scope.find(TEXT) is None
    assert fill.admit(b"from before the write") is None
    fence.release()
    assert bench.scope.find(TEXT) is None


def test_a_cache_that_observes_serves_nothing_and_counts_what_it_would_have(bench: Bench) -> None:
    _set(bench, observes=True)
    assert not bench.cache.serves
    assert _ask(bench) is not None
    assert (bench.scope.find(TEXT), bench.holds(TEXT), bench.cache.entries) == (None, False, 1)
    tally = bench.template(TEXT).tally
    fill = bench.scope.start_fill(TEXT, (bench.table("a"),), bench.template(TEXT))
    assert fill is not None
    assert bench.scope.fill_under_way(TEXT) is None, "each reader asks the origin"
    bench.clock.now += 0.5
    assert fill.admit(b"answer") is None
    assert (tally.would_hit, tally.would_be_stale, tally.would_save) == (1, 0, 0.5)
    _ask(bench, b"changed around the edge")
    assert (tally.would_hit, tally.would_be_stale) == (2, 1)


def test_what_was_observed_is_not_served_when_the_cache_serves_again(bench: Bench) -> None:
    _set(bench, observes=True)
    _ask(bench)
    _set(bench)
    assert bench.scope.find(TEXT) is None
    assert _ask(bench) is not None
    assert bench.holds(TEXT)
    _set(bench, observes=True)
    assert not bench.holds(TEXT)
    _ask(bench)
    assert not bench.holds(TEXT)


def test_habits_survive_the_edge(bench: Bench) -> None:
    for _ in range(30):
        _ask(bench)
        bench.clock.now += 61
    learnt = dict(bench.engine.export_habits("one"))
    template = bench.template(TEXT)
    assert set(learnt) == {"", template.id}
    other = Bench()
    other.engine.restore_habits("two", learnt)
    assert dict(other.engine.export_habits("two")) == learnt, "even if nobody uses the cache"
    state = other.engine.cache("two", other.cache._dialect, "another origin")
    assert state.templates.of_text(TEXT).habits.ttl() == pytest.approx(template.habits.ttl(), rel=0.01)
    assert dict(other.engine.export_habits("two")).keys() == learnt.keys()


@pytest.mark.parametrize("automatic", [False, True])
def test_what_answers_several_statements_at_once_is_not_kept_where_rules_are_about_one(
    bench: Bench, automatic: bool
) -> None:
    _set(bench, Rule(RuleType.QUERY, "read a", 0), automatic=automatic)
    assert bench.fill(b"read a, read b", "a") is None


def test_a_comment_that_cannot_be_found_again_keeps_its_answer_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = bench.template(b"/* polyscale:ttl=0,tag=mine */ read a")
    monkeypatch.setattr(Words, "text_of", lambda _self, _key: None)
    assert bench.scope.start_fill(b"in pieces", (bench.table("a"),), template) is None
