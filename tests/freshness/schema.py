"""The tables that the freshness tests read and write."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE items (id int PRIMARY KEY, name text, n int NOT NULL DEFAULT 0);
INSERT INTO items VALUES (1, 'old'), (2, 'two');
CREATE TABLE parts (item int REFERENCES items ON DELETE CASCADE ON UPDATE CASCADE, name text);
INSERT INTO parts VALUES (1, 'part');
CREATE TABLE nulled (item int REFERENCES items ON DELETE SET NULL);
INSERT INTO nulled VALUES (2);
CREATE TABLE apart (id int PRIMARY KEY, name text);
INSERT INTO apart VALUES (1, 'apart');
CREATE TABLE log (message text);

CREATE VIEW shown AS SELECT id, name FROM items;
CREATE VIEW shown_again AS SELECT name FROM shown WHERE id = 1;
CREATE VIEW unioned AS SELECT name FROM items UNION ALL SELECT name FROM parts;
CREATE MATERIALIZED VIEW frozen AS SELECT count(*) AS n FROM items;
CREATE VIEW over_frozen AS SELECT n FROM frozen;

CREATE TABLE watched (id int PRIMARY KEY, name text);
INSERT INTO watched VALUES (1, 'old');
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN INSERT INTO log VALUES (NEW.name); RETURN NEW; END';
CREATE TRIGGER note AFTER INSERT OR UPDATE ON watched FOR EACH ROW EXECUTE FUNCTION note();
CREATE TABLE watched_late (id int);
CREATE FUNCTION note_late() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN INSERT INTO log VALUES (''late''); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON watched_late DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION note_late();
CREATE TABLE ruled (name text);
CREATE RULE elsewhere AS ON INSERT TO ruled DO ALSO INSERT INTO log VALUES (NEW.name);
CREATE VIEW instead AS SELECT id, name FROM items;
CREATE FUNCTION write_items() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN UPDATE items SET name = NEW.name WHERE id = NEW.id; RETURN NEW; END';
CREATE TRIGGER write_items INSTEAD OF UPDATE ON instead FOR EACH ROW EXECUTE FUNCTION write_items();

CREATE FUNCTION rename(text) RETURNS int LANGUAGE sql AS 'UPDATE items SET name = $1 WHERE id = 1 RETURNING 1';
CREATE FUNCTION rename_by_default() RETURNS text LANGUAGE plpgsql AS
  'BEGIN UPDATE items SET name = ''new'' WHERE id = 1; RETURN ''x''; END';
CREATE TABLE defaulted (id int, x text DEFAULT rename_by_default());
CREATE PROCEDURE clear_parts() LANGUAGE sql AS 'DELETE FROM parts';
CREATE PROCEDURE commit_inside() LANGUAGE plpgsql AS
  'BEGIN UPDATE items SET name = ''new'' WHERE id = 1; COMMIT; PERFORM 1; END';
CREATE FUNCTION part_count() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM parts';
CREATE VIEW counted AS SELECT id, part_count() AS parts FROM items;

CREATE TABLE parent (n int);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
INSERT INTO child VALUES (1);
CREATE TABLE split (n int, name text) PARTITION BY RANGE (n);
CREATE TABLE low PARTITION OF split FOR VALUES FROM (0) TO (10);
CREATE TABLE high PARTITION OF split FOR VALUES FROM (10) TO (20);
INSERT INTO split VALUES (1, 'low');

CREATE SCHEMA two;
CREATE TABLE two.parts (item int, name text);
CREATE TABLE two.items (id int PRIMARY KEY, name text);
INSERT INTO two.items VALUES (1, 'second');
CREATE TABLE "Mixed Case" (id int, "Na""me" text);
INSERT INTO "Mixed Case" VALUES (1, 'old');
CREATE TABLE "ITEMS" (id int, name text);
INSERT INTO "ITEMS" VALUES (1, 'upper');
CREATE SEQUENCE numbers;
CREATE TABLE deferred (item int REFERENCES items DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE typed (id int, at timestamptz, day date, f float8, raw bytea, m numeric);
INSERT INTO typed VALUES (1, '2020-06-01 12:00+00', '2020-06-01', 0.1::float8 + 0.2::float8, '\\x01ff', 12.50);
"""

OWNERSHIP = """
DO $$
DECLARE r record;
BEGIN
  FOR r IN SELECT oid::regclass AS name, relkind FROM pg_class
    WHERE relnamespace IN ('public'::regnamespace, 'two'::regnamespace) AND relkind IN ('r', 'v', 'm', 'S', 'p') LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO {owner}', r.name);
  END LOOP;
  FOR r IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER ROUTINE %s OWNER TO {owner}', r.name);
  END LOOP;
END $$;
ALTER SCHEMA two OWNER TO {owner};
"""
