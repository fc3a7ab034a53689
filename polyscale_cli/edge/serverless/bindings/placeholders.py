"""Where the placeholders of a text are.

The rules are those of ``knex.raw``, with one difference: what is inside of quotes and comments is text. In a request
whose bindings are an array, ``?`` stands for a value and ``??`` for an identifier; where they are an object, ``:name``
and ``:name:`` do. A backslash before one makes it text. ``::`` is a cast and ``:=`` an assignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polyscale_cli.edge.serverless.bindings.dialect import Dialect
from polyscale_cli.edge.serverless.bindings.refusal import unfit
from polyscale_cli.edge.serverless.failures import BadRequest
from polyscale_cli.edge.wire.tokens import Token, TokenKind


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One place in a text.

    Attributes:
        key: the position or the name of the binding.
        is_identifier: whether a name goes there.
        may_be_text: whether it is text if no such binding is given: ``:b`` in the slice ``[a:b]``.
        written: how the text has it.
    """

    key: int | str
    is_identifier: bool
    may_be_text: bool
    written: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text taken apart: ``segments`` are what stands before, between and behind its placeholders."""

    segments: tuple[str, ...]
    placeholders: tuple[Placeholder, ...]


@dataclass(frozen=True, slots=True)
class _Cut:
    """Bytes that go; and what comes in their place, if anything."""

    start: int
    end: int
    placeholder: Placeholder | None = None


def positional(sql: str, dialect: Dialect) -> Template:
    """Find ``?`` and ``??``.

    Raises:
        BadRequest: the text cannot be followed.
    """
    text = sql.encode()
    tokens = dialect.tokens(text)
    cuts: list[_Cut] = []
    count = at = 0
    while at < len(tokens):
        token = tokens[at]
        if escaped := _escaped(tokens, at, dialect):
            cuts.append(escaped)
            at += 1
        elif token.is_sign("?"):
            doubled = _follows(tokens, at, "?")
            end = tokens[at + doubled].end
            written = "??" if doubled else "?"
            cuts.append(_Cut(token.start, end, Placeholder(count, doubled, may_be_text=False, written=written)))
            count += 1
            at += doubled
        at += 1
    return _template(text, cuts)


def named(sql: str, dialect: Dialect) -> Template:
    """Find ``:name`` and ``:name:``.

    Raises:
        BadRequest: the text cannot be followed, or has a ``?`` that would be a placeholder to the database.
    """
    text = sql.encode()
    tokens = dialect.tokens(text)
    cuts: list[_Cut] = []
    at = brackets = 0
    while at < len(tokens):
        token = tokens[at]
        if escaped := _escaped(tokens, at, dialect):
            cuts.append(escaped)
            at += 1
        elif token.is_sign(":"):
            if _follows(tokens, at, ":"):
                at += 1
            elif cut := _by_name(text, tokens, at, in_brackets=brackets > 0):
                cuts.append(cut)
                at += 2 if cut.placeholder is not None and cut.placeholder.is_identifier else 1
        elif token.is_sign("?") and not dialect.has_question_operators:
            raise unfit(
                "The SQL has a ?, but the bindings are an object: write :name in its place, or give the bindings as"
                " an array.",
            )
        elif token.is_sign("["):
            brackets += 1
        elif token.is_sign("]"):
            brackets -= 1
        at += 1
    return _template(text, cuts)


def without_bindings(sql: str, dialect: Dialect) -> str:
    r"""Give the text as it is, but for ``\?`` outside of quotes, which is ``?`` with bindings and so is it without."""
    if "\\?" not in sql or not dialect.has_question_operators:
        return sql
    text = sql.encode()
    try:
        tokens = dialect.tokens(text)
    except BadRequest:
        return sql
    cuts = [cut for at in range(len(tokens)) if (cut := _escaped(tokens, at, dialect)) and text[cut.end] == ord("?")]
    return "".join(_template(text, cuts).segments)


def _follows(tokens: Sequence[Token], at: int, sign: str) -> bool:
    """Whether a sign comes next, with nothing between."""
    after = at + 1
    return after < len(tokens) and tokens[after].is_sign(sign) and tokens[after].start == tokens[at].end


def _escaped(tokens: Sequence[Token], at: int, dialect: Dialect) -> _Cut | None:
    if not tokens[at].is_sign("\\"):
        return None
    if _follows(tokens, at, "?"):
        if not dialect.has_question_operators:
            raise unfit(
                f"The SQL has \\? outside of quotes, but {dialect.database} have no operator with a question mark.",
            )
        return _Cut(tokens[at].start, tokens[at].end)
    return _Cut(tokens[at].start, tokens[at].end) if _follows(tokens, at, ":") else None


def _by_name(text: bytes, tokens: Sequence[Token], at: int, *, in_brackets: bool) -> _Cut | None:
    if at + 1 == len(tokens):
        return None
    colon, word = tokens[at], tokens[at + 1]
    if word.kind is not TokenKind.WORD or word.start != colon.end or text[word.start : word.start + 1].isdigit():
        return None
    name = text[word.start : word.end].decode()
    # ":a::int" is a value with a cast; ":a:" and ":a:::int" are identifiers.
    behind = text[word.end : word.end + 3]
    is_identifier = behind[:1] == b":" and (behind[1:2] != b":" or behind == b":::")
    end = word.end + is_identifier
    written = text[colon.start : end].decode()
    return _Cut(colon.start, end, Placeholder(name, is_identifier, in_brackets, written))


def _template(text: bytes, cuts: list[_Cut]) -> Template:
    segments: list[str] = []
    placeholders: list[Placeholder] = []
    current, at = "", 0
    for cut in cuts:
        current += text[at : cut.start].decode()
        at = cut.end
        if cut.placeholder is not None:
            segments.append(current)
            placeholders.append(cut.placeholder)
            current = ""
    return Template((*segments, current + text[at:].decode()), tuple(placeholders))
