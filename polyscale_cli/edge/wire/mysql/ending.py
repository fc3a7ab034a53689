"""How a session ends: its client or its origin leaves, or the edge gives it up.

A statement that has gone to the origin is carried out whether its client stays or not; what it may write keeps its
fences until the origin has answered, or could no longer be at it.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.fence import LOST_SECONDS, release_all
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.change_user import ChangeUser
from polyscale_cli.edge.wire.mysql.commands import Command, CommandReader
from polyscale_cli.edge.wire.mysql.inside import Inside
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.wires import Wires

_QUIT = p.packet(bytes((p.Command.QUIT,)), 0)


class Ending(Inside):
    """See the module.

    Attributes:
        _aside: a command that waits for the edge's own doings.
        _change: another user logs in, within the session.
        _raw: bytes are passed on, and nothing is read.
        _leaving: nothing more is sent to the origin.
        _has_quit: it has been told so.
    """

    def __init__(self, wires: Wires, cache: CacheState, login: LoggedIn) -> None:
        super().__init__(wires, cache, login)
        self._wires = wires
        self._reader = CommandReader()
        self._aside: Command | None = None
        self._change: ChangeUser | None = None
        self._client_slow = self._raw = self._leaving = self._has_quit = False

    @property
    def _is_busy(self) -> bool:
        return bool(self._cycle or self._aside or self._change or self._reader.is_cut)

    @property
    def _is_held_up(self) -> bool:
        return bool(self._is_busy or self._client_slow or self._leaving or self._raw or len(self._reader))

    @property
    def next_to_client(self) -> int | None:
        """The number of the packet that the client takes next; None where it takes none, or that is not known."""
        return 1 if self._is_busy and (self._cycle is None or not self._cycle.begun) else None

    def farewell(self) -> bytes:
        """What takes leave of the origin in good order: nothing while it works on something, or once that is done."""
        return b"" if self._is_busy or self._raw or self._has_quit else _QUIT

    def give_up(self) -> bool:
        """End the session from this side: what waits is dropped. Returns whether the origin must still be awaited."""
        self._serving = False
        self._to_client = _nowhere
        self._aside = None
        cycle = self._cycle
        if cycle is not None and cycle.fill is not None:
            cycle.fill.abandon()
            cycle.fill = None
        if cycle is not None:
            cycle.end_question()  # its answer may not be read any more
        self._leaving = True
        if cycle is not None and cycle.fences and not self._reader.is_cut:
            return True
        # Its connection is closed, which may take a while: were a read watched until then, a migration that comes
        # meanwhile would fence it, and that fence would be taken for a lost write's.
        self.cache.origin.watchers.discard(self)
        return False

    def _take_leave(self) -> None:
        """Let the origin end the session, now that it has answered what was awaited."""
        if self._leaving and not self._has_quit:
            self._has_quit = True
            self._to_origin(_QUIT)

    def origin_left(self) -> None:
        """Note that the origin's connection is gone; what was being written may still be carried out."""
        self._serving = False
        self._to_origin = _nowhere
        self._aside = None
        self.cache.origin.watchers.discard(self)
        cycle, self._cycle = self._cycle, None
        if cycle is None:
            return
        if cycle.fences and not self._reader.is_cut:
            fences, cycle.fences = cycle.fences, ()
            self._wires.later(LOST_SECONDS, partial(release_all, fences))
        cycle.release()
        cycle.end_question()

    @abstractmethod
    def definitions_moved(self) -> None:
        """Note that what was sent as a read may do something else by the time it gets its turn."""


def _nowhere(_data: bytes) -> None:
    """Send to a side that is gone."""
