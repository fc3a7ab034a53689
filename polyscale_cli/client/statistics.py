"""What caches and their queries have done, as the management API tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from polyscale_cli.client.models import unreadable
from polyscale_cli.client.reasons import ReasonRecord

_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that half, 95 % and 99 % stay within."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, body: Mapping[str, Any] | None) -> Times | None:
        """Read what may be unknown."""
        return None if body is None else cls(float(body["p50"]), float(body["p95"]), float(body["p99"]))

    def data(self) -> dict[str, float]:
        """For the JSON envelope, in milliseconds."""
        return {name: round(getattr(self, name) * 1000, 4) for name in ("p50", "p95", "p99")}


@dataclass(frozen=True, slots=True)
class Counted:
    """Statements by how they were answered, entries that were dropped, and times; ``saved`` in seconds."""

    runs: int
    hits: int
    misses: int
    passes: int
    passes_by_reason: tuple[tuple[str, int], ...]
    invalidated: int
    origin: Times | None
    hit: Times | None
    saved: float

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Counted:
        """Read the fields that points, totals and queries have in common."""
        return cls(
            runs=int(body["runs"]),
            hits=int(body["hits"]),
            misses=int(body["misses"]),
            passes=int(body["passes"]),
            passes_by_reason=tuple((str(one["code"]), int(one["passes"])) for one in body["passesByReason"]),
            invalidated=int(body["invalidated"]),
            origin=Times.of(body["originSeconds"]),
            hit=Times.of(body["hitSeconds"]),
            saved=float(body["timeSavedSeconds"]),
        )

    @property
    def hit_rate(self) -> float | None:
        """Hits of hits and misses; None where there were neither."""
        reads = self.hits + self.misses
        return round(self.hits / reads, 4) if reads else None

    @property
    def share_of_hits(self) -> float | None:
        """Hits of all runs; None where none of them was a candidate."""
        return self.hits / self.runs if self.runs > self.passes else None

    @property
    def share_of_passes(self) -> float:
        """Runs that were no candidates, of all."""
        return self.passes / self.runs if self.runs else 0.0

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {
            "runs": self.runs,
            "hits": self.hits,
            "misses": self.misses,
            "passes": self.passes,
            "passes_by_reason": dict(self.passes_by_reason),
            "hit_rate": self.hit_rate,
            "invalidated": self.invalidated,
            "origin_ms": self.origin.data() if self.origin is not None else None,
            "hit_ms": self.hit.data() if self.hit is not None else None,
            "time_saved_ms": round(self.saved * 1000, 3),
        }


@dataclass(frozen=True, slots=True)
class History:
    """A cache over time: points by when they begin, in order, and their total; ``step`` is minute or hour.

    ``notes`` say what there is to know of how the edge keeps its statistics.
    """

    since: str
    until: str
    step: str
    points: tuple[tuple[str, Counted], ...]
    total: Counted
    notes: tuple[str, ...]

    @classmethod
    def read(cls, body: Any) -> History:
        """Read the API's JSON. Raises PolyscaleError when it is no history."""
        return _read(
            "a cache's statistics",
            lambda: cls(
                since=str(body["since"]),
                until=str(body["until"]),
                step=str(body["step"]),
                points=tuple((str(one["at"]), Counted.of(one)) for one in body["points"]),
                total=Counted.of(body["total"]),
                notes=tuple(str(note) for note in body.get("notes") or ()),
            ),
        )

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {
            "since": self.since,
            "until": self.until,
            "step": self.step,
            "total": self.total.data(),
            "points": [{"at": at, **counted.data()} for at, counted in self.points],
        }


@dataclass(frozen=True, slots=True)
class QueryRecord:
    """One template of a cache; ``reason`` is why it is passed by, mostly; TTLs are in seconds.

    ``templates`` is more than one for the last, which stands for all that are not told apart.
    """

    id: str
    sql: str
    tables: tuple[str, ...]
    dql: bool
    templates: int
    counted: Counted
    reason: ReasonRecord | None
    cacheability: float | None
    mean_bytes: float | None
    ttl: float | None
    recommended_ttl: float | None
    last_run_at: str | None

    @classmethod
    def read(cls, body: Any) -> QueryRecord:
        """Read the API's JSON. Raises PolyscaleError when it is no query."""
        return _read(
            "a query",
            lambda: cls(
                id=str(body["id"]),
                sql=str(body["sql"]),
                tables=tuple(str(name) for name in body["tables"]),
                dql=bool(body["dql"]),
                templates=int(body["templates"]),
                counted=Counted.of(body),
                reason=ReasonRecord.of(body["reason"]),
                cacheability=body["cacheability"],
                mean_bytes=body["meanBytes"],
                ttl=body["ttl"],
                recommended_ttl=body["recommendedTtl"],
                last_run_at=body["lastRunAt"],
            ),
        )

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {
            "id": self.id,
            "sql": self.sql,
            "tables": list(self.tables),
            "dql": self.dql,
            "templates": self.templates,
            **self.counted.data(),
            "reason": self.reason.code if self.reason is not None else None,
            "reason_text": self.reason.text if self.reason is not None else None,
            "reason_cure": self.reason.cure if self.reason is not None else None,
            "cacheability": self.cacheability,
            "mean_bytes": self.mean_bytes,
            "ttl": self.ttl,
            "recommended_ttl": self.recommended_ttl,
            "last_run_at": self.last_run_at,
        }


def _read(what: str, read: Callable[[], _Record]) -> _Record:
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unreadable(what) from error
