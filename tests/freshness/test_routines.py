"""Triggers and functions seen through: what they write is dropped, what they do not write stays."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.e2e.raw import RawClient, query
from tests.freshness.arena import BASE, Arena
from tests.freshness.ways import Question, Way, carry_out, send

WAYS = (Way.SIMPLE, Way.EXTENDED, Way.BLOCK)

ITEMS = "SELECT name, n FROM items ORDER BY id"
PARTS = "SELECT count(*), max(name) FROM parts"
LOG = "SELECT count(*), max(message) FROM log"
OTHER = "SELECT count(*) FROM other"
UPDATE = "UPDATE items SET name = name || 'x' WHERE id = 1"
INTO_LOG = "INSERT INTO log VALUES (NEW.name)"


def trigger(body: str, when: str = "AFTER UPDATE ON items FOR EACH ROW", name: str = "f", more: str = "") -> str:
    """A trigger and its function."""
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {more} AS $f$ {body} $f$;"
        f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}();"
    )


def doing(statement: str, last: str = "NEW") -> str:
    """A body of one statement."""
    return f"BEGIN {statement}; RETURN {last}; END"


@dataclass(frozen=True, slots=True)
class Exact:
    """A change, an answer that it makes wrong, and one that it does not."""

    setup: str
    drops: str
    keeps: str = OTHER
    change: str = UPDATE


LONG = """
<<body>> -- a comment; END
DECLARE
  found_id items.id%TYPE := NEW.id; total bigint NOT NULL DEFAULT 0; r record; list int[] = ARRAY[1, 2];
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'never %', OLD.id USING ERRCODE = '22000';
  ELSIF NEW IS NOT DISTINCT FROM OLD THEN RETURN NULL;
  ELSE
    SELECT count(*), max(id) INTO STRICT total, found_id FROM items WHERE id = NEW.id;
  END IF;
  FOR r IN SELECT item, name FROM parts LOOP
    CONTINUE WHEN r.item IS NULL;
    FOR i IN 1..2 LOOP list[i] := list[i] + i; END LOOP;
  END LOOP;
  BEGIN
    INSERT INTO log (message) VALUES ('EXECUTE ''x''; ' || total) RETURNING message INTO NEW.name;
  EXCEPTION WHEN unique_violation OR SQLSTATE '23514' THEN
    RAISE NOTICE 'again: %', SQLERRM;
  END;
  PERFORM pg_notify('changed', found_id::text);
  GET DIAGNOSTICS total = ROW_COUNT;
  CASE total WHEN 0 THEN NULL; ELSE total := total - 1; END CASE;
  RETURN COALESCE(NEW, OLD);
END body;
"""
SOURCE = "CREATE TABLE source (id int PRIMARY KEY, name text); INSERT INTO source VALUES (1, 'a'), (2, 'b'), (3, 'c');"
CASCADE = SOURCE + (
    "CREATE TABLE user_of (id int PRIMARY KEY REFERENCES source ON DELETE CASCADE, name text DEFAULT 'u');"
    "INSERT INTO user_of VALUES (1), (2), (3);"
)
BUMP = "CREATE FUNCTION bump() RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (''b''); RETURN 1; END';"
SPLIT = (
    "CREATE TABLE split (n int, name text) PARTITION BY LIST (n);"
    "CREATE TABLE low PARTITION OF split FOR VALUES IN (1);"
    "INSERT INTO split VALUES (1, 'a');"
)
REMOVE = "DELETE FROM source WHERE id = (SELECT max(id) FROM source)"

EXACT = {
    "a setter of its own row": Exact(
        trigger(doing("NEW.n := OLD.n + 1"), "BEFORE UPDATE ON items FOR EACH ROW"), ITEMS
    ),
    "a time-stamp": Exact(trigger(doing("NEW.name = now()"), "BEFORE UPDATE ON items FOR EACH ROW"), ITEMS, LOG),
    "an audit": Exact(trigger(doing("INSERT INTO log VALUES (TG_OP || to_jsonb(NEW)::text)")), LOG),
    "a long body": Exact(trigger(LONG), LOG),
    "a counter in a parent": Exact(
        trigger(
            "BEGIN IF TG_OP = 'INSERT' THEN UPDATE items SET n = n + 1 WHERE id = NEW.item; RETURN NEW;"
            " ELSE UPDATE items SET n = n - 1 WHERE id = OLD.item; RETURN OLD; END IF; END",
            "AFTER INSERT OR DELETE ON parts FOR EACH ROW",
        ),
        ITEMS,
        LOG,
        "INSERT INTO parts VALUES (1, 'more')",
    ),
    "search words, by the server's own function": Exact(
        "ALTER TABLE items ADD words tsvector; CREATE TRIGGER t BEFORE INSERT OR UPDATE ON items FOR EACH ROW"
        " EXECUTE FUNCTION tsvector_update_trigger('words', 'pg_catalog.simple', 'name')",
        "SELECT words FROM items WHERE id = 1",
    ),
    "the server's own that suppresses": Exact(
        "CREATE TRIGGER t BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        ITEMS,
    ),
    "a trigger of what a trigger writes": Exact(
        trigger(doing(INTO_LOG))
        + trigger(doing("INSERT INTO parts VALUES (1)"), "AFTER INSERT ON log FOR EACH ROW", "g"),
        PARTS,
    ),
    "a trigger behind a cascade": Exact(
        CASCADE + trigger(doing("INSERT INTO log VALUES (OLD.name)", "OLD"), "AFTER DELETE ON user_of FOR EACH ROW"),
        LOG,
        ITEMS,
        REMOVE,
    ),
    "a cascade behind a trigger": Exact(CASCADE + trigger(doing(REMOVE)), "SELECT count(*) FROM user_of", LOG, UPDATE),
    "a deferred trigger": Exact(
        trigger(doing(INTO_LOG), "AFTER UPDATE ON items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW").replace(
            "CREATE TRIGGER", "CREATE CONSTRAINT TRIGGER"
        ),
        LOG,
    ),
    "transition tables": Exact(
        trigger(
            doing("INSERT INTO log SELECT a.name FROM after_it a JOIN before_it b USING (id)", "NULL"),
            "AFTER UPDATE ON items REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it FOR EACH STATEMENT",
        ),
        LOG,
    ),
    "a view's own trigger": Exact(
        "CREATE VIEW v AS SELECT item FROM parts;"
        + trigger(doing("INSERT INTO log VALUES ('v')"), "INSTEAD OF INSERT ON v FOR EACH ROW"),
        LOG,
        change="INSERT INTO v VALUES (1)",
    ),
    "a trigger of a partition": Exact(
        SPLIT + trigger(doing(INTO_LOG), "AFTER UPDATE ON low FOR EACH ROW"),
        LOG,
        change="UPDATE split SET name = name || 'x'",
    ),
    "a partition's copy of the whole's trigger": Exact(
        SPLIT + trigger(doing(INTO_LOG), "AFTER UPDATE ON split FOR EACH ROW"),
        LOG,
        change="UPDATE low SET name = name || 'x'",
    ),
    "a condition": Exact(trigger(doing(INTO_LOG), "AFTER UPDATE ON items FOR EACH ROW WHEN (NEW.n >= 0)"), LOG),
    "a definer's, with a path of its own": Exact(
        trigger(
            doing("INSERT INTO {schema}.log VALUES (NEW.name)"), more="SECURITY DEFINER SET search_path = pg_catalog"
        ),
        LOG,
    ),
    "a path of its own": Exact(
        "CREATE SCHEMA {schema}_b; CREATE TABLE {schema}_b.else_where (message text);"
        + trigger(doing("INSERT INTO else_where VALUES ('x')"), more="SET search_path = {schema}_b"),
        "SELECT count(*) FROM {schema}_b.else_where",
        LOG,
    ),
    "a name in quotes": Exact(
        'CREATE TABLE "Lóg" (m text);' + trigger(doing('INSERT INTO "Lóg" VALUES (NEW.name)')),
        'SELECT count(*) FROM "Lóg"',
        LOG,
    ),
    "a function that a trigger calls": Exact(BUMP + trigger(doing("PERFORM bump()")), LOG),
    "a function that is called": Exact(BUMP, LOG, change="SELECT bump()"),
    "a function called for each row of a view": Exact(
        BUMP + "CREATE VIEW v AS SELECT bump() FROM items WHERE id = 1", LOG, change="SELECT * FROM v"
    ),
    "a function in SQL": Exact("", ITEMS, LOG, "SELECT rename(name || 'x') FROM items WHERE id = 1"),
    "a function in a default": Exact(
        BUMP + "CREATE TABLE d (id int DEFAULT bump())", LOG, change="INSERT INTO d VALUES (DEFAULT)"
    ),
    "an upsert": Exact(
        trigger(doing(INTO_LOG), "AFTER INSERT OR UPDATE ON items FOR EACH ROW"),
        LOG,
        change="INSERT INTO items VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'y'",
    ),
}


def run(client: RawClient, sql: str) -> None:
    for each in send(client, query(sql)):
        assert each.kind != "E", each.fields


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", EXACT)
def test_what_is_written_is_dropped_and_nothing_else(case: str, way: Way, arena: Arena) -> None:
    exact = EXACT[case]
    with arena.place():
        schema = arena.schema
        reader, writer, direct = arena.client("reader"), arena.client("writer"), arena.client("directly", directly=True)
        run(writer, BASE + "CREATE TABLE other (n int);" + exact.setup.replace("{schema}", schema))
        drops, keeps = Question(exact.drops.replace("{schema}", schema)), Question(exact.keeps)
        run(writer, exact.change)  # in a block nothing can be asked about it
        before = arena.through.prime(lambda: drops.plainly(reader))
        arena.through.prime(lambda: keeps.plainly(reader))
        carry_out(writer, [exact.change], way, keeps)
        assert drops.plainly(reader) == drops.plainly(direct)
        assert drops.plainly(direct) != before, "nothing has changed"
        assert arena.through.hit(lambda: keeps.plainly(reader)) == (keeps.plainly(direct), True)


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that changes what a write does, after the edge has learnt what it did before."""

    setup: str
    change: str
    question: str = PARTS
    write: str = UPDATE


TO_PARTS = "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ {} $f$".format(
    doing("INSERT INTO parts VALUES (1, NEW.name)")
)
NOTING = trigger(doing(INTO_LOG))
OTHER_PLACE = (
    "CREATE SCHEMA {schema}_b; CREATE TABLE {schema}_b.log (message text);"
    "CREATE TABLE {schema}_b.parts (item int, name text);"
)
MOVED = {
    "the function is replaced": Moved(NOTING, TO_PARTS),
    "a function that it calls is replaced": Moved(
        BUMP + trigger(doing("PERFORM bump()")),
        "CREATE OR REPLACE FUNCTION bump() RETURNS int LANGUAGE sql AS 'DELETE FROM parts RETURNING 1'",
    ),
    "a trigger is made": Moved("", trigger(doing("DELETE FROM parts"))),
    "a trigger of what a trigger writes is made": Moved(
        NOTING, trigger(doing("DELETE FROM parts"), "AFTER INSERT ON log FOR EACH STATEMENT", "g")
    ),
    "a trigger is switched on": Moved(
        trigger(doing("DELETE FROM parts")) + "ALTER TABLE items DISABLE TRIGGER f",
        "ALTER TABLE items ENABLE TRIGGER f",
    ),
    "a trigger is only for replicas, and the session is one": Moved(
        trigger(doing("DELETE FROM parts")) + "ALTER TABLE items ENABLE REPLICA TRIGGER f",
        "SELECT set_config('session_replication_role', 'replica', false)",
    ),
    "a table takes the name": Moved(
        NOTING, "ALTER TABLE log RENAME TO before; CREATE TABLE log (message text); GRANT ALL ON log TO public", LOG
    ),
    "the function gets a path": Moved(
        OTHER_PLACE + NOTING, "ALTER FUNCTION f SET search_path = {schema}_b", "SELECT count(*) FROM {schema}_b.log"
    ),
    "the session takes another path": Moved(
        OTHER_PLACE + NOTING,
        "SET search_path = {schema}_b, {schema}",
        "SELECT count(*) FROM {schema}_b.log",
    ),
    "the block takes another path before a deferred trigger runs": Moved(
        OTHER_PLACE
        + trigger(doing(INTO_LOG), "AFTER UPDATE ON items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW").replace(
            "CREATE TRIGGER", "CREATE CONSTRAINT TRIGGER"
        ),
        "SELECT 1",
        "SELECT count(*) FROM {schema}_b.log",
        "BEGIN; " + UPDATE + "; SET LOCAL search_path = {schema}_b; COMMIT",
    ),
    "the table that it writes is one of two": Moved(
        OTHER_PLACE + NOTING,
        "ALTER TABLE log RENAME TO gone; SET search_path = {schema}, {schema}_b",
        "SELECT count(*) FROM {schema}_b.log",
    ),
    "a temporary table is in front": Moved(
        NOTING, "CREATE TEMPORARY TABLE log (message text)", "SELECT name FROM items WHERE id = 1"
    ),
}


@pytest.mark.parametrize("case", MOVED)
def test_what_a_write_does_is_learnt_again(case: str, arena: Arena) -> None:
    moved = MOVED[case]
    with arena.place():
        schema = arena.schema
        reader, writer, direct = arena.client("reader"), arena.client("superuser"), arena.client("around")
        run(writer, BASE + moved.setup.replace("{schema}", schema))
        run(writer, f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO public")
        if "_b" in moved.setup:
            run(writer, f"GRANT USAGE ON SCHEMA {schema}_b TO public; GRANT ALL ON {schema}_b.log TO public")
        question = Question(moved.question.replace("{schema}", schema))
        run(writer, UPDATE)
        run(writer, UPDATE)
        run(writer, moved.change.replace("{schema}", schema))
        before = arena.through.prime(lambda: question.plainly(reader))
        run(writer, moved.write.replace("{schema}", schema))
        assert question.plainly(reader) == question.plainly(direct) != before


def test_a_function_is_replaced_while_a_write_waits(arena: Arena) -> None:
    """Replacing it waits for nobody, and the statement that waits runs the new one."""
    with arena.place():
        reader, writer, other, direct = (arena.client(name) for name in ("reader", "writer", "holder", "around"))
        run(writer, BASE + NOTING)
        run(writer, UPDATE)
        question = Question(PARTS)
        run(direct, "BEGIN; LOCK TABLE items IN EXCLUSIVE MODE")
        writer.send(query(UPDATE))
        run(other, TO_PARTS)
        before = [question.plainly(reader) for _ in range(4)][-1]
        run(direct, "COMMIT")
        assert "E" not in [each.kind for each in writer.until("Z")]
        assert question.plainly(reader) == question.plainly(direct) != before


def test_a_function_is_replaced_before_a_deferred_trigger_runs(arena: Arena) -> None:
    with arena.place():
        reader, writer, other, direct = (arena.client(name) for name in ("reader", "writer", "holder", "around"))
        late = trigger(doing(INTO_LOG), "AFTER UPDATE ON items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW")
        run(writer, BASE + late.replace("CREATE TRIGGER", "CREATE CONSTRAINT TRIGGER"))
        run(writer, UPDATE)
        question = Question(PARTS)
        run(writer, "BEGIN")
        run(writer, UPDATE)
        run(other, TO_PARTS)
        before = arena.through.prime(lambda: question.plainly(reader))
        run(writer, "SELECT FROM log")  # only a lock makes a process look whether definitions have changed
        run(writer, "COMMIT")
        assert question.plainly(reader) == question.plainly(direct) != before


SET_PATH = "set_config('search_path', '{schema}_b', false)"
SETTERS = {
    "a trigger by set_config": trigger(doing("PERFORM " + SET_PATH)),
    "a trigger by SET": trigger(doing("SET search_path = {schema}_b")),
    "a trigger by a text that is executed": trigger(doing("EXECUTE 'SET search_path = {schema}_b'")),
    "a trigger that calls a function": trigger(doing("PERFORM set_path()")),
    "a trigger's condition": trigger(
        doing("NULL"), "AFTER UPDATE ON items FOR EACH ROW WHEN (set_config('search_path', '{schema}_b', false) <> '')"
    ),
    "a trigger that makes a temporary table": trigger(doing("CREATE TEMPORARY TABLE IF NOT EXISTS log (m text)")),
    "a rule": f"CREATE RULE r AS ON UPDATE TO items DO ALSO SELECT {SET_PATH}",
}


@pytest.mark.parametrize("case", SETTERS)
def test_what_a_write_fires_may_change_the_session(case: str, arena: Arena) -> None:
    with arena.place():
        schema = arena.schema
        reader, writer = arena.client("reader"), arena.client("writer")
        set_path = (
            f"CREATE FUNCTION set_path() RETURNS int LANGUAGE plpgsql AS $f$ {doing('PERFORM ' + SET_PATH, '1')} $f$;"
        )
        run(writer, BASE + (OTHER_PLACE + set_path + SETTERS[case]).replace("{schema}", schema))
        run(writer, "INSERT INTO log VALUES ('first')")
        question = Question("SELECT count(*) FROM log")
        for client in (reader, writer):
            assert arena.through.prime(lambda client=client: question.plainly(client)).rows == (("1",),)  # type: ignore[misc]
        run(writer, UPDATE)
        assert arena.through.prime(lambda: question.plainly(reader)).rows == (("1",),)
        for _ in range(3):
            assert question.plainly(writer).rows == (("0",),)
        assert question.plainly(reader).rows == (("1",),)
