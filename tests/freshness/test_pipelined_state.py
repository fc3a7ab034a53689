"""Several requests under way at once: each decides for itself what lasts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.raw import SYNC, RawClient, bind, execute, parse, query, rows
from tests.freshness.through import Through, ask
from tests.servers.postgres import TRUST

ITEM = "SELECT name FROM items WHERE id = 1"
OLD, SECOND = [["old"]], [["second"]]


@pytest.fixture
def client(through: Through) -> Iterator[RawClient]:
    with RawClient(through.cache.edge.postgres_port) as made:
        made.login(user=TRUST.name, database=through.database, application_name=through.cache.id)
        yield made


def send(client: RawClient, *requests: bytes) -> list[list[list[str | None]]]:
    """Send all at once; the rows of each answer."""
    client.send(*requests)
    return [rows(client.until("Z")) for _ in requests]


def extended(sql: str) -> bytes:
    return parse(sql) + bind() + execute() + SYNC


SET = "SET search_path = two"
LASTING = {
    "an error after it": [query(SET), query("SELECT 1/0")],
    "a rollback after it": [query(SET), query("ROLLBACK")],
    "an error before it": [query("SELECT 1/0"), query(SET)],
    "a transaction rolled back after it": [query(SET), query("BEGIN"), query("SET search_path = x"), query("ROLLBACK")],
    "its own transaction": [query("BEGIN"), query(SET), query("COMMIT"), query("SELECT 1/0")],
    "the extended protocol": [extended(SET), extended("SELECT 1/0")],
    "a commit that fails after it": [
        query(SET),
        query("BEGIN"),
        query("INSERT INTO public.deferred VALUES (99)"),
        query("COMMIT"),
    ],
}
PASSING = {
    "a transaction": [query("BEGIN"), query(SET), query("ROLLBACK")],
    "a transaction, then others": [query("BEGIN"), query(SET), query("ROLLBACK"), query("SELECT 1"), query("SELECT 1")],
    "a transaction that failed": [query("BEGIN"), query(SET), query("SELECT 1/0"), query("COMMIT"), query("SELECT 1")],
    "a commit that fails": [
        query("BEGIN"),
        query(SET),
        query("INSERT INTO public.deferred VALUES (99)"),
        query("COMMIT"),
        query("SELECT 1"),
    ],
    "taken back at once": [query(SET), query("RESET search_path")],
    "the extended protocol": [extended("BEGIN"), extended(SET), extended("ROLLBACK"), extended("SELECT 1")],
    "an error in its own request": [
        parse(SET) + bind() + execute() + parse("SELECT 1/0") + bind() + execute() + SYNC,
        query("SELECT 1"),
    ],
}


@pytest.mark.parametrize("case", LASTING)
def test_a_change_among_others_lasts(case: str, through: Through, client: RawClient) -> None:
    one, other = through.connect(), through.connect()
    other.execute(SET.encode())
    through.prime(lambda: ask(one, ITEM))
    through.prime(lambda: ask(other, ITEM))
    send(client, *LASTING[case])
    for _ in range(5):
        assert send(client, query(ITEM)) == [SECOND]
        assert ask(one, ITEM) == [("old",)]
        assert ask(other, ITEM) == [("second",)]


@pytest.mark.parametrize("case", PASSING)
def test_a_change_among_others_is_taken_back(case: str, through: Through, client: RawClient) -> None:
    one, other = through.connect(), through.connect()
    other.execute(SET.encode())
    through.prime(lambda: ask(one, ITEM))
    through.prime(lambda: ask(other, ITEM))
    send(client, *PASSING[case])
    for _ in range(5):
        assert send(client, query(ITEM)) == [OLD]
        assert ask(one, ITEM) == [("old",)]
        assert ask(other, ITEM) == [("second",)]


WRITE = "UPDATE items SET name = 'new' WHERE id = 1"
WRITES = {
    "alone": [query(WRITE)],
    "before an error": [query(WRITE), query("SELECT 1/0")],
    "after an error": [query("SELECT 1/0"), query(WRITE)],
    "before a rollback": [query(WRITE), query("ROLLBACK")],
    "after a rollback": [query("BEGIN"), query("DELETE FROM parts"), query("ROLLBACK"), query(WRITE)],
    "after a commit": [query("BEGIN"), query("COMMIT"), query(WRITE)],
    "in a transaction": [query("BEGIN"), query(WRITE), query("COMMIT")],
    "in a transaction, then another is rolled back": [
        query("BEGIN"),
        query(WRITE),
        query("COMMIT"),
        query("BEGIN"),
        query("DELETE FROM parts"),
        query("ROLLBACK"),
    ],
    "in a transaction, then an error": [query("BEGIN"), query(WRITE), query("COMMIT"), query("SELECT 1/0")],
    "after a failed transaction": [query("BEGIN"), query("SELECT 1/0"), query("COMMIT"), query(WRITE)],
    "in the extended protocol": [extended("BEGIN"), extended(WRITE), extended("COMMIT"), extended("SELECT 1/0")],
    "behind a read": [query(ITEM), query(WRITE), query(ITEM)],
    "under another path": [query("SET search_path = two"), query("UPDATE public.items SET name = 'new' WHERE id = 1")],
    "by a path set in front of it": [query("SET search_path = two"), query("SET search_path = public"), query(WRITE)],
}


@pytest.mark.parametrize("case", WRITES)
def test_a_write_among_others_is_seen(case: str, through: Through, client: RawClient) -> None:
    reader = through.connect()
    for _ in range(2):  # known templates take other ways than unknown ones
        through.around("UPDATE items SET name = 'old' WHERE id = 1")
        through.cache.purge()
        assert through.prime(lambda: ask(reader, ITEM)) == [("old",)]
        send(client, *WRITES[case])
        assert ask(reader, ITEM) == [("new",)]
        send(client, query("RESET search_path"))
