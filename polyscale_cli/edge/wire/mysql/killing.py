"""KILL by the number of a connection.

A client is told the number of its connection in the greeting. On a listener that several caches share that is the
edge's own number, so that what a client kills by it must be given the origin's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from polyscale_cli.edge.wire.mysql.packets import HEADER, Command, packet

_KILL = re.compile(rb"\s*KILL\s+(?:(?:HARD|SOFT)\s+)?(?:(?:CONNECTION|QUERY)\s+)?(\d{1,10})\s*;?\s*", re.IGNORECASE)
_LONGEST = 128


def renumbered(raw: bytes, at_origin: Callable[[int], int]) -> bytes:
    """Give a command with the origin's number in it, if it is one that kills by a number that the edge gave out."""
    if raw[HEADER] == Command.PROCESS_KILL:
        number = at_origin(int.from_bytes(raw[HEADER + 1 : HEADER + 5], "little"))
        return packet(raw[HEADER : HEADER + 1] + number.to_bytes(4, "little"), 0)
    if len(raw) > _LONGEST:
        return raw
    start = HEADER + (3 if raw[HEADER + 1 : HEADER + 3] == b"\0\1" else 1)
    found = _KILL.fullmatch(raw, start)
    if found is None:
        return raw
    text = raw[HEADER : found.start(1)] + str(at_origin(int(found[1]))).encode() + raw[found.end(1) :]
    return packet(text, 0)
