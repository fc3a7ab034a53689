"""Through the edge, a session gets the bytes that it would get without it: those of the corpus, for hits and misses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.transparency.postgres.corpus import ALL
from tests.transparency.postgres.frontend import Bind
from tests.transparency.postgres.script import one_by_one
from tests.transparency.script import Script, Send
from tests.transparency.stage import Cutting
from tests.transparency.trial import play_until_all_hit
from tests.transparency.world import World

WARMING = 2
"""A read is kept when it runs for the second time, and served from its third run on."""

WITH_HITS = [script for script in ALL if script.hits is not None]


@pytest.mark.parametrize("script", ALL, ids=lambda script: script.name)
def test_a_session_is_as_it_is_directly(script: Script, world: World) -> None:
    direct = world.direct(script)
    assert [who for who, record in direct.items() if record.stuck is not None] == [], "the script is not one"
    with world.new_front() as front:
        for number, cutting in enumerate(Cutting):
            played = world.through(script, cutting, seed=number, front=front)
            assert world.difference(direct, played) is None, cutting.value


@pytest.mark.parametrize("script", WITH_HITS, ids=lambda script: script.name)
def test_a_session_that_is_answered_from_the_cache_is_as_it_is_directly(
    script: Script, undisturbed_world: World
) -> None:
    world = undisturbed_world
    direct = world.direct(script)
    with world.new_front() as front:
        for _ in range(WARMING):
            assert world.difference(direct, world.through(one_by_one(script), front=front)) is None
        play_until_all_hit(world, script, direct, front)
        before = front.hits
        for number, cutting in enumerate(Cutting):
            played = world.through(script, cutting, seed=number, front=front)
            assert world.difference(direct, played) is None, cutting.value
        assert front.hits - before >= (script.hits or 0), "once more in one piece"


@pytest.mark.parametrize("script", WITH_HITS, ids=lambda script: script.name)
def test_answers_in_one_format_are_not_those_in_another(script: Script, undisturbed_world: World) -> None:
    world = undisturbed_world
    other = replace(
        script, steps=tuple(_other_formats(step) if isinstance(step, Send) else step for step in script.steps)
    )
    direct, other_direct = world.direct(script), world.direct(other)
    with world.new_front() as front:
        for _ in range(WARMING):
            assert world.difference(other_direct, world.through(one_by_one(other), front=front)) is None
            assert world.difference(direct, world.through(one_by_one(script), front=front)) is None
        play_until_all_hit(world, other, other_direct, front)
        play_until_all_hit(world, script, direct, front)


def _other_formats(step: Send) -> Send:
    """Ask for text where it was binary, and the other way round."""
    return replace(
        step,
        messages=tuple(
            replace(each, results=() if each.results else (1,)) if isinstance(each, Bind) else each
            for each in step.messages
        ),
    )
