"""What a session may do besides asking one question after another."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from tests.e2e import raw
from tests.e2e.raw import RawClient, errors, kinds, rows
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import wait_until


@pytest.fixture
def connection(cache: EdgeCache, database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(cache.url(TRUST, database), autocommit=True) as opened:
        yield opened


@pytest.fixture
def client(cache: EdgeCache, database: str) -> Iterator[RawClient]:
    with RawClient(cache.edge.postgres_port) as opened:
        opened.login(user=TRUST.name, database=database, application_name=cache.id)
        yield opened


@pytest.fixture
def items(postgres: Postgres, database: str) -> str:
    postgres.run("CREATE TABLE items (id int PRIMARY KEY, name text)", database)
    postgres.run("INSERT INTO items VALUES (1, 'one'), (2, 'two'); GRANT ALL ON items TO public", database)
    return database


def test_a_cancel_request_ends_the_statement(connection: psycopg.Connection, postgres: Postgres, database: str) -> None:
    def running() -> bool:
        active = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{database}' AND query LIKE '%pg_sleep(60)%'"
        return bool(postgres.run(active))

    def cancel() -> None:
        wait_until(running, "the statement runs")
        connection.cancel_safe(timeout=10)

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(psycopg.errors.QueryCanceled):
        connection.execute("SELECT pg_sleep(60)")
    canceller.join()
    assert connection.execute("SELECT 'alive'").fetchone() == ("alive",)


def test_a_cancel_request_with_a_wrong_key_does_nothing(client: RawClient, cache: EdgeCache) -> None:
    with RawClient(cache.edge.postgres_port) as stranger:
        stranger.send(b"\0\0\0\x10" + (80877102).to_bytes(4, "big") + client.key[:4] + b"\xff\xff\xff\xff")
        assert stranger.rest() == []
    client.send(raw.query("SELECT 1"))
    assert rows(client.until("Z")) == [["1"]]


def test_listen_and_notify(connection: psycopg.Connection, cache: EdgeCache, database: str) -> None:
    connection.execute("LISTEN news")
    with psycopg.connect(cache.url(TRUST, database), autocommit=True) as other:
        other.execute("NOTIFY news, 'hello'")
    found = [(each.channel, each.payload) for each in connection.notifies(timeout=20, stop_after=1)]
    assert found == [("news", "hello")]


def test_a_notification_reaches_a_session_that_lives_on_hits(
    connection: psycopg.Connection, cache: EdgeCache, items: str
) -> None:
    connection.execute("LISTEN news")
    for _ in range(5):
        connection.execute("SELECT name FROM items WHERE id = 1")
    with psycopg.connect(cache.url(TRUST, items), autocommit=True) as other:
        other.execute("NOTIFY news")
    assert len(list(connection.notifies(timeout=20, stop_after=1))) == 1


def test_notices_arrive_in_order_with_their_severity(connection: psycopg.Connection) -> None:
    heard: list[tuple[str | None, str | None]] = []
    connection.add_notice_handler(lambda notice: heard.append((notice.severity, notice.message_primary)))
    connection.execute("DO $$ BEGIN RAISE NOTICE 'first'; RAISE WARNING 'second'; END $$")
    assert heard == [("NOTICE", "first"), ("WARNING", "second")]


def test_copy_in_empties_what_it_writes_into(connection: psycopg.Connection, items: str) -> None:
    for _ in range(4):
        assert connection.execute("SELECT count(*) FROM items").fetchone() == (2,)
    with connection.cursor().copy("COPY items FROM STDIN") as copy:
        for number in range(3, 20_003):
            copy.write_row((number, "x" * 50))
    assert connection.execute("SELECT count(*) FROM items").fetchone() == (20_002,)


def test_a_failed_copy_leaves_the_session_usable(connection: psycopg.Connection, items: str) -> None:
    with (
        pytest.raises(psycopg.errors.InvalidTextRepresentation),
        connection.cursor().copy("COPY items FROM STDIN") as copy,
    ):
        copy.write("not a number\tx\n")
    with pytest.raises(ValueError, match="given up"), connection.cursor().copy("COPY items FROM STDIN") as copy:
        copy.write("7\tx\n")
        raise ValueError("given up")
    assert connection.execute("SELECT count(*) FROM items").fetchone() == (2,)


def test_a_session_is_served_though_a_sync_came_while_copy_data_was_awaited(
    client: RawClient, items: str, cache: EdgeCache
) -> None:
    client.send(raw.parse("COPY items FROM STDIN"), raw.bind(), raw.execute(), raw.FLUSH)
    assert kinds(client.until("G")) == "12G"
    client.send(raw.SYNC)
    client.send(raw.message("d", b"3\tthree\n"), raw.message("c"), raw.SYNC)
    assert kinds(client.until("Z")) == "CZ"
    for _ in range(4):
        client.send(raw.query("SELECT name FROM items WHERE id = 3"))
        assert rows(client.until("Z")) == [["three"]]
    assert cache.metrics().hits > 0


def test_copy_out_in_binary_and_text(connection: psycopg.Connection, items: str) -> None:
    with connection.cursor().copy("COPY items TO STDOUT") as copy:
        assert list(copy.rows()) == [("1", "one"), ("2", "two")]
    with connection.cursor().copy("COPY (SELECT n FROM generate_series(1, 50000) n) TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(["int4"])
        assert sum(row[0] for row in copy.rows()) == 50000 * 50001 // 2


def test_many_statements_before_one_sync(client: RawClient, items: str) -> None:
    one = [raw.parse("SELECT name FROM items WHERE id = 1"), raw.bind(), raw.describe(), raw.execute()]
    two = [raw.parse("SELECT name FROM items WHERE id = 2"), raw.bind(), raw.describe(), raw.execute()]
    for _ in range(5):
        client.send(*one, *two, *one, raw.SYNC)
        found = client.until("Z")
        assert kinds(found) == "12TDC" * 3 + "Z"
        assert rows(found) == [["one"], ["two"], ["one"]]


def test_pipelined_batches_are_answered_in_order(client: RawClient, items: str) -> None:
    batches = [
        (raw.query("SELECT name FROM items WHERE id = 1"), "one"),
        (raw.query("SELECT name FROM items WHERE id = 2"), "two"),
    ]
    batches.append((raw.query("SELECT 'a' || random()::text IS NULL"), "f"))
    for _ in range(5):
        client.send(*(each for each, _ in batches * 20))
        for _, expected in batches * 20:
            assert rows(client.until("Z")) == [[expected]]


def test_an_error_in_a_batch_skips_to_the_sync_and_no_further(client: RawClient, items: str) -> None:
    good = [raw.parse("SELECT name FROM items WHERE id = 1"), raw.bind(), raw.execute()]
    bad = [raw.parse("SELECT 1 / 0"), raw.bind(), raw.execute()]
    for _ in range(5):
        client.send(*good, *bad, *good, raw.SYNC, *good, raw.SYNC)
        first, second = client.until("Z"), client.until("Z")
        assert (kinds(first)[:4], errors(first), rows(first)) == ("12DC", ["22012"], [["one"]])
        assert (kinds(second), rows(second)) == ("12DCZ", [["one"]])


def test_a_write_in_a_batch_is_undone_by_an_error_behind_it(client: RawClient, items: str) -> None:
    read = raw.query("SELECT count(*) FROM items")
    for _ in range(4):
        client.send(read)
        client.until("Z")
    client.send(raw.parse("INSERT INTO items VALUES (3, 'three')"), raw.bind(), raw.execute())
    client.send(raw.parse("SELECT 1 / 0"), raw.bind(), raw.execute(), raw.SYNC)
    assert errors(client.until("Z")) == ["22012"]
    client.send(read)
    assert rows(client.until("Z")) == [["2"]]


def test_a_read_behind_a_write_in_the_same_batch_sees_it(client: RawClient, items: str) -> None:
    read = [raw.parse("SELECT name FROM items WHERE id = 1"), raw.bind(), raw.execute()]
    for _ in range(4):
        client.send(*read, raw.SYNC)
        client.until("Z")
    for value in ("a", "b"):
        client.send(raw.parse(f"UPDATE items SET name = '{value}' WHERE id = 1"), raw.bind(), raw.execute())
        client.send(*read, raw.SYNC)
        assert rows(client.until("Z")) == [[value]]


def test_a_hit_defines_the_unnamed_statement_as_the_origin_would(
    client: RawClient, items: str, cache: EdgeCache
) -> None:
    one, two = (f"SELECT name FROM items WHERE id = {number}" for number in (1, 2))
    for _ in range(5):
        for text, expected in ((one, "one"), (two, "two")):
            client.send(raw.parse(text), raw.bind(), raw.execute(), raw.SYNC)
            assert rows(client.until("Z")) == [[expected]]
    assert cache.metrics().hits > 0
    client.send(raw.parse(one), raw.bind(), raw.execute(), raw.SYNC)
    client.until("Z")
    # The last Parse was answered from the cache, so the origin's unnamed statement is another one.
    client.send(raw.describe(kind="S"), raw.bind(), raw.execute(), raw.SYNC)
    found = client.until("Z")
    assert (kinds(found), rows(found)) == ("tT2DCZ", [["one"]])


def test_a_named_statement_lives_through_hits_and_writes(client: RawClient, items: str, cache: EdgeCache) -> None:
    text = "SELECT name FROM items WHERE id = 1"
    client.send(raw.parse(text, "s"), raw.SYNC)
    assert kinds(client.until("Z")) == "1Z"
    for _ in range(5):
        client.send(raw.bind(statement="s"), raw.execute(), raw.SYNC)
        assert rows(client.until("Z")) == [["one"]]
    assert cache.metrics().hits > 0
    client.send(raw.query("UPDATE items SET name = 'new' WHERE id = 1"))
    client.until("Z")
    client.send(raw.bind(statement="s"), raw.execute(), raw.SYNC)
    assert rows(client.until("Z")) == [["new"]]
    client.send(raw.parse(text, "s"), raw.SYNC)
    assert errors(client.until("Z")) == ["42P05"]
    client.send(raw.close("s"), raw.SYNC)
    assert kinds(client.until("Z")) == "3Z"
    client.send(raw.bind(statement="s"), raw.SYNC)
    assert errors(client.until("Z")) == ["26000"]


def test_a_portal_fetched_in_parts(client: RawClient, items: str) -> None:
    for _ in range(4):
        client.send(
            raw.parse("SELECT id FROM items ORDER BY id"), raw.bind(), raw.execute(limit=1), raw.execute(limit=1)
        )
        client.send(raw.execute(limit=1), raw.SYNC)
        found = client.until("Z")
        assert (kinds(found), rows(found)) == ("12DsDsCZ", [["1"], ["2"]])


def test_flush_brings_answers_before_the_sync(client: RawClient, items: str) -> None:
    for _ in range(4):
        client.send(raw.parse("SELECT name FROM items WHERE id = 1"), raw.describe(kind="S"), raw.FLUSH)
        assert kinds(client.until("T")) == "1tT"
        client.send(raw.bind(), raw.execute(), raw.SYNC)
        assert rows(client.until("Z")) == [["one"]]


def test_messages_split_at_every_byte(client: RawClient, items: str) -> None:
    batch = raw.parse("SELECT name FROM items WHERE id = 1") + raw.bind() + raw.describe() + raw.execute() + raw.SYNC
    for cut in range(1, len(batch)):
        client.send(batch[:cut])
        client.send(batch[cut:])
        assert rows(client.until("Z")) == [["one"]]
    for byte in batch:
        client.send(bytes([byte]))
    assert rows(client.until("Z")) == [["one"]]


def test_several_statements_in_one_query(client: RawClient, items: str) -> None:
    for number in range(3, 7):
        client.send(
            raw.query(f"SELECT count(*) FROM items; INSERT INTO items VALUES ({number}); SELECT count(*) FROM items")
        )
        found = client.until("Z")
        assert (kinds(found), rows(found)) == ("TDCCTDCZ", [[str(number - 1)], [str(number)]])


def test_an_empty_query(client: RawClient) -> None:
    for _ in range(4):
        client.send(raw.query(""))
        assert kinds(client.until("Z")) == "IZ"
        client.send(raw.parse(""), raw.bind(), raw.execute(), raw.SYNC)
        assert kinds(client.until("Z")) == "12IZ"


def test_settings_are_a_sessions_own(cache: EdgeCache, items: str) -> None:
    with (
        psycopg.connect(cache.url(TRUST, items), autocommit=True) as plain,
        psycopg.connect(cache.url(TRUST, items), autocommit=True) as german,
    ):
        german.execute("SET datestyle = 'German'")
        for _ in range(4):
            assert plain.execute("SELECT '2026-11-21'::date::text FROM items WHERE id = 1").fetchone() == (
                "2026-11-21",
            )
            assert german.execute("SELECT '2026-11-21'::date::text FROM items WHERE id = 1").fetchone() == (
                "21.11.2026",
            )


def test_roles_do_not_see_each_others_answers(cache: EdgeCache, postgres: Postgres, items: str) -> None:
    postgres.run("REVOKE ALL ON items FROM public; GRANT SELECT ON items TO app_trust", items)
    with psycopg.connect(cache.url(TRUST, items), autocommit=True) as allowed:
        for _ in range(4):
            assert allowed.execute("SELECT name FROM items WHERE id = 1").fetchone() == ("one",)
    with psycopg.connect(cache.url(database=items), autocommit=True) as refused:
        for _ in range(4):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                refused.execute("SELECT name FROM items WHERE id = 1")


def test_a_client_that_goes_away_frees_its_origin_connection(own_edge: Edge, postgres: Postgres, database: str) -> None:
    # An edge of its own: what the client leaves behind could write, which keeps others from filling the cache.
    cache = own_edge.create_cache(postgres)
    with RawClient(own_edge.postgres_port) as client:
        client.login(user=TRUST.name, database=database, application_name=cache.id)
        assert cache.metrics().connections == 1
        client.send(raw.query("SELECT pg_sleep(600)"))
    # A server does not look whether its client is there before it has something to say; nor does the edge.
    sleeping = (
        f"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        " AND state = 'active' AND query = 'SELECT pg_sleep(600)'"
    )
    wait_until(lambda: postgres.run(sleeping) != [], "the statement runs")
    wait_until(lambda: cache.metrics().connections == 0, "the edge has let the client go")
    sessions = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{database}'"
    wait_until(lambda: postgres.run(sessions) == [], "the origin's session has ended")


@pytest.mark.parametrize("part", ["between messages", "within a message"])
def test_a_client_that_goes_away_in_a_copy_leaves_nothing_behind(
    own_edge: Edge, postgres: Postgres, items: str, part: str
) -> None:
    cache = own_edge.create_cache(postgres)
    with RawClient(own_edge.postgres_port) as client:
        client.login(user=TRUST.name, database=items, application_name=cache.id)
        client.send(raw.query("COPY items FROM STDIN"))
        assert client.receive().kind == "G"
        row = raw.message("d", b"3\tthree\n")
        client.send(row if part == "between messages" else row[:-2])
    sessions = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{items}' AND usename = '{TRUST.name}'"
    wait_until(lambda: postgres.run(sessions) == [], "the origin's session has ended")
    with psycopg.connect(cache.url(TRUST, items), autocommit=True) as connection:
        for _ in range(4):
            assert connection.execute("SELECT count(*) FROM items").fetchone() == (2,)
    assert cache.metrics().hits > 0
