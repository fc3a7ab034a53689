"""What a statement of MySQL or MariaDB does, by its text: the ``Dialect`` that the engine is given.

One for both servers: a statement that only one of them knows is an error at the other, and does nothing there. Where a
name means a built-in function here and somebody's own there, ``Analysis.functions`` has it, for the catalog to judge.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from polyscale_cli.edge.engine.analysis import UNKNOWN, Analysis, Effect, merge
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.store import Key
from polyscale_cli.edge.wire.mysql import changes, lexer, words
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.calls import read_calls
from polyscale_cli.edge.wire.mysql.functions import CLOCK_WORDS, reason_against
from polyscale_cli.edge.wire.mysql.lexer import Statement
from polyscale_cli.edge.wire.mysql.queries import LONGEST_PARSED, not_understood, read_query
from polyscale_cli.edge.wire.tokens import TokenKind

LONGEST_SHORTENED = 8 * 1024 * 1024
"""Bytes. A longer text is not looked at, and may do anything."""

LONGEST_READ = 64 * 1024
"""Bytes that may be left of a text when its rows are counted as one."""

# One or more values, and one or more rows of the same shape. What a row holds nests no deeper than functions in
# functions; where it does, no more is lost than time.
_VALUE = rb"(?:_\w++\s*+)?[-+]?\s*+1\b|\?|(?i:null|default|true|false)\b"
_VALUES = re.compile(rb"(?<=[(,])\s*+(?:%(v)s)\s*+(?:,\s*+(?:%(v)s)\s*+)*+(?=[,)])" % {b"v": _VALUE})
_ROWS = re.compile(rb"(\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\))(?:\s*+,\s*+\1)++")

# A comment that the server may run, and that ends at the same place if it does. The digits are the version.
_CONDITIONAL = re.compile(rb"/\*M?!(?:\d{5,6})?(?P<code>[^'\"`#;*/\\-]*+)\*/")
# A text that is nothing else: then it may hold strings as well.
_ALL_CONDITIONAL = re.compile(rb"\s*+/\*M?!(?:\d{5,6})?(?P<code>(?:(?!\*/|/\*).)*)\*/[\s;]*+", re.DOTALL)
MOST_CONDITIONAL = 3
"""Comments of a text that are looked into: it is read once for each way in which they may be run or not."""


class MySqlDialect:
    """The SQL of MySQL and MariaDB, for sessions that ``lexer`` describes."""

    normalise = staticmethod(lexer.normalise)

    def text_of(self, key: Key) -> bytes | None:
        """Give the SQL of the command that an entry is found by: its key is a COM_QUERY, or a text and its values."""
        if isinstance(key, tuple):
            return key[0]
        size = len(key) - p.HEADER
        if size < 1 or key[: p.HEADER] != size.to_bytes(3, "little") + b"\0" or key[p.HEADER] != p.Command.QUERY:
            return None
        return key[p.HEADER + 1 :].removeprefix(p.NO_ATTRIBUTES)

    def because(self, text: bytes, reason: Reason) -> tuple[str, ...]:
        """Give what in a text is refused for a reason."""
        tokens = lexer.tokens(text)
        found = [token.text for token in tokens if token.is_word(*CLOCK_WORDS)] if reason is Reason.READS_CLOCK else []
        found += [
            f"{name.text}()"
            for name, sign in pairwise(tokens)
            if name.kind is TokenKind.WORD and sign.is_sign("(") and reason_against(name.text) is reason
        ]
        return tuple(dict.fromkeys(found))

    def analyse(self, text: bytes) -> Analysis:
        """Say what a text does. What is not understood may do anything."""
        if len(text) > LONGEST_PARSED:
            text = shortened(text) if len(text) <= LONGEST_SHORTENED else text
            if len(text) > LONGEST_READ:
                return UNKNOWN
        found = lexer.tokens(text)
        if not lexer.can_be_followed(found):
            return _conditional(text)
        parts: list[Analysis] = []
        reread = False
        statements = lexer.statements(text, found)
        for statement in statements:
            if words.is_routine(statement):
                behind = [token for token in found if token.start >= statement.words[0].start]
                parts.append(words.read_routine(behind))
                break
            parts.append(UNKNOWN if reread else analyse_statement(statement))
            # Names behind USE mean other tables, and quotes behind some SET other strings.
            reread = reread or (
                len(statements) > 1 and (statement.is_word(0, "use") or words.changes_reading(statement))
            )
        return merge(parts)


def analyse_statement(statement: Statement) -> Analysis:
    """Say what one statement does."""
    first = statement.words[0]
    if first.is_sign("("):
        return read_query(statement)
    classify = _BY_FIRST_WORD.get(first.text) if first.is_word(first.text) else None
    return UNKNOWN if classify is None else classify(statement)


def shortened(text: bytes) -> bytes:
    """Give a statement that does the same, with one row for many that look alike and one value for a list of them."""
    text = lexer.levelled(text)
    names = b"".join(text.split(b"`")[1::2])
    # A name with parentheses in it must stay as it is.
    return text if b"(" in names or b"," in names else _ROWS.sub(rb"\1", _VALUES.sub(_one_value, text))


def _one_value(match: re.Match[bytes]) -> bytes:
    """Two stay two: what POINT is, the number of its arguments tells."""
    return b"1,1" if match[0].count(b",") == 1 else b"1"


def _conditional(text: bytes) -> Analysis:
    """Read what the server may run or not, by its version, in all ways: ``/*!40101 SET NAMES utf8 */``."""
    match = _ALL_CONDITIONAL.fullmatch(text)
    ways = _ways(text, MOST_CONDITIONAL) if match is None else [match["code"]]
    parts = []
    for way in ways:
        found = lexer.tokens(way)
        statements = lexer.statements(way, found)
        if len(statements) != 1 or not lexer.can_be_followed(found) or words.is_routine(statements[0]):
            return UNKNOWN
        parts.append(analyse_statement(statements[0]))
    return replace(merge(parts), refusal=Reason.NOT_UNDERSTOOD)


def _ways(text: bytes, most: int) -> list[bytes]:
    """Give the texts that a text may be, with each comment run or left out."""
    start = next((token.start for token in lexer.tokens(text) if token.kind is TokenKind.OPEN), -1)
    match = _CONDITIONAL.match(text, start) if start >= 0 and most and len(text) <= LONGEST_PARSED else None
    if match is None:
        return [text]
    before, behind = text[:start], text[match.end() :]
    return [way for inside in (b" " + match["code"] + b" ", b" ") for way in _ways(before + inside + behind, most - 1)]


def _with(statement: Statement) -> Analysis:
    return changes.read_with(statement) or read_query(statement)


def _explain(statement: Statement) -> Analysis:
    """EXPLAIN carries out what stands behind ANALYZE, and may call functions wherever (section 15.8.2)."""
    at = 1
    while statement.is_word(at, "extended", "partitions", "format", "analyze") or statement.is_sign(at, "="):
        # FORMAT = word or string
        at += 2 if statement.is_sign(at, "=") else 1
    if not any(token.is_word("analyze") for token in statement.words[:at]):
        # A server may carry out a part of what it explains, to know better: a derived table, a query for one value.
        return not_understood(statement.words[at:], read_calls(statement.words), Reason.NOT_A_READ)
    if at >= len(statement.words):
        return UNKNOWN
    return _not_a_read(analyse_statement(statement.since(at)))


def _analyze(statement: Statement) -> Analysis:
    """``ANALYZE TABLE``, or MariaDB's ``ANALYZE [FORMAT = …] statement``."""
    if statement.is_word(1, "table", "tables", "local", "no_write_to_binlog"):
        return Analysis(effects=Effect.ENDS, refusal=Reason.NOT_A_READ)
    return _explain(statement)


def _not_a_read(analysis: Analysis) -> Analysis:
    return replace(analysis, refusal=analysis.refusal or Reason.NOT_A_READ)


_BY_FIRST_WORD: dict[str, words.Classify] = {
    **words.BY_FIRST_WORD,
    **dict.fromkeys(("select", "values", "table"), read_query),
    "with": _with,
    **dict.fromkeys(("insert", "replace"), changes.read_insert),
    "update": changes.read_update,
    "delete": changes.read_delete,
    "load": changes.read_load,
    "truncate": changes.read_truncate,
    **dict.fromkeys(("explain", "describe", "desc"), _explain),
    "analyze": _analyze,
}
