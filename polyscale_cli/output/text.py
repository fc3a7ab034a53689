"""Make text from elsewhere safe to show: a server's words must not move the cursor of a terminal."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """Replace control and direction-changing characters by visible escapes; tabs and newlines become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return character.encode("unicode_escape").decode("ascii")
    return character
