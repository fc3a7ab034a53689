"""What the API says at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polyscale_cli.client.models import unreadable


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Durations in seconds: what half of them, and what 95 of 100, stay within."""

    p50: float
    p95: float

    @classmethod
    def read(cls, body: Any) -> Quantiles | None:
        """Read the API's JSON; None where nothing was measured. Raises PolyscaleError when it is neither."""
        try:
            return cls(float(body["p50"]), float(body["p95"])) if body is not None else None
        except (KeyError, TypeError, ValueError) as error:
            raise unreadable("a set of quantiles") from error


@dataclass(frozen=True, slots=True)
class CacheReading:
    """One cache: its counters since the edge began, and the times of its last minutes."""

    id: str
    name: str
    counters: Mapping[str, int]
    hit_times: Quantiles | None
    origin_times: Quantiles | None


@dataclass(frozen=True, slots=True)
class TemplateReading:
    """One template, over the last minutes.

    Attributes:
        passes: runs that were no candidates.
        hit_ratio: hits of all others.
        ttl: seconds.
        reason: the code of why it is passed by, where it is.
    """

    id: str
    sql: str
    runs: int
    passes: int
    hit_ratio: float | None
    origin_times: Quantiles | None
    ttl: float | None
    reason: str | None

    @classmethod
    def read(cls, body: Any) -> TemplateReading:
        """Read the API's JSON. Raises PolyscaleError when it is no template."""
        try:
            ratio, ttl, reason = body.get("hitRatio"), body.get("ttl"), body.get("reason")
            return cls(
                id=str(body["id"]),
                sql=str(body["sql"]),
                runs=int(body["runs"]),
                passes=int(body["passes"]),
                hit_ratio=None if ratio is None else float(ratio),
                origin_times=Quantiles.read(body.get("originSeconds")),
                ttl=None if ttl is None else float(ttl),
                reason=str(reason["code"]) if reason else None,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable("what a query has done") from error

    @property
    def share_of_passes(self) -> float:
        """Runs that were no candidates, of all."""
        return self.passes / self.runs if self.runs else 0.0

    @property
    def share_of_hits(self) -> float | None:
        """Hits of all runs; None where none of them was a candidate."""
        return None if self.hit_ratio is None else self.hit_ratio * (1 - self.share_of_passes)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything at one moment.

    Attributes:
        at: seconds of a clock that only goes forward.
        caches: those that were read.
        unread: how many more there are.
        chosen: the id of the cache whose templates these are; None where there is no cache.
        templates: None where the edge does not tell.
        base: how often each template had run, to be compared with the next reading.
    """

    at: float
    caches: tuple[CacheReading, ...]
    unread: int
    chosen: str | None
    templates: tuple[TemplateReading, ...] | None
    base: Mapping[str, int]
