"""What the body of a function may do, by its text: all of it is understood, or it may do anything."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from polyscale_cli.edge.engine import Analysis, Effect, Name
from polyscale_cli.edge.wire.postgres.dialect import LONGEST_ANALYSED
from polyscale_cli.edge.wire.postgres.plpgsql import read_body, read_statements

LOG: Name = ("log",)


def body(statements: str, declare: str = "") -> str:
    return f"{declare} BEGIN {statements} RETURN NEW; END"


# Bodies, and the tables that they write.
UNDERSTOOD: dict[str, set[Name]] = {
    body(""): set(),
    "BEGIN RETURN NULL; END;": set(),
    "begin return null; end": set(),
    "-- a comment\nBEGIN /* EXECUTE */ RETURN NEW; -- EXECUTE\nEND": set(),
    body("NEW.updated_at := now();"): set(),
    body("NEW.updated_at = clock_timestamp();"): set(),
    body('NEW."Updated At" := CASE WHEN NEW.a IS NULL THEN 1 ELSE 2 END;'): set(),
    body("list[i + 1] := list[i] || 2; a.b[1][2] := 3;"): set(),
    body("update := 1; insert.x := 2; x := 'EXECUTE ''DELETE FROM t'''; y := $$ SET a = b $$;"): set(),
    body("INSERT INTO log VALUES (NEW.id, TG_OP, now());"): {LOG},
    body("INSERT INTO Log AS l (a) SELECT 1 RETURNING l.a INTO NEW.x;"): {LOG},
    body('UPDATE "Log" SET n = n + 1 WHERE id = NEW.id;'): {("Log",)},
    body("DELETE FROM public.log USING other WHERE true;"): {("public", "log")},
    body("MERGE INTO log USING x ON true WHEN MATCHED THEN DELETE;"): {LOG},
    body("WITH d AS (DELETE FROM a RETURNING *) INSERT INTO log SELECT * FROM d;"): {LOG, ("a",)},
    body("TRUNCATE log, other;"): {LOG, ("other",)},
    body("NOTIFY changed, 'x'; LOCK TABLE log;"): set(),
    body("SELECT a, b INTO STRICT x, y.z FROM t; SELECT INTO r * FROM t WHERE c IN (1, 2);"): set(),
    body("PERFORM count(*) FROM t; PERFORM pg_notify('a', NEW.id::text);"): set(),
    body("IF a THEN INSERT INTO log VALUES (1); ELSIF b THEN NULL; ELSEIF c THEN NULL; ELSE NULL; END IF;"): {LOG},
    body("IF EXISTS (SELECT FROM t WHERE x = NEW.x) THEN RETURN NULL; END IF;"): set(),
    body("CASE a WHEN 1, 2 THEN INSERT INTO log VALUES (1); ELSE NULL; END CASE;"): {LOG},
    body("CASE WHEN (CASE WHEN a THEN b END) THEN NULL; END CASE;"): set(),
    body("LOOP EXIT; EXIT WHEN a > 1; EXIT out WHEN b; CONTINUE; END LOOP;"): set(),
    body("<<out>> WHILE i < 5 LOOP i := i + 1; END LOOP out;"): set(),
    body("FOR i IN REVERSE 10..x.y BY 2 LOOP DELETE FROM log; END LOOP;"): {LOG},
    body("FOR i IN a .. b LOOP NULL; END LOOP;"): set(),
    body("FOR r IN SELECT * FROM t LOOP UPDATE log SET a = r.a; END LOOP;"): {LOG},
    body("FOR a, b IN DELETE FROM log RETURNING a, b LOOP NULL; END LOOP;"): {LOG},
    body("FOREACH x SLICE 1 IN ARRAY list LOOP NULL; END LOOP;"): set(),
    body("RAISE; RAISE NOTICE 'a % b', NEW.x; RAISE unique_violation USING MESSAGE = 'EXECUTE';"): set(),
    body("ASSERT NEW.x > 0, 'x'; GET STACKED DIAGNOSTICS a = MESSAGE_TEXT; GET DIAGNOSTICS n := ROW_COUNT;"): set(),
    body("BEGIN INSERT INTO log VALUES (1); EXCEPTION WHEN others OR SQLSTATE '22012' THEN NULL; END;"): {LOG},
    body("<<inner>> DECLARE x int; BEGIN NULL; END inner;"): set(),
    "<<a>> DECLARE DECLARE x CONSTANT numeric(10, 2) NOT NULL := 1; y t.c%TYPE; z t%ROWTYPE DEFAULT f(1);"
    " w text COLLATE \"C\" = 'a'; v int[] = ARRAY[1]; b ALIAS FOR $1; BEGIN NULL; END a": set(),
    "BEGIN RETURN QUERY SELECT * FROM t; RETURN NEXT x; RETURN NEXT; RETURN; END": set(),
    "BEGIN RETURN QUERY INSERT INTO log VALUES (1) RETURNING *; END": {LOG},
    "BEGIN RETURN (SELECT count(*) FROM t); END": set(),
}


def read(text: str) -> Analysis:
    return read_body(text.encode())


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_what_a_body_writes_is_told(text: str) -> None:
    found = read(text)
    assert Effect.WRITES_ANYTHING not in found.effects
    assert set(found.writes) == UNDERSTOOD[text]


def test_what_a_body_reads_and_calls_is_told() -> None:
    found = read(
        body(
            "IF a.f @@+ g(1) THEN RAISE NOTICE '%', h(2); END IF; FOR i IN 1..k(3) LOOP NULL; END LOOP;"
            "FOR r IN SELECT * FROM v LOOP x := (SELECT max(y) FROM s.w); END LOOP; PERFORM o.p() FROM u;",
            "DECLARE d int := q(4);",
        )
    )
    assert set(found.reads) == {("v",), ("s", "w"), ("u",)}
    assert {("g",), ("h",), ("k",), ("q",), ("o", "p"), ("max",)} <= set(found.functions)
    assert "f" in found.attributes
    assert "@@+" in found.operators


ANYTHING = [
    "",
    "BEGIN",
    "END",
    "SELECT 1",
    body("") + "; garbage",
    body("") + "; BEGIN NULL; END",
    *map(
        body,
        (
            "EXECUTE 'DELETE FROM t';",
            "EXECUTE format('DELETE FROM %I', x) INTO y USING z;",
            "execute x;",
            "EXECUTE$$DELETE FROM t$$;",
            "/* c */EXECUTE/* d */'x';",
            "IF a THEN EXECUTE x; END IF;",
            "IF a THEN NULL; ELSE EXECUTE x; END IF;",
            "<<a>> EXECUTE x;",
            "BEGIN NULL; EXCEPTION WHEN others THEN EXECUTE x; END;",
            "FOR r IN EXECUTE x LOOP NULL; END LOOP;",
            "FOR r IN EXECUTE 'SELECT 1..2' LOOP NULL; END LOOP;",
            "FOR r IN EXPLAIN ANALYZE EXECUTE p('..') LOOP NULL; END LOOP;",
            "FOR r IN EXPLAIN ANALYZE EXECUTE p /* .. */ LOOP NULL; END LOOP;",
            "FOR r IN c LOOP NULL; END LOOP;",
            "FOR r IN TABLE t LOOP NULL; END LOOP;",
            "RETURN QUERY EXECUTE x;",
            "OPEN c; FETCH c INTO x; CLOSE c;",
            "OPEN c FOR EXECUTE x;",
            "OPEN c FOR DELETE FROM t RETURNING *;",
            "SET search_path = two;",
            "SET LOCAL search_path = two;",
            "RESET ALL;",
            "PERFORM set_config('a', 'b', true);",
            'x := pg_catalog."set_config"(a, b, c);',
            "CALL p();",
            "DO $$ BEGIN NULL; END $$;",
            "COMMIT;",
            "ROLLBACK;",
            "CREATE TABLE x (y int);",
            "CREATE TEMPORARY TABLE x AS SELECT 1;",
            "SELECT * INTO x FROM t INTO y;",
            "DROP TABLE x;",
            "ALTER TABLE x ADD y int;",
            "TRUNCATE t CASCADE;",
            "COPY t FROM '/tmp/x';",
            "REFRESH MATERIALIZED VIEW m;",
            "LISTEN x;",
            "PREPARE p AS DELETE FROM t;",
            "INSERT INTO pg_temp.t VALUES (1);",
            'INSERT INTO U&"\\0061" VALUES (1);',
            "NONSENSE;",
            "x;",
            "x := ;",
            "x := 1",
            "IF a THEN NULL;",
            "IF a NULL; END IF;",
            "x := (1;",
            "x := 1);",
            "x := 'open;",
            'x := "open;',
            "x := $a$open;",
            "x := E'a'\n'\\'; DELETE FROM t; --';",
            "/* a /* b */ c */ DELETE FROM t;",
            "RAISE NOTICE '%', a FROM t;",
            "RAISE NOTICE '%', (SELECT f());",
            "MERGE NONSENSE;",
            "INSERT INTO t NONSENSE IS NONSENSE;",
            "x := y {#} z;",
            "DELETE FROM t WHERE x = '" + "y" * LONGEST_ANALYSED + "';",
        ),
    ),
    body("NULL;", "DECLARE c CURSOR FOR SELECT f();"),
    body("NULL;", "DECLARE c NO SCROLL CURSOR (a int) FOR SELECT f();"),
    body("NULL;", "DECLARE x int := (EXECUTE 'y');"),
    body("NULL;", "#variable_conflict use_column\n"),
]


@pytest.mark.parametrize("text", ANYTHING)
def test_what_is_not_understood_makes_the_whole_body_one_that_may_do_anything(text: str) -> None:
    assert Effect.WRITES_ANYTHING in read(text).effects


SQL = {
    "SELECT 1": set(),
    "INSERT INTO log VALUES ($1); SELECT 1;": {LOG},
    "UPDATE log SET a = b RETURNING a -- c": {LOG},
}


@pytest.mark.parametrize("text", SQL)
def test_a_function_in_sql_is_read_statement_by_statement(text: str) -> None:
    found = read_statements(text.encode())
    assert Effect.WRITES_ANYTHING not in found.effects
    assert set(found.writes) == SQL[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "-- c",
        "SELECT 1; SET a = b",
        "SELECT 1; NONSENSE",
        "SELECT * INTO t FROM u",
        "SELECT set_config(a, b, c)",
    ],
)
def test_a_function_in_sql_may_do_anything(text: str) -> None:
    assert Effect.WRITES_ANYTHING in read_statements(text.encode()).effects


WORDS = "zork EXECUTE SET DELETE FROM COMMIT INTO BEGIN END IF THEN LOOP ; := = ( ) . , 'x' $$ /* -- << [ :".split()
PIECES = [text.split(" ") for text in UNDERSTOOD if "$$" not in text and "'" not in text]


@given(
    st.sampled_from(PIECES), st.lists(st.tuples(st.integers(0, 200), st.sampled_from(WORDS)), min_size=1, max_size=3)
)
@example(body("INSERT INTO log VALUES (1);").split(" "), [(4, "zork")])
def test_what_is_put_in_never_makes_a_body_look_more_harmless(pieces: list[str], put: list[tuple[int, str]]) -> None:
    """It may do anything; or it writes what it wrote; or what it writes has a name that no table has."""
    before = read(" ".join(pieces))
    changed = list(pieces)
    for at, word in put:
        changed.insert(at % (len(changed) + 1), word)
    after = read(" ".join(changed))
    if Effect.WRITES_ANYTHING in after.effects or any("zork" in name for name in after.writes):
        return
    assert set(before.writes) <= set(after.writes)


@given(st.text(st.sampled_from("BEGIN END;:=<>'\"$/*-\n ()[].,azAZ01é\\"), max_size=80))
def test_noise_raises_nothing(text: str) -> None:
    read(text)
    read(f"BEGIN {text} END")
    read_statements(text.encode())
