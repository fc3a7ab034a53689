"""Streams on which nobody else's text can be a command to the runner.

GitHub's runner reads both streams of a step line by line. It obeys a line that begins, after spaces, with ``::``, and
one that has ``##[`` anywhere. What the API or a database says may hold either; our own commands go past these streams.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TextIO, cast

# A line ends for the runner at a carriage return as well.
_AT_START = re.compile(r"(?P<before>(?:\A|[\r\n])\s*)::")
# The whole of a command in the middle of a line is none now; it may be when somebody prints the line again. One IPv6
# address, which has a single pair of colons, never looks like that.
_WHOLE = re.compile(r"::(?=[A-Za-z][\w-]*(?:[^\S\r\n][^:\r\n]*)?::)")
_OLD_FORM = "##["


def harmless(text: str, *, at_line_start: bool = True) -> str:
    """Break workflow commands in a text by a space that a reader can see."""
    if "::" in text:
        head = "" if at_line_start else "."
        text = _AT_START.sub(r"\g<before>: :", head + text)[len(head) :]
        text = _WHOLE.sub(": :", text)
    return text.replace(_OLD_FORM, "## [")


def harmless_json(text: str) -> str:
    """The same for JSON, where both can stand in strings alone and have another spelling that means the same."""
    return text.replace("::", ":\\u003a").replace(_OLD_FORM, "#\\u0023[")


class HarmlessStream:
    """A stream that breaks commands in all that is written; everything else is the stream's own."""

    def __init__(self, stream: TextIO, *, is_json: Callable[[], bool]) -> None:
        self._stream = stream
        self._is_json = is_json
        self._at_line_start = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text, made harmless."""
        if self._is_json():
            self._stream.write(harmless_json(text))
        else:
            self._stream.write(harmless(text, at_line_start=self._at_line_start))
        last_line = re.split(r"[\r\n]", text)[-1]
        self._at_line_start = not last_line.strip() and (self._at_line_start or last_line != text)
        return len(text)

    @classmethod
    def around(cls, stream: TextIO, *, is_json: Callable[[], bool]) -> TextIO:
        """Put one around a stream; it does all that the console does with one."""
        return cast("TextIO", cls(stream, is_json=is_json))
