"""One face for every driver, so that one table of tests runs over all of them.

Statements are written with ``$1`` for a parameter, and each session rewrites that into its driver's own manner. All are
in autocommit but between ``begin`` and its end. What a driver can do beyond that is a protocol each.
"""

from __future__ import annotations

import asyncio
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Protocol, TypeVar, runtime_checkable

T = TypeVar("T")
Rows = list[tuple[Any, ...]]


class DriverError(Exception):
    """What the server objected to, as the driver tells it."""

    def __init__(self, sqlstate: str | None, message: str) -> None:
        super().__init__(f"{sqlstate}: {message}")
        self.sqlstate = sqlstate
        self.message = message


class Session(Protocol):
    """One connection of one driver. Everything raises DriverError."""

    def query(self, sql: str, *parameters: object) -> Rows:
        """Run one statement; its rows."""

    def begin(self) -> None:
        """Begin a transaction, as the driver does it."""

    def commit(self) -> None:
        """End it."""

    def rollback(self) -> None:
        """Undo it."""

    def encrypted(self) -> bool | None:
        """Whether the driver speaks TLS; None where it does not tell."""

    def close(self) -> None:
        """End the connection."""


@runtime_checkable
class Cancels(Protocol):
    """A driver that can cancel what runs."""

    def cancelled(self, sql: str, runs: Callable[[], object]) -> None:
        """Start a statement, cancel it when ``runs`` returns, and raise what came of it."""


@runtime_checkable
class Copies(Protocol):
    """A driver that knows COPY."""

    def copy_in(self, sql: str, text: str) -> None:
        """COPY … FROM STDIN."""

    def copy_out(self, sql: str) -> str:
        """COPY … TO STDOUT."""


@runtime_checkable
class Listens(Protocol):
    """A driver that hands out notifications."""

    def listen(self, channel: str) -> None:
        """Have what comes on a channel kept."""

    def heard(self) -> str:
        """Wait for the next notification; its payload."""


@runtime_checkable
class Streams(Protocol):
    """A driver that reads an answer in parts, by a cursor or a portal."""

    def streamed(self, sql: str, size: int) -> Rows:
        """All rows of a read in a transaction of its own, ``size`` at a time."""


ABILITIES = {"cancel": Cancels, "COPY": Copies, "NOTIFY": Listens, "cursor": Streams}


class InSql(ABC):
    """A driver whose users write BEGIN and COMMIT themselves."""

    @abstractmethod
    def query(self, sql: str, *parameters: object) -> Rows:
        """Run one statement, as ``Session`` says."""

    def begin(self) -> None:
        self.query("BEGIN")

    def commit(self) -> None:
        self.query("COMMIT")

    def rollback(self) -> None:
        self.query("ROLLBACK")


class Autocommitting:
    """Transactions of drivers that send BEGIN themselves, with the first statement, once they no longer commit each."""

    connection: Any

    def begin(self) -> None:
        self.connection.autocommit = False

    def commit(self) -> None:
        self.connection.commit()
        self.connection.autocommit = True

    def rollback(self) -> None:
        self.connection.rollback()
        self.connection.autocommit = True


class OnLoop:
    """A loop for a driver that needs one."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)


def comparable(row: Iterable[Any]) -> tuple[Any, ...]:
    """With bytes for memory, whose text would be an address."""
    return tuple(value.tobytes() if isinstance(value, memoryview) else value for value in row)


def percent(sql: str) -> str:
    """``%s`` for ``$1``."""
    return re.sub(r"\$\d+", "%s", sql)


def cancel_from_another_thread(
    run: Callable[[], object], runs: Callable[[], object], cancel: Callable[[], object]
) -> None:
    """Run something, and cancel it from another thread once it runs; raises what it raises."""

    def watch() -> None:
        runs()
        cancel()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run()
    finally:
        watcher.join()
