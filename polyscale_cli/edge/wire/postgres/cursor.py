"""A place in a text that is read token by token, from left to right, where anything unexpected ends the reading."""

from __future__ import annotations

from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.tokens import Token, TokenKind

_KNOWN_SIGNS = frozenset("()[],;.:=<>+-*/%|&^~!@?#")
# Names of one session's own, and the one built-in function that changes the session.
_NEVER = ("pg_temp", "set_config")


class NotUnderstood(Exception):
    """A text holds something that its reader does not know."""


def tokens_of(text: bytes, longest: int) -> list[Token]:
    """Split the body of a function into tokens.

    Raises:
        NotUnderstood: it is longer than that, holds what no statement holds, or names what belongs to one session.
    """
    if len(text) > longest or lexer.eludes(text):
        raise NotUnderstood
    words = lexer.tokens(text)
    for token in words:
        if token.kind is TokenKind.SIGN and token.text not in _KNOWN_SIGNS:
            raise NotUnderstood  # also a quote that nothing closes
        if token.is_name and (token.text in _NEVER or token.text.startswith('&"')):
            raise NotUnderstood
    return words


class Cursor:
    """Every method raises NotUnderstood where the text does not go on as it must.

    Attributes:
        at: index of the next token.
    """

    def __init__(self, text: bytes, words: list[Token]) -> None:
        self.text = text
        self.words = words
        self.at = 0

    @property
    def is_at_end(self) -> bool:
        """Whether all was read."""
        return self.at >= len(self.words)

    def look(self, ahead: int = 0) -> Token:
        """Give the next token."""
        if self.at + ahead >= len(self.words):
            raise NotUnderstood
        return self.words[self.at + ahead]

    def is_sign(self, sign: str, ahead: int = 0) -> bool:
        """Whether the next token, or one further ahead, is this sign."""
        return self.at + ahead < len(self.words) and self.words[self.at + ahead].is_sign(sign)

    def take(self, *words: str) -> bool:
        """Pass over one of these words. Returns whether it was there."""
        if not self.look().is_word(*words):
            return False
        self.at += 1
        return True

    def expect(self, word: str) -> None:
        """Pass over this word."""
        if not self.take(word):
            raise NotUnderstood

    def expect_sign(self, sign: str) -> None:
        """Pass over this sign."""
        if not self.look().is_sign(sign):
            raise NotUnderstood
        self.at += 1

    def expect_name(self) -> None:
        """Pass over a name."""
        if not self.look().is_name:
            raise NotUnderstood
        self.at += 1

    def find(self, stop: str) -> int:
        """Give the index of the next word, or of the semicolon, outside of parentheses."""
        depth = 0
        for i in range(self.at, len(self.words)):
            token = self.words[i]
            if depth == 0 and (token.is_sign(";") if stop == ";" else token.is_word(stop)):
                return i
            if token.kind is TokenKind.SIGN:
                depth += (token.text in "([") - (token.text in ")]")
                if depth < 0 or token.text == ";":
                    raise NotUnderstood
        raise NotUnderstood

    def slice(self, start: int, end: int) -> bytes:
        """Give the text from one token up to another."""
        return self.text[self.words[start].start : self.words[end].start]
