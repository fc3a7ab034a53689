"""Requests of the shapes that drivers send most, recognised without taking them apart.

    Query
    Parse (unnamed), Bind, [Describe portal], Execute, Sync      libpq, psycopg, node-postgres, pgx, pgjdbc
    Bind (named statement), [Describe portal], Execute, Sync     the same and asyncpg, postgres.js, once prepared

Whatever follows the Bind is the same few bytes each time, so that one look-up tells the shape.
"""

from __future__ import annotations

from polyscale_cli.edge.wire.postgres.messages import BIND, PARSE, QUERY, SYNC_MESSAGE

_DESCRIBE_PORTAL = b"D\0\0\0\x06P\0"
_EXECUTE_ALL = b"E\0\0\0\x09\0\0\0\0\0"
_ENDINGS = frozenset((_DESCRIBE_PORTAL + _EXECUTE_ALL + SYNC_MESSAGE, _EXECUTE_ALL + SYNC_MESSAGE))
_LONGEST = 16 * 1024


Usual = tuple[bytes | None, bytes, int]
"""The statement's text, None where a prepared one is bound by name; that name; the end of the Parse, 0 without one.
A bare tuple, for one is made for every miss."""


def read_usual(data: bytes) -> Usual | None:
    """Recognise a request, if ``data`` is one and no more."""
    size = len(data)
    if not 5 < size <= _LONGEST:
        return None
    code = data[0]
    end = 1 + int.from_bytes(data[1:5], "big")
    if code == QUERY:
        return (data[5:-1], b"", 0) if end == size else None
    if data[5] or end >= size:
        return None
    if code == BIND:
        return (None, data[6 : data.find(b"\0", 6)], 0) if data[end:] in _ENDINGS else None
    if code == PARSE and data[end] == BIND and size > end + 7 and not data[end + 5] and not data[end + 6]:
        bind_end = end + 1 + int.from_bytes(data[end + 1 : end + 5], "big")
        if data[bind_end:] in _ENDINGS:
            return (data[6 : data.find(b"\0", 6)], b"", end)
    return None
