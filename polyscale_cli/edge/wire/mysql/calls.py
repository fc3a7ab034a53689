"""What a statement calls, by its tokens alone: a parser's tree renames functions, and leaves some out."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from polyscale_cli.edge.engine.analysis import Effect, Name
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.mysql import functions
from polyscale_cli.edge.wire.mysql.lexer import Token
from polyscale_cli.edge.wire.tokens import TokenKind

ANYTHING = Effect.WRITES_ANYTHING | Effect.SETS | Effect.UNSETTLES
"""What a function may do whose source is not known: it may write to any table, set what it will, and
leave a temporary table behind (MySQL manual, section 27.8, Restrictions on Stored Programs)."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one statement.

    Attributes:
        effects: what they may do.
        names: built-ins that some versions lack, where a stored function may have their name.
        refusal: why an answer must not be kept.
    """

    effects: Effect
    names: tuple[Name, ...]
    refusal: Reason | None


def read_calls(words: list[Token], not_calls: Collection[int] = ()) -> Calls:
    """Find what is spelled like a call.

    ``not_calls`` are positions of names where a parenthesis means something else.
    """
    unknown = False
    names: set[Name] = set()
    refusal: Reason | None = None
    columns = [i for i, (a, b) in enumerate(pairwise(words)) if a.kind is TokenKind.LITERAL and b.is_word("columns")]
    for opening, (end, arguments) in _parentheses(words).items():
        at = opening - 1
        if at < 0 or not words[at].is_name or at in not_calls or _is_syntax(words, at, end):
            continue
        name = words[at].text
        if name == "json_table":
            # Anybody's name, but for what its grammar asks for: a path, and COLUMNS.
            path = bisect(columns, at)
            known = path < len(columns) and columns[path] < end
        else:
            known = _is_built_in(words, at, end) and functions.takes(name, arguments)
        if not known:
            unknown = True
            continue
        if not functions.is_everywhere(name):
            names.add((name,))
        if name != "unix_timestamp" or not arguments:
            refusal = refusal or functions.reason_against(name)
    if unknown:
        refusal = refusal or Reason.STABLE_FUNCTION
    return Calls(ANYTHING if unknown else Effect.NONE, tuple(sorted(names)), refusal)


def _parentheses(words: list[Token]) -> dict[int, tuple[int, int]]:
    """Where each parenthesis that is opened is closed, or the end; and how many arguments are between."""
    found: dict[int, tuple[int, int]] = {}
    opened: list[int] = []
    commas: list[int] = []
    for i, token in enumerate(words):
        if token.kind is not TokenKind.SIGN:
            continue
        if token.text == "(":
            found[i] = (len(words), 1)
            opened.append(i)
            commas.append(0)
        elif token.text == ")" and opened:
            opening = opened.pop()
            found[opening] = (i, commas.pop() + (i > opening + 1))
        elif token.text == "," and commas:
            commas[-1] += 1
    return found


def _is_syntax(words: list[Token], at: int, end: int) -> bool:
    """Whether a name before a parenthesis is anything but a call."""
    token = words[at]
    before = words[at - 1] if at else None
    if before is not None:
        if before.is_sign("."):
            return False
        if before.is_sign(")") or before.kind is TokenKind.LITERAL or before.is_word("as"):
            return True  # an alias and its columns, a type, OVER, AGAINST, COLUMNS: no operand can follow
        if token.is_word("of") and before.is_word("member"):
            return True
    if _is(words, end + 1, "as") and end + 2 < len(words) and words[end + 2].is_sign("("):
        return True  # a common table expression and its columns
    return token.kind is TokenKind.WORD and (token.text in functions.SYNTAX or _is(words, at + 2, "select"))


def _is_built_in(words: list[Token], at: int, end: int) -> bool:
    token = words[at]
    name = token.text
    qualified = at > 0 and words[at - 1].is_sign(".")
    if qualified or token.kind is TokenKind.QUOTED or not functions.is_listed(name):
        return False
    if functions.must_be_adjacent(name) and words[at + 1].start != token.end:
        counted = at + 2 < len(words) and words[at + 2].is_sign("*")
        return counted or _is(words, at + 2, "distinct") or _is(words, end + 1, "over")
    return True


def _is(words: list[Token], at: int, word: str) -> bool:
    return at < len(words) and words[at].is_word(word)
