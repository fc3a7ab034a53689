"""The engine as the edge sees it: caches by id, under one byte budget."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping

from polyscale_cli.edge.engine.cachestate import CacheState, Settings
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.metrics import CacheMetrics
from polyscale_cli.edge.engine.origin import Origin
from polyscale_cli.edge.engine.purging import EVERYTHING, Purged, PurgedPart, PurgedTable, Selection, purge
from polyscale_cli.edge.engine.store import Store


class Engine:
    """All caches of one edge.

    Args:
        clock: seconds, monotonic; the engine has no other time.
        budget_bytes: what all entries together may take.
        entry_limit_bytes: a larger answer streams through and is not kept.
    """

    def __init__(self, clock: Callable[[], float], *, budget_bytes: int, entry_limit_bytes: int) -> None:
        self._clock = clock
        self._entry_limit = entry_limit_bytes
        self._store = Store(budget_bytes)
        self._caches: dict[str, CacheState] = {}
        self._origins: dict[Hashable, Origin] = {}
        self._by_server: dict[str, list[Origin]] = {}
        self._settings: dict[str, Settings] = {}
        self._habits: dict[str, Mapping[str, object]] = {}

    @property
    def used_bytes(self) -> int:
        """Bytes charged to the budget now."""
        return self._store.used

    @property
    def evicted(self) -> int:
        """Entries evicted to keep the budget, since the start."""
        return self._store.evicted

    def configure(self, cache_id: str, settings: Settings) -> None:
        """Set what people want of a cache, at once: entries made under other settings go."""
        if self._settings.get(cache_id) == settings:
            return
        self._settings[cache_id] = settings
        state = self._caches.get(cache_id)
        if state is not None:
            state.configure(settings)

    def restore_habits(self, cache_id: str, habits: Mapping[str, object]) -> None:
        """Take what ``export_habits`` gave before the edge was restarted; call it before anybody uses the cache."""
        self._habits[cache_id] = habits

    def export_habits(self, cache_id: str) -> Iterator[tuple[str, object]]:
        """Give what automation has learnt of a cache, what matters most first: of itself under the empty name, of the
        templates at hand by id, and of those that an earlier edge met. It may be gone on with after a while.
        """
        state = self._caches.get(cache_id)
        if state is None:
            yield from tuple(self._habits.get(cache_id, {}).items())
            return
        yield "", state.habits.export()
        for template in state.templates.all():
            if known := template.habits.export():
                yield template.id, known
        yield from tuple(state.templates.remembered.items())

    def cache(self, cache_id: str, dialect: Dialect, origin: Hashable) -> CacheState:
        """Find or make the state of a cache; ``origin`` is equal for caches that stand for the same database server."""
        state = self._caches.get(cache_id)
        if state is None:
            shared = self._origins.get(origin)
            if shared is None:
                shared = self._origins[origin] = Origin(self._by_server, self._clock)
            state = CacheState(
                shared,
                dialect,
                self._store,
                self._clock,
                entry_limit=self._entry_limit,
                settings=self._settings.get(cache_id, Settings()),
            )
            habits = dict(self._habits.pop(cache_id, {}))
            state.habits.restore(habits.pop("", None))
            state.templates.remembered = habits
            self._caches[cache_id] = state
        return state

    def state(self, cache_id: str) -> CacheState | None:
        """Give the state of a cache; None for one that nobody has used."""
        return self._caches.get(cache_id)

    def purge(self, cache_id: str, wanted: Selection = EVERYTHING, *, dry_run: bool = False) -> Purged:
        """Drop all entries of a cache, now, or some of them; or only count them."""
        state = self._caches.get(cache_id)
        if state is not None:
            return purge(state, wanted, dry_run=dry_run)
        return Purged(
            0,
            tuple(PurgedTable(name, (), 0, unknown=True) for name in wanted.tables),
            *(
                tuple(PurgedPart(name, 0) for name in names)
                for names in (wanted.templates, wanted.queries, wanted.tags)
            ),
        )

    def forget(self, cache_id: str) -> int:
        """Drop a cache that was deleted, or whose origin has changed. Returns how many entries went."""
        self._settings.pop(cache_id, None)
        self._habits.pop(cache_id, None)
        state = self._caches.pop(cache_id, None)
        if state is None:
            return 0
        state.caches = False
        dropped = state.purge()
        state.origin.caches.remove(state)
        return dropped

    def hindrances(self, cache_id: str) -> tuple[str, ...]:
        """Give the names of functions for whose sake no answer of a cache is kept."""
        state = self._caches.get(cache_id)
        return state.hindrances() if state is not None else ()

    def metrics(self, cache_id: str) -> CacheMetrics:
        """Give a cache's counters; zeros for one that nobody has used."""
        state = self._caches.get(cache_id)
        return state.metrics() if state is not None else CacheMetrics(0, 0, 0, 0, 0, 0, 0)
