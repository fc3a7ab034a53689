"""Spans of time as the API's clients name them: moments in RFC 3339, and durations such as 15m, 24h and 7d."""

from __future__ import annotations

import enum
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from polyscale_cli.edge.observe.store import HOUR, KEPT_SECONDS, MINUTE
from polyscale_cli.errors import UsageError

LONGEST_IN_MINUTES = 6 * HOUR
"""Seconds. A longer span is given in hours unless minutes are asked for, and its queries are counted by whole hours."""

USUAL_SINCE = "24h"

_DURATION = re.compile(r"([1-9][0-9]{0,8})(s|m|h|d)", re.ASCII)
_SECONDS = {"s": 1, "m": MINUTE, "h": HOUR, "d": 24 * HOUR}
# What fromisoformat reads and RFC 3339 does not have is left out, such as 20260101 and times without a zone.
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Step(enum.StrEnum):
    """How long the parts of a span are."""

    MINUTE = "minute"
    HOUR = "hour"

    @property
    def seconds(self) -> int:
        """Their length."""
        return MINUTE if self is Step.MINUTE else HOUR


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` to before ``until``, in seconds since 1970, both whole multiples of the step."""

    since: int
    until: int
    step: Step


def span_of(since: str | None, until: str | None, step: Step | None, now: float) -> Span:
    """Read what a client asked for; without ``since`` the last day, without ``until`` up to now.

    Raises:
        UsageError: it is no span, ends before it begins, or begins before what is kept.
    """
    end = now if until is None else read_time(until, "until", now)
    begin = read_time(USUAL_SINCE if since is None else since, "since", now)
    if begin >= end:
        raise UsageError(f"since: must be before until; {written(int(begin))} is not before {written(int(end))}.")
    chosen = step or (Step.MINUTE if end - begin <= LONGEST_IN_MINUTES else Step.HOUR)
    length = chosen.seconds
    kept = KEPT_SECONDS[length]
    # A duration of all that is kept names the part of a step that has gone meanwhile as well.
    if begin < now - kept - length:
        hint = " Ask for step=hour, which is kept for longer." if chosen is Step.MINUTE else ""
        raise UsageError(f"since: must be within the last {kept // 86400} days, for {chosen}s are kept so long.{hint}")
    # The step at hand is a part of it, and none that is yet to come.
    last = math.ceil(min(end, now + 1) / length) * length
    first = int(begin) // length * length
    return Span(first, max(last, first + length), chosen)


def read_time(text: str, name: str, now: float) -> float:
    """Read a moment, or how long it is ago, as seconds since 1970.

    Raises:
        UsageError: it is neither.
    """
    duration = _DURATION.fullmatch(text)
    if duration is not None:
        return now - int(duration[1]) * _SECONDS[duration[2]]
    if _MOMENT.fullmatch(text) is not None:
        try:
            return (datetime.fromisoformat(text.upper()) - _EPOCH).total_seconds()
        except (ValueError, OverflowError):
            pass  # the thirtieth of February, or an hour 25
    raise UsageError(
        f"{name}: must be a moment such as 2026-01-01T10:00:00Z, or a duration such as 90s, 15m, 24h or 7d."
    )


def written(at: float) -> str:
    """Write seconds since 1970 as RFC 3339 in UTC."""
    return (_EPOCH + timedelta(seconds=int(at))).isoformat().replace("+00:00", "Z")
