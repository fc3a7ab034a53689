"""Transaction blocks that are interrupted: a portal goes on, a waiting read is cancelled, a function sets something."""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.raw import (
    SYNC,
    RawClient,
    bind,
    errors,
    execute,
    parse,
    query,
    rows,
)
from tests.freshness.scripts import Script, extended, play
from tests.freshness.through import Through, ask
from tests.servers.postgres import TRUST

NAMES = "SELECT name FROM items ORDER BY id"
PARTS = "SELECT name FROM parts"
ITEM = "SELECT name FROM items WHERE id = 1"
UPDATE = "UPDATE items SET name = 'new' WHERE id = 1"
SECOND = [["second"]]


@pytest.fixture
def open_raw(through: Through) -> Iterator[Callable[[], RawClient]]:
    """Open a raw connection through the edge."""
    opened: list[RawClient] = []

    def connect() -> RawClient:
        client = RawClient(through.cache.edge.postgres_port)
        opened.append(client.__enter__())
        client.login(user=TRUST.name, database=through.database, application_name=through.cache.id)
        return client

    yield connect
    for each in opened:
        each.socket.close()


GO_ON = execute(limit=1) + SYNC


def test_a_portal_that_goes_on_is_nobody_elses(through: Through, open_raw: Callable[[], RawClient]) -> None:
    """Its Execute names no statement, so that its bytes are the same for any."""
    client, other = open_raw(), open_raw()
    read = extended(NAMES, 1)
    for _ in range(3):
        play(client, [[read]])
    for _ in range(3):
        through.cache.purge()
        (_, _, second, _) = play(client, [[query("BEGIN")], [read], [GO_ON], [query("COMMIT")]])
        assert rows(second) == [["two"]]
    assert [errors(answer) for answer in play(other, [[GO_ON], [query("BEGIN")], [GO_ON]])] == [
        ["34000"],
        [],
        ["34000"],
    ]


def test_a_portal_is_not_mistaken_for_an_older_one(through: Through, open_raw: Callable[[], RawClient]) -> None:
    client = open_raw()
    older, served = extended(NAMES, 1), extended("SELECT name FROM two.items", 1)
    for _ in range(3):
        play(client, [[older], [served]])
    through.cache.purge()
    play(client, [[served], [query("BEGIN")], [older]])
    (answer,), was_hit = through.hit(lambda: play(client, [[served]]))
    assert was_hit
    assert rows(answer) == SECOND
    assert rows(play(client, [[GO_ON]])[0]) == []


@pytest.mark.parametrize("opened", [False, True])
def test_a_read_that_waits_in_a_block_is_cancelled_as_one(
    opened: bool, through: Through, open_raw: Callable[[], RawClient]
) -> None:
    """Another session's identical read is under way. What its client writes next must not be lost."""
    slow = "SELECT a.name FROM items a, generate_series(1, {0}) WHERE a.id = 1 LIMIT 1 OFFSET {0} - 1"
    owner, client = open_raw(), open_raw()
    for sql in (slow.format(2), ITEM, ITEM):
        play(owner, [[query(sql)]] * 2)
    owner.send(query(slow.format(100_000_000)))
    while not through.around("SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%100000000%OFFSET%'"):
        pass
    play(client, [[query("BEGIN")], *([[query("SELECT name FROM items WHERE id = 2")]] if opened else [])])
    before = through.cache.metrics().misses
    client.send(query(slow.format(100_000_000)))
    assert through.cache.metrics().misses == before, "it waits"
    while not select.select([client.socket], [], [], 0.2)[0]:
        cancel(through, client)  # again, where the edge heard of it before it had read the query
    assert [(each.kind, each.body) for each in client.until("Z")][-1] == ("Z", b"E")
    assert errors(play(client, [[query(UPDATE)]])[0]) == ["25P02"]
    play(client, [[query("ROLLBACK")], [query(UPDATE)]])
    assert through.around(ITEM) == [("new",)]
    cancel(through, owner)
    assert errors(owner.until("Z")) == ["57014"]


def cancel(through: Through, client: RawClient) -> None:
    with socket.create_connection((through.cache.edge.host, through.cache.edge.postgres_port)) as asking:
        asking.sendall(struct.pack("!ii", 16, 80877102) + client.key)
        assert asking.recv(1) == b""


GO = """CREATE FUNCTION go() RETURNS int LANGUAGE plpgsql AS
  'BEGIN PERFORM set_config(''search_path'', ''two, public'', false); RETURN 1; END'"""
HIDDEN: dict[str, Script] = {
    "behind another": [[query("SELECT 1"), query("SELECT go()")]],
    "a block at once": [[query("BEGIN"), query("SELECT go()"), query("COMMIT")]],
    "behind another, a block at once": [[query(PARTS), query("BEGIN"), query("SELECT go()"), query("COMMIT")]],
    "a block, then another": [[query("BEGIN"), query("SELECT go()"), query("COMMIT"), query("BEGIN")]],
    "a held block": [[query("BEGIN")], [query("SELECT go()")], [query("COMMIT")]],
    "an open block": [[query("BEGIN")], [query("SAVEPOINT a")], [query("SELECT go()")], [query("COMMIT")]],
    "one request": [[parse(PARTS) + bind() + execute() + parse("SELECT go()") + bind() + execute() + SYNC]],
    "a view of settings": [[query("UPDATE pg_settings SET setting = 'two, public' WHERE name = 'search_path'")]],
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_a_function_sets_where_nobody_could_ask(
    name: str, through: Through, open_raw: Callable[[], RawClient]
) -> None:
    through.around(GO)
    reader, client = through.connect(), open_raw()
    through.prime(lambda: ask(reader, ITEM))
    play(client, [*[[query(ITEM)]] * 3, *HIDDEN[name]])
    through.prime(lambda: ask(reader, ITEM))
    for _ in range(4):
        assert rows(play(client, [[query(ITEM)]])[0]) == SECOND
        assert ask(reader, ITEM) == [("old",)]
