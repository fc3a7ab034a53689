"""How many requests a minute a cache takes."""

from __future__ import annotations

from polyscale_cli.edge.serverless.allowance import WINDOW_SECONDS, Allowance
from tests.edge.engine.parts import Clock


def test_so_many_requests_are_taken_in_a_minute_and_no_more() -> None:
    allowance = Allowance(3, Clock())
    assert [allowance.take() for _ in range(5)] == [True] * 3 + [False] * 2


def test_the_next_minute_takes_as_many_again() -> None:
    clock = Clock()
    allowance = Allowance(2, clock)
    assert [allowance.take() for _ in range(3)] == [True, True, False]
    clock.now += WINDOW_SECONDS
    assert [allowance.take() for _ in range(3)] == [True, True, False]


def test_what_was_left_of_one_minute_is_not_taken_in_the_next() -> None:
    clock = Clock()
    allowance = Allowance(2, clock)
    allowance.take()
    clock.now += WINDOW_SECONDS + 1
    assert [allowance.take() for _ in range(3)] == [True, True, False]


def test_who_is_refused_is_told_how_long() -> None:
    clock = Clock()
    allowance = Allowance(1, clock)
    allowance.take()
    clock.now += 20.5
    assert allowance.retry_after == 40
    clock.now += 39.4
    assert allowance.retry_after == 1
    assert not allowance.take()
