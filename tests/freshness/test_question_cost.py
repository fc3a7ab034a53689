"""The edge's own questions cost the origin little, and leave no trace in the session that they are asked over."""

from __future__ import annotations

from tests.freshness.through import Through, ask
from tests.servers.edge import Edge
from tests.servers.postgres import run_postgres


def test_a_question_leaves_the_session_as_it_was(through: Through) -> None:
    through.around(f"ALTER DATABASE {through.database} SET jit = on")
    notices: list[str] = []
    connection = through.connect()
    connection.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    through.prime(lambda: ask(connection, "SELECT name FROM items WHERE id = 1"))
    assert ask(connection, "SHOW jit") == [("on",)]
    assert notices == []


def test_no_question_is_compiled(edge: Edge) -> None:
    """Everything is here, however little it takes, but for the edge's questions."""
    with run_postgres("shared_preload_libraries = 'pg_stat_statements'\njit_above_cost = 0\n") as server:
        server.run("CREATE EXTENSION pg_stat_statements; CREATE TABLE items AS SELECT 1 AS id", "app")
        server.run("GRANT ALL ON items TO public", "app")
        cache = edge.create_cache(server, originTls="disable")
        through = Through(cache, server, "app")
        try:
            connection = through.connect()
            through.prime(lambda: ask(connection, "SELECT id + 1 FROM items WHERE id > 0"))
        finally:
            for each in through.opened:
                each.close()
            cache.delete()
        ((available, plain, questions),) = server.run(
            "SELECT pg_jit_available(), count(*) FILTER (WHERE query LIKE 'SELECT id +%'),"
            " count(*) FILTER (WHERE query LIKE '%json_build_object%')"
            " FROM pg_stat_statements WHERE jit_functions > 0",
            "app",
        )
    assert bool(plain) == available
    assert questions == 0
