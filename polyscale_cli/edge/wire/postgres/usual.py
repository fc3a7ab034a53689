"""Requests of the shapes that drivers send most, recognised without taking them apart.

    Query
    Parse (unnamed), Bind, [Describe portal], Execute, Sync      libpq, psycopg, node-postgres, pgx, pgjdbc
    Bind (named statement), [Describe portal], Execute, Sync     the same and asyncpg, postgres.js, once prepared

Whatever follows the Bind is the same few bytes each time, so that one look-up tells the shape.
"""

from __future__ import annotations

import struct

from polyscale_cli.edge.wire.postgres.messages import BIND, DESCRIBE_PORTAL, EXECUTE_ALL, PARSE, QUERY, SYNC_MESSAGE

_ENDINGS = frozenset((DESCRIBE_PORTAL + EXECUTE_ALL + SYNC_MESSAGE, EXECUTE_ALL + SYNC_MESSAGE))
_LONGEST = 16 * 1024
_HEADER = struct.Struct(">BI").unpack_from


def read_usual(data: bytes) -> tuple[bytes, bool] | None:
    """Give the text of a Query, or of an unnamed statement that is parsed and executed, and whether it is a Query.

    None if ``data`` is not one such request and no more.
    """
    size = len(data)
    if not 5 < size <= _LONGEST:
        return None
    code, end = _HEADER(data)
    end += 1
    if code == QUERY:
        return (data[5:-1], True) if end == size else None
    if code != PARSE or data[5] or size < end + 8 or data[end] != BIND or data[end + 5] or data[end + 6]:
        return None
    bind_end = end + 1 + _HEADER(data, end)[1]
    return (data[6 : data.find(b"\0", 6)], False) if data[bind_end:] in _ENDINGS else None


def executes_bound(data: bytes) -> bool:
    """Whether ``data``, which begins with a Bind, executes that once and no more."""
    return 5 < len(data) <= _LONGEST and data[1 + _HEADER(data)[1] :] in _ENDINGS
