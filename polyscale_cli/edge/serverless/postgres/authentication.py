"""Proving who one is: in clear text, by MD5 or by SCRAM-SHA-256 (manual, sections 55.2.1 and 55.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from polyscale_cli.edge.serverless.statement import Credentials

MECHANISM = "SCRAM-SHA-256"


def md5_answer(credentials: Credentials, salt: bytes) -> bytes:
    """Give what AuthenticationMD5Password wants."""
    inner = hashlib.md5((credentials.password + credentials.username).encode(), usedforsecurity=False).hexdigest()
    return b"md5" + hashlib.md5(inner.encode() + salt, usedforsecurity=False).hexdigest().encode()


class ScramFailed(Exception):
    """The server's part of SCRAM is wrong; its text says what."""


class Scram:
    """One exchange of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding: the edge stands in the channel."""

    def __init__(self, credentials: Credentials) -> None:
        # It can read certificates, too, and so takes 65 ms to load: only where it is needed.
        from scramp import ScramClient, ScramException

        self._wrong = (ScramException, UnicodeDecodeError)
        # The user is the one of the StartupMessage; the name in here is not looked at.
        try:
            self._client = ScramClient([MECHANISM], "-", credentials.password)
        except ScramException:
            # SASLprep refuses it (RFC 4013); PostgreSQL takes such a password as it is.
            self._client = ScramClient([MECHANISM], "-", "-")
            self._client.password = _AsItIs(credentials.password)

    def first(self) -> bytes:
        """Give the client's first message."""
        return str(self._client.get_client_first()).encode()

    def final(self, server_first: bytes) -> bytes:
        """Take the server's first message and give the client's last.

        Raises:
            ScramFailed: it is not one.
        """
        try:
            self._client.set_server_first(server_first.decode())
            return str(self._client.get_client_final()).encode()
        except self._wrong as error:
            raise ScramFailed(str(error)) from None

    def verify(self, server_final: bytes) -> None:
        """Take the server's last message, by which it proves that it knows the password.

        Raises:
            ScramFailed: it does not.
        """
        try:
            self._client.set_server_final(server_final.decode())
        except self._wrong as error:
            raise ScramFailed(str(error)) from None


class _AsItIs:
    """A password in the form in which ScramClient holds one."""

    def __init__(self, password: str) -> None:
        self._password = password

    def __bytes__(self) -> bytes:
        return self._password.encode()


def mechanisms(body: bytes) -> Sequence[str]:
    """Read the mechanisms that AuthenticationSASL offers; ``body`` begins behind the method's number."""
    return [name.decode("ascii", "replace") for name in body.split(b"\0") if name]
