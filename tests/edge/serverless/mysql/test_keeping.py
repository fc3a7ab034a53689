"""What of the answers is kept, that it is the same the wire keeps, and what a connection keeps for the next request."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest

from polyscale_cli.edge.serverless.backend import Backend, ConnectionLost
from polyscale_cli.edge.serverless.statement import Statement, Value
from tests.edge.serverless.mysql.conftest import Inside, ask, run
from tests.servers.mysql_like import APP

READ = "SELECT name FROM items WHERE id = 1"
READ_BY_ID = "SELECT name FROM items WHERE id = ?"


@pytest.mark.parametrize(("text", "parameters"), [(READ, ()), (READ_BY_ID, (1,)), (READ_BY_ID, ("1",))], ids=str)
async def test_a_read_is_a_hit_from_its_third_run_and_is_a_form_of_an_entry(
    inside: Inside, backend: Backend, text: str, parameters: tuple[Value, ...]
) -> None:
    answers = [await run(backend, text, *parameters) for _ in range(4)]
    assert [answer.was_hit for answer in answers] == [False, False, True, True]
    assert [answer.entry is not None for answer in answers] == [False, True, True, True]
    assert answers[1].entry is answers[2].entry is answers[3].entry
    assert {answer.document for answer in answers} == {b'[{"name":"ant"}]'}
    assert inside.metrics.hits == 2
    # Another connection of the same user finds it, too.
    assert (await run(await inside.connect(), text, *parameters)).was_hit


async def test_a_write_over_another_connection_takes_the_entry_away(inside: Inside, backend: Backend) -> None:
    for _ in range(3):
        answer = await run(backend, READ_BY_ID, 2)
    assert answer.entry is not None
    await run(await inside.connect(), "UPDATE items SET name = 'wasp' WHERE id = 2")
    assert not answer.entry.size
    after = await run(backend, READ_BY_ID, 2)
    assert (after.document, after.was_hit) == (b'[{"name":"wasp"}]', False)
    await run(backend, "UPDATE items SET name = 'bee' WHERE id = 2")


async def test_values_of_another_type_make_another_entry_and_spoil_none(backend: Backend) -> None:
    kinds: tuple[Value, ...] = (3, "3", Decimal("3.0"), True, 1 << 63)
    for _ in range(3):
        for value in kinds:
            await run(backend, READ_BY_ID, value)
    assert [(await run(backend, READ_BY_ID, value)).was_hit for value in kinds] == [True] * len(kinds)


@pytest.mark.parametrize(
    ("text", "why_not"),
    [
        ("SELECT NOW(6)", "it depends on the time of day"),
        ("SELECT 1; SELECT 2", "several statements came in one text"),
        ("UPDATE items SET id = id", "it writes data"),
        ("SELECT * FROM items FOR UPDATE", "it locks rows (FOR UPDATE or FOR SHARE)"),
        (READ, None),
    ],
)
async def test_why_an_answer_is_not_kept_is_told(backend: Backend, text: str, why_not: str | None) -> None:
    await run(backend, READ)
    answer = await run(backend, text)
    assert (answer.why_not, answer.was_hit) == (why_not, False)


async def test_what_a_statement_leaves_behind_is_gone_after_the_reset(inside: Inside, backend: Backend) -> None:
    other = inside.origin.create_database()
    text = f"""SET @a = 1, sql_mode = 'ANSI_QUOTES', time_zone = '+05:00', NAMES latin1; USE {other};
        CREATE TEMPORARY TABLE items (id INT); SELECT GET_LOCK('lock', 0); PREPARE s FROM 'SELECT 5';
        SET autocommit = 0"""
    asked = """SELECT @a AS a, @@sql_mode LIKE '%ANSI_QUOTES%' AS m, @@time_zone AS z, @@autocommit AS c,
        @@character_set_results AS r, @@collation_connection AS cc, DATABASE() AS d, IS_FREE_LOCK('lock') AS l,
        LAST_INSERT_ID() AS i, CURRENT_ROLE() AS o"""
    before = await ask(backend, asked)
    await run(backend, text)
    assert await ask(backend, asked) == before
    assert await ask(backend, READ) == [{"name": "ant"}]
    inside.origin.drop_database(other)


async def test_a_connection_from_before_a_change_of_rights_is_not_used_again(inside: Inside, backend: Backend) -> None:
    await run(backend, READ)
    was_usable = backend.is_usable
    await run(await inside.connect(), "CREATE USER passer; DROP USER passer")
    assert (was_usable, backend.is_usable) == (True, False)
    assert await ask(await inside.connect(), READ) == [{"name": "ant"}]


async def test_a_connection_that_a_reset_leaves_in_another_role_is_closed(inside: Inside, backend: Backend) -> None:
    inside.origin.run(f"CREATE ROLE visitor; GRANT visitor TO {APP}")
    try:
        await backend.run(Statement("SET ROLE visitor"))
        with pytest.raises(ConnectionLost):
            await backend.reset()
        assert not backend.is_usable
    finally:
        inside.origin.run("DROP ROLE visitor")


async def test_a_connection_that_a_reset_leaves_in_another_character_set_is_closed(inside: Inside) -> None:
    before = inside.origin.run("SELECT @@GLOBAL.collation_connection").split()[-1]
    variables = "character_set_client = {0}, GLOBAL character_set_results = {0}, GLOBAL collation_connection = {1}"
    inside.origin.run("SET GLOBAL " + variables.format("latin1", "latin1_swedish_ci"))
    try:
        backend = await inside.connect()
        await backend.run(Statement("DO 1"))
        with contextlib.suppress(ConnectionLost):
            await backend.reset()
        if backend.is_usable:  # MariaDB goes back to the client's
            assert await ask(backend, "SELECT HEX(CONVERT('é' USING utf8mb4)) AS e") == [{"e": "C3A9"}]
        else:
            assert inside.origin.kind == "mysql"
    finally:
        inside.origin.run("SET GLOBAL " + variables.format("utf8mb4", before))


async def test_a_connection_that_only_reads_costs_the_origin_no_resets(inside: Inside, backend: Backend) -> None:
    for _ in range(3):
        await run(backend, READ_BY_ID, 1)

    async def work() -> None:
        for _ in range(3):
            await run(backend, READ_BY_ID, 1)
            await run(backend, READ_BY_ID, 2)

    # The second value is asked for once, and that is all.
    assert await inside.questions(work()) == 1


async def test_hits_are_found_again_after_a_reset(inside: Inside, backend: Backend) -> None:
    for _ in range(3):
        await run(backend, READ)
    await run(backend, "SET @a = 1")

    async def work() -> None:
        assert [(await run(backend, READ)).was_hit for _ in range(2)] == [True, True]

    assert await inside.questions(work()) == 0


async def test_prepared_statements_are_kept_for_the_next_request_but_not_without_end(
    inside: Inside, backend: Backend
) -> None:
    counter = "Prepared_stmt_count"
    before = inside.counted(counter)
    for number in range(34):
        assert await ask(backend, f"SELECT ? + 0 AS c{number}", 5) == [{f"c{number}": 5}]
    assert inside.counted(counter) - before == 32
    await run(backend, "DO 1")
    assert inside.counted(counter) == before


async def test_a_table_that_has_changed_its_columns_is_read_as_it_is(inside: Inside, backend: Backend) -> None:
    inside.origin.run("CREATE TABLE changing (a INT); INSERT INTO changing VALUES (1)", inside.database)
    text = "SELECT * FROM changing WHERE a = ?"
    assert await ask(backend, text, 1) == [{"a": 1}]
    await run(await inside.connect(), "ALTER TABLE changing ADD b VARCHAR(9) DEFAULT 'b' FIRST")
    assert await ask(backend, text, 1) == [{"b": "b", "a": 1}]
