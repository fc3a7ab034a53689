"""Passwords under an RSA key, as caching_sha2_password and sha256_password send them where there is no TLS.

The edge needs both halves where one leg has TLS and the other has not. A password is held no longer than it takes to
answer, and is never logged.

Sources: MySQL's source documentation, "Caching_sha2_password information"; RFC 8017, section 7.1.
"""

from __future__ import annotations

import functools
from itertools import cycle

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from polyscale_cli.edge.wire.mysql.handshake import SCRAMBLE_LENGTH, LoginError, unsupported_authentication

_BITS = 2048
"""As MySQL's own keys; sizes that are not a multiple of 8 bytes upset some clients."""


def _padding() -> padding.OAEP:
    sha1 = hashes.SHA1()  # noqa: S303  (the protocol has no other)
    return padding.OAEP(mgf=padding.MGF1(algorithm=sha1), algorithm=sha1, label=None)


@functools.cache
def _own_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)


@functools.cache
def own_public_key() -> bytes:
    """Give the edge's public key, in PEM. It is made at the first call, which takes some tens of milliseconds."""
    return (
        _own_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def _mixed(data: bytes, scramble: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(data, cycle(scramble[:SCRAMBLE_LENGTH]), strict=False))


def decrypted(data: bytes, scramble: bytes) -> bytes:
    """Give the password, with the NUL byte at its end, that a client has encrypted with the edge's public key.

    Raises:
        LoginError: it was not encrypted with that key.
    """
    try:
        return _mixed(_own_key().decrypt(data, _padding()), scramble)
    except ValueError as error:
        raise unsupported_authentication(
            "the client has not encrypted the password with the edge's key, which it could have asked for: connect with"
            " TLS, or take a public key of the server's out of the client's settings"
        ) from error


def encrypted(password: bytes, scramble: bytes, public_key: bytes) -> bytes:
    """Encrypt a password, with the NUL byte at its end, for a server with this public key, in PEM.

    Raises:
        LoginError: that is no RSA key, or one too short for the password.
    """
    try:
        key = serialization.load_pem_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _no_key() from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise _no_key()
    try:
        return key.encrypt(_mixed(password, scramble), _padding())
    except ValueError as error:
        raise unsupported_authentication(
            "the password is too long for the origin's RSA key: let the cache speak TLS to the origin"
        ) from error


def _no_key() -> LoginError:
    return unsupported_authentication(
        "the origin's answer to a request for its RSA key is none: let the cache speak TLS to the origin"
    )
