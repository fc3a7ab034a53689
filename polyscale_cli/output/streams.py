"""The streams of this process as they can be: closed, broken, full, or in an encoding that lacks most characters."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
from typing import TextIO

# What is printed by us beyond ASCII, and how it reads where the encoding has no such character.
FALLBACKS = {"…": "...", "→": "->", "←": "<-", "·": "-", "✓": "ok", "✗": "x", "│": "|", "└": "`-"}
_READABLE = "polyscale.readable"
_ESCAPED = "polyscale.escaped"


def prepare_streams() -> None:
    """See to it that all three streams exist and that no character can make printing fail."""
    # In this order: what is opened takes the lowest free number, and so the place of the one that is missing.
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - open for the life of the process
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    codecs.register_error(_READABLE, _readable)
    codecs.register_error(_ESCAPED, _escaped)
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, _READABLE), (sys.stderr, _ESCAPED)):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # It flushes first. A stream that takes nothing is reported by whoever writes to it next.
            with contextlib.suppress(OSError):
                reconfigure(errors=errors)


def silence(stream: TextIO) -> None:
    """Let what is still buffered for a stream go nowhere, so that the end of the process does not stumble over it."""
    try:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
    except (OSError, ValueError):
        return


def can_encode(stream: TextIO, text: str) -> bool:
    """Whether a stream can carry a text as it is."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeError:
        return False
    return True


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - open for the life of the process


def _readable(error: UnicodeError) -> tuple[str, int]:
    return _replaced(error, "?")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    return _replaced(error, None)


def _replaced(error: UnicodeError, otherwise: str | None) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    shown = [
        FALLBACKS.get(one) or otherwise or one.encode("ascii", "backslashreplace").decode("ascii") for one in characters
    ]
    return "".join(shown), error.end
