"""Running statements: what they come to, what refuses them, and how they are given up."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import pytest

from polyscale_cli.edge.serverless.backend import Backend, ConnectionLost, QueryFailed
from polyscale_cli.edge.serverless.statement import Scalar, Value
from tests.edge.serverless.postgres.conftest import Inside, ask, run
from tests.servers.postgres import SCRAM, Postgres


async def refused(backend: Backend, text: str, *parameters: Value) -> QueryFailed:
    """Run a statement that the database refuses."""
    with pytest.raises(QueryFailed) as failed:
        await run(backend, text, *parameters)
    return failed.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1 AS a, 'x' AS b", [{"a": 1, "b": "x"}]),
        ("SELECT 1 AS a WHERE false", []),
        ("SELECT 1 AS id, 2 AS id, 3 AS id_1, 4 AS id", [{"id": 1, "id_2": 2, "id_1": 3, "id_3": 4}]),
        ('SELECT 1 AS "50% ""of"" \\ \n", 2', [{'50% "of" \\ \n': 1, "?column?": 2}]),
        ("SELECT FROM generate_series(1, 2)", [{}, {}]),
        ("", []),
        (" ; -- nothing", []),
        ("SET work_mem = '4MB'", []),
        ("CREATE TEMP TABLE t AS SELECT 1", []),
        ("BEGIN; ROLLBACK", [[], []]),
        ("SELECT 1 AS a; SELECT 2 AS b WHERE false; SELECT 3 AS c", [[{"a": 1}], [], [{"c": 3}]]),
        (
            "CREATE TEMP TABLE t (i int); INSERT INTO t VALUES (1), (2); UPDATE t SET i = 3 WHERE i = 1;"
            " DELETE FROM t WHERE false; MERGE INTO t USING (VALUES (2)) v(i) ON t.i = v.i WHEN MATCHED THEN DELETE;"
            " INSERT INTO t VALUES (7) RETURNING i, -i AS j; TABLE t; DROP TABLE t",
            [
                *([], [{"affectedRows": 2}], [{"affectedRows": 1}], [{"affectedRows": 0}], [{"affectedRows": 1}]),
                *([{"i": 7, "j": -7}], [{"i": 3}, {"i": 7}], []),
            ],
        ),
    ],
)
async def test_what_a_text_comes_to(backend: Backend, text: str, expected: object) -> None:
    assert await ask(backend, text) == expected


LONG = "x" * 100_000
AWKWARD = "é'\"\\{},; \n\t$1 🐘"
ODD = (AWKWARD, "", "NULL", "null", " ")


@pytest.mark.parametrize(
    ("text", "parameters", "expected"),
    [
        ("SELECT $1::text AS t", (AWKWARD,), AWKWARD),
        ("SELECT $1 AS t", ("nothing says which type",), "nothing says which type"),
        ("SELECT $1::text AS t", (LONG,), LONG),
        ("SELECT $1::text AS t", ("",), ""),
        ("SELECT $1::text AS t", (None,), None),
        ("SELECT $1::int AS t", (42,), 42),
        ("SELECT $1::int AS t", ("42",), 42),
        ("SELECT $1::text AS t", (42,), "42"),
        ("SELECT $1::bigint AS t", (-(2**63),), str(-(2**63))),
        ("SELECT $1::numeric AS t", (Decimal("0.100"),), "0.100"),
        ("SELECT $1::numeric AS t", (Decimal("1E+5"),), "100000"),
        ("SELECT $1::int AS t", (Decimal("1E+2"),), 100),
        ("SELECT $1::float8 AS t", (Decimal("1E-320"),), 1e-320),
        ("SELECT $1::bool AS t", (True,), True),
        ("SELECT $1::bool AS t", (False,), False),
        ("SELECT $1::text AS t", (True,), "true"),
        ("SELECT $1::date AS t", ("2024-02-29",), "2024-02-29"),
        ("SELECT $1::jsonb AS t", ('{"a": 1.0}',), {"a": 1.0}),
        ("SELECT $1::mood AS t", ("so, so",), "so, so"),
        ("SELECT $1::int[] AS t", ((1, None, -3),), [1, None, -3]),
        ("SELECT $1::bool[] AS t", ((True, False),), [True, False]),
        ("SELECT $1::text[] AS t", ((),), []),
        (
            "SELECT $1::text[] AS t",
            ((*ODD, None),),
            [*ODD, None],
        ),
        ("SELECT $1::mood[] AS t", (("sad", "so, so"),), ["sad", "so, so"]),
        ("SELECT count(*) AS t FROM items WHERE id = ANY ($1)", ((1, 2, 1000),), "2"),
    ],
)
async def test_a_parameter_arrives_as_it_was_given(
    backend: Backend, text: str, parameters: tuple[Value, ...], expected: object
) -> None:
    assert await ask(backend, text, *parameters) == [{"t": expected}]


async def test_as_many_parameters_as_there_can_be(backend: Backend) -> None:
    every: tuple[Scalar, ...] = ("item 7",) * 65_535
    marks = ", ".join(f"${number}" for number in range(1, 65_536))
    assert await ask(backend, f"SELECT id FROM items WHERE name = ANY (ARRAY[{marks}])", *every) == [{"id": 7}]
    failed = await refused(backend, "SELECT 1", *every, "one more")
    assert (failed.code, failed.message) == ("54023", "PostgreSQL takes 65,535 parameters, and there are 65,536")


NUL = "holds a NUL character (\\u0000), which PostgreSQL cannot store"


@pytest.mark.parametrize(
    ("text", "parameters", "message"),
    [
        ("SELECT '\0'", (), f"the statement {NUL}"),
        ("SELECT $1", ("\0",), f"parameter $1 {NUL}"),
        ("SELECT $1, $2", (1, ("a", "b\0")), f"parameter $2 {NUL}"),
        ("SELECT $1", ("\ud83d",), "parameter $1 holds half of a surrogate pair (\\ud83d)"),
    ],
)
async def test_what_cannot_be_sent_is_said_and_not_sent(
    backend: Backend, inside: Inside, text: str, parameters: tuple[Value, ...], message: str
) -> None:
    failed = await refused(backend, text, *parameters)
    assert (failed.code, failed.message) == ("22021", message)
    assert inside.metrics.passes == inside.metrics.misses == 0
    assert backend.is_usable


@pytest.mark.parametrize(
    ("text", "parameters", "code", "message"),
    [
        ("SELECT * FROM nowhere", (), "42P01", 'relation "nowhere" does not exist'),
        ("SELECT 1; SELECT 1 / 0; SELECT 2", (), "22012", "division by zero"),
        ("SELECT $1::int", ("x",), "22P02", 'invalid input syntax for type integer: "x"'),
        ("SELECT $1; SELECT 2", ("x",), "42601", "cannot insert multiple commands into a prepared statement"),
        (
            "SELECT $1::int, $2::int",
            (1,),
            "08P01",
            'bind message supplies 1 parameters, but prepared statement "" requires 2',
        ),
        (
            *("INSERT INTO items VALUES (1, 'again')", (), "23505"),
            'duplicate key value violates unique constraint "items_pkey". Key (id)=(1) already exists.',
        ),
        (
            *("SELECT lenght('x')", (), "42883"),
            "function lenght(unknown) does not exist."
            " No function matches the given name and argument types. You might need to add explicit type casts.",
        ),
        ("DO $$ BEGIN RAISE EXCEPTION 'mine' USING ERRCODE = 'ABC12'; END $$", (), "ABC12", "mine"),
        ("BEGIN; SELECT 1 / 0", (), "22012", "division by zero"),
    ],
)
async def test_the_databases_own_error(
    backend: Backend, text: str, parameters: tuple[Value, ...], code: str, message: str
) -> None:
    failed = await refused(backend, text, *parameters)
    assert (failed.code, failed.message) == (code, message)
    assert backend.is_usable
    assert await ask(backend, "SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize("text", ["BEGIN", "BEGIN; INSERT INTO items VALUES (-1)", "START TRANSACTION; SELECT 1"])
async def test_a_transaction_left_open_is_rolled_back(inside: Inside, postgres: Postgres, text: str) -> None:
    backend = await inside.connect()
    failed = await refused(backend, text)
    assert failed.code == "TRANSACTION_LEFT_OPEN"
    assert backend.is_usable
    assert postgres.run("SELECT count(*) FROM items WHERE id = -1", inside.database) == [(0,)]


@pytest.mark.parametrize(
    "text", ["COPY items FROM STDIN", "COPY items TO STDOUT", "SELECT 1; COPY (TABLE items) TO STDOUT; SELECT 2"]
)
async def test_copying_is_refused_and_the_connection_goes_on(backend: Backend, text: str) -> None:
    failed = await refused(backend, text)
    assert (failed.code, failed.message.partition(" cannot")[0]) == ("0A000", "COPY FROM STDIN and COPY TO STDOUT")
    assert await ask(backend, "SELECT count(*) AS n FROM items") == [{"n": "500"}]


async def test_copying_on_the_server_counts_rows(inside: Inside, postgres: Postgres) -> None:
    backend = await inside.connect()
    file = postgres.directory / "data" / "items.copy"
    postgres.run(f"GRANT pg_write_server_files TO {SCRAM.name}")
    try:
        assert await ask(backend, f"COPY items TO '{file}'") == [{"affectedRows": 500}]
    finally:
        postgres.run(f"REVOKE pg_write_server_files FROM {SCRAM.name}")


async def test_notices_and_the_like_are_no_part_of_an_answer(backend: Backend) -> None:
    text = (
        "DO $$ BEGIN RAISE WARNING 'look'; END $$; LISTEN here; NOTIFY here; SET TimeZone = 'Asia/Tokyo'; SELECT 1 AS a"
    )
    assert await ask(backend, text) == [[], [], [], [], [{"a": 1}]]
    assert await ask(backend, "SELECT 2 AS b") == [{"b": 2}]


async def test_a_large_answer_arrives_whole(backend: Backend) -> None:
    found = await ask(backend, "SELECT g AS n, repeat('é', g % 50) AS t FROM generate_series(1, 60000) g")
    assert found == [{"n": n, "t": "é" * (n % 50)} for n in range(1, 60_001)]


async def test_a_value_larger_than_any_read_arrives_whole(backend: Backend) -> None:
    assert await ask(backend, "SELECT repeat('0123456789', 500000) AS t") == [{"t": "0123456789" * 500_000}]


@pytest.mark.parametrize(
    "text",
    ["SELECT generate_series(1, 1000000000)", "SELECT repeat('x', 3000000) FROM generate_series(1, 1000)"],
)
async def test_an_answer_beyond_the_limit_is_cancelled(inside: Inside, text: str) -> None:
    inside.most_bytes = 1 << 20
    backend = await inside.connect()
    failed = await refused(backend, text)
    assert failed.code == "RESULT_TOO_LARGE"
    assert failed.message == "the answer has more than 1,048,576 bytes, and was given up: ask for fewer rows"
    assert backend.is_usable
    assert await ask(backend, "SELECT 1 AS one") == [{"one": 1}]


async def test_an_answer_just_within_the_limit_is_given(inside: Inside) -> None:
    inside.most_bytes = 1 << 20
    assert len((await run(await inside.connect(), "SELECT repeat('x', 1048000) AS t")).document) > 1_048_000


async def has_begun(postgres: Postgres, words: str) -> int:
    """Wait until a statement runs at the server; its backend's process id."""
    text = f"SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep%{words}%' AND wait_event = 'PgSleep'"
    while not (found := await asyncio.to_thread(postgres.run, text)):
        await asyncio.sleep(0)
    return int(str(found[0][0]))


async def test_a_statement_is_cancelled(backend: Backend, postgres: Postgres) -> None:
    running = asyncio.create_task(run(backend, "SELECT pg_sleep(100), 'to be cancelled'"))
    await has_begun(postgres, "to be cancelled")
    backend.cancel()
    with pytest.raises(QueryFailed, match="canceling statement due to user request") as failed:
        await running
    assert failed.value.code == "57014"
    assert [await ask(backend, "SELECT 1 AS one") for _ in range(3)] == [[{"one": 1}]] * 3


async def test_cancelling_nothing_does_nothing(backend: Backend) -> None:
    backend.cancel()
    assert await ask(backend, "SELECT pg_sleep(0)::text AS t") == [{"t": ""}]


async def test_a_backend_that_is_ended_says_why(backend: Backend, postgres: Postgres) -> None:
    running = asyncio.create_task(run(backend, "SELECT pg_sleep(100), 'to be ended'"))
    postgres.run(f"SELECT pg_terminate_backend({await has_begun(postgres, 'to be ended')})")
    with pytest.raises(ConnectionLost, match="terminating connection due to administrator command"):
        await running
    assert not backend.is_usable
    with pytest.raises(ConnectionLost):
        await run(backend, "SELECT 1")
    with pytest.raises(ConnectionLost):
        await backend.check()


async def test_a_connection_that_is_cut_leaves_it_open_what_happened(postgres: Postgres, inside: Inside) -> None:
    backend = await inside.connect()
    running = asyncio.create_task(run(backend, "SELECT pg_sleep(100), 'to be cut off'"))
    pid = await has_begun(postgres, "to be cut off")
    (session,) = inside.server._sessions
    assert session._origin is not None
    session._origin.abort()
    with pytest.raises(ConnectionLost, match=r"the connection to the origin was lost\. It may or may not"):
        await running
    postgres.run(f"SELECT pg_terminate_backend({pid})")


async def test_closing_ends_what_is_under_way(backend: Backend, postgres: Postgres) -> None:
    running = asyncio.create_task(run(backend, "SELECT pg_sleep(100), 'to be closed'"))
    pid = await has_begun(postgres, "to be closed")
    backend.close()
    with pytest.raises(ConnectionLost, match="the connection was closed"):
        await running
    assert not backend.is_usable
    postgres.run(f"SELECT pg_terminate_backend({pid})")


async def test_a_run_that_is_given_up_takes_the_connection_with_it(backend: Backend, postgres: Postgres) -> None:
    running = asyncio.create_task(run(backend, "SELECT pg_sleep(100), 'to be given up'"))
    pid = await has_begun(postgres, "to be given up")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not backend.is_usable
    postgres.run(f"SELECT pg_terminate_backend({pid})")


async def test_numbers_keep_every_digit(backend: Backend) -> None:
    document = (
        await run(backend, "SELECT 1.10 AS a, '{\"big\": 123456789012345678901234567890.10}'::json AS b")
    ).document
    assert document == b'[{"a":"1.10","b":{"big": 123456789012345678901234567890.10}}]'
    assert json.loads(document)
