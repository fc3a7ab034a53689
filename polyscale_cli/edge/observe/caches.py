"""The caches of an edge, as statistics look at them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine import CacheState, Engine
from polyscale_cli.edge.observe.collector import Collector
from polyscale_cli.edge.observe.figures import CacheFigures
from polyscale_cli.edge.observe.lifetime import Lifetime, lifetime_of
from polyscale_cli.edge.registry import Registry


class ObservedCaches:
    """Every cache that there is, whether or not somebody has used it yet.

    Args:
        connections: how many clients a cache has now.
    """

    def __init__(self, registry: Registry, engine: Engine, connections: Callable[[Cache], int]) -> None:
        self._registry = registry
        self._engine = engine
        self._connections = connections

    def states(self) -> Iterator[tuple[str, CacheState]]:
        """Give the ids and the states of those that somebody has used."""
        for cache in self._registry.caches():
            state = self._engine.state(cache.id)
            if state is not None:
                yield cache.id, state

    def habits(self) -> Iterator[tuple[str, Iterator[tuple[str, object]]]]:
        """Give what automation has learned of each."""
        return ((cache.id, self._engine.export_habits(cache.id)) for cache in self._registry.caches())

    def lifetimes(self, collector: Collector, cache_id: str, template_ids: Iterable[str]) -> dict[str, Lifetime]:
        """For how long answers of templates are kept, of those that have been met since the edge started."""
        state = self._engine.state(cache_id)
        if state is None:
            return {}
        met = collector.templates(cache_id)
        return {one: lifetime_of(state, met[one]) for one in template_ids if one in met}

    def figures(self, collector: Collector) -> list[CacheFigures]:
        """Give the figures of each, as of the last sweep."""
        return [self._figures(collector, cache) for cache in self._registry.caches()]

    def _figures(self, collector: Collector, cache: Cache) -> CacheFigures:
        state = self._engine.state(cache.id)
        return CacheFigures(
            id=cache.id,
            name=cache.name,
            totals=collector.totals(cache.id),
            entries=state.entries if state is not None else 0,
            bytes=state.bytes if state is not None else 0,
            connections=self._connections(cache),
            templates=len(tuple(state.templates.all())) if state is not None else 0,
        )
