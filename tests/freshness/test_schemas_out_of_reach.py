"""Names in schemas that the user may not look into: refused as directly, and of no consequence for what follows."""

from __future__ import annotations

import psycopg
import pytest

from tests.freshness.through import Through, ask

NAME = "SELECT name FROM items WHERE id = 1"


@pytest.mark.parametrize("schema", ["guarded", 'of "mine"', "nowhere", "pg_temp", "pg_temp_1"])
def test_a_name_out_of_reach_does_not_cost_a_session_its_cache(schema: str, through: Through) -> None:
    quoted = '"' + schema.replace('"', '""') + '"'
    if not schema.startswith(("pg_", "no")):
        through.around(f"CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.t AS SELECT 1 AS x")
        through.around(f"GRANT SELECT ON {quoted}.t TO public")
    reader, writer = through.connect(), through.connect()
    for connection in (reader, writer):
        for _ in range(6):
            with pytest.raises(psycopg.Error) as refused:
                ask(connection, f"SELECT x FROM {quoted}.t")
            assert refused.value.sqlstate in ("42501", "42P01")
    assert through.prime(lambda: ask(reader, NAME)) == [("old",)]
    writer.execute("UPDATE parts SET name = 'x'")
    assert through.hit(lambda: ask(reader, NAME)) == ([("old",)], True)


def test_a_schema_that_comes_into_reach_is_read_and_kept(through: Through) -> None:
    through.around("CREATE SCHEMA guarded; CREATE TABLE guarded.t AS SELECT 1 AS x; GRANT ALL ON guarded.t TO public")
    reader, granter = through.connect(), through.connect(user="postgres")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(reader, "SELECT x FROM guarded.t")
    granter.execute("GRANT USAGE ON SCHEMA guarded TO public")
    assert through.prime(lambda: ask(reader, "SELECT x FROM guarded.t")) == [(1,)]
    granter.execute("UPDATE guarded.t SET x = 2")
    assert ask(reader, "SELECT x FROM guarded.t") == [(2,)]
    through.prime(lambda: ask(reader, "SELECT x FROM guarded.t"))
    granter.execute("REVOKE USAGE ON SCHEMA guarded FROM public")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(reader, "SELECT x FROM guarded.t")
