"""Keep a token where its user wants it, and forget it again. What is recorded is where it is, so that it is found."""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.credentials import keyring_store
from polyscale_cli.credentials.file_store import CredentialFile, Record
from polyscale_cli.credentials.place import Place
from polyscale_cli.credentials.token import Kind, Token
from polyscale_cli.errors import AuthenticationError
from polyscale_cli.settings.resolve import Settings


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a stored token.

    Attributes:
        store: where it is, or was; None when there was none.
        where: the same in words.
        left_behind: why an item may still be in the keyring; None when there is none.
    """

    store: Kind | None
    where: str
    left_behind: str | None = None


def keep_in_file(settings: Settings, file: CredentialFile, place: Place, token: Token) -> Change:
    """Keep a token in the file, which its owner alone may read. Raises UsageError."""
    old = file.find(place)
    file.keep(place, Record(Kind.FILE, token.secret))
    return Change(Kind.FILE, f"the file {file.path}", _out_of_keyring(settings, place, old))


def keep_in_keyring(file: CredentialFile, place: Place, token: Token) -> Change:
    """Keep a token in the keyring; one that was in the file goes. Raises AuthenticationError or UsageError."""
    backend = keyring_store.write(place, token.secret)
    file.keep(place, Record(Kind.KEYRING, backend=backend))
    return Change(Kind.KEYRING, f"the keyring ({backend})")


def forget(settings: Settings, file: CredentialFile, place: Place) -> Change:
    """Forget the token of a place, so that it is not found even where the keyring keeps it. Raises UsageError."""
    old = file.find(place)
    if old is None:
        return Change(None, "nowhere")
    where = f"the file {file.path}" if old.store is Kind.FILE else f"the keyring ({old.backend})"
    left_behind = _out_of_keyring(settings, place, old)
    file.remove(place)
    return Change(old.store, where, left_behind)


def _out_of_keyring(settings: Settings, place: Place, old: Record | None) -> str | None:
    """Take the token out of the keyring where a record says that it is there; why that failed, if it did."""
    if old is None or old.store is not Kind.KEYRING:
        return None
    against = keyring_store.why_not(settings)
    if against is not None:
        return f"It was not asked, because {against}."
    try:
        keyring_store.delete(place)
    except AuthenticationError as error:
        return f"{error.what} {error.why}"
    return None
