"""From StartupMessage to the first ReadyForQuery (manual, section 55.2.1)."""

from __future__ import annotations

from polyscale_cli.edge.serverless.backend import Refused
from polyscale_cli.edge.serverless.postgres.authentication import (
    MECHANISM,
    Scram,
    ScramFailed,
    md5_answer,
    mechanisms,
)
from polyscale_cli.edge.serverless.postgres.failures import login_failed
from polyscale_cli.edge.serverless.statement import Credentials
from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.startup import startup_message

APPLICATION_NAME = "polyscale-serverless"
_VERSION = 3 << 16

_OK, _CLEARTEXT, _MD5, _SASL, _SASL_CONTINUE, _SASL_FINAL = 0, 3, 5, 10, 11, 12
_OTHERS = {2: "Kerberos V5", 6: "SCM credentials", 7: "GSSAPI", 8: "GSSAPI", 9: "SSPI"}


class Login:
    """One login: messages in, bytes out.

    Attributes:
        backend_key: process id and secret, by which a CancelRequest finds the session; None where there is none.
        is_over: whether it has succeeded.
    """

    def __init__(self, credentials: Credentials, cache_id: str) -> None:
        self._credentials = credentials
        self._cache_id = cache_id
        self._scram: Scram | None = None
        self.backend_key: bytes | None = None
        self.is_over = False

    def start(self) -> bytes:
        """Give the StartupMessage.

        It sets nothing but what poolers in front of a database know (client_encoding, DateStyle): they refuse others.

        Raises:
            Refused: the credentials cannot be sent.
        """
        who = self._credentials
        if _cannot_be_sent(who.username + who.password + who.database):
            raise Refused(
                "28000", "user, password or database holds a character that cannot be sent", by_credentials=True
            )
        parameters = {
            "user": who.username,
            "database": who.database,
            "client_encoding": "UTF8",
            "DateStyle": "ISO",
            "application_name": APPLICATION_NAME,
            # Whatever the user's name looks like, this is the cache that is meant; the edge takes it out.
            "options": f"-c application_name={self._cache_id}",
        }
        return startup_message(_VERSION, parameters)

    def take(self, code: int, body: bytes) -> bytes:
        """Take a message; give what is to be answered.

        Raises:
            Refused, Unreachable: the login has failed.
        """
        if code == m.AUTHENTICATION:
            return self._authentication(int.from_bytes(body[:4], "big"), body[4:])
        if code == m.BACKEND_KEY_DATA:
            self.backend_key = body
        elif code == m.READY_FOR_QUERY:
            self.is_over = True
        elif code == m.ERROR_RESPONSE:
            raise login_failed(m.error_fields(body))
        return b""

    def _authentication(self, method: int, body: bytes) -> bytes:
        if method == _OK and self._scram is None:
            return b""
        if method == _CLEARTEXT:
            return m.password(self._credentials.password.encode())
        if method == _MD5:
            return m.password(md5_answer(self._credentials, body[:4]))
        try:
            if method == _SASL and MECHANISM in mechanisms(body):
                self._scram = Scram(self._credentials)
                return m.sasl_initial_response(MECHANISM, self._scram.first())
            if method == _SASL_CONTINUE and self._scram is not None:
                return m.sasl_response(self._scram.final(body))
            if method == _SASL_FINAL and self._scram is not None:
                self._scram.verify(body)
                self._scram = None
                return b""
            if method == _OK:
                raise ScramFailed("it did not prove that it knows the password")
        except ScramFailed as error:
            raise Refused("28000", f"{MECHANISM} with the origin failed: {error}", by_credentials=False) from None
        raise _cannot(_OTHERS.get(method) or " or ".join(mechanisms(body)) or f"method {method}")


def _cannot_be_sent(text: str) -> bool:
    return "\0" in text or any("\ud800" <= one <= "\udfff" for one in text)


def _cannot(asked: str) -> Refused:
    return Refused(
        "0A000",
        f"the origin asks for authentication by {asked}; over HTTP there are passwords: in clear text, by MD5 or by"
        f" {MECHANISM}",
        by_credentials=False,
    )
