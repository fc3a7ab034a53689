"""Short names of texts."""

from __future__ import annotations

from hashlib import blake2b


def template_id(text: bytes) -> str:
    """Give the 16 hexadecimal digits that a template may be called by, the same wherever and whenever it is met.

    BLAKE2b of its normal form, of 8 bytes (RFC 7693).
    """
    return blake2b(text, digest_size=8).hexdigest()
