"""What a statement that changes rows does: INSERT, REPLACE, UPDATE, DELETE, LOAD and TRUNCATE.

What is written is read from the tokens (MySQL manual, section 15.2). sqlglot is asked for the tables that are joined,
and for those that are read: what a view calls may matter. Where it finds none, no more is lost than that.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from polyscale_cli.edge.engine.analysis import UNKNOWN, Analysis, Effect, Name
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.mysql.calls import read_calls
from polyscale_cli.edge.wire.mysql.lexer import Statement
from polyscale_cli.edge.wire.mysql.queries import are_all_found, names_in, nests_query, parse, read_name
from polyscale_cli.edge.wire.tokens import closing

WRITES_ANYTHING = Analysis(effects=Effect.WRITES_ANYTHING, refusal=Reason.WRITES)
_NOTHING = Analysis()

_MODIFIERS = ("low_priority", "high_priority", "delayed", "quick", "ignore")
_AFTER_ONE_TABLE = ("where", "order", "limit", "returning", "for")


def read_insert(statement: Statement) -> Analysis:
    """``INSERT`` and ``REPLACE``: all their forms change one table."""
    at = _behind(statement, 1, *_MODIFIERS, "into")
    name, end = read_name(statement.words, at)
    if not name:
        return UNKNOWN
    not_calls = {end - 1, end} if statement.is_word(end, "value") else {end - 1}
    return _changes(statement, (name,), _nested(statement, b"INSERT INTO ", at), not_calls)


def read_update(statement: Statement) -> Analysis:
    """``UPDATE``: of one table, or of any that are joined."""
    at = _behind(statement, 1, *_MODIFIERS)
    name, end = _read_reference(statement, at)
    if name and statement.is_word(end, "set", "for"):
        return _changes(statement, (name,), _nested(statement, b"UPDATE ", at))
    return _changes_joined(statement, parse(b"UPDATE " + statement.rest(at)))


def read_delete(statement: Statement) -> Analysis:
    """``DELETE``: from one table, or from any that are joined."""
    at = _behind(statement, 1, *_MODIFIERS)
    if statement.is_word(at, "history") and statement.is_word(at + 1, "from"):
        at += 1
    if statement.is_word(at, "from"):
        name, end = _read_reference(statement, at + 1)
        if name and (end == len(statement.words) or statement.is_word(end, *_AFTER_ONE_TABLE)):
            return _changes(statement, (name,), _nested(statement, b"DELETE FROM ", at + 1))
        keyword = "using"
    else:
        keyword = "from"
    for i in range(at + 1, len(statement.words)):
        if statement.words[i].is_word(keyword):
            return _changes_joined(statement, parse(b"SELECT 1 FROM " + statement.rest(i + 1)))
    return UNKNOWN


def read_with(statement: Statement) -> Analysis | None:
    """``WITH … UPDATE`` and ``WITH … DELETE``; None for a query."""
    depth = 0
    for i, token in enumerate(statement.words):
        depth += token.is_sign("(") - token.is_sign(")")
        if depth or not token.is_word("update", "delete", "insert", "replace", "select"):
            continue
        if token.is_word("select") or not i or not statement.words[i - 1].is_sign(")"):
            return None
        read = {"update": read_update, "delete": read_delete}.get(token.text)
        if read is None:
            return UNKNOWN
        common = parse(statement.text[: token.start - statement.words[0].start] + b" SELECT 1")
        found = read(statement.since(i))
        calls = read_calls(statement.words[:i])
        if common is UNKNOWN:
            return WRITES_ANYTHING
        return Analysis(
            effects=found.effects | calls.effects,
            reads=tuple(sorted({*found.reads, *common.reads})),
            writes=tuple(name for name in found.writes if name not in common.maybe),
            functions=tuple(sorted({*found.functions, *calls.names})),
            maybe=common.maybe,
            refusal=Reason.WRITES,
        )
    return None


def read_load(statement: Statement) -> Analysis:
    """``LOAD DATA`` and ``LOAD XML``; ``LOAD INDEX`` changes nothing that can be read."""
    words = statement.words
    if statement.is_word(1, "index"):
        return Analysis(effects=Effect.ENDS, refusal=Reason.NOT_A_READ)
    for i in range(2, len(words) - 1):
        if words[i].is_word("into") and words[i + 1].is_word("table"):
            name, end = read_name(words, i + 2)
            if not name:
                return UNKNOWN
            # Before SET there are names of columns in parentheses, and nothing is called.
            behind = next((k for k in range(end, len(words)) if words[k].is_word("set")), len(words))
            found = Analysis(reads=names_in(words[behind:]) if nests_query(words[behind:]) else ())
            return _changes(statement, (name,), found, range(behind))
    return UNKNOWN


def read_truncate(statement: Statement) -> Analysis:
    """``TRUNCATE``, which commits."""
    name, _ = read_name(statement.words, 2 if statement.is_word(1, "table") else 1)
    return Analysis(effects=Effect.ENDS, writes=(name,), refusal=Reason.WRITES) if name else UNKNOWN


def _nested(statement: Statement, verb: bytes, at: int) -> Analysis:
    """Find what a statement reads, if there can be anything; its text is a verb and what follows from a token on."""
    if not statement.has_word("select", "table", "with"):
        return _NOTHING
    found = parse(verb + statement.rest(at))
    words = statement.words[at:]
    # Of what is not understood, any name may be that of a view, which may call what writes.
    named = replace(found, reads=(*found.reads, *found.writes))
    return Analysis(reads=names_in(words)) if found is UNKNOWN or not are_all_found(named, words) else found


def _changes(
    statement: Statement, writes: tuple[Name, ...], found: Analysis, not_calls: Collection[int] = ()
) -> Analysis:
    calls = read_calls(statement.words, not_calls)
    return Analysis(
        effects=calls.effects,
        reads=tuple(name for name in found.reads if name not in writes),
        writes=writes,
        functions=calls.names,
        maybe=found.maybe,
        refusal=Reason.WRITES,
    )


def _changes_joined(statement: Statement, found: Analysis) -> Analysis:
    """Take all tables for changed: which of them are, is told by names of columns."""
    tables = tuple(name for name in sorted({*found.reads, *found.writes}) if name not in found.maybe)
    return _changes(statement, tables, found) if tables else WRITES_ANYTHING


def _behind(statement: Statement, at: int, *words: str) -> int:
    while statement.is_word(at, *words):
        at += 1
    return at


def _read_reference(statement: Statement, at: int) -> tuple[Name, int]:
    """Read ``name [PARTITION (…)] [[AS] alias]``: the name, and the position behind it all."""
    name, at = read_name(statement.words, at)
    if statement.is_word(at, "partition") and statement.is_sign(at + 1, "("):
        at = closing(statement.words, at + 1) + 1 or len(statement.words)
    if statement.is_word(at, "as"):
        return name, at + 2
    is_alias = at < len(statement.words) and statement.words[at].is_name
    return name, at + (is_alias and not statement.is_word(at, "set", "using", "join", *_AFTER_ONE_TABLE))
