"""One statement over one connection: asyncpg, in PostgreSQL's extended protocol."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from polyscale_cli.errors import AuthenticationError, PolyscaleError, UnavailableError
from polyscale_cli.sql.answer import Answer, Counters, Way, connection_failed, source_of
from polyscale_cli.sql.arguments import arguments, refused
from polyscale_cli.sql.moments import CODECS
from polyscale_cli.sql.values import distinct, json_row

if TYPE_CHECKING:
    import asyncpg


SYNCHRONISES = "/* by polyscale itself */ SHOW server_version_num"
"""A small statement that ends an exchange; by its beginning the edge knows that no application has sent it."""


def run(dsn: str, sql: str, given: Sequence[str], counters: Counters, *, connect_seconds: float) -> Answer:
    """Prepare the statement, and run it once.

    The counters are read after the driver's own questions about types, and again after the answer.

    Raises:
        UsageError: the values do not fit the statement.
        AuthenticationError: the database refuses the login.
        UnavailableError: it cannot be reached, or ends the connection.
        PolyscaleError: it refuses the statement; the code is ``SQLSTATE_`` and the database's own.
    """
    with explained():
        return asyncio.run(_run(dsn, sql, given, counters, connect_seconds))


@contextlib.contextmanager
def explained(way: Way = Way.THROUGH) -> Iterator[None]:
    """Turn the driver's errors into ours: what `run` says that it raises."""
    import asyncpg

    try:
        yield
    except asyncpg.PostgresError as error:
        raise _refusal(error) from error
    except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise connection_failed(error, way) from error


def is_encrypted(connection: asyncpg.Connection) -> bool:
    """Whether TLS is spoken; the driver itself has no words for that."""
    return connection._transport.get_extra_info("ssl_object") is not None


async def _run(dsn: str, sql: str, given: Sequence[str], counters: Counters, connect_seconds: float) -> Answer:
    import asyncpg

    connection = await asyncpg.connect(dsn, timeout=connect_seconds)
    try:
        statement = await _prepared(connection, sql)
        kinds = [parameter.name for parameter in statement.get_parameters()]
        values = arguments(given, kinds)
        # The driver ends a Parse with Flush, and leaves the Sync to the first execution, which so becomes a part of a
        # longer exchange that no cache can answer. Any small statement ends that first.
        await connection.execute(SYNCHRONISES)
        before = counters()
        started = time.perf_counter()
        try:
            records = await statement.fetch(*values)
        except asyncpg.exceptions.DataError as error:
            # The driver's own objections are of the same class as the database's.
            if not str(error).startswith("invalid input for query argument"):
                raise
            raise _unread(error, kinds) from error
        seconds = time.perf_counter() - started
        source = source_of(before, counters())
        attributes = statement.get_attributes()
        names = [attribute.name for attribute in attributes]
        columns = distinct(names)
        types = [attribute.type.name for attribute in attributes]
        return Answer(
            columns=tuple(columns),
            renamed=columns != names,
            rows=tuple(json_row(columns, types, record) for record in records),
            status=statement.get_statusmsg(),
            seconds=seconds,
            source=source,
        )
    finally:
        # Whatever happened, nobody waits for a goodbye.
        await connection.close(timeout=1)


async def _prepared(connection: asyncpg.Connection, sql: str) -> Any:
    """The statement, with codecs for those of its types that Python's own would lose a part of."""
    statement = await connection.prepare(sql)
    types = [*statement.get_parameters(), *(attribute.type for attribute in statement.get_attributes())]
    simple = {"scalar", "array"}
    inside = any(one.kind not in simple or one.name in {"record", "record[]"} for one in types)
    wanted = set(CODECS) if inside else {one.name.removesuffix("[]") for one in types} & set(CODECS)
    for name in sorted(wanted):
        encoder, decoder = CODECS[name]
        await connection.set_type_codec(name, schema="pg_catalog", encoder=encoder, decoder=decoder, format="tuple")
    return await connection.prepare(sql) if wanted else statement


def _unread(error: Exception, kinds: Sequence[str]) -> PolyscaleError:
    """Say which value its type does not take; asyncpg has only words for it."""
    import re

    found = re.search(r"\$(\d+)", str(error))
    number = int(found[1]) if found else None
    return refused(number, kinds[number - 1] if number and number <= len(kinds) else "its type")


def _refusal(error: asyncpg.PostgresError) -> PolyscaleError:
    state = getattr(error, "sqlstate", None) or "XX000"
    detail = getattr(error, "detail", None)
    kind: type[PolyscaleError] = PolyscaleError
    if state.startswith("28"):
        kind = AuthenticationError
    elif state.startswith(("08", "57P", "53")):
        kind = UnavailableError
    return kind(
        str(error.args[0] if error.args else error),
        why=f"SQLSTATE {state}. {detail}" if detail else f"SQLSTATE {state}.",
        fix=getattr(error, "hint", None),
        code=f"SQLSTATE_{state}",
    )
