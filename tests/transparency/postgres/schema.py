"""What scripts find when they begin, and how it is put back."""

from __future__ import annotations

SCHEMA = r"""
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE items (id int PRIMARY KEY, name text, n int NOT NULL DEFAULT 0);
CREATE TABLE parts (
  item int CONSTRAINT parts_of_items REFERENCES items, label varchar(5) UNIQUE, n int CONSTRAINT few CHECK (n < 100)
);
CREATE TABLE late (item int REFERENCES items DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE sink (id int, name text);
CREATE TABLE empty (id int, name text);
CREATE TABLE kinds (
  b bool, i2 int2, i8 int8, f4 float4, f8 float8, num numeric(12, 3), t text, v varchar(9), c char(5), raw bytea,
  d date, ts timestamp, tz timestamptz, iv interval, u uuid, j json, jb jsonb, a int[], ta text[], ip inet, m mood,
  r int4range, p point, o oid, bits bit(5)
);
CREATE VIEW shown AS SELECT id, upper(name) AS name FROM items WHERE name IS NOT NULL;
CREATE SEQUENCE numbers;
CREATE DOMAIN small AS int CONSTRAINT below_ten CHECK (VALUE < 10);
CREATE TABLE watched (id small);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE 'wrote %', NEW.id USING DETAIL = 'by a trigger', HINT = 'ignore it'; RETURN NEW; END $$;
CREATE TRIGGER note AFTER INSERT ON watched FOR EACH ROW EXECUTE FUNCTION note();
CREATE FUNCTION fails(text) RETURNS int LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE 'SELECT ' || $1;
    RETURN 1;
  END $$;
CREATE FUNCTION shout(level text) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF level = 'debug' THEN RAISE DEBUG 'debug'; END IF;
    IF level = 'log' THEN RAISE LOG 'log'; END IF;
    IF level = 'info' THEN RAISE INFO 'info'; END IF;
    IF level = 'notice' THEN RAISE NOTICE 'notice' USING DETAIL = 'a detail', HINT = 'a hint'; END IF;
    IF level = 'warning' THEN RAISE WARNING USING MESSAGE = 'warning', ERRCODE = '01P01'; END IF;
    IF level = 'exception' THEN
      RAISE EXCEPTION USING MESSAGE = 'exception', DETAIL = 'the detail', HINT = 'the hint', ERRCODE = 'PT001',
        SCHEMA = 's', TABLE = 't', COLUMN = 'c', CONSTRAINT = 'k', DATATYPE = 'd';
    END IF;
  END $$;
CREATE FUNCTION quoted(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT '<' || $1 || '>' $$;
CREATE FUNCTION fill_sink(n int) RETURNS int LANGUAGE sql AS $$
  INSERT INTO sink SELECT i, 'filled' FROM generate_series(1, n) i; SELECT n $$;
CREATE PROCEDURE clear_sink() LANGUAGE sql AS 'DELETE FROM sink';
"""

TABLES = ("items", "parts", "late", "sink", "kinds", "watched")

RESET = rf"""
DROP SCHEMA IF EXISTS scratch CASCADE;
CREATE SCHEMA scratch;
GRANT ALL ON SCHEMA scratch TO public;
TRUNCATE {", ".join(TABLES)};
ALTER SEQUENCE numbers RESTART;
INSERT INTO items VALUES (1, 'one', 10), (2, 'two', 20), (3, NULL, 30), (4, 'żółw 🐢', 40), (5, '', 50);
INSERT INTO parts VALUES (1, 'bolt', 1), (1, 'nut', 2), (2, 'nail', 3);
INSERT INTO kinds VALUES (
  true, -2, 9007199254740993, 0.1, 0.1::float8 + 0.2::float8, 12.5, 'text', 'nine', 'c', '\x00ff5c',
  '2024-02-29', '2024-02-29 12:34:56.789', '2024-02-29 12:34:56.789+02', '1 year 2 mons 3 days 04:05:06.7',
  '00000000-0000-4000-8000-000000000001', '{{"a": [1, null]}}', '{{"b": 2, "a": 1}}', '{{1,NULL,3}}',
  '{{"a b",NULL,""}}', '192.168.0.1/24', 'sad', '[1,5)', '(1.5,-2)', 42, B'10110'
), (
  NULL, NULL, NULL, 'NaN', '-Infinity', 'NaN', NULL, NULL, NULL, '', 'infinity', '-infinity', NULL, '-00:00:01', NULL,
  NULL, 'null', '{{}}', '{{}}', '::1', NULL, 'empty', NULL, NULL, NULL
);
"""
