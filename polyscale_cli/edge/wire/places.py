"""Who may come in: no more clients than the process may open files for, whatever they speak."""

from __future__ import annotations

import sys

TOO_MANY = "this edge has no place for one more client"

_UNLIMITED = 1 << 20
_FEWEST_RESERVED = 48
"""Files of an edge on which nobody is: its listeners, its state, its log, and a few clients of its HTTP port."""


def most_open_files() -> int:
    """How many files the process may open; Windows has no limit that matters."""
    if sys.platform == "win32":
        return _UNLIMITED
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _UNLIMITED if soft == resource.RLIM_INFINITY else soft


class Places:
    """The clients of all protocols: a stranger takes one file, one that has said which cache it wants another there.

    Each has a share, so that those who say nothing never take the places of those who do, and so that a client too many
    can still be told: at the limit itself a connection just ends.

    Args:
        files: how many the process may open.
    """

    def __init__(self, files: int) -> None:
        self._files = files
        self._most_strangers = files // 8
        self._most_clients = max(1, (files - self._most_strangers - max(_FEWEST_RESERVED, files // 8)) // 2)
        self._strangers: set[object] = set()
        self._clients: set[object] = set()

    @property
    def hint(self) -> str:
        """What to do where there is no place."""
        return (
            f"It may open {self._files} files, which are enough for {self._most_clients} clients: raise the limit"
            " (ulimit -Hn, or LimitNOFILE= of its service) and start it anew, or let clients keep fewer connections."
        )

    @property
    def is_crowded(self) -> bool:
        """Whether so many have not said yet which cache they want that each must hurry."""
        return len(self._strangers) > self._most_strangers

    def came(self, who: object) -> None:
        """Note a connection of somebody unknown."""
        self._strangers.add(who)

    def admits(self, who: object) -> bool:
        """Take a stranger as a client. Returns False where there is no place: it stays a stranger then."""
        if len(self._clients) >= self._most_clients:
            return False
        self._strangers.discard(who)
        self._clients.add(who)
        return True

    def left(self, who: object) -> None:
        """Note that a connection is over."""
        self._strangers.discard(who)
        self._clients.discard(who)
