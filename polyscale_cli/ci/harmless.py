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
_KEPT = 100


def harmless(text: str, line: str = "") -> str:
    """Break workflow commands in a text by a space that a reader can see.

    ``line`` is the beginning of the line that the text goes on with: a command can come in two pieces.
    """
    whole = line + text
    if "::" in whole:
        whole = _AT_START.sub(r"\g<before>: :", whole)
    # The beginning is as it was: had it held a command, that would have been broken when it was written.
    return _WHOLE.sub(": :", whole.replace(_OLD_FORM, "## [")[len(line) :])


def harmless_json(text: str) -> str:
    """The same for JSON, where both can stand in strings alone and have another spelling that means the same."""
    return text.replace("::", ":\\u003a").replace(_OLD_FORM, "#\\u0023[")


class HarmlessStream:
    """A stream that breaks commands in all that is written; everything else is the stream's own."""

    def __init__(self, stream: TextIO, *, is_json: Callable[[], bool]) -> None:
        self._stream = stream
        self._is_json = is_json
        self._line = ""  # what has been written of the line that is not ended yet, or the end of it

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text, made harmless."""
        if self._is_json():
            self._stream.write(harmless_json(text))
        else:
            new = harmless(text, self._line)
            self._stream.write(new)
            line = re.split(r"[\r\n]", self._line + new)[-1]
            self._line = line if len(line) <= _KEPT else ("." if line.strip() else "") + line[-_KEPT:]
        return len(text)

    @classmethod
    def around(cls, stream: TextIO, *, is_json: Callable[[], bool]) -> TextIO:
        """Put one around a stream; it does all that the console does with one."""
        return cast("TextIO", cls(stream, is_json=is_json))
