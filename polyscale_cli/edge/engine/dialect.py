"""What the engine must be told about a database's SQL; each wire folder supplies its own."""

from __future__ import annotations

from typing import Protocol

from polyscale_cli.edge.engine.analysis import Analysis
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.store import Key


class Dialect(Protocol):
    """One database's SQL."""

    def normalise(self, text: bytes) -> bytes:
        """Give the template of a text: comments gone, every literal replaced by ``[?]``.

        Two texts with one template must be the same statement but for the values of their literals.
        """

    def analyse(self, text: bytes) -> Analysis:
        """Say what a text, of one statement or several, does. Never raises."""

    def because(self, text: bytes, reason: Reason) -> tuple[str, ...]:
        """Give what in a text is refused for a reason, for people to read; nothing where its words do not tell."""

    def text_of(self, key: Key) -> bytes | None:
        """Give the SQL of the request that an entry is found by; None where it is not one statement's."""
