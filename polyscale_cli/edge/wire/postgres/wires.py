"""What a conversation in PostgreSQL's protocol may do besides."""

from __future__ import annotations

from typing import Protocol

from polyscale_cli.edge.wire.wires import Handle
from polyscale_cli.edge.wire.wires import Wires as WiresOfAll

__all__ = ["Handle", "Wires"]


class Wires(WiresOfAll, Protocol):
    """What it may do to the world."""

    def take_leave(self) -> None:
        """Tell the origin that nothing more will come; it ends the session when it is done."""
