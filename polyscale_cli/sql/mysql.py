"""One statement over one connection: asyncmy, in the text protocol of MySQL and MariaDB.

The driver converts nothing, so that every value is here as the database itself writes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from polyscale_cli.connstr.model import DatabaseUrl
from polyscale_cli.errors import AuthenticationError, PolyscaleError, UnavailableError, UsageError
from polyscale_cli.output.result import Json
from polyscale_cli.sql.answer import Answer, Counters, Way, connection_failed, source_of
from polyscale_cli.sql.mysql_connection import close, connected, ended_with_us
from polyscale_cli.sql.values import distinct, document, whole

# What a question mark is no placeholder in: strings, names and comments (MySQL manual, 11.1.1 and 11.7).
_QUOTED = r"`(?:[^`]|``)*`|/\*.*?\*/|--(?=\s|$)[^\n]*|\#[^\n]*"
_WITH_BACKSLASHES = rf"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|{_QUOTED}"""
_WITHOUT = rf"""'(?:[^']|'')*'|"(?:[^"]|"")*"|{_QUOTED}"""


def run(url: DatabaseUrl, sql: str, given: Sequence[str], counters: Counters, *, connect_seconds: float) -> Answer:
    """Run the statement once, with each of ``given`` as text in the place of a question mark.

    Raises:
        UsageError: the values do not fit the statement.
        AuthenticationError: the database refuses the login.
        UnavailableError: it cannot be reached, or ends the connection.
        PolyscaleError: it refuses the statement; the code is ``SQLSTATE_`` and the database's own.
    """
    with explained():
        return asyncio.run(_run(url, sql, given, counters, connect_seconds))


@contextlib.contextmanager
def explained(way: Way = Way.THROUGH) -> Iterator[None]:
    """Turn the driver's errors into ours: what `run` says that it raises."""
    from asyncmy.errors import MySQLError

    try:
        yield
    except MySQLError as error:
        raise _refusal(error, way) from error
    except (OSError, TimeoutError) as error:
        raise connection_failed(error, way) from error


async def _run(url: DatabaseUrl, sql: str, given: Sequence[str], counters: Counters, connect_seconds: float) -> Answer:
    connection, _ = await connected(url, connect_seconds)
    try:
        bound = _bound(sql, given, connection)
        before = counters()
        started = time.perf_counter()
        async with ended_with_us(connection, url), connection.cursor() as cursor:
            await cursor.execute(bound)
            found = await cursor.fetchall() if cursor.description else ()
            columns, affected = cursor.description or (), int(str(cursor.rowcount))
            while await cursor.nextset():
                pass
        seconds = time.perf_counter() - started
        names = [str(column[0]) for column in columns]
        once = distinct(names)
        readers = [_READERS.get(column[1], _text) for column in columns]
        return Answer(
            columns=tuple(once),
            renamed=once != names,
            rows=tuple(
                {name: None if v is None else read(v) for name, read, v in zip(once, readers, row, strict=True)}
                for row in found
            ),
            status=_count(len(found)) if columns else f"OK, {_count(affected)} affected",
            seconds=seconds,
            source=source_of(before, counters()),
        )
    finally:
        await close(connection)


def _bound(sql: str, given: Sequence[str], connection: Any) -> str:
    """Write values into the statement, quoted as the session's sql_mode has it. Raises UsageError."""
    # The driver knows the mode, too: it doubles quotes alone where backslashes escape nothing.
    backslashes = connection.escape_string("\\") != "\\"
    parts = re.split(rf"({_WITH_BACKSLASHES if backslashes else _WITHOUT}|\?)", sql, flags=re.DOTALL)
    places = [number for number, part in enumerate(parts) if part == "?"]
    if not given:
        return sql  # a statement that lacks its values is for the database to refuse
    if len(places) != len(given):
        raise UsageError(
            f"The statement takes {_values(len(places))}, and {len(given)} {'was' if len(given) == 1 else 'were'}"
            " given.",
            fix="Give --bind once for each question mark.",
            code="BIND_COUNT",
        )
    for number, value in zip(places, given, strict=True):
        parts[number] = f"'{connection.escape_string(value)}'"
    return "".join(parts)


def _values(count: int) -> str:
    return f"{count} value{'' if count == 1 else 's'}"


def _count(rows: int) -> str:
    return f"{rows} row{'' if rows == 1 else 's'}"


def _text(value: Any) -> Json:
    """Text as it is, bytes as ``\\x01ff``."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


# By the type of the column (MySQL's source documentation, "enum_field_types"); what is not here is text or bytes.
_READERS: dict[int, Callable[[Any], Json]] = {
    **dict.fromkeys((1, 2, 3, 8, 9, 13), whole),
    **dict.fromkeys((4, 5), float),
    245: document,
}


def _refusal(error: Exception, way: Way) -> PolyscaleError:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    said = str(error.args[1]) if len(error.args) > 1 else str(error)
    if 2000 <= number < 3000:  # the driver's own
        return connection_failed(OSError(said), way)
    state = getattr(error, "sqlstate", None) or "HY000"
    kind: type[PolyscaleError] = PolyscaleError
    if state.startswith("28") or number == 1045:
        kind = AuthenticationError
    elif state.startswith("08"):
        kind = UnavailableError
    return kind(said, why=f"Error {number}, SQLSTATE {state}.", code=f"SQLSTATE_{state}")
