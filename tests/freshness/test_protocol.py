"""The protocol's corners, where a cache could lose sight of a write or of what a name stands for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.raw import (
    FLUSH,
    SYNC,
    Message,
    RawClient,
    bind,
    close,
    describe,
    errors,
    execute,
    kinds,
    parse,
    query,
    rows,
    startup_packet,
)
from tests.freshness.through import Through, ask
from tests.servers.postgres import TRUST

NAME = "SELECT name FROM items WHERE id = 1"
PARTS = "SELECT count(*) FROM parts"
OLD, NEW = [("old",)], [("new",)]
OLD_ROWS, NEW_ROWS = [["old"]], [["new"]]
UPDATE = "UPDATE items SET name = 'new' WHERE id = 1"

Raw = Callable[[], RawClient]


@pytest.fixture
def raw(through: Through) -> Iterator[Raw]:
    with contextlib.ExitStack() as stack:

        def connect() -> RawClient:
            client = stack.enter_context(RawClient(through.cache.edge.postgres_port))
            client.login(user=TRUST.name, database=through.database, application_name=through.cache.id)
            return client

        yield connect


def send(client: RawClient, *parts: bytes) -> list[Message]:
    """Send a request and read its whole answer."""
    client.send(*parts)
    return client.until("Z")


def run(client: RawClient, sql: str) -> list[list[str | None]]:
    """The extended protocol as libpq speaks it: unnamed statement, unnamed portal."""
    return rows(send(client, parse(sql), bind(), describe(), execute(), SYNC))


def test_a_prepared_write_executed_again_without_parse_is_seen(through: Through, raw: Raw) -> None:
    reader, writer = through.connect(), raw()
    send(writer, parse("UPDATE items SET name = $1 WHERE id = 1", "w"), SYNC)
    for value in ("a", "b", "c"):
        through.prime(lambda: ask(reader, NAME))
        send(writer, bind(value, statement="w"), execute(), SYNC)
        assert ask(reader, NAME) == [(value,)]


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_a_write_executed_with_a_row_limit_is_seen(limit: int, through: Through, raw: Raw) -> None:
    reader, writer = through.connect(), raw()
    through.prime(lambda: ask(reader, NAME))
    send(writer, parse(UPDATE), bind(), execute(limit=limit), SYNC)
    assert ask(reader, NAME) == NEW


def test_a_write_whose_portal_is_suspended_is_seen_when_it_is_committed(through: Through, raw: Raw) -> None:
    reader, writer = through.connect(), raw()
    through.prime(lambda: ask(reader, "SELECT count(*) FROM items WHERE name = 'new'"))
    writer.send(parse("UPDATE items SET name = 'new' RETURNING id"), bind(), execute(limit=1), FLUSH)
    assert kinds(writer.until("s")) == "12Ds"
    for _ in range(4):
        assert ask(reader, "SELECT count(*) FROM items WHERE name = 'new'") == [(0,)]
    assert kinds(send(writer, execute(), SYNC)) == "DCZ"
    assert ask(reader, "SELECT count(*) FROM items WHERE name = 'new'") == [(2,)]


def test_a_write_bound_in_one_request_and_executed_in_another_is_seen(through: Through, raw: Raw) -> None:
    reader, writer = through.connect(), raw()
    through.prime(lambda: ask(reader, NAME))
    send(writer, query("BEGIN"))
    send(writer, parse(UPDATE, "w"), bind(statement="w", portal="p"), SYNC)
    send(writer, close("w"), SYNC)
    send(writer, execute("p"), SYNC)
    for _ in range(4):
        assert ask(reader, NAME) == OLD
    send(writer, query("COMMIT"))
    assert ask(reader, NAME) == NEW


def test_a_statement_made_by_prepare_is_executed_by_bind(through: Through, raw: Raw) -> None:
    reader, writer = through.connect(), raw()
    through.prime(lambda: ask(reader, NAME))
    send(writer, query(f"PREPARE Mine AS {UPDATE}"))
    send(writer, bind(statement="mine"), execute(), SYNC)
    assert ask(reader, NAME) == NEW


def test_a_name_that_prepare_redefines_is_not_the_old_statement(through: Through, raw: Raw) -> None:
    reader, writer = through.connect(), raw()
    send(writer, parse("SELECT 1", "s"), SYNC)
    for _ in range(4):
        assert rows(send(writer, bind(statement="s"), execute(), SYNC)) == [["1"]]
    send(writer, query(f"DEALLOCATE s; PREPARE s AS {UPDATE}"))
    through.prime(lambda: ask(reader, NAME))
    send(writer, bind(statement="s"), execute(), SYNC)
    assert ask(reader, NAME) == NEW


@pytest.mark.parametrize("drop", ["DEALLOCATE s", "DEALLOCATE PREPARE s", "DEALLOCATE ALL", "DISCARD ALL"])
def test_a_statement_that_was_dropped_is_not_served(drop: str, through: Through, raw: Raw) -> None:
    client = raw()
    read = (bind(statement="s"), describe(), execute(), SYNC)
    send(client, parse(NAME, "s"), SYNC)
    through.prime(lambda: send(client, *read))
    send(client, query(drop))
    assert errors(send(client, *read)) == ["26000"]


def test_a_statement_that_was_closed_is_not_served(through: Through, raw: Raw) -> None:
    client = raw()
    read = (bind(statement="s"), describe(), execute(), SYNC)
    send(client, parse(NAME, "s"), SYNC)
    through.prime(lambda: send(client, *read))
    send(client, close("s"), SYNC)
    assert errors(send(client, *read)) == ["26000"]
    send(client, parse("SELECT 'other'", "s"), SYNC)
    assert rows(send(client, *read)) == [["other"]]


def test_a_statement_whose_parse_failed_is_not_served(through: Through, raw: Raw) -> None:
    one, other = raw(), raw()
    read = (bind(statement="s"), describe(), execute(), SYNC)
    send(one, parse(NAME, "s"), SYNC)
    through.prime(lambda: send(one, *read))
    assert errors(send(other, parse("SELECT 1/0 FROM nowhere", "t"), parse(NAME, "s"), SYNC)) == ["42P01"]
    assert errors(send(other, *read)) == ["26000"]


def test_the_same_name_means_each_sessions_own_statement(through: Through, raw: Raw) -> None:
    one, other = raw(), raw()
    read = (bind(statement="s"), describe(), execute(), SYNC)
    send(one, parse(NAME, "s"), SYNC)
    send(other, parse("SELECT name FROM two.items WHERE id = 1", "s"), SYNC)
    for _ in range(5):
        assert rows(send(one, *read)) == OLD_ROWS
        assert rows(send(other, *read)) == [["second"]]


def test_a_request_that_parses_one_statement_and_binds_another(through: Through, raw: Raw) -> None:
    """The same bytes from two sessions, whose named statements differ."""
    one, other = raw(), raw()
    send(one, parse(NAME, "s"), SYNC)
    send(other, parse("SELECT name FROM two.items WHERE id = 1", "s"), SYNC)
    both = (parse("SELECT 1"), bind(statement="s"), describe(), execute(), SYNC)
    for _ in range(5):
        assert rows(send(one, *both)) == OLD_ROWS
        assert rows(send(other, *both)) == [["second"]]


def test_several_binds_of_named_statements_in_one_request(through: Through, raw: Raw) -> None:
    one, other, writer = raw(), raw(), through.connect()
    second = "SELECT name FROM two.items WHERE id = 1"
    for client, statements in ((one, (NAME, second)), (other, (second, NAME))):
        for name, text in zip(("s", "t"), statements, strict=True):
            send(client, parse(text, name), SYNC)
    both = (bind(statement="s"), execute(), bind(statement="t"), execute(), SYNC)
    for _ in range(5):
        assert rows(send(one, *both)) == [["old"], ["second"]]
        assert rows(send(other, *both)) == [["second"], ["old"]]
    writer.execute("UPDATE two.items SET name = 'newer'")
    assert rows(send(one, *both)) == [["old"], ["newer"]]
    assert rows(send(other, *both)) == [["newer"], ["old"]]


def test_parameters_and_formats_are_part_of_what_is_asked(through: Through, raw: Raw) -> None:
    client = raw()
    send(client, parse("SELECT name, $1::text FROM items WHERE id = $2::int", "s"), SYNC)
    for _ in range(4):
        for value, number, name in (("a", "1", "old"), ("b", "1", "old"), ("a", "2", "two"), ("1", "1", "old")):
            assert rows(send(client, bind(value, number, statement="s"), execute(), SYNC)) == [[name, value]]
    binary = bind("a", "1", statement="s")[:-2] + b"\0\x01\0\x01"
    binary = binary[:1] + (len(binary) - 1).to_bytes(4, "big") + binary[5:]
    for _ in range(4):
        assert kinds(send(client, binary, execute(), SYNC)) == "2DCZ"
        assert kinds(send(client, binary, describe(), execute(), SYNC)) == "2TDCZ"
        assert kinds(send(client, bind("a", "1", statement="s"), describe(), execute(), SYNC)) == "2TDCZ"


def test_the_unnamed_statement_is_the_clients_after_a_hit(through: Through, raw: Raw) -> None:
    """A hit answers a Parse that the origin never saw."""
    client = raw()
    assert run(client, "SELECT 'first'") == [["first"]]
    through.prime(lambda: run(client, NAME))
    assert rows(send(client, bind(), execute(), SYNC)) == OLD_ROWS
    through.prime(lambda: run(client, "SELECT count(*) FROM parts"))
    assert kinds(send(client, describe(kind="S"), SYNC)) == "tTZ"
    assert rows(send(client, bind(), describe(), execute(), SYNC)) == [["1"]]


def test_a_query_from_the_cache_drops_the_unnamed_statement_too(through: Through, raw: Raw) -> None:
    client = raw()
    through.prime(lambda: send(client, query(NAME)))
    run(client, "SELECT 'first'")
    _, was_hit = through.hit(lambda: send(client, query(NAME)))
    assert was_hit
    assert errors(send(client, bind(), execute(), SYNC)) == ["26000"]


def test_an_unnamed_write_bound_again_after_a_hit_between_is_the_clients_statement(through: Through, raw: Raw) -> None:
    reader, client = through.connect(), raw()
    through.prime(lambda: run(client, NAME))
    run(client, UPDATE)
    for _ in range(4):
        run(client, NAME)
    through.around("UPDATE items SET name = 'around' WHERE id = 1")
    through.cache.purge()
    assert rows(send(client, bind(), execute(), SYNC)) == [["around"]]
    run(client, UPDATE)
    through.prime(lambda: ask(reader, NAME))
    through.around("UPDATE items SET name = 'around' WHERE id = 1")
    send(client, bind(), execute(), SYNC)
    assert ask(reader, NAME) == NEW


def test_an_unnamed_statement_survives_the_edges_own_questions(through: Through, raw: Raw) -> None:
    client = raw()
    send(client, parse("SELECT 'kept'"), SYNC)
    send(client, bind(), execute(), SYNC)
    send(client, parse("SELECT count(*) FROM parts, items WHERE false", "s"), SYNC)
    for _ in range(4):
        assert rows(send(client, bind(), execute(), SYNC)) == [["kept"]]
        assert rows(send(client, bind(statement="s"), execute(), SYNC)) == [["0"]]


def test_pipelined_requests_are_answered_in_order(through: Through, raw: Raw) -> None:
    client = raw()
    through.prime(lambda: send(client, query(NAME)))
    client.send(
        query(NAME), query(PARTS), query(UPDATE), query(NAME), parse(NAME), bind(), execute(), SYNC, query(NAME)
    )
    answers = [client.until("Z") for _ in range(6)]
    assert [rows(answer) for answer in answers] == [OLD_ROWS, [["1"]], [], NEW_ROWS, NEW_ROWS, NEW_ROWS]


def test_a_write_and_a_read_in_one_segment(through: Through, raw: Raw) -> None:
    client = raw()
    for value in ("a", "b", "c"):
        through.prime(lambda: send(client, query(NAME)))
        client.send(query(f"UPDATE items SET name = '{value}' WHERE id = 1"), query(NAME))
        client.until("Z")
        assert rows(client.until("Z")) == [[value]]


def test_a_read_pipelined_in_front_of_a_write_is_not_kept_too_long(through: Through, raw: Raw) -> None:
    client, reader = raw(), through.connect()
    for value in ("a", "b", "c", "d"):
        client.send(query(NAME), query(f"UPDATE items SET name = '{value}' WHERE id = 1"))
        client.until("Z")
        client.until("Z")
        assert ask(reader, NAME) == [(value,)]


def test_a_large_write_is_seen(through: Through, raw: Raw) -> None:
    """Too large to be analysed: it may do anything."""
    reader, writer = through.connect(), raw()
    for make in (
        lambda sql: (query(sql),),
        lambda sql: (parse(sql), bind(), execute(), SYNC),
    ):
        for size in (40_000, 2_000_000):
            through.around("UPDATE items SET name = 'old'")
            through.cache.purge()
            through.prime(lambda: ask(reader, "SELECT length(name) FROM items WHERE id = 1"))
            send(writer, *make(f"UPDATE items SET name = '{'x' * size}' WHERE id = 1"))
            assert ask(reader, "SELECT length(name) FROM items WHERE id = 1") == [(size,)]


def test_a_large_parameter_is_written_and_seen(through: Through, raw: Raw) -> None:
    reader, writer = through.connect(), raw()
    send(writer, parse("UPDATE items SET name = $1 WHERE id = 1", "w"), SYNC)
    through.prime(lambda: ask(reader, "SELECT length(name) FROM items WHERE id = 1"))
    send(writer, bind("y" * 3_000_000, statement="w"), execute(), SYNC)
    assert ask(reader, "SELECT length(name) FROM items WHERE id = 1") == [(3_000_000,)]


def test_a_function_call_message_is_seen(through: Through, raw: Raw) -> None:
    """FunctionCall, which libpq's PQfn sends."""
    reader, writer = through.connect(), raw()
    (found,) = through.around("SELECT 'rename(text)'::regprocedure::oid::int")
    through.prime(lambda: ask(reader, NAME))
    body = int(found[0]).to_bytes(4, "big") + b"\0\0" + b"\0\x01" + b"\0\0\0\x03new" + b"\0\0"
    writer.send(b"F" + (len(body) + 4).to_bytes(4, "big") + body)
    writer.until("Z")
    assert ask(reader, NAME) == NEW


def test_what_is_sent_before_the_login_is_over_is_seen(through: Through) -> None:
    """A client may send its first statement along with the startup packet; the server reads it in its own time."""
    reader = through.connect()
    through.prime(lambda: ask(reader, NAME))
    with RawClient(through.cache.edge.postgres_port) as client:
        startup = {"user": TRUST.name, "database": through.database, "application_name": through.cache.id}
        client.send(startup_packet(startup), query(UPDATE))
        client.until("Z")
        client.until("Z")
        assert ask(reader, NAME) == NEW


def test_a_statement_cut_at_the_end_of_the_login_is_whole(through: Through) -> None:
    with RawClient(through.cache.edge.postgres_port) as client:
        startup = {"user": TRUST.name, "database": through.database, "application_name": through.cache.id}
        client.send(startup_packet(startup), query(NAME)[:7])
        client.until("Z")
        client.send(query(NAME)[7:])
        assert rows(client.until("Z")) == OLD_ROWS


def test_a_hit_does_not_outlive_the_result_type(through: Through, raw: Raw) -> None:
    """A prepared statement whose columns changed fails at the server, and so it must here."""
    client, other, owner = raw(), raw(), through.connect()
    read = (bind(statement="s"), describe(), execute(), SYNC)
    for each in (client, other):
        send(each, parse("SELECT * FROM apart", "s"), SYNC)
    through.prime(lambda: send(client, *read))
    owner.execute("ALTER TABLE apart ADD COLUMN more int")
    assert errors(send(client, *read)) == ["0A000"]
    fresh = raw()
    send(fresh, parse("SELECT * FROM apart", "s"), SYNC)
    for _ in range(4):
        assert rows(send(fresh, *read)) == [["1", "apart", None]]
        assert errors(send(other, *read)) == ["0A000"]


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE items RENAME COLUMN name TO other",
        "ALTER TABLE items DROP COLUMN name CASCADE",
        "ALTER TABLE items RENAME TO other",
        "DROP TABLE items CASCADE",
    ],
)
def test_what_is_gone_fails_at_once(change: str, through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    through.prime(lambda: ask(reader, NAME, (), prepare=True))
    writer.execute(change.encode())
    for prepare in (False, True):
        with pytest.raises(Exception, match="does not exist"):
            ask(reader, NAME, (), prepare=prepare)
