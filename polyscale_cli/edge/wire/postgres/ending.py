"""How a session ends: its client or its origin leaves, or the edge gives it up.

Whoever leaves, what the client sent is carried out, as a server would; and what of it may be carried out unseen keeps
its fences.
"""

from __future__ import annotations

from functools import partial

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.fence import LOST_SECONDS, release_all
from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.answers import AnswerReader
from polyscale_cli.edge.wire.postgres.asking import Asking
from polyscale_cli.edge.wire.postgres.cycle import Cycle
from polyscale_cli.edge.wire.postgres.request import RequestReader
from polyscale_cli.edge.wire.postgres.wires import Handle, Wires


class Ending(Asking):
    """See the module.

    Attributes:
        _open: the cycle that has no Sync yet, if the last has none.
        _finished: the client sends no more.
        _leaving: nothing more is sent to the origin.
        _was_cut: half a message was the last that came before the session was given up.
    """

    _answers: AnswerReader

    def __init__(self, wires: Wires, cache: CacheState, reported: dict[str, str], *, ask: bool) -> None:
        super().__init__(wires, cache, reported, ask=ask)
        self._wires = wires
        self._reader = RequestReader()
        self._open: Cycle | None = None
        self._timer: Handle | None = None
        self._client_slow = False
        self._finished = False
        self._was_cut = False
        self._leaving = False

    def client_finished(self) -> None:
        """Note that the client sends no more, though it may still read: what it sent is carried out, then all ends."""
        self._finished = True
        if self._aside is None and not self._leaving:
            self._advance()

    def client_left(self) -> bool:
        """Note that the client is gone; what it sent is carried out all the same, as a server would.

        Returns whether the origin must still be awaited.
        """
        self._stop_answering()
        self._client_slow = False
        self.client_finished()
        return self._awaits_origin()

    def give_up(self) -> bool:
        """End the session from this side: what waits is dropped. Returns whether the origin must still be awaited."""
        self._stop_answering()
        self._aside = self._aside_question = None
        self._was_cut = self._reader.is_cut
        self._reader = RequestReader()
        self._take_leave()
        return self._awaits_origin()

    def _awaits_origin(self) -> bool:
        """Whether the origin must still be awaited. If not, its connection is closed, and what it still reads is lost.

        That can take a while, with TLS above all. Were the reads watched until it is done, a migration that comes
        meanwhile would fence them, and those fences would be taken for a lost write's.
        """
        if not self._leaving or any(cycle.fences or cycle.internal for cycle in self.cycles):
            return True
        self.cache.origin.watchers.discard(self)
        return False

    def _stop_answering(self) -> None:
        self._stop_serving()
        self._to_client = nowhere
        if self._timer is not None:
            self._timer.cancel()
        for cycle in self.cycles:
            if cycle.fill is not None:
                cycle.fill.abandon()
                cycle.fill = None

    def _take_leave(self) -> None:
        if not self._leaving:
            self._leaving = True
            self._wires.take_leave()

    def origin_left(self) -> bytes:
        """Note that the origin's connection is gone. Returns what the client is still to be told.

        Only the origin's own word that it ends the session says that its process has nothing more to commit; whoever
        stands in between closes in good order, too. Without it, what was being written stays fenced for as long as an
        answer could otherwise be stale.
        """
        self._stop_serving()
        self._to_origin = nowhere
        self._aside = self._aside_question = None
        self.cache.origin.watchers.discard(self)
        cycles = list(self.cycles)
        self.cycles.clear()
        if not self._answers.is_over:
            lost = [cycle for cycle in cycles if self._may_commit(cycle, is_last=cycle is cycles[-1])]
            fences = tuple(fence for cycle in lost for fence in cycle.fences)
            if fences:
                self._wires.later(LOST_SECONDS, partial(release_all, fences))
                for cycle in lost:
                    cycle.fences = ()
        for cycle in cycles:
            cycle.release()
            self._questions.is_over(cycle)
        self._answers.let_go()
        if self._leaving or self._answers.last_words or not self._answers.between_messages:
            return b""
        return m.error_response(
            "FATAL",
            "08006",
            "the connection to the origin was lost",
            detail="It may or may not have carried out what it was doing." if cycles else None,
        )

    def _may_commit(self, cycle: Cycle, *, is_last: bool) -> bool:
        """Whether what was sent of a request can still be committed, though nothing more will come."""
        if cycle.internal:
            return False
        if is_last and cycle.statements <= 1 and (self._was_cut or self._reader.is_cut):
            return False  # half a message is never carried out
        return cycle is not self._open or cycle.ends_block  # nor is what no Sync has come for, unless it says so


def nowhere(_data: bytes) -> None:
    """Send to a side that is gone."""
