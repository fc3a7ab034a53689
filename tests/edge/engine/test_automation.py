"""How long answers live where no rule says it."""

from __future__ import annotations

import json
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from polyscale_cli.edge.engine.assumptions import (
    AIMED_SHARE,
    FIRST_LOOK,
    FIRST_TTL,
    HIT_SECONDS,
    MANY_LOOKS,
    POPULAR_HITS,
    PROBE_SECONDS,
    RATES,
    SHORTEST_TTL,
)
from polyscale_cli.edge.engine.automation import CacheHabits, QueryEvidence, TemplateHabits
from polyscale_cli.edge.engine.change_rate import (
    FIRST_WEIGHTS,
    after_changes,
    after_stability,
    mean_rate,
    normalised,
    ttl_for,
)


class Query:
    """One query of a template that is asked again and again."""

    def __init__(self, habits: TemplateHabits, now: float = 0.0) -> None:
        self.habits = habits
        self.now = now
        self.own: QueryEvidence | None = None

    def asked(self, *intervals: float, changed: bool) -> float:
        """Be asked again after each of the intervals. Returns its TTL then."""
        for interval in intervals:
            since, self.now = self.now, self.now + interval
            self.own = self.habits.refreshed(since, self.now, changed, self.own)
        return self.habits.ttl(self.own)

    def stays(self, *intervals: float) -> float:
        """Be the same each time. Returns its TTL then."""
        return self.asked(*intervals, changed=False)

    def changes(self, *intervals: float) -> float:
        """Be another each time. Returns its TTL then."""
        return self.asked(*intervals, changed=True)


def template(cache: CacheHabits | None = None) -> TemplateHabits:
    return TemplateHabits(cache or CacheHabits())


def exact_share(weights: list[float], ttl: float) -> float:
    """The expected share of stale answers, without any bound in place of it."""
    return sum(
        weight * (1 + math.expm1(-rate * ttl) / (rate * ttl)) for weight, rate in zip(weights, RATES, strict=True)
    )


def likeliest_rate(intervals: list[tuple[float, bool]]) -> float:
    """Cho and Garcia-Molina's estimate: where the sum of t / (exp(λt) - 1) over changes is all the stable time."""
    stable = sum(seconds for seconds, changed in intervals if not changed)
    low, high = 1e-9, 1e6
    for _ in range(200):
        rate = math.sqrt(low * high)
        expected = sum(t / math.expm1(rate * t) for t, changed in intervals if changed and rate * t < 700)
        low, high = (rate, high) if expected > stable else (low, rate)
    return low


@pytest.mark.parametrize("rate", [0.003, 0.1, 2.0])
def test_the_estimate_is_that_of_cho_and_garcia_molina_where_much_was_seen(rate: float) -> None:
    draw = random.Random(7)
    spans = [draw.expovariate(rate / 1.5) for _ in range(600)]
    intervals = [(span, draw.random() < -math.expm1(-rate * span)) for span in spans]
    weights = FIRST_WEIGHTS
    for span, changed in intervals:
        weights = after_changes(weights, span, 1) if changed else after_stability(weights, span)
    counted = sum(changed for _, changed in intervals) / sum(spans)
    assert mean_rate(weights) == pytest.approx(likeliest_rate(intervals), rel=0.35)  # the grid's step is 2
    assert counted < 0.75 * likeliest_rate(intervals), "two changes in one interval are seen as one"


@given(some.lists(some.floats(0, 1), min_size=len(RATES), max_size=len(RATES)))
def test_a_ttl_keeps_the_share_of_stale_answers_that_it_is_chosen_for(drawn: list[float]) -> None:
    weights = normalised(drawn)
    if weights is not None:
        ttl = ttl_for(weights)
        assert exact_share(weights, ttl) <= AIMED_SHARE * 1.000001
        assert exact_share(weights, 3 * ttl) > AIMED_SHARE, "needlessly short"


def test_the_first_answer_of_an_unknown_cache_lives_about_half_a_minute() -> None:
    assert template().ttl() == pytest.approx(FIRST_TTL, rel=0.05)


def test_a_ttl_grows_while_answers_stay_the_same() -> None:
    query = Query(template())
    ttls = [query.stays(30) for _ in range(20)]
    assert ttls == sorted(ttls)
    assert ttls[0] > 60


def test_one_change_cuts_a_long_ttl_at_once_and_further_ones_end_caching() -> None:
    query = Query(template())
    before = query.stays(*[60] * 10)
    assert query.changes(30) < before / 16
    assert query.changes(1, 1, 1) == 0


def test_a_day_of_stability_is_outweighed_by_a_few_changes() -> None:
    habits = template()
    for hour in range(24):
        Query(habits, now=3600.0 * hour).stays(3600.0)
    for _ in range(6):
        Query(habits, now=90000.0).changes(1.0)
    assert habits.rate > 0.05


def test_a_template_that_has_become_stable_is_kept_again() -> None:
    query = Query(template())
    assert query.changes(*[1] * 20) == 0
    ttl = query.stays(*[1] * 300)
    assert 0.3 < ttl < 30


def test_new_templates_inherit_what_the_cache_has_shown() -> None:
    calm, wild = CacheHabits(), CacheHabits()
    for _ in range(4):
        Query(template(calm)).stays(*[60] * 8)
        Query(template(wild)).changes(*[5] * 8)
    assert template(calm).ttl() > 2 * FIRST_TTL
    assert template(wild).ttl() < SHORTEST_TTL


def test_a_template_that_is_asked_all_day_does_not_speak_for_the_others() -> None:
    cache = CacheHabits()
    for _ in range(4):
        Query(template(cache)).stays(*[60] * 16)
    Query(template(cache)).changes(*[0.5] * 2000)
    assert sum(cache.weights[RATES.index(0.5) :]) < 0.5


def test_where_some_templates_change_a_new_one_is_served_once_it_has_been_the_same_for_a_while() -> None:
    cache = CacheHabits()
    for _ in range(4):
        Query(template(cache)).stays(*[60] * 16)
    Query(template(cache)).changes(*[0.5] * 16)
    query = Query(template(cache))
    assert query.stays() < 0.05
    assert query.stays(10) > 0.5


def test_new_queries_inherit_their_templates_habits() -> None:
    habits = template()
    query = Query(habits)
    query.changes(*[5] * 30)
    assert habits.ttl() < 0.1
    assert Query(habits).stays() == habits.ttl()


def test_a_query_that_is_stable_departs_from_a_template_that_is_not() -> None:
    habits = template()
    wild, calm = [Query(habits) for _ in range(9)], Query(habits)
    for _ in range(30):
        for query in wild:
            query.changes(20)
        calm.stays(20)
    assert habits.ttl(wild[0].own) < 1
    assert habits.ttl(calm.own) > 8 * habits.ttl(wild[0].own)


def test_a_query_that_changes_departs_from_a_template_that_does_not() -> None:
    habits = template()
    calm, wild = [Query(habits) for _ in range(9)], Query(habits)
    for _ in range(30):
        for query in calm:
            query.stays(20)
        wild.changes(20)
    assert habits.ttl(wild.own) < 1
    assert habits.ttl(calm[0].own) > 4
    assert habits.ttl() > 1


def test_a_query_that_is_known_well_says_less_of_the_others_than_a_new_one() -> None:
    rates = []
    for is_new in (False, True):
        habits = template()
        query = Query(habits)
        query.stays(*[10] * 100)
        known = query.now
        (Query(habits, known) if is_new else query).changes(10)
        rates.append(habits.rate)
    assert rates[1] > 2 * rates[0]


def test_a_hundred_answers_changed_by_one_write_are_one_sign_and_not_a_hundred() -> None:
    habits = template()
    queries = [Query(habits) for _ in range(100)]
    for turn in range(20):
        for query in queries:
            query.now = turn * 60.0
            query.asked(60.0, changed=turn % 5 == 4)
    assert 1 / 1500 < habits.rate < 1 / 60


def test_a_query_that_the_origin_answers_faster_than_a_hit_is_not_kept() -> None:
    habits = template()
    habits.origin_took(HIT_SECONDS / 2)
    assert habits.ttl() == 0
    assert habits.keeps(0.0), "one is looked at now and then: the origin may have become slower"
    assert not habits.keeps(PROBE_SECONDS / 2)


def test_a_loopback_origin_is_slow_enough() -> None:
    habits = template()
    habits.origin_took(60e-6)
    assert habits.ttl() > 0


def test_one_query_a_second_is_kept_to_compare_while_none_is_served() -> None:
    habits = template()
    Query(habits).changes(*[0.01] * 40)
    assert habits.ttl() == 0
    assert [habits.keeps(100.0 + tick / 10) for tick in range(21)].count(True) == 3
    assert habits.keeps(5.0), "the clock was turned back"
    assert not habits.keeps(5.0 + PROBE_SECONDS / 2)


def test_an_unpopular_answer_is_never_refreshed_before_its_end() -> None:
    habits = template()
    ttl = habits.ttl()
    age = habits.first_look(ttl)
    looks = 0
    while age < ttl and looks < MANY_LOOKS - 1:
        later = habits.next_look(age, ttl, hits=3)
        assert later > age
        age, looks = later, looks + 1
    assert age == ttl
    assert looks < 12


def test_a_popular_answer_of_which_nothing_is_known_is_looked_at_early() -> None:
    habits = template()
    assert habits.first_look(30.0) == FIRST_LOOK
    assert habits.next_look(FIRST_LOOK, 30.0, POPULAR_HITS) <= FIRST_LOOK


def test_a_popular_answer_is_trusted_for_as_long_as_it_was_stable() -> None:
    query = Query(template())
    query.stays(4.0)
    assert query.habits.next_look(1.0, 30.0, POPULAR_HITS, query.own) == 4.0
    assert query.habits.next_look(4.0, 30.0, POPULAR_HITS, query.own) == 4.0


def test_a_popular_answer_is_refreshed_shortly_before_its_end_and_others_are_not() -> None:
    query = Query(template())
    query.habits.origin_took(0.01)
    query.stays(*[60] * 10)
    assert query.habits.lead(60.0, 1) == 0
    lead = query.habits.lead(60.0, POPULAR_HITS)
    assert 1 < lead < 10
    assert query.habits.first_look(60.0, query.own) == 60 - lead
    assert query.habits.next_look(60 - lead, 60.0, POPULAR_HITS, query.own) <= 60 - lead
    assert query.habits.next_look(60 - lead, 60.0, 1, query.own) == 60.0


def test_many_unpopular_answers_of_a_template_have_one_of_them_refreshed() -> None:
    habits = template()
    looks = [habits.next_look(1.0, 30.0, 1) for _ in range(MANY_LOOKS)]
    assert min(looks[:-1]) > 1.0
    assert looks[-1] <= 1.0


def test_answers_that_are_older_than_a_ttl_that_has_fallen_are_refreshed() -> None:
    habits = template()
    Query(habits).changes(*[0.5] * 10)
    assert habits.next_look(5.0, 30.0, hits=1) <= 5.0


def test_cacheability_is_high_for_what_is_asked_often_and_changes_seldom() -> None:
    assert template().cacheability() is None
    often, seldom, wild = Query(template()), Query(template()), Query(template())
    often.stays(*[31] * 20)
    seldom.stays(*[3000] * 20)
    wild.changes(*[31] * 20)
    found = [query.habits.cacheability(60.0) for query in (often, seldom, wild)]
    assert found[0] is not None
    assert found[0] > 0.5
    assert all(value is not None and 0 <= value < 0.2 for value in found[1:])


def test_what_was_learnt_survives_a_restart_as_json() -> None:
    cache = CacheHabits()
    habits = template(cache)
    habits.origin_took(0.003)
    Query(habits).stays(*[20] * 30)
    stored = json.loads(json.dumps([cache.export(), habits.export()]))
    later = CacheHabits()
    restored = template(later)
    assert later.restore(stored[0])
    assert restored.restore(stored[1])
    assert restored.ttl() == pytest.approx(habits.ttl(), rel=0.01)
    assert restored.rate == pytest.approx(habits.rate, rel=0.01)
    assert restored.cacheability() == pytest.approx(habits.cacheability(), rel=0.01)
    assert later.ttl == pytest.approx(cache.ttl, rel=0.01)
    assert template().export() == []


BAD: list[object] = [-1, math.nan, math.inf, 1e300, "1", None, True, []]
GOOD = template()
Query(GOOD).stays(1.0)


@pytest.mark.parametrize(
    "state",
    [
        *(None, 5, "text", {}, [], [1.0], [[]] * len(GOOD.export()), GOOD.export()[:-1], [*GOOD.export(), 0.0]),
        *([bad, *GOOD.export()[1:]] for bad in BAD),
        [0.0] * len(GOOD.export()),
    ],
)
def test_what_cannot_have_been_stored_is_not_taken(state: object) -> None:
    habits, cache = template(), CacheHabits()
    assert not habits.restore(state)
    assert not cache.restore(state)
    assert habits.ttl() == cache.ttl == template().ttl()


def test_stored_figures_that_do_not_fit_each_other_do_no_harm() -> None:
    habits = template()
    assert habits.restore([9.0, 1e14, 0.0, 0.0, 1e14, *[0.0] * (len(RATES) - 1), 1.0])
    assert habits.ttl() == 0
    assert habits.cacheability() == 0
    assert 0 <= habits.first_look(1.0) <= 1
    assert Query(habits).stays(*[60] * 50) > 1


def test_no_stored_state_makes_a_rate_impossible() -> None:
    cache = CacheHabits()
    assert cache.restore([1.0] + [0.0] * (len(RATES) - 1))
    assert min(cache.weights) > 0
    query = Query(template(cache))
    query.changes(*[0.1] * 10)
    assert query.habits.rate > 1


moments = some.floats(allow_nan=True, allow_infinity=True) | some.floats(0, 1e5)


@given(some.lists(some.tuples(moments, moments, some.booleans()), max_size=30))
def test_no_clock_can_break_it(intervals: list[tuple[float, float, bool]]) -> None:
    habits = template()
    own = None
    for since, until, changed in intervals:
        own = habits.refreshed(since, until, changed, own)
        ttl = habits.ttl(own)
        assert 0 <= ttl < math.inf
        assert 0 < habits.rate < 100
        assert 0 <= habits.first_look(ttl, own) <= ttl
        assert 0 <= habits.next_look(1.0, 30.0, 40, own) <= 30
    assert 0 <= habits.ttl() < math.inf
    assert not intervals or not habits.export() or template().restore(habits.export())


def test_an_answer_is_kept_again_soon_after_the_clock_was_turned_back() -> None:
    query = Query(template(), now=1e6)
    query.stays(*[60] * 5)
    query.changes(10)
    query.now = 0.0
    assert query.stays(*[20] * 10) > 1
