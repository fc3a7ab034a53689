"""One HTTP client for the management API: timeouts, retries where they are safe, proxies, certificates.

Nothing here knows a route. httpx is imported when the first request is made.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from polyscale_cli import __version__
from polyscale_cli.client.certificates import trusted
from polyscale_cli.client.failures import (
    UNTRUSTED,
    asked_to_wait,
    error_of_status,
    led_elsewhere,
    not_json,
    out_of_reach,
)
from polyscale_cli.client.proxy import goes_around_proxies, proxy_variable
from polyscale_cli.client.retry import ATTEMPTS, LONGEST_WAIT_SECONDS, PASSING, is_repeatable, pause
from polyscale_cli.client.target import Target
from polyscale_cli.errors import UsageError
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.local_edge import is_loopback

if TYPE_CHECKING:
    import httpx

    from polyscale_cli.settings.resolve import Settings

CONNECT_SECONDS = 5.0
LARGEST_ANSWER = 64 << 20


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it came; the names of its headers in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class HttpClient:
    """Sends requests to one API and reads JSON back.

    Args:
        trace: called with one line for each request, when the user debugs.
    """

    def __init__(self, target: Target, settings: Settings, trace: Callable[[str], None] | None = None) -> None:
        self._target = target
        self._settings = settings
        self._trace = trace
        self._client: httpx.Client | None = None

    def prepare(self) -> None:
        """Have all at hand that a request needs but a connection, so that its time is not that of our own start.

        Raises:
            UsageError: the proxy of the environment cannot be used.
        """
        self._opened()

    def close(self) -> None:
        """Close connections; the client may be used again."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def request(self, method: str, path: str, body: Any = None, *, idempotency_key: str | None = None) -> Any:
        """Send one request and return its JSON, None for an empty answer.

        An ``idempotency_key`` names this request, so that it may be sent again whatever its method.

        Raises:
            PolyscaleError: the API refused; `polyscale_cli.client.failures` says as which kind.
            UnavailableError: it cannot be reached, or does not answer in time, or what answers is no API.
        """
        import httpx

        client = self._opened()
        request = _request(client, method, path, body, idempotency_key)
        repeatable = is_repeatable(method, idempotency_key)
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            started = time.monotonic()
            try:
                response, content = _exchange(client, request, self._settings.seconds(Key.TIMEOUT), LARGEST_ANSWER)
            except httpx.RequestError as error:
                self._say(method, path, f"{type(error).__name__}: {error}", started)
                if last or not self._worth_repeating(error, repeatable=repeatable):
                    raise out_of_reach(self._target, error, proxy_variable(self._target.url)) from error
                time.sleep(pause(attempt, None))
                continue
            self._say(method, path, str(response.status_code), started)
            if response.status_code in PASSING and repeatable and not last:
                wait = pause(attempt, response.headers.get("retry-after"))
                if wait > LONGEST_WAIT_SECONDS:
                    raise asked_to_wait(self._target, wait)
                time.sleep(wait)
                continue
            if method == "DELETE" and response.status_code == 404 and attempt > 1:
                # An earlier attempt deleted it, and its answer was lost.
                return None
            return self._read(response, content)
        raise AssertionError("the last attempt returns or raises")

    def post_once(self, path: str, content: bytes) -> Answered:
        """Post JSON without the token, once, and wait for the answer for as long as it takes.

        Raises:
            UnavailableError: nobody can be reached there, or what answers leads elsewhere.
        """
        import httpx

        client = self._opened()
        patience = httpx.Timeout(None, connect=client.timeout.connect)
        request = client.build_request(
            "POST", path, content=content, headers={"content-type": "application/json"}, timeout=patience
        )
        del request.headers["authorization"]
        started = time.monotonic()
        try:
            response, answer = _exchange(client, request, math.inf, math.inf)
        except httpx.RequestError as error:
            self._say("POST", path, f"{type(error).__name__}: {error}", started)
            raise out_of_reach(self._target, error, proxy_variable(self._target.url)) from error
        self._say("POST", path, str(response.status_code), started)
        if response.is_redirect or response.has_redirect_location:
            raise led_elsewhere(self._target, response.headers.get("location"))
        return Answered(response.status_code, dict(response.headers), answer or b"")

    def _worth_repeating(self, error: httpx.RequestError, *, repeatable: bool) -> bool:
        import httpx

        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            # Whoever was not reached has done nothing, so that even a POST can be sent again;
            # but a certificate, or a refusal on this machine, will be the same in a moment.
            return not is_loopback(urlsplit(self._target.url).hostname or "") and UNTRUSTED not in str(error)
        return repeatable and isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)

    def _opened(self) -> httpx.Client:
        if self._client is None:
            import httpx

            read = self._settings.seconds(Key.TIMEOUT)
            verify = trusted(self._target.url, self._settings)
            try:
                self._client = httpx.Client(
                    base_url=self._target.url,
                    headers={
                        "authorization": f"Bearer {self._target.token.secret}",
                        "accept": "application/json",
                        "user-agent": f"polyscale-cli/{__version__}",
                    },
                    timeout=httpx.Timeout(read, connect=min(read, CONNECT_SECONDS)),
                    trust_env=not goes_around_proxies(self._target.url),
                    verify=verify,
                    follow_redirects=False,
                )
            except (ValueError, ImportError, httpx.InvalidURL) as error:
                raise UsageError(
                    f"The proxy in {proxy_variable(self._target.url) or 'the environment'} cannot be used.",
                    why=f"{error}.",
                    fix="Write it like http://proxy.example.com:3128, or unset it.",
                    code="INVALID_PROXY",
                ) from error
        return self._client

    def _read(self, response: httpx.Response, content: bytes | None) -> Any:
        if response.is_redirect or response.has_redirect_location:
            raise led_elsewhere(self._target, response.headers.get("location"))
        try:
            if content is None:
                raise ValueError("too large")
            document = json.loads(content) if content else None
        except (ValueError, RecursionError):
            raise not_json(self._target, response.status_code) from None
        if response.is_success:
            return document
        raise error_of_status(response.status_code, document, self._target)

    def _say(self, method: str, path: str, outcome: str, started: float) -> None:
        if self._trace is not None:
            elapsed = round((time.monotonic() - started) * 1000)
            self._trace(f"debug: {method} {self._target.url}{path} -> {outcome} in {elapsed} ms")


def _request(client: httpx.Client, method: str, path: str, body: Any, idempotency_key: str | None) -> httpx.Request:
    import httpx

    headers = {"idempotency-key": idempotency_key} if idempotency_key else {}
    try:
        return client.build_request(method, path, json=body, headers=headers)
    except (UnicodeError, httpx.InvalidURL) as error:
        raise UsageError(
            "What is asked for cannot be sent to an API.",
            why="It is too long, or has bytes that are not UTF-8 text.",
            code="INVALID_TEXT",
        ) from error


def _exchange(
    client: httpx.Client, request: httpx.Request, seconds: float, most_bytes: float
) -> tuple[httpx.Response, bytes | None]:
    """Send a request and read the answer whole; None for one that is larger than so many bytes.

    The client's own limit is one for each piece: an answer that trickles in would keep within it for ever.
    """
    import httpx

    response = client.send(request, stream=True)
    end = time.monotonic() + seconds
    try:
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > most_bytes:
                return response, None
            if time.monotonic() > end:
                raise httpx.ReadTimeout(f"The answer was not complete after {seconds:g} seconds.", request=request)
        return response, bytes(content)
    finally:
        response.close()
