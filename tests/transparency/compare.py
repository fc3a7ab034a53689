"""Two transcripts of one script, byte for byte, less what differs between any two runs at a server.

That is: process ids and secrets of backends, the challenges of logins, and the oids of what a script creates.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from zlib import crc32

from tests.e2e.raw import Message
from tests.transparency.player import Record, Transcript

_SHOWN = 600


@dataclass(slots=True)
class _Oids:
    """Oids of what is there in every run, and the others by the order in which they are met."""

    fixed: frozenset[int]
    met: dict[int, int] = field(default_factory=dict)

    def __call__(self, oid: int) -> int:
        if oid < 16384 or oid in self.fixed:
            return oid
        return self.met.setdefault(oid, 1 << 31 | len(self.met))


def _plain(message: Message, oids: _Oids) -> Message:
    body = message.body
    match message.kind:
        case "K":
            body = bytes(len(body))
        case "A":
            body = bytes(4) + body[4:]
        case "R" if body[:4] not in {bytes(4), b"\0\0\0\x03"}:
            body = body[:4] + (body[4:] if body[3] == 10 else b"")
        case "T":
            body = _row_description(body, oids)
        case "t":
            (count,) = struct.unpack_from("!h", body)
            types = struct.unpack_from(f"!{count}I", body, 2)
            body = struct.pack(f"!h{count}I", count, *map(oids, types))
    return Message(message.kind, body)


def _row_description(body: bytes, oids: _Oids) -> bytes:
    (count,) = struct.unpack_from("!h", body)
    out, at = body[:2], 2
    for _ in range(count):
        end = body.index(b"\0", at) + 1
        table, column, kind = struct.unpack_from("!IhI", body, end)
        out += body[at:end] + struct.pack("!IhI", oids(table), column, oids(kind)) + body[end + 10 : end + 18]
        at = end + 18
    return out


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


def difference(direct: Transcript, through: Transcript, fixed: frozenset[int]) -> Parting | None:
    """Say where two transcripts part, if they do. ``fixed`` are oids that are the same in every run."""
    for who in direct:
        found = _of_client(who, direct[who], through.get(who, Record()), fixed)
        if found is not None:
            return found
    return None


def _of_client(who: str, direct: Record, through: Record, fixed: frozenset[int]) -> Parting | None:
    if direct.bytes_before != through.bytes_before:
        return Parting(who, 0, repr(direct.bytes_before), repr(through.bytes_before))
    ours, theirs = _Oids(fixed), _Oids(fixed)
    left = [(step, _plain(message, ours)) for step, message in direct.heard]
    right = [(step, _plain(message, theirs)) for step, message in through.heard]
    for number in range(max(len(left), len(right)) + 1):
        one, two = _at(left, direct, number), _at(right, through, number)
        if one != two:
            longer = left if number < len(left) else right
            return Parting(who, longer[number][0] if number < len(longer) else None, one, two)
    return None


def _at(messages: list[tuple[int, Message]], record: Record, number: int) -> str:
    """Show the message with a number, or how it went on behind the last."""
    if number < len(messages):
        kind, body = messages[number][1].kind, messages[number][1].body
        return (
            f"{kind} {body!r}" if len(body) < _SHOWN else f"{kind} {body[:_SHOWN]!r}… {len(body)} bytes, {crc32(body)}"
        )
    if record.stuck is not None:
        return f"nothing more came, though an answer was owed in step {record.stuck}"
    return "the connection was closed" if record.closed else "nothing more"
