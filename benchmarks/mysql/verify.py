"""That the answers being measured are right: the server's own, packet for packet."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.mysql.session import Session
from benchmarks.mysql.targets import KEYS, expected
from benchmarks.target import Target
from tests.servers.process import ServerError

SAMPLE = (1, 2, 42, 99, 100, 500, 1000, 77_000, KEYS)
# The first to the server, and then what is kept: the edge keeps what was asked for a third time.
TIMES = 4


def read(target: Target, protocol: str, key: int) -> list[list[bytes]]:
    """What a new session is told, each time it asks. The limit repeats the first answer of a session."""
    with Session(target) as session:
        return [session.read(protocol, key) for _ in range(TIMES)]


def check_answers(origin: Target, targets: Sequence[Target], protocols: Sequence[str]) -> None:
    """Read some keys through every target. Raises ServerError at the first answer that is not the origin's."""
    for protocol in protocols:
        for key in SAMPLE:
            right = read(origin, protocol, key)[0]
            # Both protocols end a row of one column with its length in a byte and its text.
            if not right[-2].endswith(b"\x77" + expected(key).encode()):
                raise ServerError(f"{protocol}: the server's row for {key} is {right[-2]!r}")
            for target in targets:
                for answer in read(target, protocol, key):
                    if answer != right:
                        raise ServerError(f"{target.name}, {protocol}: key {key} is {answer}, not {right}")
