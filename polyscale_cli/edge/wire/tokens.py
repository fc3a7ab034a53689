"""What the lexers of all protocols have in common: tokens, and what can be told of a row of them.

How a text is split into them, and what a name means, is each database's own.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

PLACEHOLDER = b"[?]"
"""What stands for a literal in a template."""

_TO_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class TokenKind(enum.Enum):
    """The kinds of token that matter here; not every database's SQL has each."""

    LITERAL = "literal"
    QUOTED = "quoted"
    WORD = "word"
    VARIABLE = "variable"
    SIGN = "sign"
    OPEN = "open"
    """All the rest of a text that cannot be followed: a comment that the server runs, or something without an end."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        text: a word in lower case, a quoted name without its quotes, else as written.
        start: offset in bytes.
        end: offset behind it.
    """

    kind: TokenKind
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these bare words."""
        return self.kind is TokenKind.WORD and self.text in words

    def is_sign(self, sign: str) -> bool:
        """Whether it is this sign."""
        return self.kind is TokenKind.SIGN and self.text == sign

    @property
    def is_name(self) -> bool:
        """Whether it can be part of an object's name."""
        return self.kind in (TokenKind.QUOTED, TokenKind.WORD)


AnyToken = TypeVar("AnyToken", bound=Token)


def lowered(name: str) -> str:
    """Give a name with its ASCII letters in lower case, and no others."""
    return name.translate(_TO_LOWER)


def split_at_semicolons(text: bytes, of: Sequence[AnyToken]) -> Iterator[tuple[bytes, list[AnyToken]]]:
    """Split a text and its tokens into statements; each has one token at least, and its text begins there."""
    current: list[AnyToken] = []
    for token in of:
        if not token.is_sign(";"):
            current.append(token)
        elif current:
            yield text[current[0].start : token.start], current
            current = []
    if current:
        yield text[current[0].start :], current


def closing(words: Sequence[Token], opening: int) -> int:
    """Give the position of the parenthesis that closes one, or -1."""
    depth = 0
    for i in range(opening, len(words)):
        depth += words[i].is_sign("(") - words[i].is_sign(")")
        if depth == 0:
            return i
    return -1
