"""One HTTP client for the management API: timeouts, retries where they are safe, proxies, certificates.

Nothing here knows a route. httpx is imported when the first request is made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from polyscale_cli import __version__
from polyscale_cli.client.failures import UNTRUSTED, error_of_status, not_json, out_of_reach
from polyscale_cli.client.target import Target
from polyscale_cli.errors import UsageError
from polyscale_cli.settings.environment import seconds, text
from polyscale_cli.settings.local_edge import is_loopback

if TYPE_CHECKING:
    import ssl

    import httpx

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
ATTEMPTS = 4
LONGEST_WAIT_SECONDS = 10.0
_IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})
_PASSING = frozenset({429, 502, 503, 504})


class HttpClient:
    """Sends requests to one API and reads JSON back.

    Args:
        trace: called with one line for each request, when the user debugs.
    """

    def __init__(self, target: Target, environ: Mapping[str, str], trace: Callable[[str], None] | None = None) -> None:
        self._target = target
        self._environ = environ
        self._trace = trace
        self._client: httpx.Client | None = None

    def close(self) -> None:
        """Close connections; the client may be used again."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request and return its JSON, None for an empty answer.

        Raises:
            PolyscaleError: the API refused; `polyscale_cli.client.failures` says as which kind.
            UnavailableError: it cannot be reached, or does not answer in time.
        """
        import httpx

        client = self._opened()
        repeatable = method in _IDEMPOTENT
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            started = time.monotonic()
            try:
                response = client.request(method, path, json=body)
            except httpx.RequestError as error:
                self._say(method, path, f"{type(error).__name__}: {error}", started)
                if last or not self._worth_repeating(error, repeatable=repeatable):
                    raise out_of_reach(self._target, error) from error
                _wait(attempt, None)
                continue
            self._say(method, path, str(response.status_code), started)
            if response.status_code in _PASSING and repeatable and not last:
                _wait(attempt, response.headers.get("retry-after"))
                continue
            if method == "DELETE" and response.status_code == 404 and attempt > 1:
                # An earlier attempt deleted it, and its answer was lost.
                return None
            return self._read(response)
        raise AssertionError("the last attempt returns or raises")

    @property
    def _is_loopback(self) -> bool:
        return is_loopback(urlsplit(self._target.url).hostname or "")

    def _worth_repeating(self, error: httpx.RequestError, *, repeatable: bool) -> bool:
        import httpx

        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            # Whoever was not reached has done nothing, so that even a POST can be sent again;
            # but a certificate, or a refusal on this machine, will be the same in a moment.
            return not self._is_loopback and UNTRUSTED not in str(error)
        return repeatable and isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)

    def _opened(self) -> httpx.Client:
        if self._client is None:
            import httpx

            read = seconds(self._environ, "POLYSCALE_TIMEOUT", READ_SECONDS)
            self._client = httpx.Client(
                base_url=self._target.url,
                headers={
                    "authorization": f"Bearer {self._target.token.secret}",
                    "accept": "application/json",
                    "user-agent": f"polyscale-cli/{__version__}",
                },
                timeout=httpx.Timeout(read, connect=min(read, CONNECT_SECONDS)),
                # A company's proxy cannot reach an edge on this machine.
                trust_env=not self._is_loopback,
                verify=_certificates(self._target.url, self._environ),
            )
        return self._client

    def _read(self, response: httpx.Response) -> Any:
        if not response.content:
            content: Any = None
        else:
            try:
                content = response.json()
            except ValueError:
                raise not_json(self._target, response.status_code) from None
        if response.is_success:
            return content
        raise error_of_status(response.status_code, content, self._target)

    def _say(self, method: str, path: str, outcome: str, started: float) -> None:
        if self._trace is not None:
            elapsed = round((time.monotonic() - started) * 1000)
            self._trace(f"debug: {method} {self._target.url}{path} -> {outcome} in {elapsed} ms")


def _certificates(url: str, environ: Mapping[str, str]) -> ssl.SSLContext:
    """The machine's own store, which knows a company's authority; httpx would take certifi's."""
    import ssl

    if not url.startswith("https:"):
        # Never used, and 20 ms cheaper than one that has loaded certificates.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bundle = text(environ, "POLYSCALE_CA_BUNDLE")
    try:
        return ssl.create_default_context(cafile=bundle)
    except OSError as error:
        raise UsageError(
            f"POLYSCALE_CA_BUNDLE={bundle} cannot be used.",
            why=f"{error.strerror or error}.",
            fix="Name a file of certificates in PEM, or unset it.",
            code="CA_BUNDLE",
        ) from error


def _wait(attempt: int, retry_after: str | None) -> None:
    import random

    pause = 0.2 * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, no secret
    if retry_after is not None and retry_after.strip().isdigit():
        pause = max(pause, float(retry_after))
    time.sleep(min(pause, LONGEST_WAIT_SECONDS))
