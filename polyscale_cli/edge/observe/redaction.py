"""What of a template's text may be shown and written down: never a value that somebody sent, nor a comment.

The normal form has ``[?]`` for literals and spaces for comments wherever its dialect could tell them apart. Where it
could not, in statements that no database takes or that are made to be read in two ways, the text is cut off.
"""

from __future__ import annotations

import re

LONGEST_SHOWN = 4096
"""Characters of a text that are kept."""

CUT = "[…]"
"""Stands where a text was cut off."""

# A hint, or what another version of the server would run. Quotes in it, or a further comment, leave it for the cut.
_COMMENT = re.compile(rb"/\*(?:(?!/\*|\*/)[^'\"`])*\*/")
# What a dialect leaves of literals and comments that do not end, or that it has no such thing as; and backslashes: they
# escape in some sessions and not in others, where every second literal would be taken for what is between two.
_DOUBTFUL = re.compile(rb"['\\]|/\*|--|\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$|\0")
_QUOTES = (b'"', b"`")
_PLACEHOLDER = b"[?]"


def shown(normal: bytes) -> str:
    """Give the text of a normal form as people may see it."""
    text = _COMMENT.sub(b" ", normal)
    if b"*/" in text:
        return CUT  # the end of a comment whose beginning is before what looks like one
    ends = [found.start()] if (found := _DOUBTFUL.search(text)) is not None else []
    # Of an odd number of quotes one does not end, and a value may be behind it.
    ends += [text.find(quote) for quote in _QUOTES if text.count(quote) % 2]
    if ends and _PLACEHOLDER in text:
        ends.append(text.index(_PLACEHOLDER))  # whether it stands for a literal is doubtful, too
    readable = text[: min(ends)] if ends else text
    # So many bytes are at least so many characters; the rest need not be decoded.
    words = readable[: 4 * LONGEST_SHOWN].decode(errors="replace").strip()
    if ends:
        return f"{words[:LONGEST_SHOWN]} {CUT}".lstrip()
    return words if len(words) <= LONGEST_SHOWN else words[:LONGEST_SHOWN] + CUT
