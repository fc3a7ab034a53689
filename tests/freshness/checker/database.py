"""What the checker must know of a database: how to have one, how to speak to it, and how to hurt it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.freshness.checker.connection import Connection
from tests.freshness.checker.trap import Trap

DATABASE = "app"
PASSING_SECONDS = 1.5
"""What a request over HTTP may take from a client that is gone to the origin."""


@dataclass(frozen=True, slots=True)
class Block:
    """One way to read in a transaction.

    Attributes:
        share: of all that readers do.
        snapshot: whether all its reads must show the same.
    """

    begin: tuple[str, ...]
    share: float
    snapshot: bool = False
    ends: tuple[tuple[str, ...], ...] = (("COMMIT",), ("ROLLBACK",))


@dataclass(frozen=True, slots=True)
class Errors:
    """Codes of errors that explain themselves.

    Attributes:
        faults: what a fault may make of a statement: the connection's end, an administrator's, a shutdown, a cancel.
        crowding: what concurrent work may make of it: locks, a table replaced under a prepared statement.
        outdated: those after which a client must prepare its statements again.
    """

    faults: frozenset[str]
    crowding: frozenset[str]
    outdated: frozenset[str] = frozenset()

    def explain(self, code: str) -> bool:
        """Whether a player may just go on."""
        return code in self.faults or code in self.crowding


@dataclass(frozen=True, slots=True)
class Peer:
    """Another cache, listening on a port of loopback."""

    port: int
    hits: Callable[[], int]


class Database(ABC):
    """A running server of one kind."""

    traps: tuple[Trap, ...]
    blocks: tuple[Block, ...]
    errors: Errors
    port: int
    listener: str
    """Of ``polyscale edge run``, the option that says where such clients connect."""
    cache_type: str

    @abstractmethod
    def set_up(self, texts: list[str]) -> None:
        """Make the tables, and let the players do with them as they like."""

    @abstractmethod
    def connection(self, cache: str) -> Connection:
        """A session of a player by the cache with an id."""

    @abstractmethod
    def body(self, cache: str, sql: str) -> bytes:
        """The body of a request over HTTP, of a player by the cache with an id."""

    @abstractmethod
    def kill_session(self) -> None:
        """End a player's session from the server's side, one that is at work if there is any."""

    @abstractmethod
    def settle(self, session: int, group: int) -> None:
        """Wait until a lost session is gone, and take back what it has only prepared, of the group that it wrote.

        Of session 0 nobody knows which it is: then what any session is doing now must be over.
        """

    @abstractmethod
    def peer(self, origin: int) -> AbstractContextManager[Peer]:
        """Another cache in front of a port.

        Raises:
            ValueError: none is known for this database.
        """
