"""Tables for scripts, an edge in front of them, and the two ways of playing a script there."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.servers.edge import Edge, EdgeCache
from tests.servers.process import free_port
from tests.transparency.compare import Parting, Shown, difference
from tests.transparency.script import Script
from tests.transparency.stage import Cutting, Stage, Transcript


@dataclass(frozen=True, slots=True)
class Front:
    """A cache with a port of its own, so that nothing in a script must name it."""

    cache: EdgeCache
    port: int

    @property
    def hits(self) -> int:
        return self.cache.metrics().hits


class World(ABC):
    """Plays scripts, each on tables as they are in the beginning.

    Attributes:
        front: the cache that all scripts share.
    """

    database_type: str

    def __init__(self, edge: Edge, origin: tuple[str, int]) -> None:
        self.edge = edge
        self.origin = origin
        self.front = self._front()
        self._touched = False

    @abstractmethod
    def plain(self) -> Callable[[Any], Shown]:
        """What takes from one transcript's messages, in order, what differs between any two runs."""

    @abstractmethod
    def restore(self) -> None:
        """Put the tables back, through the edge, so that all its caches see it."""

    @abstractmethod
    def stage(self, port: int, cutting: Cutting = Cutting.WHOLE, seed: int = 0) -> Stage:
        """Where a script can be played that finds its server on a port."""

    def direct(self, script: Script, cutting: Cutting = Cutting.WHOLE, seed: int = 0) -> Transcript:
        """Play it at the server."""
        return self.play(script, self.stage(self.origin[1], cutting, seed))

    def through(
        self, script: Script, cutting: Cutting = Cutting.WHOLE, *, seed: int = 0, front: Front | None = None
    ) -> Transcript:
        """Play it through the edge, by the cache that all scripts share or by another."""
        return self.play(script, self.stage((front or self.front).port, cutting, seed))

    def play(self, script: Script, stage: Stage) -> Transcript:
        """Play it anywhere."""
        if self._touched or not script.keeps:
            self.restore()
        self._touched = not script.keeps
        return stage.play(script)

    def difference(self, direct: Transcript, other: Transcript) -> Parting | None:
        """Say where they part, if they do."""
        return difference(direct, other, self.plain)

    @contextlib.contextmanager
    def new_front(self) -> Iterator[Front]:
        """A cache that nobody has used yet."""
        made = self._front()
        yield made
        made.cache.delete()

    def _front(self) -> Front:
        port = free_port()
        cache = self.edge.create_cache(self.origin, database=self.database_type, originTls="disable", listenPort=port)
        return Front(cache, port)
