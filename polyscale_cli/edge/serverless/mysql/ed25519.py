"""MariaDB's own use of Ed25519: a password of any length takes the place of the private key of 32 bytes.

So libraries that sign with a key of that length do not help, and the steps of RFC 8032, section 5.1.6, are gone one by
one, each by libsodium (MariaDB's documentation, "Authentication Plugin - ed25519").
"""

from __future__ import annotations

import hashlib


def signature(password: bytes, message: bytes) -> bytes:
    """Sign a server's challenge, 64 bytes; no password is no signature."""
    if not password:
        return b""
    from nacl import bindings as sodium

    digest = hashlib.sha512(password).digest()
    secret = bytearray(digest[:32])
    secret[0] &= 248
    secret[31] = secret[31] & 63 | 64
    nonce = sodium.crypto_core_ed25519_scalar_reduce(hashlib.sha512(digest[32:] + message).digest())
    public = sodium.crypto_scalarmult_ed25519_base_noclamp(bytes(secret))
    point = sodium.crypto_scalarmult_ed25519_base_noclamp(nonce)
    factor = sodium.crypto_core_ed25519_scalar_reduce(hashlib.sha512(point + public + message).digest())
    product = sodium.crypto_core_ed25519_scalar_mul(factor, bytes(secret))
    return bytes(point + sodium.crypto_core_ed25519_scalar_add(product, nonce))
