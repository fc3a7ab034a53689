"""A stopwatch: how long hits take, of one here and there.

Two looks at the clock would cost each hit 2 % of its time. So a few sessions at a time carry a watch for their next
request, and all others do not know of it.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol

ROUND_SECONDS = 0.2
"""Between two rounds."""

WATCHES = 4
"""Sessions that get one in a round: 20 times a second, and so a template that has a tenth of the hits, about two."""


class Timed(Protocol):
    """A session that can carry a watch."""

    def time_next(self) -> None:
        """Time the next request, if it is a hit."""


class Stopwatch:
    """Goes round among the sessions, as long as there are any."""

    def __init__(self, sessions: Iterable[Timed]) -> None:
        self._sessions = sessions
        # Weakly: a session must be free as soon as it is over.
        self._round: Iterator[weakref.ref[Timed]] = iter(())
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Go round, if nobody does."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(ROUND_SECONDS, self._go_round)

    def stop(self) -> None:
        """Go round no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_round(self) -> None:
        self._timer = None
        turns = list(islice(self._round, WATCHES))
        if not turns:
            self._round = iter([weakref.ref(session) for session in self._sessions])
            turns = list(islice(self._round, WATCHES))
        if not turns:
            return  # the next one that joins starts it again
        for turn in turns:
            session = turn()
            if session is not None:
                session.time_next()
        self.start()
