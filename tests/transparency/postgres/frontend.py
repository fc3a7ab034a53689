"""The client's messages as values, so that a script of them can be read, printed and played again (manual, 55.7).

Texts are UTF-8; ``surrogateescape`` lets them hold any other byte.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tests.e2e import raw

Value = str | bytes | None


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def _string(text: str) -> bytes:
    return _bytes(text) + b"\0"


def _codes(codes: tuple[int, ...]) -> bytes:
    return struct.pack(f"!h{len(codes)}h", len(codes), *codes)


def _values(values: tuple[Value, ...]) -> bytes:
    body = struct.pack("!h", len(values))
    for value in values:
        data = b"" if value is None else _bytes(value)
        body += struct.pack("!i", -1 if value is None else len(data)) + data
    return body


@dataclass(frozen=True, slots=True)
class Query:
    """The simple protocol."""

    text: str

    def encode(self) -> bytes:
        return raw.message("Q", _string(self.text))


@dataclass(frozen=True, slots=True)
class Parse:
    """``types`` are the oids of the parameters' types; 0 leaves one to the server."""

    text: str
    name: str = ""
    types: tuple[int, ...] = ()

    def encode(self) -> bytes:
        types = struct.pack(f"!h{len(self.types)}I", len(self.types), *self.types)
        return raw.message("P", _string(self.name) + _string(self.text) + types)


@dataclass(frozen=True, slots=True)
class Bind:
    """``formats`` and ``results`` are format codes: none for text, one for all, or one each."""

    values: tuple[Value, ...] = ()
    statement: str = ""
    portal: str = ""
    formats: tuple[int, ...] = ()
    results: tuple[int, ...] = ()

    def encode(self) -> bytes:
        names = _string(self.portal) + _string(self.statement)
        return raw.message("B", names + _codes(self.formats) + _values(self.values) + _codes(self.results))


@dataclass(frozen=True, slots=True)
class Describe:
    """``kind`` is S for a statement, P for a portal."""

    kind: str = "P"
    name: str = ""

    def encode(self) -> bytes:
        return raw.describe(self.name, self.kind)


@dataclass(frozen=True, slots=True)
class Execute:
    """``limit`` is the most rows to send; 0 for all."""

    portal: str = ""
    limit: int = 0

    def encode(self) -> bytes:
        return raw.execute(self.portal, self.limit)


@dataclass(frozen=True, slots=True)
class Close:
    """``kind`` as in Describe."""

    kind: str = "S"
    name: str = ""

    def encode(self) -> bytes:
        return raw.close(self.name, self.kind)


@dataclass(frozen=True, slots=True)
class Sync:
    """The end of a request."""

    def encode(self) -> bytes:
        return raw.SYNC


@dataclass(frozen=True, slots=True)
class Flush:
    """What is answered so far, please."""

    def encode(self) -> bytes:
        return raw.FLUSH


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of the function with an oid."""

    oid: int
    values: tuple[Value, ...] = ()
    formats: tuple[int, ...] = ()
    result: int = 0

    def encode(self) -> bytes:
        body = struct.pack("!I", self.oid) + _codes(self.formats) + _values(self.values)
        return raw.message("F", body + struct.pack("!h", self.result))


@dataclass(frozen=True, slots=True)
class CopyData:
    """A piece of what is copied; it may end anywhere."""

    data: bytes

    def encode(self) -> bytes:
        return raw.message("d", self.data)


@dataclass(frozen=True, slots=True)
class CopyDone:
    """All has been sent."""

    def encode(self) -> bytes:
        return raw.message("c")


@dataclass(frozen=True, slots=True)
class CopyFail:
    """The client gives up."""

    reason: str = "given up"

    def encode(self) -> bytes:
        return raw.message("f", _string(self.reason))


@dataclass(frozen=True, slots=True)
class Terminate:
    """Good-bye."""

    def encode(self) -> bytes:
        return raw.TERMINATE


@dataclass(frozen=True, slots=True)
class Other:
    """A message as no client should send it."""

    kind: str
    body: bytes = b""

    def encode(self) -> bytes:
        return raw.message(self.kind, self.body)


Frontend = (
    Query | Parse | Bind | Describe | Execute | Close | Sync | Flush | FunctionCall | CopyData | CopyDone | CopyFail
    | Terminate | Other
)  # fmt: skip
