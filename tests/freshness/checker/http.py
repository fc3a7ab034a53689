"""SQL over HTTP, as much of it as a player needs: each statement a request of its own, in a session of nobody's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.freshness.checker.connection import LOST, Connection
from tests.freshness.checker.trap import How, Request, Steps

_END = b"\r\n\r\n"
_LENGTH = b"Content-Length: "
_TRANSACTION = ("BEGIN", "COMMIT")
# What a request alone cannot do: a statement that must be the only one of its text, or a session of one's own.
_ALONE = ("PREPARE", "COMMIT PREPARED", "CONCURRENTLY", "VACUUM", "XA ", "LOCK TABLES", "SET ", "DELIMITER")


def in_one(steps: Steps) -> Request | None:
    """Give the steps as one text; None where they need a session."""
    if any(step.data is not None for step in steps):
        return None
    texts = [step.sql for step in steps]
    if len(texts) > 1 and any(word in text.upper() for text in texts for word in _ALONE):
        return None
    return Request("; ".join(texts))


class HttpConnection(Connection):
    """One connection of HTTP, kept alive.

    Args:
        body: makes the body of a request.
    """

    session = 0

    def __init__(self, body: Callable[[str], bytes]) -> None:
        super().__init__()
        self._body = body
        self._data = b""

    def _login(self) -> None:
        self._complete()  # every request says who asks

    def _begin(self, request: Request) -> bytes:
        assert request.how is not How.KEPT
        body = self._body(request.sql)
        head = f"POST /sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        return head.encode() + _END + body

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer."""
        data = self._data = self._data + data if self._data else data
        end = data.find(_END)
        if end < 0:
            return
        at = data.index(_LENGTH) + len(_LENGTH)
        size = int(data[at : data.index(b"\r", at)])
        start = end + len(_END)
        if len(data) < start + size:
            return
        self._data = b""
        document = json.loads(data[start : start + size])
        status = int(data[9:12])
        if status == 200:
            self._answer.values = [value for row in document for value in _values(row)]
        else:
            # Of a gateway's errors nobody knows whether the statement was carried out.
            self._answer.error = LOST if status >= 500 else document["code"]
        self._complete()


def _values(row: Any) -> list[int]:
    if isinstance(row, list):
        return []  # of several statements, which are no read
    return [-1 if value == "" else int(value) for value in row.values() if value is not None]
