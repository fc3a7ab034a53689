"""Through the edge, a session gets the bytes that it would get without it: those of the corpus, for hits and misses."""

from __future__ import annotations

import pytest

from tests.transparency.mysql.corpus import ALL
from tests.transparency.mysql.world import MySqlWorld
from tests.transparency.script import Script
from tests.transparency.stage import Cutting
from tests.transparency.trial import play_until_all_hit

WARMING = 2
"""A read is kept when it runs for the second time, and served from its third run on."""

CUTTINGS = {
    "mariadb": (Cutting.WHOLE, Cutting.MESSAGES, Cutting.PAUSES),
    "mysql": (Cutting.WHOLE, Cutting.DRIBBLED),
}
"""How what is sent is divided is between the client and the edge: in each way in front of one of the two is enough."""

WITH_HITS = [script for script in ALL if script.hits is not None]


@pytest.mark.parametrize("script", ALL, ids=lambda script: script.name)
def test_a_session_is_as_it_is_directly(script: Script, world: MySqlWorld) -> None:
    direct = world.direct(script)
    assert [who for who, record in direct.items() if record.stuck is not None] == [], "the script is not one"
    for number, cutting in enumerate(CUTTINGS[world.database_type]):
        played = world.through(script, cutting, seed=number)
        assert world.difference(direct, played) is None, cutting.value


@pytest.mark.parametrize("script", WITH_HITS, ids=lambda script: script.name)
def test_a_session_that_is_answered_from_the_cache_is_as_it_is_directly(script: Script, world: MySqlWorld) -> None:
    direct = world.direct(script)
    with world.new_front() as front:
        for _ in range(WARMING):
            assert world.difference(direct, world.through(script, front=front)) is None
        play_until_all_hit(world, script, direct, front)
