"""Transaction blocks as a hostile or unlucky client uses them: each script is played directly and through the edge.

What is compared is every message, byte for byte, up to the last ReadyForQuery: status bytes, tags, positions of errors,
order.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.raw import (
    FLUSH,
    SYNC,
    RawClient,
    bind,
    close,
    describe,
    execute,
    message,
    parse,
    query,
)
from tests.freshness.scripts import Script, continued, extended, play
from tests.servers.edge import Edge
from tests.servers.postgres import TRUST, Postgres

NAMES = "SELECT name FROM items ORDER BY id"
PARTS = "SELECT name FROM parts"
ITEM = "SELECT name FROM items WHERE id = 1"
COUNT = "SELECT count(*) FROM items"
UPDATE = "UPDATE items SET name = 'new' WHERE id = 1"


@pytest.fixture(scope="module")
def both(postgres: Postgres, edge: Edge, template: str) -> Iterator[Callable[[bool], RawClient]]:
    """Open a raw connection, directly or through the edge; scripts leave its database as it was."""
    cache = edge.create_cache(postgres, originTls="disable")
    names = {through_edge: f"hostile_{next(postgres.numbers)}" for through_edge in (False, True)}
    for name in names.values():
        postgres.run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {TRUST.name} STRATEGY file_copy")
    opened: list[RawClient] = []

    def connect(through_edge: bool) -> RawClient:
        client = RawClient(edge.postgres_port if through_edge else postgres.port)
        opened.append(client.__enter__())
        client.login(
            user=TRUST.name,
            database=names[through_edge],
            application_name=cache.id if through_edge else "directly",
        )
        return client

    yield connect
    for each in opened:
        each.socket.close()
    cache.delete()
    for name in names.values():
        postgres.drop_database(name)


IN_RECOVERY = message("F", struct.pack("!ihhh", 3810, 0, 0, 0))
"""A FunctionCall of pg_is_in_recovery."""

PRIMED = [
    *(query(sql) for sql in (NAMES, PARTS, ITEM) for _ in range(3)),
    *(extended(sql, limit) for sql in (NAMES, PARTS, ITEM) for limit in (0, 1) for _ in range(3)),
]

SCRIPTS: dict[str, Script] = {
    "a portal goes on": [
        [query("BEGIN")],
        [query("SELECT 1")],
        [parse("SELECT n FROM items ORDER BY id") + bind() + execute(limit=1) + SYNC],
        [continued(1)],
        [continued(1)],
        [query("COMMIT")],
        [continued(1)],
    ],
    "a command with a vertical tab": [[query("BEGIN\v")], [query(ITEM)], [query("COMMIT\v")]],
    "modes twice": [[query("BEGIN READ ONLY READ ONLY, READ ONLY")], [query(ITEM)], [query(UPDATE)], [query("ABORT")]],
    "semicolons": [[query("BEGIN;;")], [query(ITEM)], [query(";")], [query("")], [query("END;")]],
    "an empty block, then its end again": [[query("BEGIN")], [query("COMMIT")], [query("COMMIT")]],
    "only a Sync": [[query("BEGIN")], [SYNC], [query(ITEM)], [SYNC], [query("ROLLBACK")]],
    "the unnamed statement is BEGIN": [[extended("BEGIN")], [bind() + execute() + SYNC], [query("COMMIT")]],
    "the unnamed statement outlives BEGIN": [
        [parse(ITEM) + SYNC],
        [extended("BEGIN")],
        [bind() + execute() + SYNC],
        [extended("COMMIT")],
    ],
    "a Query forgets the unnamed statement": [
        [parse(ITEM) + SYNC],
        [query("BEGIN")],
        [bind() + execute() + SYNC],
        [query("COMMIT")],
    ],
    "errors": [
        [query("BEGIN")],
        [query(ITEM)],
        [query("SELECT nope FROM items")],
        [query(ITEM)],
        [query("BEGIN")],
        [extended(ITEM)],
        [query("COMMIT")],
        [query(ITEM)],
    ],
    "savepoints": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "SAVEPOINT a", ITEM, UPDATE, ITEM, "SELECT 1/0", ITEM)),
        *([query(sql)] for sql in ("ROLLBACK TO a", ITEM, "RELEASE a", "COMMIT", ITEM)),
    ],
    "a savepoint nobody made": [[query("BEGIN")], [query("ROLLBACK TO a")], [query(ITEM)], [query("END")]],
    "a savepoint outside": [[query("SAVEPOINT a")], [query("BEGIN")], [query("RELEASE a")], [query("ABORT")]],
    "what no block may hold": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "VACUUM", ITEM, "ROLLBACK", "BEGIN", "DISCARD ALL", "ROLLBACK")),
        [query(ITEM)],
    ],
    "a level late": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", ITEM, "ROLLBACK")),
    ],
    "a level late, by its setting": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "SET transaction_isolation = 'serializable'", ITEM, "ROLLBACK")),
    ],
    "a level in time": [
        *([query(sql)] for sql in ("BEGIN", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", ITEM)),
        *([query(sql)] for sql in ("SHOW transaction_isolation", "COMMIT")),
    ],
    "read only late": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "SET TRANSACTION READ ONLY", UPDATE, ITEM, "ROLLBACK")),
        *([query(sql)] for sql in ("BEGIN READ ONLY", ITEM, "SET TRANSACTION READ WRITE", UPDATE, ITEM, "ROLLBACK")),
    ],
    "read only by default": [
        *([query(sql)] for sql in ("SET default_transaction_read_only = on", "BEGIN", ITEM, UPDATE, ITEM, "ROLLBACK")),
        *([query(sql)] for sql in (UPDATE, "BEGIN", "SET TRANSACTION READ WRITE", UPDATE, "COMMIT", ITEM)),
    ],
    "another level by default": [
        *([query(sql)] for sql in ("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",)),
        *([query(sql)] for sql in ("BEGIN", ITEM, "SHOW transaction_isolation", "COMMIT", "RESET ALL")),
        *([query(sql)] for sql in ("BEGIN", ITEM, "SHOW transaction_isolation", "COMMIT")),
    ],
    "a level for the block alone": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "SET LOCAL default_transaction_isolation = 'serializable'", ITEM)),
        *([query(sql)] for sql in ("COMMIT AND CHAIN", "SHOW transaction_isolation", ITEM, "COMMIT")),
        *([query(sql)] for sql in ("BEGIN", ITEM, "SHOW transaction_isolation", "COMMIT")),
    ],
    "a chain": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "COMMIT AND CHAIN", ITEM, UPDATE, "ROLLBACK AND CHAIN", ITEM)),
        *([query(sql)] for sql in ("COMMIT", ITEM, "COMMIT AND CHAIN", "ROLLBACK AND CHAIN")),
    ],
    "several statements": [
        [query("BEGIN; " + UPDATE)],
        [query(ITEM)],
        [query("ROLLBACK; BEGIN")],
        [query(ITEM)],
        [query(f"{ITEM}; COMMIT; {ITEM}")],
        [query("BEGIN")],
        [query(f"COMMIT; BEGIN; {UPDATE}")],
        [query(ITEM)],
        [query("ABORT")],
        [query(ITEM)],
    ],
    "many at once": [
        [query("BEGIN"), query(ITEM), query(UPDATE), query(ITEM), query("COMMIT"), query(ITEM), query("BEGIN")],
        [query(ITEM), query("ROLLBACK"), query("BEGIN"), query(ITEM), query("SELECT 1/0"), query(ITEM), query("END")],
        [query(ITEM)],
    ],
    "one request for all": [
        [parse("BEGIN") + bind() + execute() + parse(ITEM) + bind() + execute() + SYNC],
        [extended(ITEM)],
        [parse(UPDATE) + bind() + execute() + parse("COMMIT") + bind() + execute() + SYNC],
        [extended(ITEM)],
    ],
    "a named BEGIN": [
        [parse("BEGIN", "b") + parse("COMMIT", "c") + parse(ITEM, "i") + SYNC],
        *[[bind(statement=name) + execute() + SYNC] for name in "biicbic"],
        [query("DEALLOCATE ALL")],
        [bind(statement="b") + execute() + SYNC],
    ],
    "a statement prepared in a block": [
        [query("BEGIN")],
        [parse(ITEM, "i") + describe("i", "S") + SYNC],
        [bind(statement="i") + execute() + SYNC],
        [query("ROLLBACK")],
        [bind(statement="i") + execute() + SYNC],
        [query("BEGIN")],
        [bind(statement="i") + execute() + SYNC],
        [close("i") + SYNC],
        [bind(statement="i") + execute() + SYNC],
        [query("ROLLBACK")],
    ],
    "named portals": [
        [query("BEGIN")],
        [extended(ITEM)],
        [parse(NAMES) + bind(portal="p") + execute("p", 1) + SYNC],
        [query(ITEM)],
        [execute("p", 1) + SYNC],
        [close("p", "P") + SYNC],
        [execute("p", 1) + SYNC],
        [query("ROLLBACK")],
    ],
    "cursors": [
        *([query(sql)] for sql in ("BEGIN", ITEM, f"DECLARE c CURSOR FOR {NAMES}", "FETCH c", ITEM, "FETCH c")),
        *([query(sql)] for sql in ("CLOSE c", ITEM, f"DECLARE h CURSOR WITH HOLD FOR {NAMES}", "COMMIT", "FETCH h")),
        *([query(sql)] for sql in ("BEGIN", ITEM, "FETCH h", "ROLLBACK", "CLOSE h")),
    ],
    "a copy": [
        [query("BEGIN")],
        [query(ITEM)],
        [query("COPY parts TO STDOUT")],
        [query(ITEM)],
        [query("COMMIT")],
    ],
    "a copy that does not wait to be asked": [
        [query("BEGIN")],
        [query("COPY parts FROM STDIN"), message("d", b"1\tx\n"), message("c")],
        [query(PARTS)],
        [query("ROLLBACK")],
        [query("BEGIN")],
        [query("COPY parts FROM STDIN"), *[message("d", b"1\tx\n" * 40_000)] * 3, message("f", b"no\0")],
        [query(PARTS)],
        [query("ROLLBACK")],
        [query("BEGIN")],
        [extended("COPY parts FROM STDIN") + message("d", b"1\tx\n") + message("c") + SYNC],
        [query(COUNT)],
        [query("ROLLBACK")],
        [query(PARTS)],
    ],
    "a function call": [
        [extended("SELECT 2")],
        [extended(ITEM)],
        [IN_RECOVERY],
        [bind() + execute() + SYNC],
        *[[request] for request in (query("BEGIN"), query(ITEM), IN_RECOVERY, query(ITEM), query("ROLLBACK"))],
    ],
    "a message that is streamed": [
        [query("BEGIN")],
        [query(ITEM)],
        [query(f"UPDATE items SET name = 'new' WHERE id = 1 /* {'x' * (1 << 20)} */")],
        [query(ITEM)],
        [query("ROLLBACK")],
        [query("BEGIN")],
        [query(f"UPDATE items SET name = 'new' WHERE id = 1 /* {'x' * (1 << 20)} */")],
        [query("COMMIT")],
        [query(ITEM)],
    ],
    "copy data out of place": [
        [query("BEGIN")],
        [message("d", b"1\tx\n") + message("c") + SYNC],
        [query(ITEM)],
        [query("COMMIT")],
    ],
    "definitions": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "CREATE TABLE made (id int)", "SELECT count(*) FROM made", ITEM)),
        *([query(sql)] for sql in ("ALTER TABLE items RENAME COLUMN name TO title", ITEM, "ROLLBACK", ITEM)),
    ],
    "paths": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "SET LOCAL search_path = two", ITEM, "COMMIT", ITEM)),
        *([query(sql)] for sql in ("BEGIN", "SET search_path = two", ITEM, "ROLLBACK", ITEM)),
        *([query(sql)] for sql in ("BEGIN", "SET search_path = two", "COMMIT", "BEGIN", ITEM, "RESET search_path")),
        *([query(sql)] for sql in (ITEM, "ROLLBACK", "BEGIN", ITEM, "COMMIT", "DISCARD ALL", "BEGIN", ITEM, "END")),
    ],
    "a temporary table": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "CREATE TEMP TABLE items (id int, name text) ON COMMIT DROP", COUNT)),
        *([query(sql)] for sql in ("COMMIT", "BEGIN", ITEM, "COMMIT")),
    ],
    "locks": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "SELECT pg_advisory_xact_lock(1)", "LOCK TABLE items", ITEM)),
        *([query(sql)] for sql in ("COMMIT", "LOCK TABLE items")),
    ],
    "a report": [
        *([query(sql)] for sql in ("BEGIN", ITEM, "SET DateStyle = german", ITEM, "ROLLBACK", "BEGIN", ITEM, "END")),
    ],
    "the unnamed statement outlives DISCARD ALL": [
        [parse("DISCARD ALL") + SYNC],
        *[[bind() + execute() + SYNC]] * 3,
        [parse("DISCARD ALL", "d") + SYNC],
        [extended(ITEM)],
        [bind(statement="d") + execute() + SYNC],
        [bind() + execute() + SYNC],
    ],
    "a flush": [
        [query("BEGIN")],
        [query(ITEM)],
        [parse(ITEM) + bind() + execute() + FLUSH, SYNC],
        [parse("COMMIT") + bind() + FLUSH, execute() + SYNC],
    ],
    "a listener": [
        *([query(sql)] for sql in ("LISTEN here", "BEGIN", ITEM, "NOTIFY there", "COMMIT", "UNLISTEN *")),
    ],
}


OLD = [["old"]]
SECOND = [["second"]]
CLEAN = [[query("ROLLBACK")], [query("DISCARD ALL")], [query("UPDATE items SET name = 'old' WHERE id = 1")]]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_message_is_the_same(name: str, both: Callable[[bool], RawClient]) -> None:
    told = []
    for through_edge in (False, True, True):  # known templates take other ways than unknown ones
        client = both(through_edge)
        play(client, [[request] for request in PRIMED])
        told.append(play(client, SCRIPTS[name]))
        play(client, CLEAN)
        client.socket.close()
    assert told[1] == told[0]
    assert told[2] == told[0]
