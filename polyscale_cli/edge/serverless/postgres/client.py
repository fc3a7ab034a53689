"""The client's side of PostgreSQL's protocol: bytes in, bytes out.

A login, and then one answer after another. Between answers the server may only say that something has changed, which
is of no interest here, or that it ends the session. Messages may be cut anywhere; rows are converted as they come, so
that no more of an answer is gathered than has to be, and what nobody wants is stepped over.
"""

from __future__ import annotations

import struct

from polyscale_cli.edge.serverless.backend import ConnectionLost, result_too_large
from polyscale_cli.edge.serverless.postgres.failures import connection_lost, is_fatal
from polyscale_cli.edge.serverless.postgres.forms import Forms
from polyscale_cli.edge.serverless.postgres.login import Login
from polyscale_cli.edge.serverless.postgres.response import Response
from polyscale_cli.edge.serverless.statement import Credentials
from polyscale_cli.edge.wire.postgres import messages as m

_HEADER_LENGTH = 5
_HEADER = m.HEADER.unpack_from
_DATA = frozenset((m.DATA_ROW, m.COPY_DATA))
MALFORMED = (struct.error, ValueError, TypeError, IndexError)
"""What reading a message raises that is cut short, or has another shape than its type gives it."""


class Client:
    """One connection.

    Args:
        credentials: who logs in.
        cache_id: of the cache that is meant.
        most_bytes: of one answer.

    Attributes:
        login: how far it is.
        forms: of the database's types.
        response: the latest; None before the first request.
        received: what has come of it so far, as it came; None if that is more than ``keep`` asked for.
        last_words: why the server has ended the session.
    """

    def __init__(self, credentials: Credentials, cache_id: str, most_bytes: int) -> None:
        self.login = Login(credentials, cache_id)
        self.forms = Forms()
        self.response: Response | None = None
        self.received: list[bytes] | None = None
        self.last_words: ConnectionLost | None = None
        self._most_bytes = most_bytes
        self._keep = 0
        self._size = 0
        self._pieces: list[bytes] = []
        self._missing = 0  # bytes until the message can be read that ``_pieces`` begin
        self._skip = 0  # bytes of a message that nobody wants

    @property
    def is_idle(self) -> bool:
        """Whether a request may be sent: it is logged in, no answer is under way and no transaction is open."""
        if not self.login.is_over or self.last_words is not None:
            return False
        return self.response is None or self.response.status == m.IDLE

    def expect(self, request: bytes, *, keep: int = 0, requests: int = 1) -> Response:
        """Note that a request is being sent, of whose answer up to ``keep`` bytes are to be had as they come.

        It may be several at once, each with a ReadyForQuery.
        """
        self.response = Response(self.forms, is_extended=request[0] != m.QUERY, requests=requests)
        self.received = []
        self._keep = keep
        self._size = 0
        return self.response

    def take(self, data: bytes) -> bytes:
        """Take bytes from the server; give what is to be answered.

        Raises:
            Refused, Unreachable: the login has failed.
            ConnectionLost: this is not PostgreSQL's protocol, or the server has ended the session.
        """
        response = self.response
        if response is not None and response.status is None:
            self._count(response, data)
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        if self._pieces:
            self._pieces.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return b""
            data, self._pieces = b"".join(self._pieces), []
        try:
            return self._read(data)
        except MALFORMED:
            raise not_this_protocol() from None

    def _read(self, data: bytes) -> bytes:
        reply = b""
        pos, size, wanted = 0, len(data), _HEADER_LENGTH
        while size - pos >= _HEADER_LENGTH:
            response = self.response
            code, length = _HEADER(data, pos)
            if length < 4:
                raise ValueError("a message shorter than its length")
            end = pos + 1 + length
            unwanted = code in _DATA and response is not None and response.error is not None
            if unwanted and end > size:
                self._skip = end - size
                return reply
            if end > size:
                wanted = end - pos
                break
            if unwanted:
                pos = end
            elif code == m.DATA_ROW and response is not None:
                pos = response.rows(data, pos)
            else:
                reply += self._take(code, data[pos + _HEADER_LENGTH : end])
                pos = end
        if pos < size:
            self._pieces = [data[pos:]]
            self._missing = wanted - (size - pos)
        return reply

    def _take(self, code: int, body: bytes) -> bytes:
        if not self.login.is_over:
            return self.login.take(code, body)
        if code == m.ERROR_RESPONSE:
            fields = m.error_fields(body)
            if is_fatal(fields):
                self.last_words = connection_lost(fields)
                raise self.last_words
        response = self.response
        if response is None or response.status is not None:
            return b""  # a notice, a notification or a changed parameter, between two answers
        return response.take(code, body)

    def _count(self, response: Response, data: bytes) -> None:
        """Keep the bytes of an answer as long as somebody may want them, and see that they do not become too many."""
        self._size += len(data)
        if self.received is not None:
            if self._size <= self._keep:
                self.received.append(data)
            else:
                self.received = None
        if self._size > self._most_bytes and response.error is None:
            response.give_up(result_too_large(self._most_bytes))
            if self._pieces and len(self._pieces[0]) >= _HEADER_LENGTH and self._pieces[0][0] in _DATA:
                self._skip, self._pieces = self._missing, []


def not_this_protocol() -> ConnectionLost:
    """Make the error for what cannot be read."""
    return ConnectionLost("what came does not look like PostgreSQL's protocol")
