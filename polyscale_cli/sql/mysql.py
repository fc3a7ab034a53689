"""One statement over one connection: asyncmy, in the text protocol of MySQL and MariaDB.

The driver converts nothing, so that every value is here as the database itself writes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

from polyscale_cli.connstr.model import DatabaseUrl
from polyscale_cli.connstr.tls import Tls, tls_of
from polyscale_cli.errors import AuthenticationError, PolyscaleError, UnavailableError, UsageError
from polyscale_cli.output.result import Json
from polyscale_cli.sql.answer import Answer, Counters, connection_failed, source_of
from polyscale_cli.sql.values import distinct, document, whole

if TYPE_CHECKING:
    import ssl

_KILL_SECONDS = 5.0

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
    from asyncmy.errors import MySQLError

    try:
        return asyncio.run(_run(url, sql, given, counters, connect_seconds))
    except MySQLError as error:
        raise _refusal(error) from error
    except (OSError, TimeoutError) as error:
        raise connection_failed(error) from error


async def _run(url: DatabaseUrl, sql: str, given: Sequence[str], counters: Counters, connect_seconds: float) -> Answer:
    connection = _connection(url, connect_seconds)
    try:
        async with asyncio.timeout(connect_seconds):  # the driver's own ends with the connection, before the login
            await connection.connect()
        bound = _bound(sql, given, connection)
        before = counters()
        started = time.perf_counter()
        async with _ended_with_us(connection, url), connection.cursor() as cursor:
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
        await _close(connection)


def _connection(url: DatabaseUrl, connect_seconds: float) -> Any:
    """The driver's connection, not made yet. Its stubs name no types."""
    from asyncmy.connection import Connection

    return Connection(  # type: ignore[no-untyped-call]
        host=url.host,
        port=url.port,
        user=url.user,
        # As text it would be sent in Latin-1.
        password=(url.password or "").encode(),
        database=url.name,
        connect_timeout=connect_seconds,
        ssl=_tls(url),
        autocommit=True,
        conv={},
    )


@contextlib.asynccontextmanager
async def _ended_with_us(connection: Any, url: DatabaseUrl) -> AsyncIterator[None]:
    """Have the server end the statement when a person does; it would not notice that nobody waits any more."""
    from asyncmy.errors import MySQLError

    try:
        yield
    except asyncio.CancelledError:
        other = _connection(url, _KILL_SECONDS)
        with contextlib.suppress(MySQLError, OSError, TimeoutError):
            async with asyncio.timeout(_KILL_SECONDS):
                await other.connect()
                await other.query(f"KILL QUERY {connection.thread_id()}")
        await _close(other)
        raise


async def _close(connection: Any) -> None:
    """Say goodbye; whatever happened, nobody waits for an answer to that for long."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            await connection.ensure_closed()
            # After a login that was refused, the driver has only begun to close.
            if connection._proto is not None:
                await connection._proto.wait_closed()


def _tls(url: DatabaseUrl) -> ssl.SSLContext | None:
    """Encrypted unless that was refused in so many words; the edge's certificate is its own."""
    if tls_of(url) is Tls.DISABLE:
        return None
    import ssl

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


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


def _refusal(error: Exception) -> PolyscaleError:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    said = str(error.args[1]) if len(error.args) > 1 else str(error)
    if 2000 <= number < 3000:  # the driver's own
        return connection_failed(OSError(said))
    state = getattr(error, "sqlstate", None) or "HY000"
    kind: type[PolyscaleError] = PolyscaleError
    if state.startswith("28") or number == 1045:
        kind = AuthenticationError
    elif state.startswith("08"):
        kind = UnavailableError
    return kind(said, why=f"Error {number}, SQLSTATE {state}.", code=f"SQLSTATE_{state}")
