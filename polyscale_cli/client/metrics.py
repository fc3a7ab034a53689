"""The counters of a cache, as the management API sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polyscale_cli.client.models import unreadable


@dataclass(frozen=True, slots=True)
class Observed:
    """What a cache would have done while it only observed: reads, seconds, and a part of all reads from 0 to 1."""

    would_hit: int = 0
    would_be_stale: int = 0
    would_save: float = 0.0
    hit_rate: float | None = None

    @classmethod
    def of(cls, body: Mapping[str, Any] | None) -> Observed:
        """Read what an earlier edge does not tell."""
        if body is None:
            return cls()
        ratio = body["hitRatio"]
        return cls(
            int(body["wouldHit"]),
            int(body["wouldBeStale"]),
            float(body["wouldSaveSeconds"]),
            None if ratio is None else round(float(ratio), 4),
        )

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {
            "would_hit": self.would_hit,
            "would_be_stale": self.would_be_stale,
            "would_save_ms": round(self.would_save * 1000, 3),
            "would_hit_rate": self.hit_rate,
        }

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """As label and value pairs."""
        rate = "-" if self.hit_rate is None else f"{self.hit_rate:.1%}"
        return (
            ("would hit", f"{self.would_hit:,} ({rate} of reads)"),
            ("would be stale", f"{self.would_be_stale:,}"),
            ("would save", f"{self.would_save:.3g} s"),
        )


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counters since the edge started, by the API's names; ``observed`` is of a cache that only observes."""

    counts: Mapping[str, int]
    observed: Observed

    @classmethod
    def read(cls, body: Any) -> Metrics:
        """Read the API's JSON. Raises PolyscaleError when it is no set of counters."""
        try:
            counts = {str(name): value for name, value in body.items() if isinstance(value, int)}
            return cls(counts, Observed.of(body.get("observed")))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable("a set of counters") from error
