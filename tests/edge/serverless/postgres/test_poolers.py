"""An origin that is a pooler: it refuses settings at the start of a session that it does not know."""

from __future__ import annotations

from tests.edge.serverless.postgres.conftest import Inside, ask, run
from tests.servers.pgbouncer import run_pgbouncer
from tests.servers.postgres import TRUST

OTHER_ID = "c0ffee00-2a5f-4ee7-9a3e-0d6c1a7b9f10"


async def test_pgbouncer_lets_a_connection_in_and_it_is_served(inside: Inside) -> None:
    with run_pgbouncer(inside.postgres.port, inside.database, TRUST.name) as pooler:
        inside.add(OTHER_ID, pooler.host, pooler.port)
        backend = await inside.connect(TRUST, cache_id=OTHER_ID)
        hits = []
        for _ in range(3):
            hits.append((await run(backend, "SELECT name FROM items WHERE id = $1", 7)).was_hit)
            await run(backend, "SET work_mem = '7MB'")
            await backend.reset()
        assert hits == [False, False, True]
        assert await ask(backend, "SELECT current_setting('work_mem') AS m") == [{"m": "4MB"}]
        backend.close()
