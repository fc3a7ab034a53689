"""Digests of requests and passwords, under a key that only this process has.

Both hold secrets. What is kept to know them again is the digest alone, so that the time that a comparison takes tells
nothing of what is compared, and memory holds no second copy.
"""

from __future__ import annotations

import hashlib
import secrets


class Digests:
    """Keyed BLAKE2b (RFC 7693, section 2.9), 32 bytes."""

    __slots__ = ("_key",)

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, data: bytes) -> bytes:
        """Give the digest of some bytes."""
        return hashlib.blake2b(data, digest_size=32, key=self._key).digest()
