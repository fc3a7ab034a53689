"""Tries one script directly and through the edge, and makes a script smaller that comes out differently."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.servers.patience import runs
from tests.transparency.compare import Parting
from tests.transparency.script import Opening, Script, Send, Step
from tests.transparency.stage import Cutting, Transcript
from tests.transparency.world import Front, World

ROUNDS = 3
"""How often a script is played through one cache: what it reads is kept from the second time on, and served then."""

SHRINK_SECONDS = 45.0
"""How long a script is made smaller: less than a test may take."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A script that does not come out as it does directly: where, and in which of the rounds, cut how."""

    script: Script
    parting: Parting
    cuttings: tuple[Cutting, ...]

    def __str__(self) -> str:
        rounds = ", ".join(cutting.name for cutting in self.cuttings)
        return f"{self.parting}\n  in the last of the rounds {rounds}\n{self.script}"


def play_until_all_hit(world: World, script: Script, direct: Transcript, front: Front) -> None:
    """Play a script until every answer comes from the cache that can; it may never come out differently.

    That takes no more than two runs before, unless too much has been asked of the server's catalog lately.
    """
    for _ in runs(at_once=1):
        before = front.hits
        assert world.difference(direct, world.through(script, front=front)) is None
        hits = front.hits - before
        assert hits <= (script.hits or 0)
        if hits == script.hits:
            return
    raise AssertionError(f"{hits} hits instead of {script.hits}")


class UnplayableError(ValueError):
    """The server itself owes an answer and does not give it: the script waits for what cannot come."""


def cuttings_of(seed: int) -> tuple[Cutting, ...]:
    """How each round of a seed's script is cut."""
    return tuple(random.Random(seed).choices(list(Cutting), k=ROUNDS))


def differs(
    world: World, script: Script, cuttings: tuple[Cutting, ...], seed: int = 0, *, fresh: bool = False
) -> Difference | None:
    """Play a script directly once, then through the edge as often as there are cuttings.

    With ``fresh`` it is through a cache that has seen nothing else: slower, but what is found follows from the script.
    """
    direct = world.direct(script)
    if any(record.stuck is not None for record in direct.values()):
        raise UnplayableError(f"the server does not answer as it should: {world.difference(direct, {})}\n{script}")
    with world.new_front() if fresh else contextlib.nullcontext(world.front) as front:
        for number, cutting in enumerate(cuttings):
            found = world.difference(direct, world.through(script, cutting, seed=seed + number, front=front))
            if found is not None:
                return Difference(script, found, cuttings[: number + 1])
    return None


def is_settled(world: World, script: Script) -> bool:
    """Whether it comes out the same each time that it is played directly, however it is cut."""
    first = world.direct(script)
    return all(world.difference(first, world.direct(script, cutting)) is None for cutting in Cutting)


def examine(world: World, script: Script, seed: int) -> str | None:
    """Try a generated script in every way; where it differs, say how in as few steps as it takes."""
    cuttings = cuttings_of(seed)
    found = differs(world, script, cuttings, seed)
    if found is None:
        return None
    if not is_settled(world, script):
        return f"it comes out differently each time, without the edge, too\n{found}"
    alone = differs(world, script, cuttings, seed, fresh=True)
    if alone is None:
        return f"not by itself in a new cache: {found}"

    def again(smaller: Script) -> Difference | None:
        try:
            return differs(world, smaller, alone.cuttings, seed, fresh=True)
        except UnplayableError:
            return None

    return str(shrink(alone, again))


def shrink(found: Difference, still: Callable[[Script], Difference | None]) -> Difference:
    """Leave out what can be left out, steps first and then messages, as long as it differs in the same way."""
    end = time.monotonic() + SHRINK_SECONDS
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(found.script):
            if time.monotonic() > end:
                return found
            again = still(candidate)
            if again is not None and again.parting.is_like(found.parting):
                found, smaller = again, True
                break
    return found


def _smaller(script: Script) -> Iterator[Script]:
    steps = script.steps
    size = len(steps) // 2
    while size:
        for at in range(0, len(steps), size):
            if not any(isinstance(step, Opening) for step in steps[at : at + size]):
                yield _with(script, (*steps[:at], *steps[at + size :]))
        size //= 2
    for number, step in enumerate(steps):
        if isinstance(step, Send) and len(step.messages) > 1:
            for at in range(len(step.messages)):
                kept = replace(step, messages=step.messages[:at] + step.messages[at + 1 :])
                yield _with(script, (*steps[:number], kept, *steps[number + 1 :]))


def _with(script: Script, steps: tuple[Step, ...]) -> Script:
    return replace(script, steps=steps)
