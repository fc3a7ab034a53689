"""What must never come from the cache, because it changes where no write is seen: it is passed on each time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pytest

from tests.e2e.raw import query, rows
from tests.freshness.arena import BASE, Arena
from tests.freshness.through import MOST_RUNS
from tests.freshness.ways import Question, Way, carry_out, run, send

SERVERS = """
CREATE EXTENSION postgres_fdw SCHEMA behind; CREATE EXTENSION dblink SCHEMA behind;
CREATE EXTENSION file_fdw SCHEMA behind;
CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{port}', dbname '{database}');
CREATE USER MAPPING FOR app_trust SERVER here OPTIONS (user 'app_trust', password_required 'false');
GRANT USAGE ON FOREIGN SERVER here TO app_trust;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE behind.ticking (t text) SERVER files OPTIONS (program 'date +%N');
GRANT SELECT ON behind.ticking TO app_trust;
"""
FOREIGN = """
CREATE TABLE near (n int); INSERT INTO near VALUES (1);
CREATE FOREIGN TABLE far (n int) SERVER here OPTIONS (schema_name '{schema}', table_name 'near');
CREATE VIEW seen_far AS SELECT n FROM far;
CREATE TABLE family (n int) PARTITION BY RANGE (n);
CREATE TABLE family_near PARTITION OF family FOR VALUES FROM (100) TO (200);
CREATE FOREIGN TABLE family_far PARTITION OF family FOR VALUES FROM (0) TO (100) SERVER here
  OPTIONS (schema_name '{schema}', table_name 'near');
"""
"""A database that is foreign to itself, so that what is written from afar can be read from near."""

HERE = "'host=127.0.0.1 port={port} dbname={database} user=app_trust'"
INTO_NEAR = "INSERT INTO near VALUES (2)"


@dataclass(frozen=True, slots=True)
class Moving:
    """A read whose answer changes by itself, or by something that happens between two of its runs."""

    question: str
    between: str = "SHOW work_mem"
    setup: str = ""


NEVER = {
    # -- what time, chance and the server's state decide
    "the clock in a subquery": Moving("SELECT (SELECT clock_timestamp()) AS t, count(*) FROM items"),
    "the clock behind a cast": Moving("SELECT now()::timestamp::text || name FROM items"),
    "the clock by its name": Moving("SELECT timeofday() || name FROM items"),
    "an age": Moving("SELECT age(timestamp '2020-01-01'), localtimestamp FROM items"),
    "the clock in a CTE": Moving("WITH c AS MATERIALIZED (SELECT current_timestamp AS t) SELECT t FROM c, items"),
    "the clock in a condition": Moving("SELECT count(*), random() FROM items WHERE current_time IS NOT NULL"),
    "the clock as a table": Moving("SELECT * FROM clock_timestamp()"),
    "chance in an order": Moving("SELECT string_agg(i::text, '' ORDER BY random()) FROM generate_series(1, 30) i"),
    "chance by an alias": Moving("SELECT r FROM items, LATERAL random() AS r"),
    "the state of the server": Moving("SELECT pg_current_wal_insert_lsn()", "INSERT INTO log VALUES ('x')"),
    "the transaction's number": Moving("SELECT pg_current_snapshot()::text", "INSERT INTO log VALUES ('x')"),
    "a table's size": Moving(
        "SELECT pg_relation_size('log')", "INSERT INTO log SELECT repeat('x', 9000) FROM generate_series(1, 99)"
    ),
    "a sequence": Moving("SELECT last_value FROM s", "SELECT nextval('s')", "CREATE SEQUENCE s"),
    "a sequence in a view": Moving(
        "SELECT * FROM v", "SELECT nextval('s')", "CREATE SEQUENCE s; CREATE VIEW v AS SELECT last_value FROM s"
    ),
    "an identity": Moving(
        "SELECT last_value FROM t_id_seq",
        "INSERT INTO t DEFAULT VALUES",
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)",
    ),
    # -- the catalog
    "the catalog": Moving("SELECT count(*) FROM pg_attribute", "ALTER TABLE log ADD {column} int"),
    "the catalog in a subquery": Moving(
        "SELECT (SELECT count(*) FROM pg_catalog.pg_attribute WHERE attrelid = 'log'::regclass) FROM items",
        "ALTER TABLE log ADD {column} int",
    ),
    "the catalog in a view": Moving(
        "SELECT * FROM v", "ALTER TABLE log ADD {column} int", "CREATE VIEW v AS SELECT count(*) FROM pg_attribute"
    ),
    "the information schema": Moving(
        "SELECT count(*) FROM information_schema.columns WHERE table_schema = '{schema}'",
        "ALTER TABLE log ADD {column} int",
    ),
    "who is here": Moving("SELECT query_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"),
    "a prepared statement's list": Moving(
        "SELECT count(*) FROM pg_prepared_statements", "PREPARE {column} AS SELECT 1"
    ),
    "a setting": Moving(
        "SELECT current_setting('app.number', true) FROM items", "SELECT set_config('app.number', '{column}', false)"
    ),
    "a setting that is shown": Moving(
        "SHOW app.number", "SELECT set_config('app.number', '{column}', false)", "SET app.number = 0"
    ),
    "settings as a table": Moving(
        "SELECT setting FROM pg_settings WHERE name = 'work_mem'", "SELECT set_config('work_mem', '{number}MB', false)"
    ),
    "a large object": Moving(
        "SELECT lo_get(4711)",
        "SELECT lo_put(4711, 0, '{column}')",
        "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid = 4711; SELECT lo_from_bytea(4711, 'first')",
    ),
    "a definition in words": Moving(
        "SELECT pg_get_viewdef('v'::regclass)",
        "CREATE OR REPLACE VIEW v AS SELECT {number} AS n",
        "CREATE VIEW v AS SELECT 1 AS n",
    ),
    # -- what the session holds
    "a cursor": Moving("FETCH c", setup="DECLARE c CURSOR WITH HOLD FOR SELECT generate_series(1, 100)"),
    "a temporary table": Moving(
        "SELECT count(*) FROM t", "INSERT INTO t VALUES (1)", "CREATE TEMP TABLE t (n int) ON COMMIT PRESERVE ROWS"
    ),
    "a lock that somebody may hold": Moving(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", "SELECT pg_advisory_lock({number})"
    ),
    "a plan": Moving("EXPLAIN (ANALYZE, TIMING off) SELECT n FROM items, generate_series(1, 10) WHERE random() < 2"),
}

LOCKING = [
    "SELECT name FROM items WHERE id = 1 FOR UPDATE",
    "SELECT name FROM items WHERE id = 1 FOR NO KEY UPDATE NOWAIT",
    "SELECT name FROM items WHERE id = 1 FOR KEY SHARE SKIP LOCKED",
    "SELECT name FROM (SELECT * FROM items FOR SHARE) x",
    "WITH x AS (SELECT * FROM items FOR UPDATE) SELECT name FROM x",
    "SELECT count(*) FROM items WHERE id IN (SELECT id FROM items FOR UPDATE)",
    "SELECT name FROM items, (SELECT pg_advisory_xact_lock(1)) x",
    "SELECT name FROM items WHERE pg_try_advisory_xact_lock_shared(id)",
    "SELECT name FROM items TABLESAMPLE bernoulli (100) REPEATABLE (1)",
    "SELECT name, pg_notify('here', name) FROM items",
]


def make(arena: Arena, sql: str, who: str = "writer") -> None:
    """Have somebody make what a case needs."""
    postgres = arena.through.postgres
    spelled = sql.replace("{port}", str(postgres.port)).replace("{database}", arena.through.database)
    run(arena.client(who), spelled.replace("{schema}", arena.schema))


@pytest.fixture(scope="module")
def afar(arena: Arena) -> Arena:
    with arena.place():
        make(arena, SERVERS, "around")
    return arena


@pytest.mark.parametrize("case", NEVER)
def test_what_changes_unseen_is_asked_every_time(case: str, arena: Arena) -> None:
    moving = NEVER[case]
    with arena.place():
        make(arena, BASE + moving.setup)
        asker = arena.client("writer")
        hits = arena.through.hits
        answers = set()
        for number in range(MOST_RUNS):
            between = moving.between.replace("{column}", f"c{number}").replace("{number}", str(number + 2))
            told = [
                *send(asker, query(between)),
                *send(asker, query(moving.question.replace("{schema}", arena.schema))),
            ]
            assert not [each.fields for each in told if each.kind == "E"]
            answers.add(str(rows(told)[-1:] if "EXPLAIN" not in moving.question else number))
        assert len(answers) == MOST_RUNS
        assert arena.through.hits == hits


def test_what_locks_samples_or_tells_is_passed_on(arena: Arena) -> None:
    with arena.place():
        make(arena, BASE)
        asker = arena.client("reader")
        for sql in LOCKING:
            arena.through.never_hits(partial(Question(sql).plainly, asker))


@pytest.mark.parametrize(
    "question", ["SELECT count(*) FROM far", "SELECT count(*) FROM seen_far", "SELECT count(*) FROM family"]
)
def test_a_foreign_table_is_asked_every_time(question: str, afar: Arena) -> None:
    """It is written where nobody looks: here by the superuser, around the edge."""
    with afar.place():
        make(afar, FOREIGN)
        asker, elsewhere = afar.client("reader"), afar.client("around")
        hits = afar.through.hits
        for count in range(1, MOST_RUNS):
            assert Question(question).plainly(asker).rows == ((str(count),),)
            send(elsewhere, query(INTO_NEAR))
        ticks = {Question("SELECT t FROM ticking").plainly(asker) for _ in range(MOST_RUNS)}
        assert len(ticks) == MOST_RUNS
        assert afar.through.hits == hits


AFAR = {
    "insert": "INSERT INTO far VALUES (2)",
    "update through a view": "UPDATE seen_far SET n = 2",
    "delete": "DELETE FROM far",
    "into a foreign partition": "INSERT INTO family VALUES (2)",
    "dblink: a text that is executed": f"SELECT dblink_exec({HERE}, 'DELETE FROM {{schema}}.near')",
    "dblink: a query that is executed": (
        f"SELECT * FROM dblink({HERE}, 'DELETE FROM {{schema}}.near RETURNING n') AS t (n int)"
    ),
}


@pytest.mark.parametrize("case", AFAR)
def test_a_write_by_way_of_another_server_is_seen(case: str, afar: Arena) -> None:
    postgres = afar.through.postgres
    question = Question("SELECT n FROM near")
    for way in (Way.SIMPLE, Way.EXTENDED, Way.BLOCK):
        with afar.place():
            make(afar, FOREIGN)
            reader, direct = afar.client("reader"), afar.client("directly", directly=True)
            # Only a superuser may have dblink log in without a password.
            writer = afar.client("superuser" if "dblink" in case else "writer")
            before = afar.through.prime(partial(question.plainly, reader))
            write = AFAR[case].replace("{port}", str(postgres.port)).replace("{database}", afar.through.database)
            carry_out(writer, [write.replace("{schema}", afar.schema)], way, Question("SELECT 1"))
            expected = question.plainly(direct)
            assert expected != before
            assert question.plainly(reader) == expected
