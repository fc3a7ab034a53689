"""PostgreSQL's tables, each with a trap: what a write changes is not what its text names."""

from __future__ import annotations

from tests.freshness.checker.trap import RARE, Request, Trap, Write, block, prepared, texts


def copied(table: str) -> Write:
    """Throw all away and copy it in again."""
    return lambda g, v: [
        Request("BEGIN"),
        Request(f"TRUNCATE {table.format(g=g)}"),
        Request(f"COPY {table.format(g=g)} FROM STDIN", data=f"1\t{v}\n"),
        Request("COMMIT"),
    ]


def _table(name: str) -> str:
    return f"CREATE TABLE {name} (id int PRIMARY KEY, version int); INSERT INTO {name} VALUES (1, 0);"


TRAPS = (
    Trap(
        "pair",
        _table("left_{g}")
        + _table("right_{g}")
        + "CREATE VIEW both_{g} AS SELECT l.version AS l, r.version AS r FROM left_{g} l JOIN right_{g} r USING (id);",
        (
            "SELECT version FROM left_{g}",
            "SELECT version FROM right_{g} WHERE id = 1",
            "SELECT l.version, r.version FROM left_{g} l, right_{g} r",
            "SELECT l, r FROM both_{g}",
            "SELECT version FROM left_{g} UNION ALL SELECT version FROM right_{g}",
        ),
        (
            block("UPDATE left_{g} SET version = {v}", "UPDATE right_{g} SET version = {v}"),
            texts("UPDATE left_{g} SET version = {v}; UPDATE right_{g} SET version = {v}"),
            texts("WITH l AS (UPDATE left_{g} SET version = {v}) UPDATE right_{g} SET version = {v}"),
            prepared("WITH l AS (UPDATE left_{g} SET version = {v}) UPDATE right_{g} SET version = {v}"),
            texts(
                *("BEGIN", "UPDATE left_{g} SET version = {v} + 1000000", "ROLLBACK"),
                *("BEGIN", "SELECT version FROM left_{g}", "UPDATE left_{g} SET version = {v}", "SAVEPOINT a"),
                *("UPDATE right_{g} SET version = 7", "ROLLBACK TO a", "UPDATE right_{g} SET version = {v}", "COMMIT"),
            ),
        ),
    ),
    Trap(
        "a pair, in ways that are rare",
        _table("odd_left_{g}") + _table("odd_right_{g}"),
        ("SELECT version FROM odd_left_{g}", "SELECT l.version, r.version FROM odd_left_{g} l, odd_right_{g} r"),
        (
            texts(
                *("BEGIN", "UPDATE odd_left_{g} SET version = {v}", "UPDATE odd_right_{g} SET version = {v}"),
                *("PREPARE TRANSACTION 'pair-{g}'", "COMMIT PREPARED 'pair-{g}'"),
            ),
            block(
                "DECLARE c CURSOR FOR SELECT id FROM odd_left_{g} FOR UPDATE",
                *("FETCH c", "UPDATE odd_left_{g} SET version = {v} WHERE CURRENT OF c"),
                "UPDATE odd_right_{g} SET version = {v}",
            ),
            block(
                *("SET LOCAL search_path = public", "UPDATE odd_left_{g} SET version = {v}"),
                "UPDATE odd_right_{g} SET version = {v}",
            ),
        ),
        every=RARE,
    ),
    Trap(
        "views over views",
        _table("base_{g}")
        + "CREATE VIEW one_{g} AS SELECT id, version FROM base_{g};"
        + "CREATE VIEW two_{g} AS SELECT version FROM one_{g} WHERE id = 1;",
        ("SELECT version FROM two_{g}", "SELECT o.version, t.version FROM one_{g} o, two_{g} t"),
        (texts("UPDATE base_{g} SET version = {v}"), texts("UPDATE one_{g} SET version = {v} WHERE id = 1")),
    ),
    Trap(
        "materialized view",
        _table("seen_{g}") + "CREATE MATERIALIZED VIEW kept_{g} AS SELECT version FROM seen_{g};",
        ("SELECT version FROM kept_{g}", "SELECT k.version, s.version FROM kept_{g} k, seen_{g} s"),
        (block("UPDATE seen_{g} SET version = {v}", "REFRESH MATERIALIZED VIEW kept_{g}"),),
        every=RARE,
        snapshots=False,
    ),
    Trap(
        "partitions",
        "CREATE TABLE split_{g} (k int, version int) PARTITION BY LIST (k);"
        "CREATE TABLE even_{g} PARTITION OF split_{g} FOR VALUES IN (0);"
        "CREATE TABLE odd_{g} PARTITION OF split_{g} FOR VALUES IN (1); INSERT INTO split_{g} VALUES (0, 0);",
        (
            "SELECT version FROM split_{g}",
            "SELECT version FROM even_{g} UNION ALL SELECT version FROM odd_{g}",
        ),
        (
            texts("UPDATE split_{g} SET version = {v}, k = 1 - k"),
            block("DELETE FROM split_{g}", "INSERT INTO odd_{g} VALUES (1, {v})"),
        ),
    ),
    Trap(
        "inheritance",
        "CREATE TABLE parent_{g} (version int); CREATE TABLE child_{g} () INHERITS (parent_{g});"
        "INSERT INTO child_{g} VALUES (0);",
        ("SELECT version FROM parent_{g}", "SELECT version FROM ONLY child_{g}"),
        (texts("UPDATE child_{g} SET version = {v}"), texts("UPDATE parent_{g} SET version = {v}")),
    ),
    Trap(
        "cascade",
        "CREATE TABLE head_{g} (version int PRIMARY KEY);"
        "CREATE TABLE tail_{g} (version int REFERENCES head_{g} ON UPDATE CASCADE ON DELETE CASCADE);"
        "INSERT INTO head_{g} VALUES (0); INSERT INTO tail_{g} VALUES (0);",
        ("SELECT version FROM tail_{g}", "SELECT h.version, t.version FROM head_{g} h JOIN tail_{g} t USING (version)"),
        (
            texts("UPDATE head_{g} SET version = {v}"),
            block(
                "INSERT INTO head_{g} VALUES ({v}) ON CONFLICT DO NOTHING",
                "DELETE FROM head_{g} WHERE version <> {v}",
                "INSERT INTO tail_{g} VALUES ({v})",
            ),
        ),
    ),
    Trap(
        "trigger",
        _table("cause_{g}") + _table("effect_{g}") + "CREATE FUNCTION follow_{g}() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN UPDATE effect_{g} SET version = NEW.version; RETURN NEW; END';"
        "CREATE TRIGGER follow BEFORE UPDATE ON cause_{g} FOR EACH ROW EXECUTE FUNCTION follow_{g}();",
        ("SELECT version FROM effect_{g}", "SELECT c.version, e.version FROM cause_{g} c, effect_{g} e"),
        (texts("UPDATE cause_{g} SET version = {v}"),),
        every=RARE,
    ),
    Trap(
        "deferred trigger",
        _table("early_{g}") + _table("late_{g}") + "CREATE FUNCTION end_{g}() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN UPDATE late_{g} SET version = NEW.version; RETURN NULL; END';"
        "CREATE CONSTRAINT TRIGGER last AFTER UPDATE ON early_{g} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION end_{g}();",
        ("SELECT version FROM late_{g}", "SELECT a.version, b.version FROM early_{g} a, late_{g} b"),
        (block("UPDATE early_{g} SET version = {v}", "SELECT 1"), texts("UPDATE early_{g} SET version = {v}")),
        every=RARE,
    ),
    Trap(
        "rule",
        _table("ruled_{g}")
        + _table("also_{g}")
        + "CREATE RULE also AS ON UPDATE TO ruled_{g} DO ALSO UPDATE also_{g} SET version = NEW.version;",
        ("SELECT version FROM also_{g}", "SELECT r.version, a.version FROM ruled_{g} r, also_{g} a"),
        (texts("UPDATE ruled_{g} SET version = {v}"),),
        every=RARE,
    ),
    Trap(
        "functions",
        _table("called_{g}")
        + "CREATE FUNCTION bump_{g}(v int) RETURNS void LANGUAGE sql AS 'UPDATE called_{g} SET version = v';"
        "CREATE PROCEDURE work_{g}(v int) LANGUAGE plpgsql AS 'BEGIN PERFORM bump_{g}(v); COMMIT; END';",
        ("SELECT version FROM called_{g}", "SELECT version FROM called_{g} WHERE id = 1"),
        (
            texts("SELECT bump_{g}({v})"),
            texts("CALL work_{g}({v})"),
            texts("DO $$ BEGIN PERFORM bump_{g}({v}); END $$"),
            prepared("SELECT bump_{g}({v})"),
        ),
        every=RARE,
    ),
    Trap(
        "merge",
        _table("merged_{g}"),
        ("SELECT version FROM merged_{g}", "SELECT max(version), min(version) FROM merged_{g}"),
        (
            texts(
                "MERGE INTO merged_{g} t USING (VALUES (1, {v})) AS s(id, v) ON t.id = s.id"
                " WHEN MATCHED THEN UPDATE SET version = s.v"
            ),
            texts("INSERT INTO merged_{g} VALUES (1, {v}) ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version"),
        ),
    ),
    Trap(
        "copy",
        _table("copied_{g}"),
        ("SELECT version FROM copied_{g}", "SELECT version FROM copied_{g} WHERE id = 1"),
        (copied("copied_{g}"),),
        snapshots=False,
    ),
    Trap(
        "definitions",
        _table("swapped_{g}") + "CREATE VIEW constant_{g} AS SELECT 0 AS version;",
        ("SELECT version FROM swapped_{g}", "SELECT s.version, c.version FROM swapped_{g} s, constant_{g} c"),
        (
            block(
                "CREATE TABLE other_{g} AS SELECT 1 AS id, {v} AS version",
                "DROP TABLE swapped_{g}",
                "ALTER TABLE other_{g} RENAME TO swapped_{g}",
                "CREATE OR REPLACE VIEW constant_{g} AS SELECT {v} AS version",
            ),
            block(
                "CREATE OR REPLACE VIEW constant_{g} AS SELECT {v} AS version",
                "UPDATE swapped_{g} SET version = {v}",
                "ALTER TABLE swapped_{g} ADD COLUMN IF NOT EXISTS extra int",
            ),
        ),
        every=RARE,
        snapshots=False,
    ),
    Trap(
        "quoted names",
        'CREATE TABLE "Quoted {g}" (id int, "Ver""sion" int); INSERT INTO "Quoted {g}" VALUES (1, 0);'
        'CREATE TABLE "QUOTED_{g}" (id int, version int); INSERT INTO "QUOTED_{g}" VALUES (1, 0);'
        "CREATE TABLE quoted_{g} (id int, version int); INSERT INTO quoted_{g} VALUES (1, 0);",
        ('SELECT "Ver""sion" FROM "Quoted {g}"', 'SELECT a.version, b.version FROM "QUOTED_{g}" a, Quoted_{g} b'),
        (
            block(
                'UPDATE "Quoted {g}" SET "Ver""sion" = {v}',
                'UPDATE "QUOTED_{g}" SET version = {v}',
                "UPDATE QUOTED_{g} SET version = {v}",
            ),
        ),
    ),
    Trap(
        "two schemas",
        "CREATE SCHEMA IF NOT EXISTS apart;" + _table("apart.named_{g}") + _table("public.named_{g}"),
        ("SELECT version FROM named_{g}", "SELECT a.version, b.version FROM apart.named_{g} a, named_{g} b"),
        (
            block("UPDATE apart.named_{g} SET version = {v}", "UPDATE named_{g} SET version = {v}"),
            texts("UPDATE apart.named_{g} SET version = {v}; UPDATE named_{g} SET version = {v}"),
        ),
    ),
)
