"""asyncpg and psycopg side by side: what the one writes, the other sees."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from tests.freshness.through import Through, ask

NAME = "SELECT name FROM items WHERE id = 1"
OLD, NEW = [("old",)], [("new",)]


async def test_asyncpg_sees_what_psycopg_writes_and_the_other_way_round(through_async: Through) -> None:
    through = through_async
    one, other = await through.connect_async(), await through.connect_async()
    writer = through.connect()
    question = "SELECT name FROM items WHERE id = $1"
    assert await through.prime_async(lambda: one.fetchval(question, 1)) == "old"
    assert await through.prime_async(lambda: other.fetchval(question, 1)) == "old"
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    assert await other.fetchval(question, 1) == "new"
    assert await one.fetchval(question, 1) == "new"
    through.prime(lambda: ask(writer, NAME))
    await one.execute("UPDATE items SET name = $1 WHERE id = 1", "newer")
    assert ask(writer, NAME) == [("newer",)]
    assert await other.fetchval(question, 1) == "newer"


async def test_asyncpg_in_every_way_it_writes(through_async: Through) -> None:
    through = through_async
    one, other = await through.connect_async(), await through.connect_async()
    count = "SELECT count(*) FROM parts"

    async def primed() -> int:
        return int(await through.prime_async(lambda: other.fetchval(count)))

    assert await primed() == 1
    await one.executemany("INSERT INTO parts VALUES ($1, $2)", [(1, "a"), (2, "b")])
    assert await other.fetchval(count) == 3
    await primed()
    await one.copy_records_to_table("parts", records=[(1, "c"), (2, "d")])
    assert await other.fetchval(count) == 5
    await primed()
    async with one.transaction():
        await one.execute("DELETE FROM parts WHERE name = 'c'")
        assert await other.fetchval(count) == 5
        async with one.transaction():
            await one.execute("DELETE FROM parts WHERE name = 'd'")
        assert await one.fetchval(count) == 3
    assert await other.fetchval(count) == 3
    await primed()
    insert = await one.prepare("INSERT INTO parts VALUES (1, $1) RETURNING name")
    assert await insert.fetchval("e") == "e"
    assert await other.fetchval(count) == 4
    await primed()
    assert await insert.fetchval("f") == "f"
    assert await other.fetchval(count) == 5
    await primed()
    with pytest.raises(asyncpg.PostgresError):
        async with one.transaction():
            await one.execute("DELETE FROM parts")
            await one.execute("SELECT 1/0")
    assert await other.fetchval(count) == 5
    async with one.transaction():
        cursor = await one.cursor("DELETE FROM parts RETURNING name")
        assert len(await cursor.fetch(1)) == 1
    assert await other.fetchval(count) == 0


async def test_identical_misses_at_once_all_get_the_new_answer(through_async: Through) -> None:
    through = through_async
    connections = [await through.connect_async() for _ in range(6)]
    writer = await through.connect_async()
    question = "SELECT count(*), min(name) FROM items, generate_series(1, 20000) WHERE id = 1"
    for each in connections:
        await each.fetchrow(question)
        await each.fetchrow(question)
    for value in range(8):
        await writer.execute("UPDATE items SET name = $1 WHERE id = 1", str(value))
        found = await asyncio.gather(*(each.fetchrow(question) for each in connections))
        assert [tuple(row) for row in found] == [(20000, str(value))] * 6
