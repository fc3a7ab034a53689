"""What became of answers: for whoever asks why a query was not, or no longer, answered from the cache.

Entries that are held tell of themselves. Of those that went, the last few thousand are remembered, and of a write that
drops very many only some: a story costs whoever drops an entry a microsecond, and nobody a hit.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.rules import plain_query

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.dialect import Dialect
    from polyscale_cli.edge.engine.reason import Reason
    from polyscale_cli.edge.engine.store import Entry
    from polyscale_cli.edge.engine.template import Template

MOST_ENDINGS = 4_096
"""Of a cache; about 1 MB."""

MOST_AT_ONCE = 16
"""Entries of which it is told what became of them, where one cause drops many."""

LONGEST_STATEMENT = 1_000
"""Bytes that are remembered of a write: a dump's INSERT may have a megabyte, and each be another."""


class How(enum.Enum):
    """How an entry went, as a stable code and in words."""

    WRITE = "a write changed what it depends on, or may have"
    SERVER = "the database server was started anew, or another one was met at its address"
    PURGE = "it was purged"
    SETTINGS = "settings or rules of the cache were changed"
    EVICTED = "its memory was needed for others"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why entries go.

    Attributes:
        session: whose deed it was, in the words of ``CacheState.name_session``; empty if it was no session's.
        statement: the beginning of the write's template; empty if that is not known.
    """

    how: How
    session: str = ""
    statement: bytes = b""


UNKNOWN_WRITE = Cause(How.WRITE)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is remembered of an entry that went; times are seconds on the engine's clock.

    Attributes:
        query: the hash of its query's plain text.
        author: whose read had filled it.
    """

    query: int
    kept_at: float
    at: float
    hits: int
    author: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one query.

    Attributes:
        template: None if no statement of its template was met with since the edge began.
        entries: that are held, one for each scope and each set of parameters.
        endings: of those that went, the latest first.
        refusal: why its answers are not kept, as far as that is known.
    """

    template: Template | None
    entries: tuple[Entry, ...]
    endings: tuple[Ending, ...]
    refusal: Reason | None


class Endings:
    """Of one cache."""

    __slots__ = ("_dialect", "_told")

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._told: deque[Ending] = deque(maxlen=MOST_ENDINGS)

    def tell(self, entry: Entry, cause: Cause, now: float) -> None:
        """Remember an entry that is about to be removed."""
        text = self._dialect.text_of(entry.key) if entry.size else None
        if text is not None:
            self._told.append(Ending(hash(plain_query(text)), entry.kept_at, now, entry.hits, entry.author, cause))

    def of(self, text: bytes) -> tuple[Ending, ...]:
        """Give what is remembered of the entries of a query, whose plain text is given, the latest first."""
        query = hash(text)
        return tuple(ending for ending in reversed(self._told) if ending.query == query)


def tell(entries: Iterable[Entry], cause: Cause, now: float) -> None:
    """Remember some of the entries that are about to be removed, each with its cache."""
    for entry in islice((each for each in entries if each.size), MOST_AT_ONCE):
        entry.scope.cache.endings.tell(entry, cause, now)
