"""Ask the API for everything that is shown, and for no more than that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.models import CacheRecord
from polyscale_cli.errors import AuthenticationError, NotFoundError
from polyscale_cli.top.readings import CacheReading, Quantiles, Reading, TemplateReading

MOST_CACHES = 20
"""Each is a request of its own at every reading."""
MOST_TEMPLATES = 200
TIMES_EVERY = 5.0
"""Seconds: the times of a cache are of minutes, and change slowly."""
SPAN = "2m"
"""What templates and times are of, at first; it grows until it is renewed."""
RENEWED_AFTER = 300.0
"""Seconds until a span begins anew, so that the edge never adds up many minutes."""


class Asker:
    """Takes one reading after the other; the clock is given, in seconds.

    What templates did is told since a moment, by the edge's clock: the same one at each reading, so that the
    difference of two is what happened between them.
    """

    def __init__(self, api: ManagementApi, clock: Callable[[], float], *, only: str | None = None) -> None:
        self._api = api
        self._clock = clock
        self._only = only
        self._times: dict[str, _Times] = {}
        self._span: _Span | None = None

    def read(self, chosen: str | None) -> Reading:
        """Ask for everything; for the templates of the chosen cache, or of the first one.

        Raises:
            PolyscaleError: the API does not answer, or refuses.
        """
        found = self._api.caches() if self._only is None else (self._api.cache(self._only),)
        shown = found[:MOST_CACHES]
        if chosen not in {one.id for one in shown}:
            chosen = shown[0].id if shown else None
        at = self._clock()
        caches = tuple(self._cache(one) for one in shown)
        templates, base = self._templates(chosen) if chosen is not None else (None, {})
        return Reading(at, caches, len(found) - len(shown), chosen, templates, base)

    def _cache(self, cache: CacheRecord) -> CacheReading:
        counters = self._api.metrics(cache.id)
        times = self._times.get(cache.id)
        if times is None or self._clock() - times.at >= TIMES_EVERY:
            times = self._times[cache.id] = _Times.read(self._clock(), self._told(cache.id, "statistics", since=SPAN))
        return CacheReading(cache.id, cache.name, counters, times.hit, times.origin)

    def _templates(self, cache_id: str) -> tuple[tuple[TemplateReading, ...] | None, Mapping[str, int]]:
        """The templates since the moment of the reading before, and the base of the next reading."""
        span, now = self._span, self._clock()
        if span is None or span.cache_id != cache_id:
            span = self._span = _Span(cache_id, now, self._times[cache_id].since)
        found = self._queries(span)
        base = found
        if now - span.at >= RENEWED_AFTER:
            span = self._span = _Span(cache_id, now, self._times[cache_id].since)
            base = self._queries(span)
        return found, {one.id: one.runs for one in base or ()}

    def _queries(self, span: _Span) -> tuple[TemplateReading, ...] | None:
        asked = {"limit": str(MOST_TEMPLATES), **({"since": span.since} if span.since else {})}
        rows = self._told(span.cache_id, "queries", **asked)
        return tuple(TemplateReading.read(row) for row in rows) if isinstance(rows, list) else None

    def _told(self, cache_id: str, what: str, **asked: str) -> Any:
        """What the edge tells of a cache; None where it knows no such thing, or it is not for us."""
        try:
            return self._api.send("GET", f"/v1/caches/{quote(cache_id, safe='')}/{what}?{urlencode(asked)}")
        except (NotFoundError, AuthenticationError):
            return None


class _Span:
    """Since when templates are told: a moment as the edge writes it, None where it wrote none."""

    def __init__(self, cache_id: str, at: float, since: str | None) -> None:
        self.cache_id = cache_id
        self.at = at
        self.since = since


class _Times:
    """The times of a cache's last minutes, when they were asked for, and when these minutes begin."""

    def __init__(self, at: float, since: str | None, hit: Quantiles | None, origin: Quantiles | None) -> None:
        self.at = at
        self.since = since
        self.hit = hit
        self.origin = origin

    @classmethod
    def read(cls, at: float, body: Any) -> _Times:
        """Read the API's JSON."""
        if not isinstance(body, Mapping) or not isinstance(total := body.get("total"), Mapping):
            return cls(at, None, None, None)
        times = (Quantiles.read(total.get(name)) for name in ("hitSeconds", "originSeconds"))
        return cls(at, str(body["since"]) if body.get("since") else None, *times)
