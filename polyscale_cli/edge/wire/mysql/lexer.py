"""The lexical rules of MySQL and MariaDB (MySQL manual, section 11), as far as templates and analysis need them.

They hold for a sql_mode without ANSI_QUOTES, NO_BACKSLASH_ESCAPES, ORACLE and MSSQL, and for character sets in which
every byte below 0x80 is ASCII wherever it stands (not swe7, big5, gbk, gb18030, sjis, cp932); a session with others is
not analysed at all. What the manual does not say was read in the servers' sql_lex.cc and seen on servers: ``1a`` is a
name and ``1e5`` a number, ``t.5`` names a column, ``--`` begins a comment only before a space or a control character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from polyscale_cli.edge.wire import tokens as shared
from polyscale_cli.edge.wire.tokens import PLACEHOLDER, TokenKind, lowered, split_at_semicolons

_STRING = rb"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
_DOUBLE = rb'"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"'

# Comments that the server may run, and whose words change no answer, whichever version it is.
_HARMLESS = rb"(?i:SQL_NO_CACHE|SQL_CACHE|STRAIGHT_JOIN|SQL_BUFFER_RESULT|WITH\s+CONSISTENT\s+SNAPSHOT)"

# After a name and a dot, even digits are a name.
_FRESH = rb"(?<![\w$\x80-\xff`]\.)"

_PARTS = rb"""
      (?P<comment>--(?=[\x01-\x20]|\Z)[^\n\0]*+|\#[^\n\0]*+|/\*(?!M?!|\+).*?\*/)
    | (?P<hint>/\*\+.*?\*/|/\*!(?:\d{5,6})?+\s++%(harmless)s\s*\*/)
    | (?P<literal>%(string)s|%(double)s
        | %(fresh)s[xX]'[0-9a-fA-F]*+'
        | %(fresh)s[bB]'[01]*+'
        | %(fresh)s[nN]%(string)s
        | %(fresh)s(?:0x[0-9a-fA-F]++|0b[01]++)(?![\w$\x80-\xff])
        | %(fresh)s\d++[eE][+-]?\d++
        | %(fresh)s\d++\.\d*+(?:[eE][+-]?\d++|(?![eE]))
        | %(fresh)s\d++(?![\w$\x80-\xff.])
        | (?<![\w$\x80-\xff`])\.\d++(?:[eE][+-]?\d++|(?![eE])))
    | (?P<quoted>`[^`]*+(?:``[^`]*+)*+`)
    | (?P<variable>@@?[\w.$]*+)
    | (?P<open>['"`].*|/\*.*|--[\0\x7f-\xff].*|%(fresh)s\d++\.\d*+[eE].*|(?<![\w$\x80-\xff`])\.\d++[eE].*)
    | (?P<word>[\w$\x80-\xff]++)
""" % {b"string": _STRING, b"double": _DOUBLE, b"harmless": _HARMLESS, b"fresh": _FRESH}

_PART = re.compile(_PARTS, re.DOTALL | re.VERBOSE)
_TOKEN = re.compile(_PARTS + rb"| (?P<sign>[^\t-\r ])", re.DOTALL | re.VERBOSE)

# Where no quote but ' can begin anything, and no comment, and every number ends where its digits do.
_PLAIN_LITERAL = re.compile(
    rb"'[^']*+(?:''[^']*+)*+'"
    rb"|\d(?<![\w$\x80-\xff`.]\d)\d*+(?:\.\d*+)?+"
    rb"|\.(?<![\w$\x80-\xff`]\.)\d++"
)
_ODD_LITERAL = re.compile(rb"[bBnNxX]'|\d(?<![\w$\x80-\xff`.]\d)[\d.]*+[\w$\x80-\xff]|\.\d++[eE]")


@dataclass(frozen=True, slots=True)
class Token(shared.Token):
    """One token.

    Attributes:
        name: what it means as the name of an object: as written, without quotes.
    """

    name: str


def normalise(text: bytes) -> bytes:
    """Give the template of a text: comments gone, literals replaced by ``[?]``."""
    if _is_plain(text):
        return _PLAIN_LITERAL.sub(PLACEHOLDER, text)
    return _PART.sub(_normal_part, text)


def _is_plain(text: bytes) -> bool:
    if b'"' in text or b"\\" in text or b"--" in text or b"/*" in text or b"#" in text or b"@" in text:
        return False
    if b"`" in text:
        # Names of nothing but letters and digits: then no quote stands between two backticks.
        names = b"".join(text.split(b"`")[1::2]).replace(b"_", b"")
        if text.count(b"`") % 2 or (names and not names.isalnum()):
            return False
    return _ODD_LITERAL.search(text) is None


def _normal_part(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    if kind == "literal":
        return PLACEHOLDER
    return b" " if kind == "comment" else match[0]


def bare(text: bytes) -> bytes:
    """Put spaces for comments, ``'x'`` for strings and ``1`` for numbers, which another lexer might read otherwise."""
    return _PART.sub(_bare_part, text)


def _bare_part(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    if kind == "literal":
        return b" 'x' " if match[0][-1] in b"'\"" and match[0][0] not in b"xXbB" else b" 1 "
    return b" " if kind in ("comment", "hint") else match[0]


def levelled(text: bytes) -> bytes:
    """Put ``1`` for every literal."""
    if _is_plain(text):
        return _PLAIN_LITERAL.sub(b" 1 ", text)
    return _PART.sub(_level_part, text)


def _level_part(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    if kind == "literal":
        return b" 1 "
    return b" " if kind in ("comment", "hint") else match[0]


_KINDS = {kind.value: kind for kind in TokenKind}


def tokens(text: bytes) -> list[Token]:
    """Split a text into tokens; spaces, comments and hints are left out."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = _KINDS.get(match.lastgroup or "")
        if kind is None:
            continue
        name = match[0].decode("utf-8", "surrogateescape")
        if kind is TokenKind.QUOTED:
            name = name[1:-1].replace("``", "`")
        read = lowered(name) if kind is TokenKind.WORD else name
        found.append(Token(kind, read, match.start(), match.end(), name))
    return found


def fold(name: str, *, quoted: bool) -> str:
    """Give the name that an identifier means: as written. Whether case matters, the server's settings say."""
    del quoted
    return name


def can_be_followed(of: list[Token]) -> bool:
    r"""Whether a server surely finds the same tokens.

    Not behind what has no end, where ``\N`` stands for NULL, and where a byte is a space in some character sets.
    """
    return not any(
        token.kind is TokenKind.OPEN
        or (token.kind is TokenKind.SIGN and token.text in "\\\0\x7f")
        or (token.kind is TokenKind.WORD and not token.text.isascii() and _SPACES & set(_bytes(token.text)))
        for token in of
    )


_SPACES = {0xA0, 0xFF}


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a text, with its tokens; it has one at least."""

    text: bytes
    words: list[Token]

    def rest(self, at: int) -> bytes:
        """Give the text from a token on."""
        return self.text[self.words[at].start - self.words[0].start :] if at < len(self.words) else b""

    def since(self, at: int) -> Statement:
        """Give the statement that begins at a token, which must be there."""
        return Statement(self.rest(at), self.words[at:])

    def is_word(self, at: int, *words: str) -> bool:
        """Whether there is a token, and one of these bare words."""
        return at < len(self.words) and self.words[at].is_word(*words)

    def is_sign(self, at: int, sign: str) -> bool:
        """Whether there is a token, and this sign."""
        return at < len(self.words) and self.words[at].is_sign(sign)

    def has_word(self, *words: str) -> bool:
        """Whether one of these bare words is in it."""
        return any(token.is_word(*words) for token in self.words)


def statements(text: bytes, of: list[Token]) -> list[Statement]:
    """Split a text and its tokens at the semicolons between statements."""
    return [Statement(part, words) for part, words in split_at_semicolons(text, of)]
