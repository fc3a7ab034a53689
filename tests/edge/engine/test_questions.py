"""A question to the catalog, and those who wait for what it says."""

from __future__ import annotations

from polyscale_cli.edge.engine.question import ASKING_SECONDS
from tests.edge.engine.parts import Bench


def test_a_question_is_found_by_others_until_it_is_answered() -> None:
    bench = Bench()
    template = bench.template()
    assert bench.scope.question(template) is None
    question = bench.scope.ask(template)
    assert bench.scope.question(template) is question
    assert bench.scope.question(bench.template(b"read b")) is None
    bench.scope.was_answered(template)
    assert bench.scope.question(template) is None


def test_whoever_waits_is_woken_once() -> None:
    bench = Bench()
    question = bench.scope.ask(bench.template())
    woken = []
    question.wait(lambda: woken.append("one"))
    question.wait(lambda: woken.append("other"))
    question.end()
    question.end()
    assert woken == ["one", "other"]


def test_a_question_that_definitions_overtake_is_waited_for_no_longer() -> None:
    bench = Bench()
    template = bench.template()
    bench.scope.ask(template)
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert bench.scope.question(template) is not None, "data moved, definitions did not"
    bench.cache.origin.fence((), anything=True).release()
    assert bench.scope.question(template) is None


def test_a_question_that_takes_too_long_is_waited_for_no_longer() -> None:
    bench = Bench()
    template = bench.template()
    bench.scope.ask(template)
    bench.clock.now += ASKING_SECONDS + 0.1
    assert bench.scope.question(template) is None


def test_who_waits_for_an_overtaken_question_finds_the_one_that_is_put_anew() -> None:
    bench = Bench()
    template = bench.template()
    found = []
    bench.scope.ask(template).wait(lambda: found.append(bench.scope.question(template)))
    bench.cache.origin.fence((), anything=True).release()
    anew = bench.scope.ask(template)
    assert found == [anew]


def test_the_end_of_an_earlier_question_leaves_the_later_one_alone() -> None:
    bench = Bench()
    template = bench.template()
    earlier = bench.scope.ask(template)
    later = bench.scope.ask(template)
    earlier.end()
    assert bench.scope.question(template) is later


def test_scopes_keep_their_questions_to_themselves() -> None:
    bench = Bench()
    template = bench.template()
    bench.scope.ask(template)
    assert bench.cache.scope("somebody else").question(template) is None
