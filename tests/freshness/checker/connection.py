"""One session of few words: requests out, whole answers in, on one event loop with hundreds like it.

Drivers are tried elsewhere; here each read may cost a few microseconds, for millions are to be judged.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from tests.freshness.checker.trap import Request

LOST = "lost"


@dataclass(slots=True)
class Answer:
    """Everything that a request is answered.

    Attributes:
        values: all columns of all rows, in order.
        error: the server's code of the first error; ``lost`` when the connection ended first.
    """

    values: list[int] = field(default_factory=list)
    error: str = ""


class Connection(asyncio.Protocol, ABC):
    """What all protocols share. ``session`` is the number by which the origin knows the session."""

    def __init__(self) -> None:
        self._answer = Answer()
        self._then: Callable[[Answer], None] = lambda _: None
        self.transport: asyncio.Transport | None = None
        self.ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.session = 0

    @abstractmethod
    def _login(self) -> None:
        """Begin to log in; ``_logged_in`` must come of it."""

    @abstractmethod
    def _begin(self, request: Request) -> bytes:
        """What to send for a request, the first of it at least."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Log in; the server must trust us."""
        self.transport = cast(asyncio.Transport, transport)
        self._then = self._logged_in
        self._login()

    def _logged_in(self, answer: Answer) -> None:
        if not self.ready.done():
            self.ready.set_result(answer.error)

    def send(self, request: Request, then: Callable[[Answer], None]) -> None:
        """Send a request and have its answer given to ``then``. One at a time."""
        self._then = then
        if self.transport is None or self.transport.is_closing():
            asyncio.get_running_loop().call_soon(self._lose)
        else:
            self.transport.write(self._begin(request))

    def _complete(self) -> None:
        answer, self._answer = self._answer, Answer()
        self._then(answer)

    def connection_lost(self, error: Exception | None) -> None:
        """Say so to whoever waits."""
        self.transport = None
        self._lose()

    def _lose(self) -> None:
        answer, self._answer = self._answer, Answer()
        answer.error = answer.error or LOST
        then, self._then = self._then, lambda _: None
        then(answer)

    def cut(self) -> None:
        """Break the connection, as a process does that is killed."""
        if self.transport is not None:
            self.transport.abort()
