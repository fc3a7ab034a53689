"""Two transcripts of one script, byte for byte, less what differs between any two runs at a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

from tests.transparency.stage import Record, Transcript

_SHOWN = 600


class Shown(NamedTuple):
    """A message without what differs: what it is, and its bytes."""

    kind: str
    body: bytes


Plain = Callable[[], Callable[[Any], Shown]]
"""Makes, for each transcript, what takes from its messages in order what differs between any two runs."""


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two transcripts part: what a client got directly, and what it got through the edge."""

    who: str
    step: int | None
    direct: str
    through: str

    def __str__(self) -> str:
        where = "at the end" if self.step is None else f"in step {self.step}"
        return f"client {self.who}, {where}\n  directly\n    {self.direct}\n  through the edge\n    {self.through}"

    def is_like(self, other: Parting) -> bool:
        """Whether it is the same difference, of a shorter script perhaps."""
        return (self.direct, self.through) == (other.direct, other.through)


def difference(direct: Transcript, through: Transcript, plain: Plain) -> Parting | None:
    """Say where two transcripts part, if they do."""
    for who in direct:
        found = _of_client(who, direct[who], through.get(who, Record()), plain)
        if found is not None:
            return found
    return None


def _of_client(who: str, direct: Record, through: Record, plain: Plain) -> Parting | None:
    if direct.bytes_before != through.bytes_before:
        return Parting(who, 0, repr(direct.bytes_before), repr(through.bytes_before))
    ours, theirs = plain(), plain()
    left = [(step, ours(message)) for step, message in direct.heard]
    right = [(step, theirs(message)) for step, message in through.heard]
    for number in range(max(len(left), len(right)) + 1):
        one, two = _at(left, direct, number), _at(right, through, number)
        if one != two:
            longer = left if number < len(left) else right
            return Parting(who, longer[number][0] if number < len(longer) else None, one, two)
    return None


def _at(messages: list[tuple[int, Shown]], record: Record, number: int) -> str:
    """Show the message with a number, or how it went on behind the last."""
    if number < len(messages):
        kind, body = messages[number][1]
        return (
            f"{kind} {body!r}" if len(body) < _SHOWN else f"{kind} {body[:_SHOWN]!r}… {len(body)} bytes, {crc32(body)}"
        )
    if record.stuck is not None:
        return f"nothing more came, though an answer was owed in step {record.stuck}"
    return "the connection was closed" if record.closed else "nothing more"
