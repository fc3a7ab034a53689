"""Which API a command speaks to, with which token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from polyscale_cli.credentials.token import Token, find_token
from polyscale_cli.errors import AuthenticationError, UsageError
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.local_edge import LocalEdge, is_loopback, read_local_edge
from polyscale_cli.settings.paths import state_dir

VARIABLE = "POLYSCALE_API_URL"


@dataclass(frozen=True, slots=True)
class Target:
    """One API.

    Attributes:
        url: its base, without ``/v1`` and without a slash at the end.
        local: the running edge, when the API is that of this user's own.
    """

    url: str
    token: Token
    local: LocalEdge | None = None


def configured_url(environ: Mapping[str, str]) -> str | None:
    """``POLYSCALE_API_URL``, checked. Raises UsageError when it is no http or https URL, or carries a password."""
    given = text(environ, VARIABLE)
    if given is None:
        return None
    try:
        parts = urlsplit(given.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query or parts.fragment:
        raise UsageError(
            f"{VARIABLE} is not the URL of an API.",
            why="It needs http:// or https://, a host, and nothing behind the path.",
            fix=f"Set it to something like https://edge.example.com:10000, or unset {VARIABLE} to use the local edge.",
            code="INVALID_API_URL",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/").removesuffix("/v1")


def known_key(environ: Mapping[str, str]) -> str:
    """What caches of this API are filed under: its URL; for the local edge its state directory, as ports change."""
    return configured_url(environ) or f"local:{state_dir(environ)}"


def find_target(environ: Mapping[str, str]) -> Target | None:
    """The API to speak to, or None when none is configured and no local edge runs.

    Raises:
        AuthenticationError: there is an API, and no token for it.
        UsageError: the token would travel in clear text to another machine.
    """
    directory = state_dir(environ)
    edge = read_local_edge(directory)
    url = configured_url(environ)
    if url is None:
        if edge is None:
            return None
        return Target(edge.http_url, _token(environ, directory, edge.http_url), edge)
    if edge is not None and url == edge.http_url:
        return Target(url, _token(environ, directory, url), edge)
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise UsageError(
            f"The token would travel to {parts.hostname} unencrypted.",
            why=f"{VARIABLE} starts with http:// and does not name this machine.",
            fix="Use https://, or an SSH tunnel to a port of this machine.",
            code="INSECURE_API_URL",
        )
    return Target(url, _token(environ, None, url))


def _token(environ: Mapping[str, str], local_state: Path | None, url: str) -> Token:
    token = find_token(environ, local_state)
    if token is None:
        raise AuthenticationError(
            f"There is no token for {url}.",
            why="POLYSCALE_TOKEN is not set"
            + (f", and {local_state / 'token'} cannot be read." if local_state else "."),
            fix="Set POLYSCALE_TOKEN to an API key; on the edge's own machine, `polyscale edge token` prints one.",
            code="NO_TOKEN",
        )
    return token
