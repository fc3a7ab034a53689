"""What a conversation in MySQL's protocol may do besides."""

from __future__ import annotations

from typing import Protocol

from polyscale_cli.edge.wire.wires import Handle
from polyscale_cli.edge.wire.wires import Wires as WiresOfAll

__all__ = ["Handle", "Wires"]


class Wires(WiresOfAll, Protocol):
    """What it may do to the world."""

    def thread_at_origin(self, number: int) -> int:
        """Give the origin's number of the connection that a client was told another for."""
