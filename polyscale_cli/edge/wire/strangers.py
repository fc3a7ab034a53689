"""Servers of another kind than the one that is looked for, as far as their first words tell."""

from __future__ import annotations

from dataclasses import dataclass

_FIRST_WORDS = (
    (b"HTTP/", "HTTP"),
    (b"SSH-", "SSH"),
    (b"-ERR", "Redis"),
    (b"-DENIED", "Redis"),
    (b"+OK", "POP3"),
    (b"220", "SMTP or FTP"),
    (b"\x15\x03", "TLS from its first byte"),
    (b"<", "HTTP"),
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A server of another kind; ``speaks`` completes the sentence "it speaks ...", ``says`` is what it said."""

    speaks: str
    says: str = ""


def stranger(data: bytes, looked_for: str) -> Stranger:
    """Who says this; ``looked_for`` is the protocol that it is not, such as ``Postgres``."""
    first = data.split(b"\n", 1)[0]
    for start, speaks in _FIRST_WORDS:
        if data.startswith(start):
            return Stranger(speaks, "" if speaks.startswith("TLS") else shown(first))
    return Stranger(f"a protocol that is not that of {looked_for}", shown(first))


def shown(data: bytes) -> str:
    """What a person may be shown of a stranger's bytes: one line, 80 characters, nothing that moves a cursor."""
    text = data[:80].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "." for c in text).strip(" .")
