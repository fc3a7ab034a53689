"""The statements that clients send, and what the catalog says of them."""

from __future__ import annotations

import functools

from polyscale_cli.edge.engine import Analysis, Key, Reason, Resolution
from tests.simulation.database import QUERIES, TABLES

TAGS: tuple[tuple[str, ...], ...] = (("low",), ("low",), ("low", "high"), (), ("high",))
"""Of each query, by its comment."""

READ_TEXTS = tuple(
    (b"/* polyscale:%s */ " % ",".join(f"tag={tag}" for tag in TAGS[query]).encode() if TAGS[query] else b"")
    + b"read %d" % query
    for query in range(QUERIES)
)
KEYS: tuple[Key, ...] = (*READ_TEXTS[:-1], (READ_TEXTS[-1], b"bound"))
WRITE_TEXTS = tuple(b"write %d" % table for table in range(TABLES))


class Numbered:
    """A dialect of statements that have numbers; what they touch is the catalog's to say."""

    _analysis = Analysis(reads=(("named",),))

    def normalise(self, text: bytes) -> bytes:
        """Give the text: none has literals."""
        return text

    def because(self, text: bytes, reason: Reason) -> tuple[str, ...]:
        return ()

    def text_of(self, key: Key) -> bytes | None:
        """Give the text."""
        return key if isinstance(key, bytes) else key[0]

    def analyse(self, _text: bytes) -> Analysis:
        """Say that the catalog must be asked."""
        return self._analysis


@functools.cache
def resolution(touched: tuple[int, ...], changed: tuple[int, ...]) -> Resolution:
    """What the catalog says of a statement that reads and writes these tables."""
    names = frozenset((each, ("public", "abcd"[each])) for each in (*touched, *changed))
    return Resolution(frozenset(touched), frozenset(changed), names=names)
