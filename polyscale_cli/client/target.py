"""Which API a command speaks to, with which token."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from polyscale_cli.credentials.resolve import find_token
from polyscale_cli.credentials.token import Token
from polyscale_cli.errors import AuthenticationError, UsageError
from polyscale_cli.settings.keys import LOCAL, Key
from polyscale_cli.settings.local_edge import TOKEN_FILE, LocalEdge, is_loopback, read_local_edge
from polyscale_cli.settings.paths import NO_HOME, state_dir
from polyscale_cli.settings.resolve import Resolved, Settings

VARIABLE = "POLYSCALE_API_URL"


@dataclass(frozen=True, slots=True)
class Target:
    """One API.

    Attributes:
        url: its base, without ``/v1`` and without a slash at the end.
        local: the running edge, when the API is that of this user's own.
        named_by: the variable, or the profile, that says the URL.
    """

    url: str
    token: Token
    local: LocalEdge | None = None
    named_by: str = VARIABLE


def configured_url(settings: Settings) -> str | None:
    """The API that variable or profile name; None means the local edge. Raises UsageError or NotFoundError."""
    return named_url(settings).value


def named_url(settings: Settings) -> Resolved:
    """The same, with who says it. Raises UsageError for a profile that lacks one: it is not the local edge."""
    found = settings.resolve(Key.API_URL)
    if found.value is None and settings.profile != LOCAL:
        raise UsageError(
            f"The profile {settings.profile} has no API.",
            fix=f"Give it one: polyscale config set api_url URL --profile {settings.profile}",
            code="NO_API_URL",
        )
    return found


def find_target(settings: Settings) -> Target | None:
    """The API to speak to, or None when none is configured and no local edge runs.

    Raises:
        AuthenticationError: there is an API, and no token for it.
        UsageError: the token would travel in clear text to another machine, or a setting is impossible.
        NotFoundError: the profile does not exist.
    """
    configured = named_url(settings)
    url = configured.value
    if url is None:
        return local_target(settings)
    edge, directory = _local_edge(settings)
    if edge is not None and url == edge.http_url:
        return Target(url, _token(settings, url, directory), edge, configured.place)
    refuse_clear_text(url, configured.place)
    return Target(url, _token(settings, url, None), None, configured.place)


def local_target(settings: Settings) -> Target | None:
    """The local edge, whatever else is configured; None when it does not run. Raises AuthenticationError."""
    directory = state_dir(settings.environ)
    edge = read_local_edge(directory)
    if edge is None:
        return None
    return Target(edge.http_url, _token(settings, edge.http_url, directory), edge)


def current_token(settings: Settings) -> Token:
    """The token that a command would use, whether or not the API is there. Raises what `find_target` raises."""
    url = configured_url(settings)
    if url is None:
        directory = state_dir(settings.environ)
        return _token(settings, f"the local edge ({directory})", directory)
    edge, directory_if_any = _local_edge(settings)
    return _token(settings, url, directory_if_any if edge is not None and url == edge.http_url else None)


def refuse_clear_text(url: str, named_by: str) -> None:
    """Keep a token from travelling unencrypted to another machine. Raises UsageError."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise UsageError(
            f"The token would travel to {parts.hostname} unencrypted.",
            why=f"The URL of {named_by} starts with http:// and does not name this machine.",
            fix="Use https://, or an SSH tunnel to a port of this machine.",
            code="INSECURE_API_URL",
        )


def _local_edge(settings: Settings) -> tuple[LocalEdge | None, Path | None]:
    try:
        directory = state_dir(settings.environ)
    except UsageError as error:
        if error.code != NO_HOME:
            raise
        return None, None
    return read_local_edge(directory), directory


def _token(settings: Settings, url: str, local_state: Path | None) -> Token:
    token = find_token(settings, url, local_state)
    if token is not None:
        return token
    if local_state is not None:
        why = f"POLYSCALE_TOKEN is not set, and {local_state / 'token'} cannot be read."
        if (local_state / TOKEN_FILE).exists():
            fix = "Use the command as the user who owns that file, or set POLYSCALE_TOKEN to one of the edge's keys."
        else:
            fix = "Start the edge anew, which makes another one: polyscale edge stop; polyscale edge start"
    else:
        why = f"POLYSCALE_TOKEN is not set, and none is stored for the profile {settings.profile} at this API."
        fix = "Log in with `polyscale auth login`, or set POLYSCALE_TOKEN to an API key."
    raise AuthenticationError(f"There is no token for {url}.", why=why, fix=fix, code="NO_TOKEN")
