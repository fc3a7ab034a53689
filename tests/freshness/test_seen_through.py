"""What a write changes beyond the table that it names: every way of writing, seen by every way of reading."""

from __future__ import annotations

import pytest

from tests.freshness.arena import Arena, Case
from tests.freshness.ways import OUTSIDE_OF_BLOCKS

NAME = "SELECT name FROM items WHERE id = 1"
PARTS = "SELECT count(*) FROM parts"
LOG = "SELECT count(*), max(message) FROM log"
UPDATE = ("UPDATE items SET name = 'new' WHERE id = 1",)
DELETE = ("DELETE FROM parts",)

SPLIT = """
CREATE TABLE split (n int, k int DEFAULT 0, name text) PARTITION BY RANGE (n);
CREATE TABLE low PARTITION OF split FOR VALUES FROM (0) TO (10);
CREATE TABLE high PARTITION OF split FOR VALUES FROM (10) TO (20) PARTITION BY LIST (k);
CREATE TABLE high_even PARTITION OF high FOR VALUES IN (0);
CREATE TABLE high_rest PARTITION OF high DEFAULT;
CREATE TABLE rest PARTITION OF split DEFAULT;
INSERT INTO split VALUES (1, 0, 'one'), (11, 0, 'eleven'), (99, 0, 'many');
"""
FAMILY = """
CREATE TABLE parent (n int); CREATE TABLE child () INHERITS (parent); CREATE TABLE grandchild () INHERITS (child);
CREATE TABLE stranger (n int); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2);
INSERT INTO grandchild VALUES (3); INSERT INTO stranger VALUES (4);
"""
KEYS = """
CREATE TABLE one (id int PRIMARY KEY, code int UNIQUE, other int DEFAULT 0, UNIQUE (code, other));
INSERT INTO one VALUES (1, 10), (0, 0);
CREATE TABLE two (id int PRIMARY KEY REFERENCES one ON UPDATE CASCADE ON DELETE CASCADE); INSERT INTO two VALUES (1);
CREATE TABLE three (id int REFERENCES two ON UPDATE CASCADE ON DELETE SET NULL, t text); INSERT INTO three VALUES (1);
CREATE TABLE coded (code int DEFAULT 0, other int DEFAULT 0,
  FOREIGN KEY (code, other) REFERENCES one (code, other) ON UPDATE SET DEFAULT ON DELETE SET NULL (other));
INSERT INTO coded VALUES (10, 0);
CREATE TABLE late (id int REFERENCES one ON UPDATE CASCADE ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
INSERT INTO late VALUES (1);
"""


def noting(
    when: str, name: str = "noting", body: str = "INSERT INTO log VALUES (''noted'')", last: str = "RETURN NEW"
) -> str:
    """A trigger, and its function."""
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {body}; {last}; END';"
        f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}();"
    )


def event(when: str, body: str = "INSERT INTO {schema}.log VALUES (''event'')") -> str:
    """An event trigger of the superuser's; its schema's end is its own."""
    return (
        "CREATE FUNCTION {schema}.event() RETURNS event_trigger SECURITY DEFINER LANGUAGE plpgsql AS"
        f" 'BEGIN IF to_regclass(''{{schema}}.log'') IS NOT NULL THEN {body}; END IF; END';"
        f"CREATE EVENT TRIGGER {{schema}} ON {when} EXECUTE FUNCTION {{schema}}.event()"
    )


CASES = {
    # -- views
    "a view over a view over a join": Case(
        "SELECT * FROM v2",
        DELETE,
        "CREATE VIEW v1 AS SELECT i.name, p.name AS part FROM items i JOIN parts p ON p.item = i.id;"
        "CREATE VIEW v2 AS SELECT count(*) FROM v1",
    ),
    "a view of a data source in a subquery": Case(
        "SELECT * FROM v", DELETE, "CREATE VIEW v AS SELECT id IN (SELECT item FROM parts) FROM items ORDER BY id"
    ),
    "a view of the querying user's rights": Case(
        "SELECT * FROM v", UPDATE, "CREATE VIEW v WITH (security_invoker) AS SELECT name FROM items WHERE id = 1"
    ),
    "an insert through a view": Case(
        "SELECT count(*) FROM items",
        ("INSERT INTO v VALUES (5, 'five')",),
        "CREATE VIEW v AS SELECT id, name FROM items",
    ),
    "a delete through two views": Case(
        "SELECT count(*) FROM items",
        ("DELETE FROM v2",),
        "CREATE VIEW v1 AS SELECT id FROM items; CREATE VIEW v2 AS SELECT id FROM v1 WHERE id = 2",
    ),
    "an upsert through a view": Case(
        NAME,
        ("INSERT INTO v VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'new'",),
        "CREATE VIEW v AS SELECT id, name FROM items",
    ),
    # -- materialized views
    "a materialized view that is refreshed": Case(
        "SELECT n FROM m",
        ("DELETE FROM parts", "REFRESH MATERIALIZED VIEW m"),
        "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM parts",
    ),
    "a materialized view that is refreshed concurrently": Case(
        "SELECT n FROM m",
        ("DELETE FROM parts", "REFRESH MATERIALIZED VIEW CONCURRENTLY m"),
        "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM parts; CREATE UNIQUE INDEX ON m (n)",
    ),
    "a materialized view over another": Case(
        "SELECT n FROM above",
        ("DELETE FROM parts", "REFRESH MATERIALIZED VIEW m", "REFRESH MATERIALIZED VIEW above"),
        "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM parts; CREATE MATERIALIZED VIEW above AS TABLE m",
    ),
    "a materialized view that is emptied": Case(
        "SELECT count(*) FROM m",
        ("REFRESH MATERIALIZED VIEW m WITH NO DATA",),
        "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM parts",
    ),
    # -- partitions
    "a row that moves into another partition": Case(
        "SELECT count(*) FROM high", ("UPDATE split SET n = 12 WHERE n = 1",), SPLIT
    ),
    "a row that moves out of a partition": Case(
        "SELECT count(*) FROM low", ("UPDATE split SET n = 12 WHERE n = 1",), SPLIT
    ),
    "a row that moves within a partition of partitions": Case(
        "SELECT count(*) FROM high_even", ("UPDATE high SET k = 1",), SPLIT
    ),
    "a row that moves by upsert": Case(
        "SELECT name FROM split WHERE n = 1",
        ("INSERT INTO split VALUES (1) ON CONFLICT (n) DO UPDATE SET name = 'new'",),
        "CREATE TABLE split (n int PRIMARY KEY, name text) PARTITION BY HASH (n);"
        "CREATE TABLE s0 PARTITION OF split FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
        "CREATE TABLE s1 PARTITION OF split FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
        "INSERT INTO split VALUES (1, 'one')",
    ),
    "a row that moves by MERGE": Case(
        "SELECT count(*) FROM rest",
        ("MERGE INTO split USING parts ON item = n WHEN MATCHED THEN UPDATE SET n = 55",),
        SPLIT,
    ),
    "a row in the default partition": Case("SELECT count(*) FROM rest", ("INSERT INTO split VALUES (77)",), SPLIT),
    "the default partition of a partition": Case(
        "SELECT count(*) FROM split WHERE k = 9", ("INSERT INTO high_rest VALUES (12, 9)",), SPLIT
    ),
    "a leaf read by its root": Case("SELECT count(*) FROM split", ("DELETE FROM high_even",), SPLIT),
    "a leaf that is truncated": Case("SELECT count(*) FROM high", ("TRUNCATE high_even",), SPLIT),
    "a root that is truncated": Case("SELECT count(*) FROM high_even", ("TRUNCATE split",), SPLIT),
    "a partition that is attached": Case(
        "SELECT count(*) FROM split",
        (
            "CREATE TABLE more (LIKE split)",
            "WITH d AS (DELETE FROM rest RETURNING *) INSERT INTO more SELECT * FROM d UNION ALL SELECT * FROM d",
            "ALTER TABLE split ATTACH PARTITION more FOR VALUES FROM (90) TO (100)",
        ),
        SPLIT,
    ),
    "a write to what was attached": Case(
        "SELECT count(*) FROM split",
        ("ALTER TABLE split ATTACH PARTITION more FOR VALUES FROM (30) TO (40)", "INSERT INTO more VALUES (33)"),
        SPLIT + "CREATE TABLE more (LIKE split)",
    ),
    "a partition that is detached": Case(
        "SELECT count(*) FROM split", ("ALTER TABLE split DETACH PARTITION high",), SPLIT
    ),
    "a partition that is detached concurrently": Case(
        "SELECT count(*) FROM plain",
        ("ALTER TABLE plain DETACH PARTITION p CONCURRENTLY",),
        "CREATE TABLE plain (n int) PARTITION BY LIST (n); CREATE TABLE p PARTITION OF plain FOR VALUES IN (1);"
        "INSERT INTO plain VALUES (1)",
        ways=OUTSIDE_OF_BLOCKS,
    ),
    "a partition that is dropped": Case("SELECT count(*) FROM split", ("DROP TABLE low",), SPLIT),
    # -- inheritance
    "children written through their parent": Case(
        "SELECT sum(n) FROM grandchild", ("UPDATE parent SET n = n + 10",), FAMILY
    ),
    "a grandchild read through its grandparent": Case(
        "SELECT sum(n) FROM parent", ("DELETE FROM ONLY grandchild",), FAMILY
    ),
    "a child that is adopted": Case("SELECT sum(n) FROM parent", ("ALTER TABLE stranger INHERIT parent",), FAMILY),
    "a child that is adopted, and written": Case(
        "SELECT sum(n) FROM child",
        ("ALTER TABLE stranger INHERIT child", "UPDATE stranger SET n = 9"),
        FAMILY,
    ),
    "a child that is let go": Case("SELECT sum(n) FROM parent", ("ALTER TABLE child NO INHERIT parent",), FAMILY),
    # -- foreign keys
    "a key that cascades twice": Case("SELECT id FROM three", ("UPDATE one SET id = 5 WHERE id = 1",), KEYS),
    "a key that cascades, then sets null": Case("SELECT id FROM three", ("DELETE FROM one WHERE id = 1",), KEYS),
    "a key that sets the default": Case("SELECT code FROM coded", ("UPDATE one SET code = 11 WHERE id = 1",), KEYS),
    "a key that sets one column null": Case("SELECT other FROM coded", ("DELETE FROM one WHERE id = 1",), KEYS),
    "a key that is checked late": Case("SELECT count(*) FROM late", ("DELETE FROM one WHERE id = 1",), KEYS),
    "a key that cascades by MERGE": Case(
        "SELECT count(*) FROM two", ("MERGE INTO one USING parts ON item = id WHEN MATCHED THEN DELETE",), KEYS
    ),
    "a key that cascades by a CTE": Case(
        "SELECT count(*) FROM two", ("WITH d AS (DELETE FROM one WHERE id = 1 RETURNING 1) SELECT * FROM d",), KEYS
    ),
    "truncation that cascades twice": Case("SELECT count(*) FROM three", ("TRUNCATE one CASCADE",), KEYS),
    "a key that is made": Case(
        PARTS,
        (
            "ALTER TABLE parts ADD FOREIGN KEY (item) REFERENCES items ON DELETE CASCADE",
            "DELETE FROM items WHERE id = 1",
        ),
    ),
    # -- triggers
    "a trigger for each row": Case(LOG, UPDATE, noting("AFTER UPDATE ON items FOR EACH ROW")),
    "a trigger before each row": Case(LOG, UPDATE, noting("BEFORE UPDATE ON items FOR EACH ROW")),
    "a trigger for the statement": Case(
        LOG, ("UPDATE items SET n = 1 WHERE false",), noting("AFTER UPDATE ON items", last="RETURN NULL")
    ),
    "a trigger with the rows that changed": Case(
        LOG,
        UPDATE,
        noting(
            "AFTER UPDATE ON items REFERENCING NEW TABLE AS changed",
            body="INSERT INTO log SELECT name FROM changed",
            last="RETURN NULL",
        ),
    ),
    "a trigger of one column": Case(LOG, UPDATE, noting("AFTER UPDATE OF name ON items FOR EACH ROW")),
    "a trigger with a condition": Case(
        LOG, UPDATE, noting("AFTER UPDATE ON items FOR EACH ROW WHEN (NEW.name <> OLD.name)")
    ),
    "a trigger of a trigger": Case(
        LOG,
        UPDATE,
        noting("AFTER UPDATE ON items FOR EACH ROW", "first", "DELETE FROM parts")
        + noting("AFTER DELETE ON parts FOR EACH ROW", "second", last="RETURN OLD"),
    ),
    "a trigger instead of an insert": Case(
        LOG,
        ("INSERT INTO v VALUES (1)",),
        "CREATE VIEW v AS SELECT id FROM items;" + noting("INSTEAD OF INSERT ON v FOR EACH ROW"),
    ),
    "a trigger instead of a delete": Case(
        PARTS,
        ("DELETE FROM v",),
        "CREATE VIEW v AS SELECT id FROM items;"
        + noting("INSTEAD OF DELETE ON v FOR EACH ROW", body="DELETE FROM parts", last="RETURN OLD"),
    ),
    "a trigger that waits for the commit": Case(
        LOG,
        UPDATE,
        noting("AFTER UPDATE ON items FOR EACH ROW", last="RETURN NULL").replace(
            "CREATE TRIGGER noting AFTER UPDATE ON items",
            "CREATE CONSTRAINT TRIGGER noting AFTER UPDATE ON items DEFERRABLE INITIALLY DEFERRED",
        ),
    ),
    "a trigger that builds its statement": Case(
        LOG,
        UPDATE,
        noting("AFTER UPDATE ON items FOR EACH ROW", body="EXECUTE ''INSERT INTO '' || ''log DEFAULT VALUES''"),
    ),
    "a trigger that is switched on": Case(
        LOG,
        ("ALTER TABLE items ENABLE TRIGGER noting", *UPDATE),
        noting("AFTER UPDATE ON items FOR EACH ROW") + "ALTER TABLE items DISABLE TRIGGER noting",
    ),
    "a trigger that is made": Case(
        LOG,
        (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN INSERT INTO log VALUES (''x''); RETURN NEW; END'",
            "CREATE TRIGGER t BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION f()",
            *UPDATE,
        ),
    ),
    "a trigger whose function is replaced": Case(
        LOG,
        (
            "CREATE OR REPLACE FUNCTION noting() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN INSERT INTO log VALUES (''x''); RETURN NEW; END'",
            *UPDATE,
        ),
        noting("AFTER UPDATE ON items FOR EACH ROW", body="PERFORM 1"),
    ),
    "a trigger of a definition": Case(LOG, ("CREATE TABLE more (n int)",), above=event("ddl_command_end")),
    "a trigger of a comment": Case(LOG, ("COMMENT ON TABLE parts IS 'x'",), above=event("ddl_command_start")),
    "a trigger of a grant": Case(LOG, ("GRANT SELECT ON parts TO public",), above=event("ddl_command_end")),
    "a trigger of a refreshment": Case(
        LOG,
        ("REFRESH MATERIALIZED VIEW m",),
        "CREATE MATERIALIZED VIEW m AS TABLE parts",
        above=event("ddl_command_end"),
    ),
    "a trigger of a table's end": Case(LOG, ("DROP TABLE parts",), above=event("sql_drop")),
    "a trigger of a table's rewriting": Case(
        LOG, ("ALTER TABLE parts ALTER item TYPE text",), above=event("table_rewrite")
    ),
    "a trigger of SELECT INTO": Case(LOG, ("SELECT 1 AS n INTO more",), above=event("ddl_command_end")),
    # -- rules
    "a rule instead of an update": Case(
        PARTS, UPDATE, "CREATE RULE r AS ON UPDATE TO items DO INSTEAD DELETE FROM parts"
    ),
    "a rule with a condition": Case(
        PARTS, UPDATE, "CREATE RULE r AS ON UPDATE TO items WHERE NEW.name = 'new' DO ALSO DELETE FROM parts"
    ),
    "a rule of two statements": Case(
        LOG, UPDATE, "CREATE RULE r AS ON UPDATE TO items DO (DELETE FROM parts; INSERT INTO log VALUES ('x'))"
    ),
    "a rule of a view": Case(
        LOG,
        ("INSERT INTO v VALUES (1)",),
        "CREATE VIEW v AS SELECT item FROM parts;"
        "CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO log VALUES ('x')",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_write_changes_elsewhere_is_seen(case: str, arena: Arena) -> None:
    for way in CASES[case].ways:
        arena.play(CASES[case], way)
