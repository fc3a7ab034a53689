"""PostgreSQL's placeholders: ``$1``, ``$2`` (manual, section 4.1, "Positional Parameters")."""

from __future__ import annotations

import re

from polyscale_cli.edge.serverless.bindings.dialect import Dialect
from polyscale_cli.edge.serverless.bindings.refusal import unfit
from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.tokens import Token, TokenKind

# Where a dollar quote could begin; a lexer that meets one looks for its end in all the rest of the text.
_TAG = re.compile(rb"\$(?=(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$)")

MOST_STEPS = 20_000_000
"""Bytes that may be looked through for the ends of dollar quotes, a fraction of a second: nobody has logged in yet."""


def _tokens(text: bytes) -> list[Token]:
    if lexer.eludes(text):
        raise unfit(
            "Bindings do not go with a comment inside of a comment, nor with an E'' string that goes on in the next"
            " line: take it out of the SQL, or send the SQL without bindings.",
        )
    if len(_TAG.findall(text)) * len(text) > MOST_STEPS:
        raise unfit("The SQL is too long to have bindings and so many dollar quotes.")
    tokens = lexer.tokens(text)
    for token in tokens:
        if token.kind is TokenKind.WORD and token.text[0] == "$":
            raise unfit(
                f"The SQL has {token.text}, which does not go with bindings: write ? for a value by position,"
                " or :name for one by name.",
            )
    return tokens


DIALECT = Dialect(
    database="PostgreSQL",
    tokens=_tokens,
    marker="${}".format,
    quote='"',
    has_arrays=True,
    has_question_operators=True,
    has_subscripts=True,
)
