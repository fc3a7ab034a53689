"""What a statement that is no query and changes no rows by itself does: told by its first words.

The statements are those of MySQL's manual, section 15, and of MariaDB's knowledge base, "SQL Statements". Which of them
commit the transaction that is open, section 15.3.3 tells ("Statements That Cause an Implicit Commit"). A statement that
is not listed may do anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from polyscale_cli.edge.engine.analysis import NEUTRAL, UNKNOWN, Analysis, Effect
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.mysql.calls import read_calls
from polyscale_cli.edge.wire.mysql.lexer import Statement, Token
from polyscale_cli.edge.wire.mysql.queries import nests_query, not_understood
from polyscale_cli.edge.wire.tokens import TokenKind

Classify = Callable[[Statement], Analysis]


def _analysis(effects: Effect) -> Analysis:
    return Analysis(effects=effects, refusal=Reason.NOT_A_READ)


DEFINES = _analysis(Effect.WRITES_ANYTHING | Effect.ENDS)
"""It changes definitions, rights or the server, and commits."""

RUNS = _analysis(Effect.WRITES_ANYTHING | Effect.ENDS | Effect.UNDOES | Effect.SETS | Effect.UNSETTLES)
"""It runs statements that are not in the text."""

_ENDS = _analysis(Effect.ENDS)
_UNDOES = _analysis(Effect.UNDOES)
_SETS = _analysis(Effect.SETS)
_SETS_NEXT = _analysis(Effect.SETS_NEXT)
_UNSETTLES = _analysis(Effect.UNSETTLES)
_PREPARES = _analysis(Effect.PREPARES)

_FLUSHES_NOTHING_READ = (
    *("flush", "local", "no_write_to_binlog", "status", "logs", "binary", "error", "general", "slow", "engine"),
)

_ROUTINES = ("procedure", "function", "trigger", "event", "package")
_LONGEST_HEAD = 24
"""Tokens of a definition in which the kind of what is defined stands."""

# Without a scope these are of the next transaction (section 15.3.7, "SET TRANSACTION Statement").
_NEXT_ALONE = {"@@transaction_isolation", "@@tx_isolation", "@@transaction_read_only", "@@tx_read_only"}

# What later statements of the same text are read by.
_READING = frozenset({"sql_mode", "names", "character", "charset", "character_set_client", "collation_connection"})


# What runs statements that are not in the text may ask anything, and a comment may hide what is shown.
_READS_DIAGNOSTICS = re.compile(
    rb"""
      \b(?:found_rows|row_count|last_insert_id|diagnostics|profiling|call|execute)\b
    | @@[\s`]*+(?:(?:session|local)[\s`]*+\.[\s`]*+)?(?:warning_count|error_count|identity|last_|in_trans|profil)
    | \bshow(?:\s*+(?:/\*|--|\#)|\s++(?:(?:session|local)\s++)?(?:count|warnings|errors|profiles?|status)\b)
    | /\*m?!
    """,
    re.VERBOSE,
)


# What is done to users and roles, which are usual names of tables, too; and what runs a text that is not at hand.
_RIGHTS = re.compile(
    rb"\b(?:grant|revoke|privileges|execute|(?:create|replace|alter|drop|rename|default)\W+(?:user|role))\b",
    re.IGNORECASE,
)


def reads_diagnostics(text: bytes) -> bool:
    """Whether a statement's answer may depend on the one before it. True when in doubt.

    A read that is answered from the cache leaves no trace at the origin: no warnings, no count of rows found. Where the
    next statement asks for these, the read has to be sent after all (section 15.7.7.43, "SHOW WARNINGS", and section
    14.15, "Information Functions").
    """
    text = text.lower()
    # Looking for what is in every text that is meant, one by one, is faster than one pattern for all.
    named = b"_rows" in text or b"_count" in text or b"_insert_id" in text or b"diag" in text or b"profil" in text
    runs = named or b"call" in text or b"execute" in text or b"show" in text or b"@@" in text or b"/*" in text
    return runs and _READS_DIAGNOSTICS.search(text) is not None


def changes_rights(text: bytes) -> bool:
    """Whether a statement that may change anything may change what a user may do, and be it by a statement in it.

    Only a procedure is not suspected of it, for the sake of those that are called all the time.
    """
    return _RIGHTS.search(text) is not None


def is_routine(statement: Statement) -> bool:
    """Whether it is, or begins, a definition with statements in it, which has semicolons of its own."""
    if statement.is_word(0, "begin"):
        return statement.is_word(1, "not")
    return statement.is_word(0, "create", "alter") and any(
        token.is_word(*_ROUTINES) for token in statement.words[1:_LONGEST_HEAD]
    )


def read_routine(words: list[Token]) -> Analysis:
    """Say what a definition with statements in it does, and whatever may follow it in its text."""
    if words[0].is_word("begin"):
        return RUNS
    if not any(token.is_sign(";") for token in words):
        return DEFINES
    last = [token for token in words if not token.is_sign(";")][-2:]
    if any(token.is_word("end") for token in last):
        return _analysis(DEFINES.effects | Effect.SETS)
    return UNKNOWN


def changes_reading(statement: Statement) -> bool:
    """Whether it may change how the statements behind it in its text are to be read."""
    if not statement.is_word(0, "set"):
        return False
    return not _READING.isdisjoint(_variables(statement.words))


def _always(analysis: Analysis) -> Classify:
    """Give the same for each, but for the functions that it calls."""
    if Effect.WRITES_ANYTHING in analysis.effects:
        return lambda _statement: analysis
    return lambda statement: _with_calls(analysis, statement)


def _with_calls(analysis: Analysis, statement: Statement, *, queries: bool | None = None) -> Analysis:
    """Add what its functions and queries may do; ``queries`` says whether it has any, else they are in parentheses."""
    calls = read_calls(statement.words)
    if nests_query(statement.words) if queries is None else queries:
        found = not_understood(statement.words, calls, Reason.NOT_A_READ)
        return replace(found, effects=analysis.effects | found.effects)
    return replace(analysis, effects=analysis.effects | calls.effects, functions=calls.names)


def _define(statement: Statement) -> Analysis:
    """A temporary table commits nothing, and nobody else sees it."""
    words = statement.words
    at = 3 if statement.is_word(1, "or") else 1
    if not statement.is_word(at, "temporary"):
        return _PREPARES if statement.is_word(0, "drop") and statement.is_word(1, "prepare") else DEFINES
    for i, token in enumerate(words):
        if token.is_word("select", "values", "with") or (i > at + 1 and token.is_word("table")):
            return _with_calls(_UNSETTLES, statement.since(i), queries=True)
    return _UNSETTLES


def _begin(statement: Statement) -> Analysis:
    if statement.is_word(0, "begin"):
        return _ENDS if len(statement.words) == 1 or statement.is_word(1, "work") else UNKNOWN
    return _ENDS if statement.is_word(1, "transaction") else DEFINES  # START REPLICA and its kin


def _prepared_transaction(statement: Statement) -> Analysis:
    """``XA``: what is committed may be another session's."""
    if statement.is_word(1, "rollback"):
        return _UNDOES
    return DEFINES if statement.is_word(1, "commit") else NEUTRAL


def _maintain(statement: Statement) -> Analysis:
    """``ANALYZE``, ``OPTIMIZE`` and ``CHECK`` a table; ``ANALYZE`` a statement is another matter."""
    return _ENDS if statement.has_word("table", "tables", "view") else DEFINES


def _flush(statement: Statement) -> Analysis:
    """``FLUSH`` reads rights, or tables, whose files may be others; it may lock them as LOCK TABLES does."""
    if all(token.is_word(*_FLUSHES_NOTHING_READ) for token in statement.words):
        return _ENDS
    locks = statement.has_word("with", "export")
    return _analysis(DEFINES.effects | Effect.UNSETTLES) if locks else DEFINES


def _set(statement: Statement) -> Analysis:
    words = statement.words
    if statement.is_word(1, "statement"):
        return UNKNOWN
    if statement.is_word(1, "password") or (statement.is_word(1, "default") and statement.is_word(2, "role")):
        return DEFINES
    names = _assigned(words)
    if statement.is_word(1, "transaction") or set(names) <= _NEXT_ALONE:
        return _with_calls(_SETS_NEXT, statement)
    if any(
        name.startswith(("@@global", "@@persist")) or name in ("global", "persist", "persist_only") for name in names
    ):
        effects = Effect.WRITES_ANYTHING | Effect.SETS
        return _analysis(effects | Effect.ENDS if _is_autocommit(words) else effects)
    if names and all(name.startswith("@") and not name.startswith("@@") for name in names):
        return _with_calls(NEUTRAL, statement)
    effects = Effect.SETS | (Effect.NONE if _NEXT_ALONE.isdisjoint(names) else Effect.SETS_NEXT)
    return _with_calls(_analysis(effects | Effect.ENDS if _is_autocommit(words) else effects), statement)


def _is_autocommit(words: list[Token]) -> bool:
    """Whether it switches autocommit on, or off: which of them, a template does not tell."""
    return "autocommit" in _variables(words)


def _variables(words: list[Token]) -> set[str]:
    """Give all that can be names of variables, without their scope: ``@@session.sql_mode`` is one."""
    return {token.text.lower().rpartition(".")[2].lstrip("@") for token in words if token.kind is not TokenKind.LITERAL}


def _assigned(words: list[Token]) -> list[str]:
    """Give the first word of each assignment."""
    found, depth, begins = [], 0, True
    for at, token in enumerate(words[1:], 1):
        if begins:
            # Behind these two a name may stand in quotes.
            quoted = words[at + 1].text if token.text == "@@" and at + 1 < len(words) else ""
            found.append((token.text + quoted).lower())
        depth += token.is_sign("(") - token.is_sign(")")
        begins = depth == 0 and token.is_sign(",")
    return found


BY_FIRST_WORD: dict[str, Classify] = {
    **dict.fromkeys(("create", "drop"), _define),
    **dict.fromkeys(
        ("alter", "rename", "grant", "revoke", "install", "uninstall", "import", "change"), _always(DEFINES)
    ),
    **dict.fromkeys(("stop", "reset", "repair", "binlog", "shutdown", "restart", "clone"), _always(DEFINES)),
    **dict.fromkeys(("call", "execute"), _always(RUNS)),
    **dict.fromkeys(("begin", "start"), _begin),
    **dict.fromkeys(("commit", "unlock", "purge", "cache", "backup"), _always(_ENDS)),
    **dict.fromkeys(("optimize", "check"), _maintain),
    **dict.fromkeys(("prepare", "deallocate"), _always(_PREPARES)),
    **dict.fromkeys(("savepoint", "release", "show", "help", "do", "handler", "checksum", "kill"), _always(NEUTRAL)),
    **dict.fromkeys(("signal", "resignal", "get"), _always(NEUTRAL)),
    "flush": _flush,
    "lock": _always(_analysis(Effect.ENDS | Effect.UNSETTLES)),
    "rollback": _always(_UNDOES),
    "set": _set,
    "use": _always(_SETS),
    "xa": _prepared_transaction,
}
"""By the first word. Not here: queries, changes of rows, and what explains them."""
