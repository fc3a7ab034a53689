"""What a trigger does, as far as its text tells.

A trigger cannot change definitions, nor commit, nor run what it has put together itself (MySQL manual, section 27.8,
Restrictions on Stored Programs). So it changes what its statements name, and those of procedures and functions that it
calls: what is not understood may write any table.

The statements are those of the manual's section 15.6, Compound Statement Syntax. Each piece between semicolons begins
with some of the words that make blocks, conditions and loops, and may have a statement of its own behind them.
"""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.engine.analysis import Analysis, Effect
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.wire.mysql import lexer
from polyscale_cli.edge.wire.mysql.calls import read_calls
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.lexer import Statement
from polyscale_cli.edge.wire.mysql.views import calls_unknown, qualified
from polyscale_cli.edge.wire.tokens import TokenKind

Names = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """What one trigger does.

    Attributes:
        writes: tables, each with its schema.
        reads: tables that it reads on the way; views among them may call functions.
        understood: that is all it does.
    """

    writes: Names = ()
    reads: Names = ()
    understood: bool = False


_OTHER_RULES = frozenset({"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ORACLE"})
"""Parts of a sql_mode under which a text is read by other rules than the dialect's."""

_QUIET = ("leave", "iterate", "open", "close", "fetch", "signal", "resignal", "get", "do", "return")
"""Statements that change no table but by what they call."""

_CHANGES = ("insert", "replace", "update", "delete")


def fired_by(statement: str, sql_mode: str, schema: str, dialect: Dialect, flavour: Flavour) -> Fired:
    """Read a trigger's statement; names without a schema are in its table's own."""
    text = statement.encode("utf-8", "surrogateescape")
    found = lexer.tokens(text)
    if not _OTHER_RULES.isdisjoint(sql_mode.split(",")) or not lexer.can_be_followed(found):
        return Fired()
    reader = _Reader(dialect, flavour)
    if not all(reader.understands(piece) for piece in lexer.statements(text, found)):
        return Fired()
    return Fired(
        writes=tuple(dict.fromkeys(qualified(name, schema) for part in reader.parts for name in part.writes)),
        reads=tuple(dict.fromkeys(qualified(name, schema) for part in reader.parts for name in part.reads)),
        understood=True,
    )


class _Reader:
    """Reads the pieces of a body in turn.

    Attributes:
        parts: what the queries and changes in it do.
    """

    def __init__(self, dialect: Dialect, flavour: Flavour) -> None:
        self.parts: list[Analysis] = []
        self._dialect = dialect
        self._flavour = flavour
        self._variables: set[str] = set()

    def understands(self, piece: Statement) -> bool:
        """Read one piece. Returns whether it is known what it does."""
        rest: Statement | None = piece
        while rest is not None:
            first = rest.words[0]
            if rest.is_sign(1, ":"):
                rest = _behind(rest, 2)  # a label
            elif first.is_word("begin", "loop", "repeat", "else"):
                rest = _behind(rest, 1)
            elif first.is_word("end"):
                return len(rest.words) <= len(("end", "loop", "label"))
            elif first.is_word("if", "elseif", "when", "while", "case", "until"):
                end = _end_of_condition(rest)
                if end < 0 or not self._evaluates(rest, 1, end):
                    return False
                if first.is_word("until"):
                    return True
                rest = _behind(rest, end if rest.is_word(end, "when") else end + 1)
            elif first.is_word("declare") and rest.has_word("handler"):
                rest = _handled(rest)
                if rest is None:
                    return False
            else:
                return self._understands_statement(rest)
        return True

    def _understands_statement(self, statement: Statement) -> bool:
        first = statement.words[0]
        if first.is_word("declare"):
            return self._declares(statement)
        if first.is_word("set"):
            return self._assigns(statement)
        if first.is_word(*_QUIET):
            return self._evaluates(statement, 1, len(statement.words))
        if first.is_word("select", "with", "values"):
            text = _without_into(statement)
            return text is not None and self._takes(text)
        return first.is_word(*_CHANGES) and self._takes(statement.text)

    def _takes(self, text: bytes) -> bool:
        """Read a query or a change."""
        analysis = self._dialect.analyse(text)
        self.parts.append(analysis)
        return analysis.effects is Effect.NONE and not calls_unknown(analysis, self._flavour)

    def _evaluates(self, statement: Statement, start: int, end: int) -> bool:
        """Read what is between two tokens: an expression or several, which may have queries in them."""
        words = statement.words[start:end]
        if not words:
            return True
        text = statement.text[_offset(statement, words[0].start) : _offset(statement, words[-1].end)]
        if any(token.is_word("select", "values", "with") for token in words):
            return self._takes(b"SELECT " + text)
        calls = read_calls(words)
        self.parts.append(Analysis(effects=calls.effects, functions=calls.names))
        return not calls_unknown(self.parts[-1], self._flavour)

    def _declares(self, statement: Statement) -> bool:
        """``DECLARE``: variables, a condition, or a cursor, which is a query."""
        words = statement.words
        for i, token in enumerate(words):
            if token.is_word("cursor") and statement.is_word(i + 1, "for"):
                return i + 2 < len(words) and self._takes(statement.rest(i + 2))
        self._variables.add(words[1].text.lower() if len(words) > 1 else "")
        for i in range(2, len(words) - 1, 2):
            if not words[i].is_sign(","):
                break
            self._variables.add(words[i + 1].text.lower())
        return self._evaluates(statement, 2, len(words))

    def _assigns(self, statement: Statement) -> bool:
        """``SET``: columns of the row, the body's own variables, and the session's user variables, no settings."""
        words, depth, begins = statement.words, 0, True
        for i, token in enumerate(words[1:], 1):
            if begins and not self._may_assign(statement, i):
                return False
            depth += token.is_sign("(") - token.is_sign(")")
            begins = depth == 0 and token.is_sign(",")
        return self._evaluates(statement, 1, len(words))

    def _may_assign(self, statement: Statement, at: int) -> bool:
        token = statement.words[at]
        if token.is_word("new") and statement.is_sign(at + 1, "."):
            return True
        if token.kind is TokenKind.VARIABLE:
            return not token.text.startswith("@@")
        return token.text.lower() in self._variables and not statement.is_sign(at + 1, ".")


def _behind(statement: Statement, at: int) -> Statement | None:
    """Give what begins at a token, if there is anything."""
    return statement.since(at) if at < len(statement.words) else None


def _end_of_condition(statement: Statement) -> int:
    """Find the word that ends a condition, or -1; CASE expressions have some of the words as well."""
    ends = {"while": ("do",), "until": ("end",), "case": ("when",)}.get(statement.words[0].text, ("then",))
    depth = 0
    for i, token in enumerate(statement.words[1:], 1):
        if depth == 0 and token.is_word(*ends):
            return i
        depth += token.is_word("case") - (token.is_word("end") and depth > 0)
    return -1


def _handled(statement: Statement) -> Statement | None:
    """Give the statement of a ``DECLARE … HANDLER FOR condition, … statement``."""
    words = statement.words
    at = next((i + 1 for i, token in enumerate(words) if token.is_word("for")), len(words))
    while at < len(words):
        if statement.is_word(at, "sqlstate"):
            at += 2 + statement.is_word(at + 1, "value")
        else:
            at += 1 + statement.is_word(at, "not")
        if not statement.is_sign(at, ","):
            return _behind(statement, at)
        at += 1
    return None


def _without_into(statement: Statement) -> bytes | None:
    """Give a query without ``INTO variable, …``; None if it goes into a file."""
    words = statement.words
    start = next((i for i, token in enumerate(words) if token.is_word("into")), None)
    if start is None:
        return statement.text
    if statement.is_word(start + 1, "outfile", "dumpfile"):
        return None
    end = start + 2
    while end + 1 < len(words) and (words[end].is_sign(",") or words[end].is_sign(".")):
        end += 2
    return statement.text[: _offset(statement, words[start].start)] + statement.rest(end)


def _offset(statement: Statement, at: int) -> int:
    """Give where in a statement's text an offset of the whole text is."""
    return at - statement.words[0].start
