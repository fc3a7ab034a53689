"""A statement and its parameters as messages.

Without parameters it is a Query, which may be several statements. With parameters it is one request of the extended
protocol, in a shape that drivers send, too (``usual``): so its bytes are the key of its answer in the cache, and the
server finds the parameters' types out.
"""

from __future__ import annotations

from decimal import Decimal

from polyscale_cli.edge.serverless.backend import QueryFailed
from polyscale_cli.edge.serverless.postgres.arrays import literal
from polyscale_cli.edge.serverless.statement import Scalar, Statement, Value
from polyscale_cli.edge.wire.postgres import messages as m

MOST_PARAMETERS = 65_535
"""What a Bind can count."""

_NO_SUCH_CHARACTER = "22021"
_TOO_MANY_ARGUMENTS = "54023"


def request(statement: Statement) -> bytes:
    """Write the messages that run a statement.

    Raises:
        QueryFailed: PostgreSQL could not be told it.
    """
    text = _encoded(statement.text, "the statement")
    if not statement.parameters:
        return m.query(text)
    count = len(statement.parameters)
    if count > MOST_PARAMETERS:
        raise QueryFailed(
            _TOO_MANY_ARGUMENTS, f"PostgreSQL takes {MOST_PARAMETERS:,} parameters, and there are {count:,}"
        )
    values = [_parameter(value, number) for number, value in enumerate(statement.parameters, 1)]
    return m.parse_unnamed(text) + m.bind_unnamed(values) + m.DESCRIBE_PORTAL + m.EXECUTE_ALL + m.SYNC_MESSAGE


def _parameter(value: Value, number: int) -> bytes | None:
    text = literal([_text(one) for one in value]) if isinstance(value, tuple) else _text(value)
    return None if text is None else _encoded(text, f"parameter ${number}")


def _text(value: Scalar) -> str | None:
    """Give a value in text: the server reads it as whatever type the parameter has."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    # In digits: 1E+2 is no integer to the server, and 100 is.
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _encoded(text: str, what: str) -> bytes:
    if "\0" in text:
        raise QueryFailed(_NO_SUCH_CHARACTER, f"{what} holds a NUL character (\\u0000), which PostgreSQL cannot store")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        wrong = f"\\u{ord(text[error.start]):04x}"
        raise QueryFailed(_NO_SUCH_CHARACTER, f"{what} holds half of a surrogate pair ({wrong})") from None
