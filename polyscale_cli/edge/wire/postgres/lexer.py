"""PostgreSQL's lexical rules (manual, section 4.1), as far as templates and analysis need them.

They hold for ``standard_conforming_strings = on`` and encodings in which every byte below 0x80 is ASCII; a session
with other settings is not analysed at all.
"""

from __future__ import annotations

import re

from polyscale_cli.edge.wire.tokens import PLACEHOLDER, Token, TokenKind, lowered, split_at_semicolons

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

RAW = b"\0"
"""First byte of a template that is the text itself, because it could not be normalised."""


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
        group = match.lastgroup or ""
        if group == "skip":
            continue
        kind = _KINDS[group]
        raw = match[0].decode("latin-1") if kind is TokenKind.LITERAL else match[0].decode("utf-8", "surrogateescape")
        if kind is TokenKind.WORD:
            raw = fold(raw, quoted=False)
        elif kind is TokenKind.QUOTED:
            raw = fold(raw[1:-1].replace('""', '"'), quoted=True)
        found.append(Token(kind, raw, match.start(), match.end()))
    return found


_KINDS = {kind.value: kind for kind in TokenKind} | {"tag": TokenKind.LITERAL}


def fold(name: str, *, quoted: bool) -> str:
    """Give the name that an identifier means.

    Without quotes only ASCII letters are folded, where the database's encoding is UTF8 (``downcase_identifier`` in the
    server's scansup.c); all are cut at 63 bytes, between characters (manual, section 4.1.1).
    """
    if not quoted:
        name = lowered(name)
    raw = name.encode("utf-8", "surrogateescape")
    return name if len(raw) <= LONGEST_NAME else raw[:LONGEST_NAME].decode("utf-8", "ignore")


LONGEST_NAME = 63


def statements(text: bytes, of: list[Token]) -> list[tuple[bytes, list[Token]]]:
    """Split a text and its tokens at the semicolons between statements."""
    return list(split_at_semicolons(text, of))
