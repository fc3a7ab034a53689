"""Readings once in a while, taken beside the screen."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.top.asking import Asker
from polyscale_cli.top.readings import Reading

_END_SECONDS = 2.0


class Poller:
    """A thread that reads, and says when it has.

    Args:
        connect: makes what asks; called anew after each failure, for an edge may come back elsewhere.
        interval: seconds from one reading to the next.
        wake: called, in the thread, whenever something new can be taken.
    """

    def __init__(self, connect: Callable[[], Asker], interval: float, wake: Callable[[], None]) -> None:
        self.paused = False
        self._connect = connect
        self._interval = interval
        self._wake = wake
        self._chosen: str | None = None
        self._found: queue.SimpleQueue[Reading | Exception] = queue.SimpleQueue()
        self._again = threading.Event()
        self._ended = threading.Event()
        # A request under way may last; nobody waits for it in the end.
        self._thread = threading.Thread(target=self._run, name="polling", daemon=True)

    def __enter__(self) -> Poller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._again.set()
        self._thread.join(_END_SECONDS)

    def choose(self, cache_id: str | None) -> None:
        """Read this cache's templates from now on, at once where that is a change."""
        if cache_id != self._chosen:
            self._chosen = cache_id
            self._again.set()

    def take(self) -> Reading | PolyscaleError | None:
        """What was read or went wrong since the last time, the oldest first; None where there is no more."""
        try:
            found = self._found.get_nowait()
        except queue.Empty:
            return None
        if isinstance(found, Reading | PolyscaleError):
            return found
        raise found

    def _run(self) -> None:
        asker: Asker | None = None
        while not self._ended.is_set():
            started = time.monotonic()
            if not self.paused:
                try:
                    asker = asker or self._connect()
                    self._found.put(asker.read(self._chosen))
                except Exception as error:  # noqa: BLE001 - whoever takes it raises what is not expected
                    asker = None
                    self._found.put(error)
                self._wake()
            self._again.wait(max(0.0, started + self._interval - time.monotonic()))
            self._again.clear()
