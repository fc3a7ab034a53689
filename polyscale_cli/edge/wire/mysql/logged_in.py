"""What a login has come to: all that a conversation must know of it."""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql.authentication import Encrypted
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.flavour import Flavour


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """One session, as it was agreed on.

    Attributes:
        user: as the origin knows them.
        cache_id: that the client named; None on a port of a cache's own.
        charset: the low 8 bits of the number of the collation that the client wants.
        capabilities: the same on both legs.
        flavour: which server the origin is.
        status: of the final OK.
    """

    user: bytes
    cache_id: str | None
    charset: int
    capabilities: Capability
    flavour: Flavour
    status: Status
    encrypted: Encrypted
