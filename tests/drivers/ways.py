"""Both ways to a server, whichever it is, and the connections over which a test compares them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import pytest

from tests.drivers.driver import AnyDriver
from tests.drivers.sessions.face import Session
from tests.servers.edge import EdgeCache
from tests.servers.patience import AT_ONCE, runs


class AnyWay(Protocol):
    """One driver, and how it is to connect; what it is written as names it in reports."""

    @property
    def driver(self) -> AnyDriver: ...


@dataclass(frozen=True, slots=True)
class AnyWays(ABC):
    """A driver's connections through the edge and directly, open for all of its tests."""

    cache: EdgeCache
    session: Session
    direct: Session

    @property
    @abstractmethod
    def driver(self) -> AnyDriver:
        """The driver that they are of."""

    @abstractmethod
    def renew(self) -> None:
        """Have two rows in ``items`` and nothing else, by a way around the edge."""

    @property
    def hits(self) -> int:
        """Answers from the cache so far."""
        return self.cache.metrics().hits


def until_hits(ways: AnyWays, turn: Callable[[], object], least: int = 1, *, at_once: int = AT_ONCE) -> None:
    """Take turns until so many answers of one come from the cache; AssertionError where that never happens."""
    for _ in runs(at_once):
        before = ways.hits
        turn()
        if ways.hits - before >= least:
            return
    raise AssertionError(f"never {least} hits in a turn")


def each(ways: Iterable[AnyWay]) -> pytest.MarkDecorator:
    """Only these ways."""
    return pytest.mark.parametrize("ways", list(ways), indirect=True, ids=str)


def each_that(ways: Iterable[AnyWay], ability: type) -> pytest.MarkDecorator:
    """Only those whose drivers have an ability."""
    return each(way for way in ways if way.driver.can(ability))
