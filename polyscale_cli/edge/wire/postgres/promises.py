"""Functions that users have made and declared IMMUTABLE or STABLE, held to it where their source can be read.

The server believes such a declaration (manual, section 38.7): one that reads tables may be called IMMUTABLE, which many
are, to be had in an index, and one that calls a VOLATILE function may be called either. Called by itself it answers as
of now all the same, and does what it does.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from polyscale_cli.edge.engine.analysis import UNKNOWN, Analysis
from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.postgres.dialect import CLOCK_WORDS, LONGEST_ANALYSED, lexical_names
from polyscale_cli.edge.wire.postgres.functions import Judgement, Volatility
from polyscale_cli.edge.wire.postgres.plpgsql import read_body, read_statements
from polyscale_cli.edge.wire.tokens import TokenKind

MOST_REMEMBERED = 1000

# A body that was not understood reads no table if it has none of these.
_READING = frozenset("from join table into perform execute with insert update delete merge call tablesample".split())
_MOMENT = re.compile(r"(?<![a-z])(?:now|today|tomorrow|yesterday)(?![a-z])|^e'.*\\|^u&'", re.IGNORECASE | re.DOTALL)
_STANDARD = re.compile(r"^\s*(?:BEGIN ATOMIC\n(?P<body>.*)\nEND|RETURN (?P<result>.*))\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Body:
    """What a source tells.

    Attributes:
        names: what it calls.
        reads: it may depend on more than its arguments, the settings and what it calls.
    """

    names: Analysis
    reads: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """One function; ``source`` is its body, or its whole definition if it has a body in the standard's form."""

    volatility: Volatility
    language: str
    source: str | None

    @property
    def judgement(self) -> Judgement:
        """What a call of it means, apart from what it calls."""
        pure = self.volatility is Volatility.IMMUTABLE and not self.body.reads
        return Judgement.PURE if pure else Judgement.CLOCK_OR_TABLES

    @property
    def body(self) -> Body:
        """What its source tells."""
        return Body(Analysis(), reads=True) if self.source is None else _read(self.language, self.source)


@functools.lru_cache(MOST_REMEMBERED)
def _read(language: str, source: str) -> Body:
    if source.startswith("CREATE OR REPLACE "):
        standard = _STANDARD.search(source)
        if standard is None:
            return Body(Analysis(), reads=True)
        source = standard["body"] or f"SELECT {standard['result']}"
    text = source.encode("utf-8", "surrogateescape")
    if len(text) > LONGEST_ANALYSED or lexer.eludes(text):
        return Body(Analysis(), reads=True)
    words = lexer.tokens(text)
    body = read_body(text) if language == "plpgsql" else read_statements(text)
    if body is UNKNOWN:
        body = lexical_names(Analysis(), words)
        reads = any(token.is_word(*_READING) for token in words)
    else:
        reads = bool(body.reads or body.writes)
    reads = reads or any(
        token.is_word(*CLOCK_WORDS, "tablesample")
        or (token.kind is TokenKind.LITERAL and _MOMENT.search(token.text) is not None)
        for token in words
    )
    return Body(Analysis(functions=body.functions, attributes=body.attributes, operators=body.operators), reads)
