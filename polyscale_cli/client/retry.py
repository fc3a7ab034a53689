"""When a request is sent again, and after how long."""

from __future__ import annotations

import random

ATTEMPTS = 4  # the first, and three more
LONGEST_WAIT_SECONDS = 20.0
PASSING = frozenset({429, 502, 503, 504})
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
FIRST_WAIT_SECONDS = 0.2


def is_repeatable(method: str, idempotency_key: str | None) -> bool:
    """Whether a request does no more when it arrives twice."""
    return method in _IDEMPOTENT or idempotency_key is not None


def pause(attempt: int, retry_after: str | None) -> float:
    """Seconds to wait after an attempt, the first being 1: twice as long each time, and never two clients in step."""
    own: float = FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, no secret
    return max(own, _asked(retry_after))


def _asked(retry_after: str | None) -> float:
    """What ``Retry-After`` asks for: seconds, or a moment (RFC 9110, 10.2.3)."""
    given = (retry_after or "").strip()
    if given.isascii() and given.isdigit():
        return float(given[:9])
    if not given:
        return 0.0
    import datetime
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return max(0.0, (moment - datetime.datetime.now(datetime.UTC)).total_seconds())
