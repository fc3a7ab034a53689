"""Dates, times and intervals as PostgreSQL sends them, and as ISO 8601 writes them.

Python's own have neither infinity nor years before 1 or beyond 9999, and no months in an interval; so they are taken as
the integers of the protocol (asyncpg's tuple format): days or microseconds since 2000-01-01.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

DAY = 86_400_000_000  # microseconds
_EPOCH_DAYS = datetime.date(2000, 1, 1).toordinal()
_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_LEAST_DAYS, _MOST_DAYS = -(2**31), 2**31 - 1
_LEAST, _MOST = -(2**63), 2**63 - 1


def date(sent: tuple[int]) -> str:
    """A date, such as ``2020-06-01``, ``infinity``, or ``0044-03-15 BC`` as the database itself writes it."""
    (days,) = sent
    if days in {_LEAST_DAYS, _MOST_DAYS}:
        return _infinite(days)
    text, suffix = _civil(days)
    return text + suffix


def time(sent: tuple[int]) -> str:
    """A time of day, up to ``24:00:00``."""
    (microseconds,) = sent
    seconds, fraction = divmod(microseconds, 1_000_000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{fraction:06}".rstrip("0") if fraction else text


def time_with_zone(sent: tuple[int, int]) -> str:
    """A time of day with its offset; the protocol counts seconds west of Greenwich."""
    microseconds, west = sent
    sign, seconds = ("-", west) if west > 0 else ("+", -west)
    offset = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return time((microseconds,)) + (f"{offset}:{seconds % 60:02}" if seconds % 60 else offset)


def timestamp(sent: tuple[int]) -> str:
    """A timestamp without a zone, such as ``2020-06-01T12:00:00.5``."""
    return _timestamp(sent[0], "")


def timestamp_with_zone(sent: tuple[int]) -> str:
    """A moment, in UTC: ``2020-06-01T12:00:00.5Z``."""
    return _timestamp(sent[0], "Z")


def interval(sent: tuple[int, int, int]) -> str:
    """Months, days and microseconds, each with its own sign, as ``P1M-2DT3.5S``; none is turned into another."""
    months, days, microseconds = sent
    text = "".join(f"{amount}{unit}" for amount, unit in ((months, "M"), (days, "D")) if amount)
    if microseconds:
        seconds, fraction = divmod(abs(microseconds), 1_000_000)
        amount = f"{seconds}.{fraction:06}".rstrip("0") if fraction else str(seconds)
        text += f"T{'-' if microseconds < 0 else ''}{amount}S"
    return f"P{text}" if text else "PT0S"


def sent_date(text: str) -> tuple[int]:
    """A date as it is sent. Raises ValueError for text that is none."""
    return (datetime.date.fromisoformat(text).toordinal() - _EPOCH_DAYS,)


def sent_time(text: str) -> tuple[int]:
    """A time of day as it is sent. Raises ValueError for text that is none, or has a zone."""
    given = datetime.time.fromisoformat(text)
    if given.tzinfo is not None:
        raise ValueError("it has a zone")
    return (((given.hour * 60 + given.minute) * 60 + given.second) * 1_000_000 + given.microsecond,)


def sent_timestamp(text: str) -> tuple[int]:
    """A timestamp as it is sent. Raises ValueError for text that is none, or has a zone."""
    given = datetime.datetime.fromisoformat(text)
    if given.tzinfo is not None:
        raise ValueError("it has a zone")
    return (_since_epoch(given.replace(tzinfo=datetime.UTC)),)


def sent_timestamp_with_zone(text: str) -> tuple[int]:
    """A moment as it is sent. Raises ValueError for text that is none, or has no zone."""
    given = datetime.datetime.fromisoformat(text)
    if given.tzinfo is None:
        raise ValueError("it has no zone")
    return (_since_epoch(given),)


def unsendable(text: str) -> tuple[int, ...]:
    """For types that have no one spelling here. Raises ValueError."""
    raise ValueError("it has no one spelling")


CODECS: dict[str, tuple[Callable[[str], tuple[int, ...]], Callable[..., str]]] = {
    "date": (sent_date, date),
    "time": (sent_time, time),
    "timetz": (unsendable, time_with_zone),
    "timestamp": (sent_timestamp, timestamp),
    "timestamptz": (sent_timestamp_with_zone, timestamp_with_zone),
    "interval": (unsendable, interval),
}
"""By the type's name in pg_catalog: how it is sent, and how it is read."""


def _since_epoch(moment: datetime.datetime) -> int:
    return (moment - _EPOCH) // datetime.timedelta(microseconds=1)


def _timestamp(microseconds: int, zone: str) -> str:
    if microseconds in {_LEAST, _MOST}:
        return _infinite(microseconds)
    days, rest = divmod(microseconds, DAY)
    text, suffix = _civil(days)
    return f"{text}T{time((rest,))}{zone}{suffix}"


def _infinite(number: int) -> str:
    return "infinity" if number > 0 else "-infinity"


def _civil(days: int) -> tuple[str, str]:
    """A day counted from 2000-01-01 in the Gregorian calendar, and what marks a year before 1.

    Whole cycles of 400 years, which have 146,097 days, are set aside, so that Python's calendar can do the rest.
    """
    cycles, ordinal = divmod(days + _EPOCH_DAYS - 1, 146_097)
    day = datetime.date.fromordinal(ordinal + 1)
    year = day.year + 400 * cycles
    suffix = "" if year > 0 else " BC"
    return f"{year if year > 0 else 1 - year:04}-{day:%m-%d}", suffix
