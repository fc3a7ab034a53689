"""What a statement does, by its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.engine import Analysis, Effect, Name, Reason
from polyscale_cli.edge.wire.postgres.dialect import LONGEST_ANALYSED, PostgresDialect

DIALECT = PostgresDialect()
ITEMS, PARTS, LOG = ("items",), ("parts",), ("log",)


def analyse(text: str) -> Analysis:
    return DIALECT.analyse(text.encode())


READS: dict[str, set[Name]] = {
    "SELECT * FROM items": {ITEMS},
    "select * from ITEMS i": {ITEMS},
    'SELECT * FROM "Items"': {("Items",)},
    "SELECT * FROM public.items": {("public", "items")},
    'SELECT * FROM PUBLIC . "Items"': {("public", "Items")},
    "SELECT * FROM shop.public.items": {("shop", "public", "items")},
    "TABLE items": {ITEMS},
    "(SELECT * FROM items)": {ITEMS},
    "(TABLE items) UNION ALL TABLE parts": {ITEMS, PARTS},
    "VALUES ((SELECT count(*) FROM items))": {ITEMS},
    "SELECT FROM items": {ITEMS},
    "SELECT * FROM ONLY items": {ITEMS},
    "SELECT * FROM items *": {ITEMS},
    "SELECT * FROM items, parts": {ITEMS, PARTS},
    "SELECT * FROM items NATURAL JOIN parts": {ITEMS, PARTS},
    "SELECT * FROM ((items JOIN parts ON true) JOIN log ON true)": {ITEMS, PARTS, LOG},
    "SELECT * FROM items LEFT JOIN LATERAL (SELECT * FROM parts) p ON true": {ITEMS, PARTS},
    "SELECT * FROM items WHERE id IN (SELECT item FROM parts)": {ITEMS, PARTS},
    "SELECT * FROM items WHERE id IN (TABLE parts)": {ITEMS, PARTS},
    "SELECT * FROM items WHERE id = ANY (SELECT item FROM parts)": {ITEMS, PARTS},
    "SELECT * FROM items WHERE (id, name) NOT IN (SELECT item, name FROM parts)": {ITEMS, PARTS},
    "SELECT * FROM items WHERE EXISTS (SELECT FROM parts)": {ITEMS, PARTS},
    "SELECT EXISTS (TABLE parts)": {PARTS},
    "SELECT ARRAY(TABLE parts)": {PARTS},
    "SELECT (TABLE parts)": {PARTS},
    "SELECT (SELECT name FROM parts LIMIT 1) FROM items": {ITEMS, PARTS},
    "SELECT CASE WHEN EXISTS (SELECT FROM parts) THEN 1 END FROM items": {ITEMS, PARTS},
    "SELECT count(*) FILTER (WHERE id IN (SELECT item FROM parts)) FROM items": {ITEMS, PARTS},
    "SELECT coalesce((SELECT max(item) FROM parts), 0)": {PARTS},
    "SELECT * FROM items ORDER BY (SELECT count(*) FROM parts)": {ITEMS, PARTS},
    "SELECT id FROM items GROUP BY id HAVING count(*) > (SELECT count(*) FROM parts)": {ITEMS, PARTS},
    "SELECT * FROM items LIMIT (SELECT count(*) FROM parts)": {ITEMS, PARTS},
    "SELECT * FROM items OFFSET (SELECT count(*) FROM parts)": {ITEMS, PARTS},
    "SELECT * FROM items JOIN parts ON id = (SELECT max(item) FROM log)": {ITEMS, PARTS, LOG},
    "SELECT sum(n) OVER (ORDER BY (SELECT count(*) FROM parts)) FROM items": {ITEMS, PARTS},
    "SELECT DISTINCT ON ((SELECT count(*) FROM parts)) * FROM items": {ITEMS, PARTS},
    "SELECT row_to_json(x) FROM (SELECT * FROM parts) x": {PARTS},
    "SELECT * FROM items EXCEPT SELECT * FROM parts INTERSECT SELECT * FROM log": {ITEMS, PARTS, LOG},
    "WITH c AS (SELECT * FROM parts) SELECT * FROM c, items": {ITEMS, PARTS},
    "WITH c AS MATERIALIZED (TABLE parts) SELECT * FROM c": {PARTS},
    "WITH parts AS (SELECT * FROM parts) SELECT * FROM parts": {PARTS},
    "WITH a AS (SELECT * FROM items), b AS (SELECT * FROM a, parts) SELECT * FROM b": {ITEMS, PARTS},
    "WITH RECURSIVE t(n) AS (SELECT id FROM items UNION ALL SELECT n + 1 FROM t, parts) SELECT * FROM t": {
        ITEMS,
        PARTS,
    },
    "SELECT * FROM (WITH c AS (SELECT * FROM parts) SELECT * FROM c) x": {PARTS},
    "SELECT 'x -- ' FROM items -- FROM parts": {ITEMS},
    "SELECT '--' FROM items /* FROM parts */": {ITEMS},
    "SELECT E'\\' FROM parts' FROM items": {ITEMS},
    "SELECT '\\' FROM items": {ITEMS},
    "SELECT $$ FROM parts $$ FROM items": {ITEMS},
    'SELECT "a FROM parts" FROM items': {ITEMS},
    "SELECT a ? 'x', b #>> '{}', c @> '{}', d ->> 'x' FROM items": {ITEMS},
    "SELECT * FROM items FETCH FIRST 3 ROWS WITH TIES": {ITEMS},
    "SELECT x FROM generate_series(1, 3) x, items": {ITEMS},
    "SELECT * FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY[1])) x, items": {ITEMS},
    "SELECT 1": set(),
    "SELECT * FROM items;": {ITEMS},
    ";; SELECT * FROM items ;": {ITEMS},
}


@pytest.mark.parametrize("text", READS)
def test_a_read_names_its_tables(text: str) -> None:
    found = analyse(text)
    assert found.refusal is None
    assert found.effects is Effect.NONE
    assert found.writes == ()
    assert READS[text] <= set(found.reads)
    assert set(found.reads) - READS[text] <= found.maybe, "only names of CTEs besides"


REFUSED = {
    "SELECT * FROM items FOR UPDATE": Reason.LOCKS_ROWS,
    "SELECT * FROM items FOR NO KEY UPDATE NOWAIT": Reason.LOCKS_ROWS,
    "SELECT * FROM items FOR SHARE OF items": Reason.LOCKS_ROWS,
    "SELECT * FROM items FOR KEY SHARE": Reason.LOCKS_ROWS,
    "SELECT * FROM (SELECT * FROM items FOR UPDATE) x": Reason.LOCKS_ROWS,
    "SELECT * FROM items TABLESAMPLE system (10)": Reason.SAMPLES_ROWS,
    "SELECT current_date": Reason.READS_CLOCK,
    "SELECT CURRENT_TIMESTAMP(3) FROM items": Reason.READS_CLOCK,
    "SELECT localtime": Reason.READS_CLOCK,
    "SELECT * FROM items WHERE at < LOCALTIMESTAMP": Reason.READS_CLOCK,
    "SELECT * FROM items WHERE at > now() - interval '1 day'": Reason.READS_CLOCK,
    "SELECT pg_catalog.clock_timestamp()": Reason.READS_CLOCK,
    "SELECT * FROM items ORDER BY random()": Reason.VOLATILE_FUNCTION,
    "SELECT nextval('numbers')": Reason.VOLATILE_FUNCTION,
    "SELECT 1; SELECT 2": Reason.SEVERAL_STATEMENTS,
    "": Reason.NOT_A_READ,
    " -- nothing": Reason.NOT_A_READ,
    "SHOW search_path": Reason.NOT_A_READ,
    "BEGIN": Reason.NOT_A_READ,
    "EXPLAIN SELECT * FROM items": Reason.NOT_A_READ,
    "FETCH ALL FROM c": Reason.NOT_A_READ,
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_refusal_has_its_reason(text: str) -> None:
    found = analyse(text)
    assert found.refusal is REFUSED[text]
    assert found.writes == ()
    assert Effect.WRITES_ANYTHING not in found.effects


@pytest.mark.parametrize("text", ["SELECT now FROM items", "SELECT mine.now()", "SELECT age(at) FROM items"])
def test_what_may_be_somebodys_own_is_left_to_the_catalog(text: str) -> None:
    assert analyse(text).refusal is None


def test_what_is_refused_is_named() -> None:
    assert DIALECT.because(b"SELECT count(*), now(), NOW(), current_date", Reason.READS_CLOCK) == (
        "current_date",
        "now()",
    )
    assert DIALECT.because(b"SELECT random(), now()", Reason.VOLATILE_FUNCTION) == ("random()",)
    assert DIALECT.because(b"SELECT age(at) FROM items", Reason.STABLE_FUNCTION) == ()


WRITES: dict[str, set[Name]] = {
    "INSERT INTO items VALUES (1)": {ITEMS},
    "INSERT INTO items AS i (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = excluded.name": {ITEMS},
    "INSERT INTO items SELECT * FROM parts": {ITEMS},
    "INSERT INTO items DEFAULT VALUES RETURNING *": {ITEMS},
    'INSERT INTO "Items" VALUES (1)': {("Items",)},
    "insert into PUBLIC.Items values (1)": {("public", "items")},
    "UPDATE items SET name = 'x'": {ITEMS},
    "UPDATE ONLY items SET name = 'x'": {ITEMS},
    "UPDATE items * SET name = 'x'": {ITEMS},
    "UPDATE items AS i SET name = p.name FROM parts p WHERE p.item = i.id": {ITEMS},
    "DELETE FROM items": {ITEMS},
    "DELETE FROM ONLY items USING parts": {ITEMS},
    "MERGE INTO items i USING parts p ON i.id = p.item WHEN MATCHED THEN DELETE": {ITEMS},
    "MERGE INTO items USING parts ON true WHEN NOT MATCHED THEN INSERT VALUES (1, 'x')": {ITEMS},
    "WITH d AS (DELETE FROM parts RETURNING *) INSERT INTO items SELECT * FROM d": {ITEMS, PARTS},
    "WITH a AS (UPDATE parts SET name = 'x' RETURNING 1), b AS (DELETE FROM log) SELECT * FROM a": {PARTS, LOG},
    "WITH d AS (DELETE FROM parts RETURNING *) SELECT * FROM d": {PARTS},
    "UPDATE items SET name = 'x' WHERE CURRENT OF c": {ITEMS},
    'DELETE FROM items WHERE current OF "C d" RETURNING *': {ITEMS},
    "EXPLAIN ANALYZE UPDATE items SET name = 'x' WHERE CURRENT OF c": {ITEMS},
    "INSERT INTO items OVERRIDING SYSTEM VALUE VALUES (1)": {ITEMS},
    "INSERT INTO items (id) overriding user /* c */ value SELECT id FROM parts ON CONFLICT DO NOTHING": {ITEMS},
    "MERGE INTO items USING log ON true WHEN NOT MATCHED THEN INSERT (id) OVERRIDING USER VALUE VALUES (1)": {ITEMS},
    "EXPLAIN ANALYZE DELETE FROM items": {ITEMS},
    "EXPLAIN (ANALYZE, BUFFERS) DELETE FROM items": {ITEMS},
    "EXPLAIN (VERBOSE, ANALYZE on) DELETE FROM items": {ITEMS},
    "EXPLAIN ANALYSE VERBOSE DELETE FROM items": {ITEMS},
    "COPY items FROM STDIN": {ITEMS},
    "COPY items (id, name) FROM '/tmp/x' WITH (FORMAT csv)": {ITEMS},
    'COPY public."Items" FROM STDIN': {("public", "Items")},
    "COPY (DELETE FROM items RETURNING *) TO STDOUT": {ITEMS},
    "COPY BINARY items FROM STDIN": {ITEMS},
    "COPY public.to FROM STDIN": {("public", "to")},
    'COPY public . "from" (id) FROM STDIN': {("public", "from")},
    "TRUNCATE items": {ITEMS},
    "TRUNCATE TABLE ONLY items, public.parts RESTART IDENTITY RESTRICT": {ITEMS, ("public", "parts")},
    "TRUNCATE public.restart, public.restrict": {("public", "restart"), ("public", "restrict")},
    "EXPLAIN UPDATE items SET name = 'x'": set(),
    "SELECT 1; DELETE FROM items; UPDATE parts SET name = 'x'": {ITEMS, PARTS},
    "DECLARE c CURSOR FOR SELECT * FROM items": set(),
    "BEGIN; DELETE FROM items; COMMIT": {ITEMS},
}


@pytest.mark.parametrize("text", WRITES)
def test_a_write_names_its_tables(text: str) -> None:
    found = analyse(text)
    assert Effect.WRITES_ANYTHING not in found.effects
    assert set(found.writes) == WRITES[text]
    assert found.refusal is not None


ANYTHING = [
    "TRUNCATE items CASCADE",
    "ALTER TABLE items ADD COLUMN x int",
    "CREATE TABLE x (y int)",
    "CREATE TABLE x AS SELECT * FROM items",
    "CREATE OR REPLACE VIEW v AS SELECT 1",
    "DROP TABLE items",
    "GRANT SELECT ON items TO public",
    "REVOKE ALL ON items FROM public",
    "COMMENT ON TABLE items IS 'x'",
    "REFRESH MATERIALIZED VIEW v",
    "CLUSTER items",
    "REASSIGN OWNED BY a TO b",
    "IMPORT FOREIGN SCHEMA a FROM SERVER b INTO c",
    "SECURITY LABEL ON TABLE items IS 'x'",
    "SELECT * INTO new FROM items",
    "SELECT * INTO TEMP new FROM items",
    "CALL p()",
    "DO $$ BEGIN END $$",
    "EXECUTE p",
    "EXPLAIN ANALYZE EXECUTE p",
    "EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1",
    "COMMIT PREPARED 'x'",
    "COPY items FROM PROGRAM 'cat /etc/passwd'",
    "COPY items TO PROGRAM 'cat'",
    "NONSENSE",
    "INSERT INTO",
    "UPDATE items SET name = 'x' WHERE CURRENT OF",
    "INSERT INTO items OVERRIDING NO VALUE VALUES (1)",
    "SELECT E'a'\n'b\\'c', f('x')",
    "LOAD 'x'",
    "WITH x (NONSENSE) DELETE FROM items",
    '"DELETE" FROM items',
    "SELECT 1; NONSENSE",
    "/* a /* b */ c */ DELETE FROM items",
    'DELETE FROM U&"\\0069tems"',
    "DELETE FROM items WHERE x = '" + "y" * LONGEST_ANALYSED + "'",
]


@pytest.mark.parametrize("text", ANYTHING)
def test_what_cannot_be_told_may_do_anything(text: str) -> None:
    found = analyse(text)
    assert Effect.WRITES_ANYTHING in found.effects
    assert found.refusal is not None


UNSETTLING = [
    "CREATE TEMP TABLE x (y int)",
    "CREATE LOCAL TEMPORARY TABLE x (y int)",
    "CREATE TEMPORARY VIEW x AS SELECT 1",
    "CREATE TABLE pg_temp.x (y int)",
    "SELECT 1 INTO TEMP x",
    "DO 'x'",
    "CALL p()",
    "EXECUTE p",
    "EXPLAIN EXECUTE p",
    "CREATE TABLE x AS EXECUTE p",
]


@pytest.mark.parametrize("text", UNSETTLING)
def test_what_may_leave_session_state_behind_says_so(text: str) -> None:
    assert Effect.UNSETTLES in analyse(text).effects


EFFECTS = {
    "COMMIT": Effect.ENDS,
    "end": Effect.ENDS,
    "COMMIT AND CHAIN": Effect.ENDS,
    "PREPARE TRANSACTION 'x'": Effect.ENDS,
    "ROLLBACK": Effect.UNDOES,
    "ABORT": Effect.UNDOES,
    "ROLLBACK TO SAVEPOINT a": Effect.UNDOES,
    "SET search_path = two": Effect.SETS,
    "SET LOCAL TimeZone = 'UTC'": Effect.SETS,
    "RESET ALL": Effect.SETS,
    "DISCARD ALL": Effect.SETS | Effect.PREPARES,
    "PREPARE p AS SELECT 1": Effect.PREPARES,
    "DEALLOCATE p": Effect.PREPARES,
    "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE": Effect.NONE,
    "SET CONSTRAINTS ALL IMMEDIATE": Effect.NONE,
    "BEGIN; COMMIT; ROLLBACK": Effect.ENDS | Effect.UNDOES,
}


@pytest.mark.parametrize("text", EFFECTS)
def test_effects_are_told_by_the_text(text: str) -> None:
    assert analyse(text).effects == EFFECTS[text]


CALLS: dict[str, set[Name]] = {
    "SELECT f()": {("f",)},
    "SELECT F ( )": {("f",)},
    'SELECT "F"()': {("F",)},
    "SELECT s.f(1)": {("s", "f")},
    'SELECT S."f" (1)': {("s", "f")},
    "SELECT d.s.f(1)": {("s", "f")},
    "SELECT s.check(1), s.end(), s.select()": {("s", "check"), ("s", "end"), ("s", "select")},
    "SELECT * FROM f(1) x": {("f",)},
    "SELECT * FROM items WHERE f(id) = g(1)": {("f",), ("g",)},
    "SELECT 1 LIMIT f()": {("f",)},
    "INSERT INTO log VALUES (f())": {("f",)},
    "UPDATE items SET name = f()": {("f",)},
    "DELETE FROM items RETURNING f()": {("f",)},
    "SELECT count(*) FILTER (WHERE f(id)) OVER (PARTITION BY g(id)) FROM items": {("count",), ("f",), ("g",)},
    "SELECT f /* so */ () -- g()": {("f",)},
    "SELECT 'f()'": set(),
    "SELECT id IN (1), (id) FROM items WHERE EXISTS (SELECT 1) AND NOT (true)": set(),
}


@pytest.mark.parametrize("text", CALLS)
def test_calls_are_found(text: str) -> None:
    found = set(analyse(text).functions)
    assert CALLS[text] <= found
    assert found - CALLS[text] <= {("filter",), ("over",)}, "a name too many costs but a look-up"


@given(st.binary(max_size=200))
def test_noise_raises_nothing_and_is_never_a_read_of_tables_unknown(data: bytes) -> None:
    found = DIALECT.analyse(data)
    assert found.refusal is not None or found.effects is Effect.NONE


WORDS = st.sampled_from(
    "select from items where with as ( ) insert into update set delete values , ; * = 'x' 1 join on union order by "
    "limit group having exists in case when then end for copy to explain analyze truncate commit rollback begin "
    'returning using merge table lateral over filter "x" . :: [ ] || -> $1 create temp'.split()
)


@given(st.lists(WORDS, max_size=14))
def test_sentences_of_sql_words_raise_nothing(words: list[str]) -> None:
    text = " ".join(words)
    found = analyse(text)
    changing = {"insert", "update", "delete", "merge", "into"} & set(words)
    assert found.refusal is not None or not changing
    DIALECT.normalise(text.encode())
