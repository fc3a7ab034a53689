"""Functions that users have made and declared IMMUTABLE or STABLE, held to it where their source can be read.

The server believes such a declaration (manual, section 38.7): one that reads tables may be called IMMUTABLE, which many
are, to be had in an index, and one that calls a VOLATILE function may be called either. Called by itself it answers as
of now all the same, and does what it does.

What PL/pgSQL has once compiled or parsed in a session, it keeps (manual, section 43.11.2), and servers from version 18
on do so for SQL: a literal that it reads as a date means what it meant under the time zone of the first call, and a
variable's type is that which the search path led to. Hits would move that call, so none is made of such a function.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from polyscale_cli.edge.engine.analysis import UNKNOWN, Analysis
from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.postgres.dialect import CLOCK_WORDS, LONGEST_ANALYSED, lexical_names
from polyscale_cli.edge.wire.postgres.functions import Judgement, Volatility
from polyscale_cli.edge.wire.postgres.plpgsql import read_body, read_statements
from polyscale_cli.edge.wire.tokens import Token, TokenKind

MOST_REMEMBERED = 1000

# A body that was not understood reads no table if it has none of these.
_READING = frozenset("from join table into perform execute with insert update delete merge call tablesample".split())
_MOMENT = re.compile(r"(?<![a-z])(?:now|today|tomorrow|yesterday)(?![a-z])|^e'.*\\|^u&'", re.IGNORECASE | re.DOTALL)
_MOMENTS = frozenset(
    "date time timetz timestamp timestamptz daterange tsrange tstzrange datemultirange tsmultirange"
    " tstzmultirange".split()
)
# What may be a date, a time, an interval, money, an array with NULL, or such in an array or a range: a setting says how
# it is read. Regular expressions and formats, which have other signs, are none of these.
_READ_BY_SETTINGS = re.compile(r"^[^\\^*?|%=;!~#&]*(?:\d|\bnull\b)[^\\^*?|%=;!~#&]*$", re.IGNORECASE)
_RUNS_TEXT = re.compile(r"execute|spi|plpy|plv8|query|prepare|eval", re.IGNORECASE)
_BUILT_IN_TYPES = frozenset(
    "alias bigint bit bool boolean bytea char character constant date decimal double float float4 float8 inet int"
    " int2 int4 int8 integer interval json jsonb money not null numeric oid precision real record smallint text time"
    " timestamp timestamptz timetz uuid varchar varying with without xml zone".split()
)
_STANDARD = re.compile(r"^\s*(?:BEGIN ATOMIC\n(?P<body>.*)\nEND|RETURN (?P<result>.*))\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Body:
    """What a source tells.

    Attributes:
        names: what it calls.
        reads: it may depend on more than its arguments, the settings and what it calls.
        casts: it may turn text into a date or a time.
        remembers: something in it may mean what it meant when a session called it first.
        runs: it may run SQL that it does not show, which may call any function.
        sets: what it runs so may set the session's settings.
    """

    names: Analysis
    reads: bool
    casts: bool = False
    remembers: bool = False
    runs: bool = False
    sets: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """One function; ``source`` is its body, or its whole definition if it has a body in the standard's form.

    ``timely`` says that none of its arguments can name a moment, as text can; ``returns_moment`` that what it returns
    may be made a date or time, and ``compiled`` that the server keeps what it has made of the source until the session
    ends.
    """

    volatility: Volatility
    language: str
    source: str | None
    timely: bool = False
    returns_moment: bool = False
    compiled: bool = True

    @property
    def judgement(self) -> Judgement:
        """What a call of it means, apart from what it calls."""
        body = self.body
        moves = ((body.casts or self.returns_moment) and not self.timely) or (body.remembers and self.compiled)
        pure = self.volatility is Volatility.IMMUTABLE and not body.reads and not moves
        return Judgement.PURE if pure else Judgement.CLOCK_OR_TABLES

    @property
    def body(self) -> Body:
        """What its source tells."""
        return _UNTOLD if self.source is None else _read(self.language, self.source)


_UNTOLD = Body(Analysis(), reads=True, runs=True)


@functools.lru_cache(MOST_REMEMBERED)
def _read(language: str, source: str) -> Body:
    if source.startswith("CREATE OR REPLACE "):
        standard = _STANDARD.search(source)
        if standard is None:
            return _UNTOLD
        source = standard["body"] or f"SELECT {standard['result']}"
    sets = "set_config" in source.lower()
    if language not in ("sql", "plpgsql"):
        return Body(Analysis(), reads=True, runs=_RUNS_TEXT.search(source) is not None, sets=sets)
    text = source.encode("utf-8", "surrogateescape")
    if len(text) > LONGEST_ANALYSED or lexer.eludes(text):
        return replace(_UNTOLD, sets=sets)
    words = lexer.tokens(text)
    body = read_body(text) if language == "plpgsql" else read_statements(text)
    runs = False
    if body is UNKNOWN:
        body = lexical_names(Analysis(), words)
        reads = runs = any(token.is_word(*_READING) for token in words)
    else:
        reads = bool(body.reads or body.writes)
    reads = reads or any(token.is_word(*CLOCK_WORDS, "tablesample") for token in words)
    reads = reads or any(token.kind is TokenKind.LITERAL and _MOMENT.search(token.text) is not None for token in words)
    casts = any(token.is_word(*_MOMENTS) for token in words)
    names = Analysis(reads=body.reads, functions=body.functions, attributes=body.attributes, operators=body.operators)
    return Body(names, reads, casts=casts, remembers=_remembers(words), runs=runs, sets=sets and runs)


def _remembers(words: list[Token]) -> bool:
    declares = False
    for i, token in enumerate(words):
        if token.kind is TokenKind.LITERAL and not token.text[0].isdigit():
            inside = token.text.partition("'")[2][:-1]  # of one in dollars, whatever it is
            if token.text.startswith("$") or _READ_BY_SETTINGS.match(inside):
                return True
        if token.is_word("assert"):
            return True  # which a setting switches off
        declares = (declares or token.is_word("declare")) and not token.is_word("begin")
        if declares and _begins_type(words, i) and not token.is_word(*_BUILT_IN_TYPES):
            return True
    return False


def _begins_type(words: list[Token], at: int) -> bool:
    """Whether the token follows the name of a variable that is declared, and so is of its type."""
    at -= words[at - 1].is_word("constant")
    if at < 2 or not words[at - 1].is_name or words[at - 1].is_word("declare"):
        return False
    return words[at - 2].is_sign(";") or words[at - 2].is_word("declare")
