"""What came back of one statement, and who answered it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from polyscale_cli.errors import UnavailableError
from polyscale_cli.output.result import Json

Counters = Callable[[], Mapping[str, int] | None]
"""The cache's counters now; None where they cannot be had."""


class Source(enum.StrEnum):
    """Who answered, by the cache's counters."""

    HIT = "hit"
    MISS = "miss"
    PASS = "pass"  # noqa: S105 - no password
    SHARED = "not told apart"
    UNKNOWN = "unknown"


class Way(enum.Enum):
    """Where a connection leads."""

    THROUGH = "through the cache"
    AROUND = "around the cache"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        columns: their names, each once; empty for a statement without rows.
        renamed: whether names had to be changed for that.
        rows: by column name.
        status: what the database says that it did, such as ``INSERT 0 1``.
        seconds: from sending the statement to its last row.
    """

    columns: tuple[str, ...]
    renamed: bool
    rows: tuple[dict[str, Json], ...]
    status: str
    seconds: float
    source: Source


def source_of(before: Mapping[str, int] | None, after: Mapping[str, int] | None) -> Source:
    """Who answered, by the counters before the statement and after it."""
    if before is None or after is None:
        return Source.UNKNOWN
    moved = {source: after.get(name, 0) - before.get(name, 0) for source, name in COUNTED}
    total = sum(moved.values())
    if total == 1:
        return next((source for source, count in moved.items() if count == 1), Source.SHARED)
    return Source.SHARED if total > 1 else Source.UNKNOWN


def connection_failed(error: BaseException, way: Way = Way.THROUGH) -> UnavailableError:
    """The error for a connection that does not come about, or breaks."""
    what, fix = _FAILED[way]
    return UnavailableError(
        what,
        why=f"{error}." if str(error) else f"{type(error).__name__}.",
        fix=fix,
        code="CONNECTION_FAILED",
    )


COUNTED = ((Source.HIT, "hits"), (Source.MISS, "misses"), (Source.PASS, "passes"))
_FAILED = {
    Way.THROUGH: (
        "The connection through the cache failed.",
        "See whether the edge runs and reaches the database: polyscale doctor",
    ),
    Way.AROUND: (
        "The connection to the database itself, around the cache, failed.",
        "See whether this machine may connect to the database; `polyscale cache test CACHE`, without --query, tries the"
        " cache's own way.",
    ),
}
