"""PostgreSQL's placeholders: ``$1``, ``$2`` (manual, section 4.1, "Positional Parameters")."""

from __future__ import annotations

from polyscale_cli.edge.serverless.bindings.dialect import Dialect
from polyscale_cli.edge.serverless.failures import BadRequest
from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.tokens import Token, TokenKind


def _tokens(text: bytes) -> list[Token]:
    if lexer.eludes(text):
        raise BadRequest(
            "INVALID_BINDINGS",
            "Bindings do not go with a comment inside of a comment, nor with an E'' string that goes on in the next"
            " line: take it out of the SQL, or send the SQL without bindings.",
        )
    tokens = lexer.tokens(text)
    for token in tokens:
        if token.kind is TokenKind.WORD and token.text[0] == "$":
            raise BadRequest(
                "INVALID_BINDINGS",
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
