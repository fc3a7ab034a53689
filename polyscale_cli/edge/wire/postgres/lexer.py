"""PostgreSQL's lexical rules (manual, section 4.1), as far as templates and analysis need them.

They hold for ``standard_conforming_strings = on`` and encodings in which every byte below 0x80 is ASCII; a session
with other settings is not analysed at all.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"""
      (?P<skip>\s+|--[^\n\r]*|/\*.*?\*/)
    | (?P<literal>[eE]'(?:[^'\\]|\\.|'')*'
        | (?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'
        | \$(?P<tag>(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?)\$.*?\$(?P=tag)\$
        | \d+(?:\.\d*)?(?:[eE][+-]?\d+)?
        | \.\d+(?:[eE][+-]?\d+)?)
    | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*")
    | (?P<word>[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*|\$\d+)
    | (?P<sign>.)
    """,
    re.DOTALL | re.VERBOSE,
)

_PREFIXED_LITERAL = re.compile(rb"[eEbBxXnN&]'")
# It begins with what it looks for, and only then looks back, so that the search can skip to it.
_PLAIN_LITERAL = re.compile(rb"""'(?:[^']|'')*'|\d(?<![\w.$\x80-\xff]\d)\d*(?:\.\d*)?(?:[eE][+-]?\d+)?\b""")

PLACEHOLDER = b"[?]"
RAW = b"\0"
"""First byte of a template that is the text itself, because it could not be normalised."""


class TokenKind(enum.Enum):
    """The kinds of token that matter here."""

    LITERAL = "literal"
    QUOTED = "quoted"
    WORD = "word"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        text: a word in lower case, a quoted identifier without its quotes, else as written.
        start: offset in bytes.
    """

    kind: TokenKind
    text: str
    start: int

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


def normalise(text: bytes) -> bytes:
    """Give the template of a text: comments gone, literals replaced by ``[?]``."""
    # Without any of these, quotes and digits can only be literals, and one substitution does it.
    plain = not (b'"' in text or b"\\" in text or b"$" in text or b"--" in text or b"/*" in text)
    if plain and (b"'" not in text or _PREFIXED_LITERAL.search(text) is None):
        return _PLAIN_LITERAL.sub(PLACEHOLDER, text)
    if eludes(text):
        return RAW + text
    return _TOKEN.sub(_normal_token, text)


def _normal_token(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    if kind in ("literal", "tag"):
        return PLACEHOLDER
    token = match[0]
    return b" " if kind == "skip" and token[0] in b"-/" else token


def bare(text: bytes) -> bytes:
    """Put spaces for comments and ``'x'`` for strings, which another lexer might read otherwise."""
    return _TOKEN.sub(_bare_token, text)


def _bare_token(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    token = match[0]
    if kind in ("literal", "tag"):
        return token if token[0] in b"0123456789.uU" else b" 'x' "
    return b" " if kind == "skip" and token[0] in b"-/" else token


def eludes(text: bytes) -> bool:
    """Whether a text may hold what the pattern of a token cannot follow.

    That is a comment within a comment, and an escape string that goes on in the next line, where it needs no ``E`` to
    have escapes (manual, sections 4.1.5 and 4.1.2.1).
    """
    if text.count(b"/*") > 1 and re.search(rb"/\*(?:(?!\*/).)*/\*", text, re.DOTALL) is not None:
        return True
    return b"\\" in text and re.search(rb"[eE]'", text) is not None and goes_on_in_next_line(text)


def goes_on_in_next_line(text: bytes) -> bool:
    """Whether a string may be in several parts, each in a line of its own."""
    return (b"\n" in text or b"\r" in text) and _NEXT_LINE.search(text) is not None


# Possessive: there are many ways to read a row of dashes as comments.
_NEXT_LINE = re.compile(rb"'(?:[ \t\f\v]|--[^\n\r]*+)*+[\n\r](?:\s|--[^\n\r]*+[\n\r])*+'")


def tokens(text: bytes) -> list[Token]:
    """Split a text into tokens; spaces and comments are left out."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "skip":
            continue
        raw = match[0].decode("latin-1") if kind in ("literal", "tag") else match[0].decode("utf-8", "surrogateescape")
        if kind == "word":
            found.append(Token(TokenKind.WORD, fold(raw, quoted=False), match.start()))
        elif kind == "quoted":
            found.append(Token(TokenKind.QUOTED, fold(raw[1:-1].replace('""', '"'), quoted=True), match.start()))
        elif kind == "sign":
            found.append(Token(TokenKind.SIGN, raw, match.start()))
        else:
            found.append(Token(TokenKind.LITERAL, raw, match.start()))
    return found


def fold(name: str, *, quoted: bool) -> str:
    """Give the name that an identifier means.

    Without quotes only ASCII letters are folded, where the database's encoding is UTF8 (``downcase_identifier`` in the
    server's scansup.c); all are cut at 63 bytes, between characters (manual, section 4.1.1).
    """
    if not quoted:
        name = name.translate(_TO_LOWER)
    raw = name.encode("utf-8", "surrogateescape")
    return name if len(raw) <= LONGEST_NAME else raw[:LONGEST_NAME].decode("utf-8", "ignore")


_TO_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
LONGEST_NAME = 63


def statements(text: bytes, of: list[Token]) -> list[tuple[bytes, list[Token]]]:
    """Split a text and its tokens at the semicolons between statements."""
    parts: list[tuple[bytes, list[Token]]] = []
    current: list[Token] = []
    for token in of:
        if token.is_sign(";"):
            if current:
                parts.append((text[current[0].start : token.start], current))
            current = []
        else:
            current.append(token)
    if current:
        parts.append((text[current[0].start :], current))
    return parts
