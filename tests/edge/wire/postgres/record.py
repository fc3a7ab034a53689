"""Records what drivers and a real server say to each other, as material for tests that garble it.

``python -m tests.edge.wire.postgres.record`` writes ``recorded.json`` anew: for each session its turns, ``c`` for the
client's and ``s`` for the server's, in hexadecimal.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import psycopg
import uvloop

from tests.servers.postgres import CLEARTEXT, MD5, SCRAM, Postgres, Role, run_postgres

FILE = Path(__file__).with_name("recorded.json")
SETUP = """
CREATE TABLE items (id int PRIMARY KEY, name text, at timestamptz, raw bytea, list int[]);
INSERT INTO items SELECT n, 'name ' || n, '2020-01-01', '\\x00ff', ARRAY[n, NULL] FROM generate_series(1, 5) n;
GRANT ALL ON items TO public
"""

Turns = list[tuple[str, bytes]]


class Recorder:
    """Stands between a driver and the server, and writes down what passes."""

    def __init__(self, target: int) -> None:
        self.turns: Turns = []
        self._target = target

    async def joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(self._relay("c", reader, far_writer), self._relay("s", far_reader, writer))

    async def _relay(self, who: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                if self.turns and self.turns[-1][0] == who:
                    data_before = self.turns.pop()[1]
                    self.turns.append((who, data_before + data))
                else:
                    self.turns.append((who, data))
                writer.write(data)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def recorder(target: int) -> AsyncIterator[tuple[Recorder, int]]:
    """One on a free port."""
    made = Recorder(target)
    server = await asyncio.start_server(made.joined, "127.0.0.1", 0)
    yield made, server.sockets[0].getsockname()[1]
    server.close()


def dsn(port: int, role: Role) -> str:
    return psycopg.conninfo.make_conninfo(
        host="127.0.0.1", port=port, user=role.name, password=role.password, dbname="app", sslmode="disable"
    )


def come_and_go(port: int, role: Role) -> None:
    """Nothing but a login."""
    psycopg.connect(dsn(port, role), gssencmode="disable").close()


def by_psycopg(port: int, role: Role) -> None:
    """Simple and extended requests, prepared statements, a pipeline, COPY, errors, notices, transactions."""
    with psycopg.connect(dsn(port, role), gssencmode="disable", prepare_threshold=1) as session:
        session.execute("SELECT id, name FROM items ORDER BY id")
        for number in (1, 2, 3):
            session.execute("SELECT name, at, list FROM items WHERE id = %s", (number,))
        session.execute("UPDATE items SET name = %s WHERE id = 1", ("new",))
        session.commit()
        with contextlib.suppress(psycopg.Error):
            session.execute("SELECT 1/0")
        session.rollback()
        session.autocommit = True
        session.execute("DO $$ BEGIN RAISE NOTICE 'hello'; END $$")
        session.execute("SET TimeZone = 'Asia/Tokyo'")
        session.pgconn.exec_(b"SELECT 1; SELECT name FROM items WHERE id = 2; UPDATE items SET id = id")
        session.execute("LISTEN channel").connection.execute("NOTIFY channel, 'payload'")
        with session.pipeline():
            for number in (1, 2):
                session.execute("SELECT raw FROM items WHERE id = %s", (number,))
            session.execute("INSERT INTO items (id) VALUES (100)")
        with session.cursor().copy("COPY items (id, name) FROM STDIN") as copy:
            copy.write("200\tcopied\n")
        with session.cursor().copy("COPY items TO STDOUT (FORMAT binary)") as copy:
            list(copy)
        with session.transaction(), session.cursor("named") as cursor:
            cursor.itersize = 2
            list(cursor.execute("SELECT * FROM items"))


async def by_asyncpg(port: int, role: Role) -> None:
    """Named statements with Describe and Flush, binary results, cursors in parts."""
    session = await asyncpg.connect(
        host="127.0.0.1", port=port, user=role.name, password=role.password, database="app", ssl=False
    )
    for number in (1, 2):
        await session.fetch("SELECT * FROM items WHERE id = $1", number)
    async with session.transaction():
        async for _ in session.cursor("SELECT name FROM items", prefetch=2):
            pass
    with contextlib.suppress(asyncpg.PostgresError):
        await session.fetch("SELECT nothing FROM items")
    await session.execute("SELECT 1; SELECT 2")
    await session.copy_records_to_table("items", records=[(300, "x")], columns=["id", "name"])
    await session.close()


async def record(server: Postgres) -> dict[str, Turns]:
    """Play every session once."""
    found: dict[str, Turns] = {}
    async with recorder(server.port) as (made, port):
        await asyncio.to_thread(by_psycopg, port, SCRAM)
    found["psycopg"] = made.turns
    for role in (MD5, CLEARTEXT):
        async with recorder(server.port) as (made, port):
            await asyncio.to_thread(come_and_go, port, role)
        found[f"login of {role.name}"] = made.turns
    async with recorder(server.port) as (made, port):
        await by_asyncpg(port, SCRAM)
    found["asyncpg"] = made.turns
    return found


def load() -> dict[str, Turns]:
    """Read what was recorded."""
    found = json.loads(FILE.read_text())
    return {name: [(who, bytes.fromhex(data)) for who, data in turns] for name, turns in found.items()}


if __name__ == "__main__":
    with run_postgres() as postgres:
        postgres.run(SETUP, "app")
        sessions = uvloop.run(record(postgres))
    lines = (
        f" {json.dumps(name)}: [\n" + ",\n".join(f"  {json.dumps([who, data.hex()])}" for who, data in turns) + "\n ]"
        for name, turns in sessions.items()
    )
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
