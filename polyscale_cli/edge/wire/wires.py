"""What a conversation may do to the world; whoever has the sockets gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Handle(Protocol):
    """Something that was put off."""

    def cancel(self) -> None:
        """Drop it."""


class Wires(Protocol):
    """What the conversations of all protocols may do."""

    to_client: Callable[[bytes], None]
    to_origin: Callable[[bytes], None]

    def hold_client(self, hold: bool) -> None:
        """Stop or go on reading what the client sends."""

    def later(self, seconds: float, action: Callable[[], None]) -> Handle:
        """Do something after a while."""

    def end(self, message: bytes) -> None:
        """Send a last message to the client and close both sides."""
