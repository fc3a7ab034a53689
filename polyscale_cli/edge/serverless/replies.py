"""Answers of ``POST /sql`` that are no error: their headers, and the bytes that they are kept as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
STATUS_LINE = b"HTTP/1.1 200 OK\r\n"
CONTENT_TYPE = "application/json; charset=utf-8"
ALWAYS: Mapping[str, str] = {
    "Server": "polyscale-edge",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
HIT: Mapping[str, str] = {"Cache-Status": "PolyScale; hit", "Server-Timing": 'edge;desc="hit"'}
"""``Cache-Status`` as RFC 9211, section 2, words it; ``Server-Timing`` as the W3C's recommendation does."""


@dataclass(frozen=True, slots=True)
class SqlReply:
    """What a statement came to.

    Attributes:
        document: JSON, UTF-8.
        headers: about how it came.
    """

    document: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def hit(document: bytes) -> SqlReply:
    """Answer from the cache."""
    return SqlReply(document, HIT)


def forwarded(document: bytes, *, why_not: str | None, seconds: float) -> SqlReply:
    """Answer from the origin; ``why_not`` is why the answer is not kept, if it is known that none ever is."""
    fwd = "miss" if why_not is None else f'bypass; detail="{_quoted(why_not)}"'
    return SqlReply(
        document, {"Cache-Status": f"PolyScale; fwd={fwd}", "Server-Timing": f"edge;dur={seconds * 1000:.3f}"}
    )


def kept(document: bytes) -> bytes:
    """Give what an answer is kept as: all of it from behind the date, as a hit."""
    headers = {**ALWAYS, **HIT, "Content-Type": CONTENT_TYPE, "Content-Length": str(len(document))}
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n" + document


def document_of(response: bytes) -> bytes:
    """Give the document of a kept answer."""
    return response[response.index(HEAD_END) + len(HEAD_END) :]


def _quoted(text: str) -> str:
    """A string as RFC 8941, section 3.3.3, has it: ASCII, with two characters escaped."""
    printable = "".join(one if " " <= one <= "~" else "?" for one in text)
    return printable.replace("\\", "\\\\").replace('"', '\\"')
