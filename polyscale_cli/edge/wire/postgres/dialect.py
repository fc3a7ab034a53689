"""What a PostgreSQL statement does, by its text: the ``Dialect`` that the engine is given.

Queries and data-modifying statements go to sqlglot for their tables. Everything else is told apart by its first words,
because sqlglot does not parse it (CALL, DO, LOCK, REFRESH …). A statement that is not listed here may do anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from polyscale_cli.edge.engine.analysis import NEUTRAL, UNKNOWN, Analysis, Effect, Name, analyse_tree, merge
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.store import Key
from polyscale_cli.edge.wire.postgres import known_calls, lexer
from polyscale_cli.edge.wire.postgres.messages import PARSE
from polyscale_cli.edge.wire.postgres.moments import columns_read_as_moments
from polyscale_cli.edge.wire.postgres.usual import read_usual
from polyscale_cli.edge.wire.tokens import Token, TokenKind, closing

LONGEST_ANALYSED = 32 * 1024
"""Bytes. Parsing a longer text would hold up every other client; it is treated as one that may do anything."""

CLOCK_WORDS = ("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp")

# Where a row is and who has locked it: VACUUM FULL, row locks and writes that are rolled back move these. Not xmin.
_MOVING_COLUMNS = frozenset({"ctid", "cmin", "cmax", "xmax"})

# Reserved words, and those that the grammar keeps from being functions, that may stand before a parenthesis (manual,
# appendix C). After a dot even they are names. Other words are looked up in the catalog, which costs but a name.
_NEVER_FUNCTIONS = frozenset(
    "all and any array as both case cast check collate constraint default distinct else end except exists foreign from"
    " group having in intersect into lateral leading limit not offset on or order primary references returning row"
    " select some symmetric table then trailing union unique using values when where with".split()
)

_OPERATOR_SIGNS = frozenset("+-*/<>=~!@#%^&|`?:")

# What the grammar makes of words: whatever operator of that name fits the operands (the server's gram.y, and
# parse_clause.c for USING and NATURAL).
_OPERATOR_WORDS = {
    "in": ("=", "<>"),
    "between": ("<", "<=", ">", ">="),
    "like": ("~~", "!~~"),
    "ilike": ("~~*", "!~~*"),
    "similar": ("~", "!~"),
    "distinct": ("=",),
    "nullif": ("=",),
    "case": ("=",),
    "using": ("=",),
    "natural": ("=",),
}

Tokens = list[Token]


def _only_parsed(request: bytes) -> bytes | None:
    """Give the text of the one statement that a request parses; None if it is not one."""
    found = None
    at = 0
    while at + 5 <= len(request):
        end = at + 1 + int.from_bytes(request[at + 1 : at + 5], "big")
        if not at + 5 <= end <= len(request):
            return None
        if request[at] == PARSE:
            if found is not None:
                return None
            _, _, behind_name = request[at + 5 : end].partition(b"\0")
            found, _, _ = behind_name.partition(b"\0")
        at = end
    return found if at == len(request) else None


class PostgresDialect:
    """PostgreSQL's SQL, for ``standard_conforming_strings = on``."""

    normalise = staticmethod(lexer.normalise)

    def text_of(self, key: Key) -> bytes | None:
        """Give the SQL of the request that an entry is found by."""
        if isinstance(key, tuple):
            text, _, _ = key[0].partition(b"\0")
            return text or None
        usual = read_usual(key)
        return usual[0] if usual is not None else _only_parsed(key)

    def because(self, text: bytes, reason: Reason) -> tuple[str, ...]:
        """Give what in a text is refused for a reason."""
        words = lexer.tokens(text)
        moments = [token.text for token in words if token.is_word(*CLOCK_WORDS)] if reason is Reason.READS_CLOCK else []
        calls = [f"{call[-1]}()" for call in _calls(words) if known_calls.reason_of(call) is reason]
        return tuple(dict.fromkeys(moments + calls))

    def analyse(self, text: bytes) -> Analysis:
        """Say what a text does. What is not understood may do anything."""
        if len(text) > LONGEST_ANALYSED or lexer.eludes(text):
            return UNKNOWN
        parts = lexer.statements(text, lexer.tokens(text))
        return merge([analyse_statement(part, words) for part, words in parts])


def analyse_statement(text: bytes, words: Tokens) -> Analysis:
    """Say what one statement does, whose tokens are given as well."""
    first = words[0]
    if any(token.kind is TokenKind.QUOTED and token.text.startswith('&"') for token in words):
        return UNKNOWN  # U&"…": a name in escapes
    if first.is_sign("("):
        return _query(text, words)
    classify = _BY_FIRST_WORD.get(first.text) if first.kind is TokenKind.WORD else None
    return UNKNOWN if classify is None else classify(text, words)


def _query(text: bytes, words: Tokens) -> Analysis:
    parsed = lexer.bare(_without_clauses(text, words))
    analysis = analyse_tree(parsed.decode("utf-8", "surrogateescape"), "postgres", lexer.fold, columns_read_as_moments)
    changes_data = any(token.is_word("into", "insert", "update", "delete", "merge") for token in words)
    if analysis is UNKNOWN and not changes_data and not words[0].is_sign("("):
        # Not understood, and so never kept; but without any of these words only the functions that it calls can write.
        analysis = Analysis(refusal=Reason.NOT_UNDERSTOOD)
    if analysis is UNKNOWN:
        return UNKNOWN
    analysis = lexical_names(analysis, words)
    if any(name[-1] == "set_config" for name in analysis.functions):
        return _with_refusal(replace(analysis, effects=analysis.effects | Effect.SETS), Reason.VOLATILE_FUNCTION)
    if analysis.refusal is not None:
        return analysis
    refusal = None
    if any(token.is_word(*CLOCK_WORDS) for token in words):
        refusal = Reason.READS_CLOCK
    elif any(token.is_word("tablesample") for token in words):
        refusal = Reason.SAMPLES_ROWS
    elif any(token.is_name and token.text in _MOVING_COLUMNS for token in words):
        refusal = Reason.ROW_VERSION
    elif _locks_rows(words):
        refusal = Reason.LOCKS_ROWS
    elif changes_data:
        return UNKNOWN  # the tree shows no write, the text might
    else:
        refusal = known_calls.reason_against(analysis.functions)
    return _with_refusal(analysis, refusal)


def lexical_names(analysis: Analysis, words: Tokens) -> Analysis:
    """Add what the tokens tell: calls, attributes and operators."""
    return replace(analysis, functions=_calls(words), attributes=_attributes(words), operators=_operators(words))


def _without_clauses(text: bytes, words: Tokens) -> bytes:
    """Leave out what sqlglot does not know and what has no part in which tables are meant.

    ``OVERRIDING SYSTEM VALUE`` and ``CURRENT OF cursor``: three or two words in a row that are a syntax error wherever
    else they stand.
    """
    first = words[0].start
    parts, done = [], 0
    for i, token in enumerate(words[:-2]):
        start = token.start - first
        if token.is_word("overriding") and words[i + 1].is_word("system", "user") and words[i + 2].is_word("value"):
            parts.append(text[done:start])
            done = words[i + 2].start - first + len("value")
        elif token.is_word("current") and words[i + 1].is_word("of") and words[i + 2].is_name:
            parts.append(text[done:start] + b"true ")
            done = words[i + 3].start - first if i + 3 < len(words) else len(text)
    return b"".join(parts) + text[done:]


def _with_refusal(analysis: Analysis, refusal: Reason | None) -> Analysis:
    return analysis if refusal is None else replace(analysis, refusal=analysis.refusal or refusal)


def _locks_rows(words: Tokens) -> bool:
    return any(a.is_word("for") and b.is_word("update", "share", "no", "key") for a, b in pairwise(words))


def _calls(words: Tokens) -> tuple[Name, ...]:
    """Collect what is spelled like a call: a name before a parenthesis, with its schema if it has one."""
    found: set[Name] = set()
    for i, token in enumerate(words[:-1]):
        if not (token.is_name and words[i + 1].is_sign("(")):
            continue
        if i >= 2 and words[i - 1].is_sign("."):
            found.add((words[i - 2].text, token.text) if words[i - 2].is_name else (token.text,))
        elif token.kind is TokenKind.QUOTED or token.text not in _NEVER_FUNCTIONS:
            found.add((token.text,))
    return tuple(sorted(found))


def _attributes(words: Tokens) -> tuple[str, ...]:
    """Collect what stands after a dot: ``row.f`` is ``f(row)`` where there is no column f (manual, section 38.5.3)."""
    return tuple(sorted({b.text for a, b in pairwise(words) if a.is_sign(".") and b.is_name}))


def _operators(words: Tokens) -> tuple[str, ...]:
    """Collect the runs of operator signs, and those that words stand for; an operator's name is a part of one.

    A cast counts as ``::``.
    """
    runs: set[str] = {"::"} if any(token.is_word("cast") for token in words) else set()
    for token in words:
        if token.kind is TokenKind.WORD:
            runs.update(_OPERATOR_WORDS.get(token.text, ()))
    run, end = "", -1
    for token in words:
        if token.kind is TokenKind.SIGN and token.text in _OPERATOR_SIGNS:
            run = run + token.text if token.start == end else token.text
            end = token.start + 1
            runs.add(run)
    return tuple(sorted(runs))


def _neutral(_text: bytes, _words: Tokens) -> Analysis:
    return NEUTRAL


def _effect(effects: Effect) -> Callable[[bytes, Tokens], Analysis]:
    analysis = Analysis(effects=effects, refusal=Reason.NOT_A_READ)
    return lambda _text, _words: analysis


_DEFINES = Analysis(effects=Effect.WRITES_ANYTHING, refusal=Reason.NOT_A_READ)
_DEFINES_TEMPORARY = Analysis(effects=Effect.WRITES_ANYTHING | Effect.UNSETTLES, refusal=Reason.NOT_A_READ)
_ENDS = Analysis(effects=Effect.ENDS, refusal=Reason.NOT_A_READ)
_ENDS_WITH_ANYTHING = Analysis(effects=Effect.ENDS | Effect.WRITES_ANYTHING, refusal=Reason.NOT_A_READ)


def _definition(_text: bytes, words: Tokens) -> Analysis:
    if any(a.is_word("as") and b.is_word("execute") for a, b in pairwise(words)):
        return UNKNOWN  # what was prepared may be parsed anew by it, under other settings
    temporary = any(
        token.is_word("temp", "temporary") or (token.is_name and token.text.startswith("pg_temp")) for token in words
    )
    return _DEFINES_TEMPORARY if temporary else _DEFINES


def _undo(text: bytes, words: Tokens) -> Analysis:
    prepared = len(words) > 1 and words[1].is_word("prepared")
    return NEUTRAL if prepared else _effect(Effect.UNDOES)(text, words)


def _end(_text: bytes, words: Tokens) -> Analysis:
    return _ENDS_WITH_ANYTHING if len(words) > 1 and words[1].is_word("prepared") else _ENDS


def _prepare(text: bytes, words: Tokens) -> Analysis:
    if len(words) > 1 and words[1].is_word("transaction"):
        return _ENDS
    return _effect(Effect.PREPARES)(text, words)


def _set(text: bytes, words: Tokens) -> Analysis:
    transaction = len(words) > 1 and words[1].is_word("transaction", "constraints")
    return NEUTRAL if transaction else _effect(Effect.SETS)(text, words)


def _truncate(_text: bytes, words: Tokens) -> Analysis:
    """``TRUNCATE [TABLE] [ONLY] name [*] [, …] [RESTART|CONTINUE IDENTITY] [CASCADE|RESTRICT]``."""
    if any(token.is_word("cascade") for token in words):
        return _DEFINES
    names: list[Name] = []
    name: Name = ()
    for before, token in pairwise(words):
        if token.is_word("table", "only") and not name:
            continue
        if token.is_word("restart", "continue", "restrict") and not before.is_sign("."):
            break
        if token.is_sign(","):
            names.append(name)
            name = ()
        elif token.is_name:
            name = (*name, token.text)
        elif not (token.is_sign(".") or token.is_sign("*")):
            return UNKNOWN
    return Analysis(writes=tuple(sorted({*names, name})), refusal=Reason.NOT_A_READ) if name else UNKNOWN


def _copy(text: bytes, words: Tokens) -> Analysis:  # noqa: PLR0911  (one way out for each form)
    """``COPY name [(columns)] FROM …``, ``COPY name … TO …`` and ``COPY (query) TO …``."""
    if any(token.is_word("program") for token in words) or len(words) < 4:
        return UNKNOWN
    if words[1].is_sign("("):
        end = closing(words, 1)
        if end < 0:
            return UNKNOWN
        inner, first = words[2:end], words[0].start
        return _not_a_read(analyse_statement(text[inner[0].start - first : words[end].start - first], inner))
    name: Name = ()
    end = 1 + words[1].is_word("binary")  # the syntax of before version 9.0
    while end < len(words) and (
        words[end].is_sign(".") or (words[end].is_name and (not name or words[end - 1].is_sign(".")))
    ):
        name = (*name, words[end].text) if words[end].is_name else name
        end += 1
    if not name:
        return UNKNOWN
    depth = 0
    for i, token in enumerate(words[end:], end):
        depth += token.is_sign("(") - token.is_sign(")")
        if depth == 0 and token.is_word("from"):
            return lexical_names(Analysis(writes=(name,), refusal=Reason.NOT_A_READ), words[i:])
        if depth == 0 and token.is_word("to"):
            return Analysis(reads=(name,), refusal=Reason.NOT_A_READ)
    return UNKNOWN


def _declare(text: bytes, words: Tokens) -> Analysis:
    """``DECLARE name … CURSOR … FOR query``: what the query may do, it does when the cursor is fetched from."""
    for i, token in enumerate(words[:-1]):
        if token.is_word("for"):
            return _not_a_read(analyse_statement(text[words[i + 1].start - words[0].start :], words[i + 1 :]))
    return UNKNOWN


def _explain(text: bytes, words: Tokens) -> Analysis:
    """EXPLAIN executes nothing, unless it is told to ANALYZE; but to plan is to call functions that are not VOLATILE.

    These may call others that are (manual, section 38.7). And it parses anew what was prepared, where that is due.
    """
    start = 1
    if len(words) > 1 and words[1].is_sign("("):
        start = closing(words, 1) + 1
    while start < len(words) and words[start].is_word("analyze", "analyse", "verbose"):
        start += 1
    if not 0 < start < len(words) or words[start].is_word("execute"):
        return UNKNOWN
    analysis = _not_a_read(analyse_statement(text[words[start].start - words[0].start :], words[start:]))
    if any(token.is_word("analyze", "analyse") for token in words[1:start]):
        return analysis
    if analysis.effects is not Effect.NONE:
        return lexical_names(NEUTRAL, words[start:])
    return replace(analysis, reads=tuple(sorted({*analysis.reads, *analysis.writes})), writes=())


def _not_a_read(analysis: Analysis) -> Analysis:
    return _with_refusal(analysis, Reason.NOT_A_READ)


_BY_FIRST_WORD: dict[str, Callable[[bytes, Tokens], Analysis]] = {
    **dict.fromkeys(("select", "with", "values", "table", "insert", "update", "delete", "merge"), _query),
    **dict.fromkeys(("begin", "start", "savepoint", "release"), _neutral),
    **dict.fromkeys(("commit", "end"), _end),
    **dict.fromkeys(("rollback", "abort"), _undo),
    **dict.fromkeys(("unlisten", "notify", "show", "lock", "close", "fetch", "move"), _neutral),
    **dict.fromkeys(("vacuum", "analyze", "analyse", "checkpoint"), _neutral),
    **dict.fromkeys(("alter", "create", "drop", "comment", "grant", "revoke", "reassign", "import"), _definition),
    **dict.fromkeys(("security", "cluster", "refresh", "reindex"), _definition),
    "listen": _effect(Effect.LISTENS),
    "prepare": _prepare,
    "deallocate": _effect(Effect.PREPARES),
    "discard": _effect(Effect.PREPARES | Effect.SETS),
    "set": _set,
    "reset": _effect(Effect.SETS),
    "truncate": _truncate,
    "copy": _copy,
    "declare": _declare,
    "explain": _explain,
}
