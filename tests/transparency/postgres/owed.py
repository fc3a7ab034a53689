"""What a server still owes a client for what it has been sent: so a player knows when an answer is complete.

Each message has one that ends its answer; after an error in the extended protocol all up to the Sync is skipped, and
what comes during COPY FROM STDIN belongs to it, Sync and Flush included (manual, sections 55.2.3, 55.2.6).
"""

from __future__ import annotations

from collections import deque

from tests.e2e.raw import Message
from tests.transparency.script import Message as Sent

_UNASKED = frozenset("NSA")
_ENDS = {"Q": "Z", "F": "Z", "S": "Z", "P": "1", "B": "2", "D": "Tn", "E": "CIs", "C": "3"}
_FLUSHES = frozenset("HQFS")
_COPY_ENDS = frozenset("cf")


class Owed:
    """Letters of messages whose answer is not complete.

    Attributes:
        ends: the server must close the connection: it has said a FATAL error, or was told good-bye.
    """

    def __init__(self) -> None:
        self._queue: deque[str] = deque()
        self._skipping = False
        self._copying = False
        self.ends = False

    def sent(self, message: Sent) -> None:
        """Note a message of the client."""
        kind = chr(message.encode()[0])
        if kind == "X":
            self.ends = True
        self._queue.append(kind)
        self._settle()

    def received(self, message: Message) -> None:
        """Note a message of the server."""
        kind = message.kind
        head = self._queue[0] if self._queue else ""
        if kind == "E":
            self.ends = self.ends or message.fields["V"] in {"FATAL", "PANIC"}
            self._copying = False
            self._skipping = self._skipping or head not in {"", "Q", "F", "S"}
        elif kind == "G":
            self._copying = True
        elif kind not in _UNASKED and head and kind in _ENDS.get(head, ""):
            self._queue.popleft()
            self._skipping = self._skipping and kind != "Z"
        self._settle()

    @property
    def nothing(self) -> bool:
        """Whether nothing is owed: to what was sent behind the last Sync, Flush or Query no answer need come yet."""
        if self._copying and len(self._queue) == 1:
            return True
        return not any(kind in _FLUSHES for kind in self._queue)

    def _settle(self) -> None:
        """Drop what nothing will be said to."""
        queue = self._queue
        while queue:
            if self._skipping and queue[0] != "S":
                queue.popleft()
            elif self._copying and len(queue) > 1:
                self._copying = queue[1] not in _COPY_ENDS
                del queue[1]
            elif not self._copying and queue[0] not in _ENDS:
                queue.popleft()
            else:
                return
