"""The placeholders of MySQL and MariaDB: ``?`` (MySQL manual, section 15.5.1, "PREPARE Statement")."""

from __future__ import annotations

import re

from polyscale_cli.edge.serverless.bindings.dialect import Dialect
from polyscale_cli.edge.serverless.bindings.refusal import unfit
from polyscale_cli.edge.wire.mysql import lexer
from polyscale_cli.edge.wire.tokens import Token, TokenKind

# A comment that the server may run, depending on its version, in which nothing depends on whether it does so.
_CONDITIONAL = re.compile(rb"/\*M?!\d*[^?:'\"`#\\/*-]*\*/")

MOST_CONDITIONAL = 20
"""Of such comments in one text: behind each of them the rest is read anew."""


def _tokens(text: bytes) -> list[Token]:
    """Split a text, going on behind such comments as make no difference to where placeholders are."""
    found: list[Token] = []
    at = comments = 0
    while True:
        for token in lexer.tokens(text[at:]):
            if token.kind is TokenKind.OPEN:
                break
            found.append(Token(token.kind, token.text, token.start + at, token.end + at))
        else:
            return found
        at += token.start
        conditional = _CONDITIONAL.match(text, at)
        comments += 1
        if conditional is None or comments > MOST_CONDITIONAL:
            raise unfit(
                f"The SQL cannot be followed from byte {at + 1} on, so nobody can tell which ? and : in it are"
                " placeholders: close the quote or comment that begins there, or take it out.",
            )
        at = conditional.end()


def _marker(number: int) -> str:
    del number
    return "?"


DIALECT = Dialect(
    database="MySQL and MariaDB",
    tokens=_tokens,
    marker=_marker,
    quote="`",
    has_arrays=False,
    has_question_operators=False,
    has_subscripts=False,
)
