"""The token of an API: ``POLYSCALE_TOKEN``, else the local edge's own, else what was stored; the keyring last."""

from __future__ import annotations

from pathlib import Path

from polyscale_cli.credentials.file_store import CredentialFile
from polyscale_cli.credentials.place import Place
from polyscale_cli.credentials.token import VARIABLE, Kind, Token, checked
from polyscale_cli.errors import AuthenticationError, UsageError
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.local_edge import TOKEN_FILE, read_local_token
from polyscale_cli.settings.paths import NO_HOME, config_dir
from polyscale_cli.settings.resolve import Settings


def find_token(settings: Settings, url: str, local_state: Path | None) -> Token | None:
    """The token to use with an API, or None.

    A stored one is found only under the origin of ``url``. ``local_state`` is the state directory, when the API is the
    local edge's.

    Raises:
        AuthenticationError: there is one, and it cannot be had or cannot be a token.
        UsageError: the file of stored tokens cannot be used.
    """
    given = text(settings.environ, VARIABLE)
    if given is not None:
        return checked(given, f"the variable {VARIABLE}", Kind.ENVIRONMENT)
    if local_state is not None:
        own = read_local_token(local_state)
        return checked(own, f"the file {local_state / TOKEN_FILE}", Kind.LOCAL_EDGE) if own is not None else None
    return _stored(settings, url)


def credential_file(settings: Settings) -> CredentialFile:
    """Where tokens and their stores are recorded. Raises UsageError when there is no place for it."""
    return CredentialFile(config_dir(settings.environ), settings.warn)


def _stored(settings: Settings, url: str) -> Token | None:
    try:
        file = credential_file(settings)
    except UsageError as error:
        if error.code != NO_HOME:
            raise
        return None
    place = Place.of(settings.profile, url)
    record = file.find(place)
    if record is None:
        return None
    if record.secret is not None:
        return checked(record.secret, f"the file {file.path}", Kind.FILE)
    return _from_keyring(settings, place)


def _from_keyring(settings: Settings, place: Place) -> Token:
    from polyscale_cli.credentials import keyring_store

    against = keyring_store.why_not(settings)
    if against is not None:
        raise AuthenticationError(
            f"The token for {place.origin} is in the keyring, which is not asked.",
            why=f"The reason is that {against}.",
            fix="Set POLYSCALE_TOKEN, or keep the token in a file: polyscale auth login --insecure-storage.",
            code="KEYRING_SKIPPED",
        )
    secret = keyring_store.read(place)
    if secret is None:
        raise AuthenticationError(
            f"The token for {place.origin} is no longer in the keyring.",
            fix="Log in again: polyscale auth login",
            code="NO_TOKEN",
        )
    return checked(secret, "the keyring", Kind.KEYRING)
