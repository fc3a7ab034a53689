"""An API token, where it comes from, and what of it may be shown."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from polyscale_cli.errors import AuthenticationError

VARIABLE = "POLYSCALE_TOKEN"
LONGEST = 4096
_PREFIX = "psc_"


class Kind(enum.StrEnum):
    """The sort of place that a token comes from."""

    GIVEN = "given"
    ENVIRONMENT = "environment"
    LOCAL_EDGE = "local-edge"
    FILE = "file"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it comes from, in words; the secret stays out of ``repr``."""

    secret: str = field(repr=False)
    source: str
    kind: Kind = Kind.GIVEN

    @property
    def masked(self) -> str:
        """What may be shown of it: of our own tokens the prefix and four characters, by which one tells them apart."""
        return f"{self.secret[: len(_PREFIX) + 4]}…" if self.secret.startswith(_PREFIX) else "…"


def checked(text: str, source: str, kind: Kind) -> Token:
    """A token out of text from ``source``, without the spaces and newlines around it.

    Raises:
        AuthenticationError: it cannot be one: empty, huge, or with characters that no header carries. What the text
            is stays unsaid, for it may be a secret all the same.
    """
    secret = text.strip()
    if not secret:
        raise _impossible(source, "It is empty.")
    if len(secret) > LONGEST:
        raise _impossible(source, f"It is longer than {LONGEST} characters.")
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise _impossible(source, "It has spaces, line breaks or characters outside of ASCII.")
    return Token(secret, source, kind)


def _impossible(source: str, why: str) -> AuthenticationError:
    return AuthenticationError(
        f"What is in {source} cannot be a token.",
        why=why,
        fix="Copy it again, whole and alone: a key looks like psc_ and 38 letters and digits.",
        code="INVALID_TOKEN",
    )
