"""A server's messages less what differs between any two runs at it.

That is: process ids and secrets of backends, the challenges of logins, and the oids of what a script creates.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.e2e.raw import Message
from tests.transparency.compare import Shown


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


def plain(fixed: frozenset[int]) -> Callable[[Message], Shown]:
    """Give what takes one transcript's messages, in order. ``fixed`` are oids that are the same in every run."""
    oids = _Oids(fixed)

    def show(message: Message) -> Shown:
        made = _plain(message, oids)
        return Shown(made.kind, made.body)

    return show
