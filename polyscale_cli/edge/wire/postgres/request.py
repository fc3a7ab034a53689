"""The client's stream, cut into requests: what is sent, looked up and answered as one.

A request is a Query, or the extended protocol's messages up to a Sync (manual, section 55.2.3). Messages may be split
at any byte. What is too large to analyse, and COPY data, is handed on piece by piece and never gathered.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.postgres.messages import (
    BIND,
    CLOSE,
    COPY_DATA,
    COPY_DONE,
    COPY_FAIL,
    DESCRIBE,
    EXECUTE,
    FLUSH,
    LENGTH,
    PARSE,
    QUERY,
    SYNC,
    TERMINATE,
)

LARGEST_ANALYSED = 1 << 20
"""Bytes of one message. A larger one is streamed; what it does is taken to be anything."""

MOST_HELD = 1 << 16
"""Bytes of extended-protocol messages that wait for their Sync; more are sent on without it."""

_EXTENDED = frozenset((BIND, CLOSE, DESCRIBE, EXECUTE, FLUSH, PARSE, SYNC))


class ProtocolViolation(ValueError):
    """The stream is not one of messages."""


class RequestKind(enum.Enum):
    """What a request is made of."""

    SIMPLE = "one Query"
    EXTENDED = "messages of the extended protocol"
    OPAQUE = "the beginning of a message that may do anything and is not read"
    RAW = "bytes to pass on"
    COPY_END = "CopyDone, or the beginning of a CopyFail"
    TERMINATE = "Terminate"


@dataclass(slots=True)
class Request:
    """One request.

    Attributes:
        raw: its bytes, exactly as they came.
        parts: code, start and end in ``raw`` of each message, for EXTENDED.
        ends: the origin will answer it with a ReadyForQuery.
        asked: templates that the catalog was asked about for its sake, each as often as it was.
        waited: it has waited for another's answer; it must not wait again.
    """

    kind: RequestKind
    raw: bytes
    parts: tuple[tuple[int, int, int], ...] = ()
    ends: bool = False
    asked: tuple[Template, ...] = ()
    waited: bool = False


class RequestReader:
    """Bytes in, requests out."""

    __slots__ = ("_data", "_is_request", "_streaming")

    def __init__(self) -> None:
        self._data = b""
        self._streaming = 0
        self._is_request = False

    def feed(self, data: bytes) -> None:
        """Take what the client sent."""
        self._data = self._data + data if self._data else data

    def __len__(self) -> int:
        """How many bytes wait."""
        return len(self._data)

    @property
    def is_cut(self) -> bool:
        """Whether the rest of a request is still to come whose beginning has been given as one.

        The rest of any other message, such as COPY data, says nothing of the requests before it.
        """
        return self._streaming > 0 and self._is_request

    def take(self, *, all_messages: bool = False) -> Request | None:
        """Give the next request, or None while it is incomplete.

        With ``all_messages``, complete messages are given although no Sync or Flush has followed them.

        Raises:
            ProtocolViolation: a length is impossible.
        """
        data = self._data
        if not data:
            return None
        if self._streaming:
            return self._stream()
        size = len(data)
        pos = 0
        parts: list[tuple[int, int, int]] = []
        flush = all_messages
        while size - pos >= 5:
            code = data[pos]
            (length,) = LENGTH.unpack_from(data, pos + 1)
            if length < 4:
                raise ProtocolViolation("invalid message length")
            end = pos + 1 + length
            if code not in _EXTENDED or length > LARGEST_ANALYSED:
                return self._other(code, length, end) if not parts else self._cut(parts, pos)
            if end > size:
                break
            parts.append((code, pos, end))
            pos = end
            if code == SYNC:
                return self._cut(parts, pos, ends=True)
            flush = flush or code == FLUSH
        if parts and (flush or pos > MOST_HELD):
            return self._cut(parts, pos)
        return None

    @property
    def holds_messages(self) -> bool:
        """Whether at least one complete message waits for what follows it."""
        data = self._data
        return len(data) >= 5 and not self._streaming and data[0] in _EXTENDED and len(data) > _length(data)

    def _cut(self, parts: list[tuple[int, int, int]], end: int, *, ends: bool = False) -> Request:
        data = self._data
        self._data = data[end:]
        raw = data if len(data) == end else data[:end]
        return Request(RequestKind.EXTENDED, raw, tuple(parts), ends)

    def _other(self, code: int, length: int, end: int) -> Request | None:
        whole = len(self._data) >= end
        if code == QUERY and length <= LARGEST_ANALYSED:
            if not whole:
                return None
            raw, self._data = self._data[:end], self._data[end:]
            return Request(RequestKind.SIMPLE, raw, ends=True)
        if code == COPY_DATA or code not in _MAY_DO_ANYTHING:
            if code == TERMINATE and whole:
                raw, self._data = self._data[:end], b""
                return Request(RequestKind.TERMINATE, raw)
            self._streaming, self._is_request = end, False
            request = self._stream()
            if code in (COPY_DONE, COPY_FAIL):
                request.kind = RequestKind.COPY_END
            return request
        self._streaming, self._is_request = end, True
        request = self._stream()
        request.kind = RequestKind.OPAQUE
        request.ends = code not in _EXTENDED
        return request

    def _stream(self) -> Request:
        raw, self._data = self._data[: self._streaming], self._data[self._streaming :]
        self._streaming -= len(raw)
        return Request(RequestKind.RAW, raw)


_MAY_DO_ANYTHING = _EXTENDED | {QUERY, 0x46}


def _length(data: bytes) -> int:
    length: int = LENGTH.unpack_from(data, 1)[0]
    return length
