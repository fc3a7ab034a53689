"""Values find their placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from polyscale_cli.edge.cache import DatabaseType
from polyscale_cli.edge.serverless.bindings import mysql, postgres
from polyscale_cli.edge.serverless.bindings.dialect import Dialect
from polyscale_cli.edge.serverless.bindings.identifiers import identifiers
from polyscale_cli.edge.serverless.bindings.placeholders import (
    Placeholder,
    Template,
    named,
    positional,
    without_bindings,
)
from polyscale_cli.edge.serverless.bindings.refusal import unfit
from polyscale_cli.edge.serverless.failures import not_over_http
from polyscale_cli.edge.serverless.statement import Statement, Value

Bindings = tuple[Value, ...] | Mapping[str, Value]

DIALECTS = {
    DatabaseType.POSTGRES: postgres.DIALECT,
    DatabaseType.MYSQL: mysql.DIALECT,
    DatabaseType.MARIADB: mysql.DIALECT,
}

MOST_PARAMETERS = 65535
"""Both protocols count a statement's parameters in 16 bits."""

LONGEST_KEPT = 4096
MOST_PLACEHOLDERS_KEPT = 100
MOST_KEPT = 512
"""Of texts taken apart, so many are kept, up to that many characters and placeholders each: at most some 25 MB."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A text taken apart; and put together again, where values cannot change what it comes to."""

    template: Template
    text: str | None


def bind(sql: str, bindings: Bindings | None, database: DatabaseType) -> Statement:
    """Make a statement of a text with placeholders and of what they stand for.

    Without bindings the text goes as it is. A name that stands twice in a text is two parameters, as in knex: each
    takes its type from its own place.

    Args:
        sql: the text; it has no lone surrogates.
        bindings: by position, by name, or none.
        database: what the cache's origin is.

    Raises:
        BadRequest: they do not fit each other (``INVALID_BINDINGS``).
        ApiError: there is no SQL over HTTP for such a database (501).
    """
    dialect = DIALECTS.get(database)
    if dialect is None:
        raise not_over_http(database)
    if bindings is None:
        return Statement(without_bindings(sql, dialect))
    by_position = isinstance(bindings, tuple)
    key = (sql, by_position, database)
    prepared = _kept.get(key)
    if prepared is None:
        prepared = _prepare(*key)
        _keep(key, prepared)
    if isinstance(bindings, tuple):
        values = _in_order(prepared.template, bindings)
    else:
        values = _by_name(prepared.template, bindings)
    if prepared.text is not None and (dialect.has_arrays or tuple not in map(type, values)):
        statement = Statement(prepared.text, values)
    else:
        statement = _assembled(prepared.template, values, bindings, dialect)
    if len(statement.parameters) > MOST_PARAMETERS:
        raise unfit(
            f"A statement takes {MOST_PARAMETERS} parameters at most; these are {len(statement.parameters)}.",
        )
    return statement


def _prepare(sql: str, by_position: bool, database: DatabaseType) -> _Prepared:
    dialect = DIALECTS[database]
    template = positional(sql, dialect) if by_position else named(sql, dialect)
    if any(placeholder.is_identifier or placeholder.may_be_text for placeholder in template.placeholders):
        return _Prepared(template, None)
    text = template.segments[0]
    for number, segment in enumerate(template.segments[1:], 1):
        text += dialect.marker(number) + segment
    return _Prepared(template, text)


def _keep(key: _Key, prepared: _Prepared) -> None:
    if len(key[0]) <= LONGEST_KEPT and len(prepared.template.placeholders) <= MOST_PLACEHOLDERS_KEPT:
        if len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = prepared


_Key = tuple[str, bool, DatabaseType]
_kept: dict[_Key, _Prepared] = {}


def _in_order(template: Template, bindings: tuple[Value, ...]) -> tuple[Value, ...]:
    if len(bindings) != len(template.placeholders):
        raise unfit(_wrong_number(len(template.placeholders), len(bindings)))
    return bindings


def _wrong_number(places: int, given: int) -> str:
    text = f"The SQL has {_count(places, 'placeholder')}, and {_count(given, 'binding')} "
    text += "is given." if given == 1 else "are given."
    if given < places:
        return f"{text} The first without a binding is number {given + 1}; an operator with a question mark is \\?."
    return f"{text} A placeholder is ? for a value or ?? for an identifier, outside of quotes and comments."


def _count(number: int, thing: str) -> str:
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"


def _by_name(template: Template, bindings: Mapping[str, Value]) -> tuple[Value, ...]:
    """Give a value for each placeholder; None for one that is text."""
    try:
        return tuple([bindings[placeholder.key] for placeholder in template.placeholders])  # type: ignore[index]
    except KeyError:
        for placeholder in template.placeholders:
            if placeholder.key not in bindings and not placeholder.may_be_text:
                given = ", ".join(sorted(bindings)) or "none"
                raise unfit(
                    f"The SQL has {placeholder.written}, but there is no binding of that name; given: {given}."
                    " If it is no placeholder, write a backslash before it.",
                ) from None
        return tuple([bindings.get(str(placeholder.key)) for placeholder in template.placeholders])


def _assembled(template: Template, values: tuple[Value, ...], bindings: Bindings, dialect: Dialect) -> Statement:
    parameters: list[Value] = []
    parts = [template.segments[0]]
    for placeholder, value, segment in zip(template.placeholders, values, template.segments[1:], strict=True):
        if placeholder.may_be_text and isinstance(bindings, Mapping) and placeholder.key not in bindings:
            parts.append(placeholder.written)
        elif placeholder.is_identifier:
            parts.append(identifiers(value, dialect, _called(placeholder)))
        else:
            parts.append(_markers(placeholder, value, parameters, dialect))
        parts.append(segment)
    return Statement("".join(parts), tuple(parameters))


def _markers(placeholder: Placeholder, value: Value, parameters: list[Value], dialect: Dialect) -> str:
    """Give what stands for a value in the text, and add the value to the parameters."""
    if dialect.has_arrays or not isinstance(value, tuple):
        parameters.append(value)
        return dialect.marker(len(parameters))
    if not value:
        raise unfit(
            f"The binding for {_called(placeholder)} is an empty array. {dialect.database} have no arrays: its"
            " elements become a list, as in IN (?, ?), and a list cannot be empty. Leave the condition out.",
        )
    first = len(parameters) + 1
    parameters.extend(value)
    return ", ".join(dialect.marker(number) for number in range(first, first + len(value)))


def _called(placeholder: Placeholder) -> str:
    if isinstance(placeholder.key, int):
        return f"placeholder {placeholder.key + 1}"
    return placeholder.written
