"""One request to an API without a token: whether it is there, how long it takes, and what time it is."""

from __future__ import annotations

import time
from dataclasses import dataclass

from polyscale_cli.client.certificates import trusted
from polyscale_cli.client.failures import not_json, out_of_reach
from polyscale_cli.client.target import Target
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.local_edge import is_loopback
from polyscale_cli.settings.resolve import Settings

LONGEST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Probe:
    """What ``/healthz`` said.

    Attributes:
        status: its word, such as ``ok`` or ``draining``.
        ms: how long it took, the connection included.
        skew_seconds: by how much the API's clock is ahead of this one; None where it does not say.
    """

    status: str
    ms: float
    skew_seconds: float | None


def probe(target: Target, settings: Settings) -> Probe:
    """Ask once.

    Raises:
        UnavailableError: it cannot be reached, or is in no condition to answer.
        PolyscaleError: something else than an edge answers.
        UsageError: the certificates that were named cannot be used.
    """
    from urllib.parse import urlsplit

    import httpx

    loopback = is_loopback(urlsplit(target.url).hostname or "")
    seconds = min(settings.seconds(Key.TIMEOUT), LONGEST_SECONDS)
    verify = trusted(target.url, settings)
    started = time.perf_counter()
    try:
        response = httpx.get(
            f"{target.url}/healthz",
            timeout=seconds,
            trust_env=not loopback,
            verify=verify,
            follow_redirects=False,
        )
    except (httpx.RequestError, httpx.InvalidURL, ValueError, ImportError) as error:
        # The last ones are about a proxy that cannot be used.
        raise out_of_reach(target, error) from error
    ms, now = (time.perf_counter() - started) * 1000, time.time()
    try:
        status = str(response.json()["status"])
    except (ValueError, KeyError, TypeError):
        raise not_json(target, response.status_code) from None
    return Probe(status, ms, _skew(response.headers.get("date"), now))


def _skew(date: str | None, now: float) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date or "").timestamp() - now
    except (TypeError, ValueError):
        return None
