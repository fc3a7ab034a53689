"""What a statement calls, by its tokens alone: a parser's tree renames functions, and leaves some out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from polyscale_cli.edge.engine.analysis import Effect, Name
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.mysql import functions
from polyscale_cli.edge.wire.mysql.lexer import Token, TokenKind

ANYTHING = Effect.WRITES_ANYTHING | Effect.SETS
"""What a function may do whose source is not known: it may write to any table, and set what it will."""


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
    ends = _ends(words)
    for i, end in ends.items():
        if i == 0 or not words[i - 1].is_name or i - 1 in not_calls or _is_syntax(words, i - 1, end):
            continue
        name = words[i - 1].text
        if not _is_built_in(words, i - 1, end):
            unknown = True
            continue
        if not functions.is_everywhere(name):
            names.add((name,))
        if name != "unix_timestamp" or end == i + 1:
            refusal = refusal or functions.reason_against(name)
    if unknown:
        refusal = refusal or Reason.STABLE_FUNCTION
    return Calls(ANYTHING if unknown else Effect.NONE, tuple(sorted(names)), refusal)


def _ends(words: list[Token]) -> dict[int, int]:
    """Where each parenthesis that is opened is closed; the end, if it is not."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for i, token in enumerate(words):
        if token.is_sign("("):
            found[i] = len(words)
            opened.append(i)
        elif token.is_sign(")") and opened:
            found[opened.pop()] = i
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
    if name == "json_table":
        return any(
            a.kind is TokenKind.LITERAL and b.is_word("columns")
            for a, b in zip(words[at:end], words[at + 1 : end], strict=False)
        )
    if functions.must_be_adjacent(name) and words[at + 1].start != token.end:
        counted = at + 2 < len(words) and words[at + 2].is_sign("*")
        return counted or _is(words, at + 2, "distinct") or _is(words, end + 1, "over")
    return functions.takes(name, _arguments(words, at + 1, end))


def _is(words: list[Token], at: int, word: str) -> bool:
    return at < len(words) and words[at].is_word(word)


def _arguments(words: list[Token], opening: int, end: int) -> int:
    if end == opening + 1:
        return 0
    depth, found = 0, 1
    for token in words[opening + 1 : end]:
        depth += token.is_sign("(") - token.is_sign(")")
        found += depth == 0 and token.is_sign(",")
    return found
