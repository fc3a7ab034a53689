"""Make text from elsewhere safe to show: a server's words must not move the cursor of a terminal."""

from __future__ import annotations

LONGEST = 1000
_MOVING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def clean(text: str, *, spaces: str = "\t\n\r") -> str:
    """Replace control and direction-changing characters by visible escapes; those of ``spaces`` become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if one in spaces else _shown(one) for one in text)


def clean_lines(text: str) -> str:
    """The same for text of several lines: tabs and newlines stay."""
    return "".join(one if one in "\t\n" else _shown(one) for one in text)


def brief(text: str) -> str:
    """Leave out the middle of what nobody would read to its end, such as a huge value that an error repeats."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]} … ({len(text) - LONGEST:,} characters left out) … {text[-half:]}"


def moves_cursor(character: str) -> bool:
    """Whether a character does something other than stand where it is."""
    import unicodedata

    return unicodedata.category(character) in _MOVING


def _shown(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii") if moves_cursor(character) else character
