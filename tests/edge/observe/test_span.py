"""Spans as clients name them."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.observe.span import Span, Step, span_of, written
from polyscale_cli.errors import UsageError

NOW = 1_767_265_261.5
"""2026-01-01T11:01:01.5Z"""


def at(text: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("since", "until", "step", "span"),
    [
        (None, None, None, ("2025-12-31T11:00:00Z", "2026-01-01T12:00:00Z", Step.HOUR)),
        ("15m", None, None, ("2026-01-01T10:46:00Z", "2026-01-01T11:02:00Z", Step.MINUTE)),
        ("6h", None, None, ("2026-01-01T05:01:00Z", "2026-01-01T11:02:00Z", Step.MINUTE)),
        ("7h", None, None, ("2026-01-01T04:00:00Z", "2026-01-01T12:00:00Z", Step.HOUR)),
        ("7d", None, Step.MINUTE, ("2025-12-25T11:01:00Z", "2026-01-01T11:02:00Z", Step.MINUTE)),
        ("90d", None, None, ("2025-10-03T11:00:00Z", "2026-01-01T12:00:00Z", Step.HOUR)),
        ("2h", "1h", None, ("2026-01-01T09:01:00Z", "2026-01-01T10:02:00Z", Step.MINUTE)),
        ("1s", None, None, ("2026-01-01T11:01:00Z", "2026-01-01T11:02:00Z", Step.MINUTE)),
        (
            "2026-01-01T12:00:00+02:00",
            "2026-01-01T10:30:00.25z",
            None,
            ("2026-01-01T10:00:00Z", "2026-01-01T10:31:00Z", Step.MINUTE),
        ),
        # What is yet to come has no points.
        ("1h", "2100-01-01T00:00:00Z", Step.MINUTE, ("2026-01-01T10:01:00Z", "2026-01-01T11:02:00Z", Step.MINUTE)),
    ],
)
def test_a_span_is_taken_to_its_steps(
    since: str | None, until: str | None, step: Step | None, span: tuple[str, str, Step]
) -> None:
    assert span_of(since, until, step, NOW) == Span(at(span[0]), at(span[1]), span[2])


@pytest.mark.parametrize(
    "since",
    [
        *("", "5", "m", "-5m", "+5m", "0m", "05m", "5 m", "5M", "1.5h", "1w", "5m5s", "9999999999m", "\u0665m", "now"),
        *("2026-01-01", "2026-01-01T10:00:00", "20260101T100000Z", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z"),
        *("2026-01-01T10:00:00+99:99", "0000-01-01T00:00:00Z", "x" * 10_000, "5m\n", "\0"),
    ],
)
def test_what_is_no_time_is_refused(since: str) -> None:
    with pytest.raises(UsageError, match=r"since: must be a moment such as"):
        span_of(since, None, None, NOW)
    with pytest.raises(UsageError, match=r"until: must be a moment such as"):
        span_of("1h", since, None, NOW)


@pytest.mark.parametrize(
    ("since", "until", "step", "why"),
    [
        ("1h", "1h", None, "must be before until"),
        ("1h", "2h", None, "must be before until"),
        ("2100-01-01T00:00:00Z", None, None, "must be before until"),
        ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", None, "must be before until"),
        ("91d", None, None, "within the last 90 days"),
        ("0001-01-01T00:00:00Z", None, None, "within the last 90 days"),
        ("999999999d", None, None, "within the last 90 days"),
        ("8d", None, Step.MINUTE, "step=hour"),
    ],
)
def test_a_span_of_which_nothing_can_be_known_is_refused(
    since: str, until: str | None, step: Step | None, why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        span_of(since, until, step, NOW)


def test_moments_are_written_in_utc() -> None:
    assert written(NOW) == "2026-01-01T11:01:01Z"
