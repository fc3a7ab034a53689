"""Names of tables and columns, quoted."""

from __future__ import annotations

import re

from polyscale_cli.edge.serverless.bindings.dialect import Dialect
from polyscale_cli.edge.serverless.bindings.refusal import unfit
from polyscale_cli.edge.serverless.failures import BadRequest
from polyscale_cli.edge.serverless.statement import Value

_AS = re.compile(r" as ", re.IGNORECASE)
_SUBSCRIPT = re.compile(r"\[\d+\]\Z")


def identifiers(value: Value, dialect: Dialect, called: str) -> str:
    """Give a name, or an array of names with commas between, as it is written in a text.

    As in knex: ``a.b`` is ``"a"."b"``, ``a.b as c`` is ``"a"."b" as "c"``, and ``*`` stays what it is.

    Args:
        value: the name; what is dotted is taken apart at the dots.
        dialect: whose quotes.
        called: what the error calls it.

    Raises:
        BadRequest: it is no name.
    """
    if isinstance(value, tuple):
        if not value:
            raise _no_name(called, "an empty array, and a name is needed at least")
        return ", ".join(_aliased(one, dialect, called) for one in value)
    return _aliased(value, dialect, called)


def _aliased(value: Value, dialect: Dialect, called: str) -> str:
    if not isinstance(value, str):
        raise _no_name(called, "not a string, and a name is one")
    name, *alias = _AS.split(value, maxsplit=1)
    written = ".".join(_quoted(part, dialect, called) for part in name.split("."))
    return f"{written} as {_quoted(alias[0], dialect, called)}" if alias else written


def _quoted(part: str, dialect: Dialect, called: str) -> str:
    part = part.strip()
    if part == "*":
        return part
    subscript = _SUBSCRIPT.search(part) if dialect.has_subscripts else None
    name = part[: subscript.start()] if subscript is not None else part
    if not name:
        raise _no_name(called, "a name with nothing in it, or with nothing on one side of a dot")
    if "\0" in name:
        raise _no_name(called, "a name with U+0000 in it, which no database allows")
    quote = dialect.quote
    return f"{quote}{name.replace(quote, quote * 2)}{quote}{subscript[0] if subscript is not None else ''}"


def _no_name(called: str, why: str) -> BadRequest:
    return unfit(f"The binding for {called}, which stands for an identifier, is {why}.")
