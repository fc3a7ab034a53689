"""What a statement that reads does: SELECT, TABLE, VALUES, WITH, and what is put together of them.

sqlglot finds the tables; everything else comes from the tokens, which also have a say on the tables: a name that
stands where only a table can be must have been found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from polyscale_cli.edge.engine.analysis import UNKNOWN, Analysis, Effect, Name, analyse_tree
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.mysql import lexer
from polyscale_cli.edge.wire.mysql.calls import Calls, read_calls
from polyscale_cli.edge.wire.mysql.functions import CLOCK_WORDS, SESSION_WORDS, SYNTAX
from polyscale_cli.edge.wire.mysql.lexer import Statement, Token
from polyscale_cli.edge.wire.mysql.moments import Moments
from polyscale_cli.edge.wire.tokens import TokenKind

LONGEST_PARSED = 32 * 1024
"""Bytes. Parsing a longer text would hold up every other client."""

# Functions whose arguments may have a FROM that names no table.
_FROM_INSIDE = frozenset({"extract", "trim", "substring", "substr", "mid"})

# Words between which STRAIGHT_JOIN joins nothing.
_BEFORE_COLUMNS = frozenset(
    "select all distinct distinctrow high_priority sql_small_result sql_big_result sql_buffer_result sql_no_cache"
    " sql_cache".split()
)

# A hint that changes what the statement means (MySQL manual, section 10.9.3, "Variable-Setting Hint Syntax").
_SETS_VARIABLE = re.compile(rb"/\*\+(?:(?!\*/).)*set_var", re.IGNORECASE | re.DOTALL)


def read_query(statement: Statement) -> Analysis:
    """Say what a statement does that begins like a query."""
    words = statement.words
    calls = read_calls(words)
    refusal = _refusal(statement)
    if any(token.is_word("into") for token in words):
        statement = _without_into(statement)
    moments = Moments()
    found = parse(statement.text, moments)
    if found is UNKNOWN or found.writes or not are_all_found(found, words):
        # Not understood, and so never kept. But a query writes by what it calls alone, and by what a view calls.
        return not_understood(words, calls, refusal or Reason.NOT_UNDERSTOOD)
    refusal = refusal or calls.refusal or found.refusal or (Reason.READS_CLOCK if moments.is_met else None)
    return replace(found, effects=calls.effects, functions=calls.names, refusal=refusal)


def parse(text: bytes, moments: Moments | None = None) -> Analysis:
    """Have sqlglot find the tables of a statement, and its moments; ``UNKNOWN`` if it does not understand it."""
    if len(text) > LONGEST_PARSED:
        return UNKNOWN
    found = analyse_tree(lexer.bare(text).decode("utf-8", "surrogateescape"), "mysql", lexer.fold, moments)
    if not any(name[-1].lower() == "dual" for name in found.reads):
        return found
    # FROM DUAL names no table; a table of that name must be quoted.
    quoted = b"`dual`" in text.lower()
    return found if quoted else replace(found, reads=tuple(n for n in found.reads if n[-1].lower() != "dual"))


def _refusal(statement: Statement) -> Reason | None:  # noqa: PLR0911  (one way out for each reason)
    words = statement.words
    if any(token.is_word("into", "procedure") for token in words):
        return Reason.NOT_A_READ
    for a, b in pairwise(words):
        if a.is_word("for") and b.is_word("update", "share"):
            return Reason.LOCKS_ROWS
        if a.is_word("lock") and b.is_word("in"):
            return Reason.LOCKS_ROWS
        if a.is_word("for") and b.is_word("system_time"):
            return Reason.NOT_UNDERSTOOD
        if a.is_word("next", "previous") and b.is_word("value"):
            return Reason.SEQUENCE
    if any(token.kind is TokenKind.VARIABLE for token in words):
        return Reason.READS_SESSION
    if any(token.is_word("sql_calc_found_rows", *SESSION_WORDS) for token in words):
        return Reason.READS_SESSION
    if any(token.is_word(*CLOCK_WORDS) for token in words):
        return Reason.READS_CLOCK
    return Reason.NOT_UNDERSTOOD if _SETS_VARIABLE.search(statement.text) else None


def _without_into(statement: Statement) -> Statement:
    """Leave out where a SELECT puts its answer, which sqlglot does not know. It is not kept, whatever it reads."""
    words = statement.words
    start = next(i for i, token in enumerate(words) if token.is_word("into"))
    end = start
    while end < len(words) and not words[end].is_word("from", "where", "group", "order", "limit", "for", "lock"):
        end += 1
    return Statement(statement.text[: words[start].start - words[0].start] + b" " + statement.rest(end), words)


def are_all_found(found: Analysis, words: list[Token]) -> bool:
    """Whether the names behind FROM, JOIN and TABLE are among the tables."""
    return all(name in found.reads or name in found.maybe for name in _tables_named(words))


MOST_NAMES = 200
"""Of a statement that is not understood; one with more may do anything."""


def not_understood(words: list[Token], calls: Calls, refusal: Reason) -> Analysis:
    """Say what a statement may do that writes by what it calls alone, where it is not known which names are tables."""
    reads = names_in(words)
    effects = calls.effects if len(reads) <= MOST_NAMES else calls.effects | Effect.WRITES_ANYTHING
    return Analysis(effects=effects, reads=reads[:MOST_NAMES], functions=calls.names, refusal=refusal)


def nests_query(words: list[Token]) -> bool:
    """Whether there is a query in parentheses, which may read a view that calls what writes."""
    return any(
        a.is_sign("(") and (b.is_sign("(") or b.is_word("select", "with", "table", "values"))
        for a, b in pairwise(words)
    )


def names_in(words: list[Token]) -> tuple[Name, ...]:
    """Give all names that could be tables': of ``a.b`` the table a, which has a column, and the table b of a."""
    found: set[Name] = set()
    at = 0
    while at < len(words):
        name, end = read_name(words, at)
        if name and not (len(name) == 1 and words[at].is_word(*SYNTAX)):
            found |= {name[:1], name[:2]}
        at = max(end, at + 1)
    return tuple(sorted(found))


def _tables_named(words: list[Token]) -> Iterator[Name]:
    inside = [False]
    for i, token in enumerate(words):
        if token.is_sign("("):
            inside.append(i > 0 and words[i - 1].is_word(*_FROM_INSIDE))
        elif token.is_sign(")") and len(inside) > 1:
            inside.pop()
        elif token.is_word("straight_join") and i and words[i - 1].is_word(*_BEFORE_COLUMNS):
            continue
        elif token.is_word("from", "join", "straight_join", "table") and not inside[-1]:
            name, end = read_name(words, i + 1)
            called = end < len(words) and words[end].is_sign("(")
            if name and not called and name[-1].lower() not in ("dual", "lateral", "select"):
                yield name


def read_name(words: list[Token], at: int) -> tuple[Name, int]:
    """Read a table's name at a position: the name, or (), and the position behind it."""
    name: Name = ()
    while at < len(words) and words[at].is_name:
        name = (*name, words[at].name)
        at += 1
        if not (at < len(words) and words[at].is_sign(".")):
            break
        at += 1
    return name, at
