"""API keys: what they look like, what they may do, and what the registry keeps of them.

A secret is ``psc_``, 32 random letters and digits (190 bits), and six that are a CRC-32 of what precedes them. The
prefix lets secret scanners find a leaked key, the checksum tells a key from a look-alike without asking the edge.
The registry holds the SHA-256 of a secret alone: a slow hash protects passwords that can be guessed, and these cannot.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import secrets
import string
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

PREFIX = "psc_"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_LENGTH = 32
_CHECKSUM_LENGTH = 6


class Scope(enum.StrEnum):
    """One right of a key, in the words of PolyScale's OAuth scopes; ``caches:purge`` is the edge's own."""

    CACHES_READ = "caches:read"
    CACHES_WRITE = "caches:write"
    CACHE_RULES_READ = "cacheRules:read"
    CACHE_RULES_WRITE = "cacheRules:write"
    CACHES_PURGE = "caches:purge"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key, without its secret.

    Attributes:
        digest: SHA-256 of the secret.
        hint: the secret's first characters, by which its owner recognises it.
        created_at: RFC 3339, UTC.
        local: the token in the state directory, which may also manage keys.
    """

    id: str
    name: str
    digest: bytes
    hint: str
    scopes: frozenset[Scope]
    created_at: str
    local: bool = False


def new_secret() -> str:
    """A secret that nobody has seen."""
    body = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    return body + _checksum(body)


def is_secret(text: str) -> bool:
    """Whether ``text`` has the shape and the checksum of a secret."""
    body, checksum = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    return (
        text.startswith(PREFIX)
        and len(text) == len(PREFIX) + _RANDOM_LENGTH + _CHECKSUM_LENGTH
        and text.isascii()
        and _checksum(body) == checksum
    )


def digest(secret: str) -> bytes:
    """What is kept of ``secret``."""
    return hashlib.sha256(secret.encode()).digest()


def hint(secret: str) -> str:
    """What may be shown of ``secret``: the prefix and four of its 32 random characters."""
    return f"{secret[: len(PREFIX) + 4]}…"


def find_key(keys: Iterable[ApiKey], secret: str) -> ApiKey | None:
    """The key that ``secret`` opens. Every key is compared in full, so that the time taken tells nothing."""
    presented = digest(secret)
    found: ApiKey | None = None
    for key in keys:
        if hmac.compare_digest(key.digest, presented):
            found = key
    return found


def _checksum(body: str) -> str:
    rest = zlib.crc32(body.encode())
    letters: list[str] = []
    for _ in range(_CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(reversed(letters))
