"""Statements, and what they come to: rows, counts, several results, errors, transactions."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal

import pytest

from polyscale_cli.edge.serverless.backend import Backend, ConnectionLost, QueryFailed
from polyscale_cli.edge.serverless.statement import Statement
from tests.edge.serverless.mysql.conftest import Inside, ask, run


async def test_rows_are_objects_and_each_column_has_a_name_of_its_own(backend: Backend) -> None:
    assert await ask(backend, "SELECT id, name, id FROM items ORDER BY id LIMIT 2") == [
        {"id": 1, "name": "ant", "id_1": 1},
        {"id": 2, "name": "bee", "id_1": 2},
    ]
    assert await ask(backend, "SELECT * FROM items WHERE id < 0") == []
    assert await ask(backend, 'SELECT 1 AS `a"b\\c%s\n`') == [{'a"b\\c%s\n': 1}]


async def test_a_write_tells_what_it_has_changed(backend: Backend) -> None:
    assert await ask(backend, "INSERT INTO items (name) VALUES ('x'), ('y')") == [{"affectedRows": 2, "insertId": 4}]
    assert await ask(backend, "UPDATE items SET name = ? WHERE id >= ?", "y", 4) == [{"affectedRows": 1, "insertId": 0}]
    assert await ask(backend, "DELETE FROM items WHERE id >= 4") == [{"affectedRows": 2, "insertId": 0}]
    assert await ask(backend, "ALTER TABLE items AUTO_INCREMENT = 4") == [{"affectedRows": 0, "insertId": 0}]


async def test_several_statements_give_an_array_each(backend: Backend) -> None:
    said = await ask(backend, "SELECT 1 AS a; DO 1; SELECT name FROM items WHERE id = 9; SELECT 2 AS a;")
    assert said == [[{"a": 1}], [{"affectedRows": 0, "insertId": 0}], [], [{"a": 2}]]


async def test_a_procedure_gives_an_array_for_each_of_its_results(backend: Backend) -> None:
    expected = [[{"a": 1}], [{"b": 2}, {"b": 3}], [{"affectedRows": 0, "insertId": 0}]]
    assert await ask(backend, "CALL two_results()") == expected
    assert (await ask(backend, "CALL doubles(?, ?)", 21, None))[0] == [{"b": 42}]


async def test_parameters_keep_their_types(backend: Backend) -> None:
    values = (1, -(1 << 63), (1 << 64) - 1, 10**30, Decimal("-1.50"), True, None, "é'\\\0", "")
    text = f"SELECT {', '.join(f'? AS p{n}' for n in range(len(values)))}"
    (row,) = await ask(backend, text, *values)
    assert list(row.values()) == [
        *(1, "-9223372036854775808", "18446744073709551615", "1000000000000000000000000000000"),
        *("-1.50", 1, None, "é'\\\0", ""),
    ]


@pytest.mark.parametrize("value", [Decimal("1E+400000000"), Decimal("1E-400000000")], ids=str)
async def test_a_number_beyond_all_measure_is_not_written_out(backend: Backend, value: Decimal) -> None:
    with contextlib.suppress(QueryFailed):
        await ask(backend, "SELECT ? + 0 AS n", value)
    assert await ask(backend, "SELECT 1 AS n") == [{"n": 1}]


async def test_an_error_is_the_databases_own_and_leaves_the_connection_good(backend: Backend) -> None:
    for parameters in ((), (1,)):
        text = "SELECT * FROM nowhere" + (" WHERE a = ?" if parameters else "")
        with pytest.raises(QueryFailed, match=r"Table '.*nowhere' doesn't exist") as failed:
            await run(backend, text, *parameters)
        assert failed.value.code == "1146"
        assert backend.is_usable
    with pytest.raises(QueryFailed, match="Duplicate entry"):
        await run(backend, "INSERT INTO items (id) VALUES (?)", 1)
    assert await ask(backend, "SELECT 1 AS a") == [{"a": 1}]


async def test_statements_before_one_that_fails_were_carried_out(backend: Backend) -> None:
    with pytest.raises(QueryFailed, match="nowhere"):
        await run(backend, "UPDATE items SET name = 'wasp' WHERE id = 2; SELECT * FROM nowhere; SELECT 3")
    assert await ask(backend, "SELECT name FROM items WHERE id = 2") == [{"name": "wasp"}]
    await run(backend, "UPDATE items SET name = 'bee' WHERE id = 2")


async def test_values_must_be_as_many_as_placeholders(backend: Backend) -> None:
    with pytest.raises(QueryFailed, match="2 placeholders, and there are 1 values") as failed:
        await run(backend, "SELECT ?, ?", 1)
    assert failed.value.code == "1210"
    assert backend.is_usable


async def test_a_file_of_the_edges_machine_cannot_be_asked_for(backend: Backend) -> None:
    with pytest.raises(QueryFailed) as failed:
        await run(backend, "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE items (name)")
    assert failed.value.code in {"1148", "3948", "4166"}
    assert await ask(backend, "SELECT 1 AS a") == [{"a": 1}]


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN; UPDATE items SET name = 'left' WHERE id = 1",
        "SET autocommit = 0; UPDATE items SET name = 'left' WHERE id = 1; SELECT 1",
        "START TRANSACTION READ ONLY; SELECT * FROM items",
        "XA START 'x'; UPDATE items SET name = 'left' WHERE id = 1",
    ],
)
async def test_a_transaction_that_is_left_open_is_rolled_back_at_once(
    inside: Inside, backend: Backend, text: str
) -> None:
    with pytest.raises(QueryFailed, match="rolled back") as failed:
        await backend.run(Statement(text))
    assert failed.value.code == "TRANSACTION_LEFT_OPEN"
    if text.startswith("XA"):
        assert not backend.is_usable
        backend = await inside.connect()
    # Nobody else waits for its locks.
    other = await inside.connect()
    assert await ask(other, "UPDATE items SET name = 'ant' WHERE id = 1") == [{"affectedRows": 0, "insertId": 0}]
    await backend.reset()
    assert await ask(backend, "SELECT @@autocommit AS a") == [{"a": 1}]


async def test_a_transaction_that_fails_is_rolled_back_at_once(inside: Inside, backend: Backend) -> None:
    other = await inside.connect()
    with pytest.raises(QueryFailed, match="nothing"):
        await backend.run(Statement("BEGIN; UPDATE items SET name = 'left' WHERE id = 1; SELECT nothing"))
    assert await ask(other, "UPDATE items SET name = 'ant' WHERE id = 1") == [{"affectedRows": 0, "insertId": 0}]


async def test_a_transaction_that_fails_where_nobody_sees_it_is_rolled_back_by_the_reset(
    inside: Inside, backend: Backend
) -> None:
    other = await inside.connect()
    with pytest.raises(QueryFailed, match="stop"):
        await run(backend, "CALL begins_and_fails()")
    assert await ask(other, "UPDATE items SET name = 'ant' WHERE id = 1") == [{"affectedRows": 0, "insertId": 0}]


async def test_a_transaction_in_one_request_is_carried_out(backend: Backend) -> None:
    said = await ask(backend, "BEGIN; UPDATE items SET name = 'cow' WHERE id = 3; COMMIT; SELECT name FROM items")
    assert said[3] == [{"name": "ant"}, {"name": "bee"}, {"name": "cow"}]
    await run(backend, "UPDATE items SET name = 'cat' WHERE id = 3")


async def test_an_answer_of_several_packets_is_read_whole(backend: Backend) -> None:
    size = (1 << 24) + 10
    answer = await run(backend, "SELECT 1 AS a, REPEAT('x', ?) AS b, 2 AS c", size)
    assert answer.document == b'[{"a":1,"b":"' + b"x" * size + b'","c":2}]'


async def test_a_statement_of_several_packets_is_sent_whole(backend: Backend) -> None:
    size = 1 << 24
    assert await ask(backend, f"SELECT LENGTH('{'x' * size}') AS n") == [{"n": size}]


async def test_many_rows_come_in_order(backend: Backend) -> None:
    text = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i, i * 2 AS d FROM n"
    rows = json.loads((await run(backend, text)).document)
    assert rows == [{"i": i, "d": 2 * i} for i in range(1, 901)]


async def test_an_answer_that_is_too_large_is_given_up(inside: Inside) -> None:
    inside.most_bytes = 100_000
    backend = await inside.connect()
    assert len((await run(backend, "SELECT REPEAT('x', 90000) AS a")).document) > 90_000
    with pytest.raises(QueryFailed, match="more than 100,000 bytes") as failed:
        await run(backend, "SELECT REPEAT('x', 100000) AS a")
    assert failed.value.code == "RESULT_TOO_LARGE"
    assert not backend.is_usable
    with pytest.raises(ConnectionLost, match="too large"):
        await run(backend, "SELECT 1")


async def test_an_answer_in_another_encoding_is_refused_and_the_next_is_not(backend: Backend) -> None:
    with pytest.raises(QueryFailed, match="not UTF-8") as failed:
        await run(backend, "SET NAMES latin1; SELECT CONVERT(_utf8mb4 x'c3a9' USING latin1) AS a")
    assert failed.value.code == "22021"
    await backend.reset()
    assert json.loads((await run(backend, "SELECT 'é' AS a")).document) == [{"a": "é"}]
