"""What a setting's value has to look like, wherever it comes from."""

from __future__ import annotations

from urllib.parse import urlsplit

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.profile_name import checked_name

KEYRING_MODES = ("auto", "off", "required")
LONGEST_SECONDS = 86_400
_LONGEST_TEXT = 4096


def checked(key: Key, value: str, where: str) -> str:
    """The value as it is used from here on. Raises UsageError, which names ``where`` it stands."""
    if len(value) > _LONGEST_TEXT or not value.isprintable():
        raise UsageError(
            f"The {key} in {where} is too long, or has characters that cannot be shown.",
            fix=f"Use up to {_LONGEST_TEXT} printable characters.",
            code="INVALID_VALUE",
        )
    match key:
        case Key.PROFILE:
            return checked_name(value, where)
        case Key.API_URL:
            return api_url(value, where)
        case Key.TIMEOUT:
            return _seconds(value, where)
        case Key.KEYRING:
            return _keyring_mode(value, where)
        case _:
            return value


def api_url(value: str, where: str) -> str:
    """The base of an API, without ``/v1`` and without a slash at the end.

    Raises:
        UsageError: it is no http or https URL, or carries a password or more than a path.
    """
    try:
        parts = urlsplit(value.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"{where} is not the URL of an API.",
            why="It needs http:// or https://, a host, and nothing behind the path.",
            fix="Write it like https://edge.example.com:10000, or leave it out to use the local edge.",
            code="INVALID_API_URL",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/").removesuffix("/v1")


def _seconds(value: str, where: str) -> str:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < LONGEST_SECONDS:
        raise UsageError(
            f"{where}={value!r} is not a number of seconds.",
            fix=f"Use a positive number below {LONGEST_SECONDS}, or leave it out.",
            code="INVALID_TIMEOUT",
        )
    return value.strip()


def _keyring_mode(value: str, where: str) -> str:
    word = value.strip().lower()
    if word in {"0", "false", "no"}:
        word = "off"
    if word not in KEYRING_MODES:
        raise UsageError(
            f"{where}={value!r} says nothing about the keyring.",
            fix=f"Use one of: {', '.join(KEYRING_MODES)}.",
            code="INVALID_KEYRING",
        )
    return word
