"""What a session sets, what it is told of it (ParameterStatus), and how it shapes the same answers."""

from __future__ import annotations

from tests.transparency.postgres.frontend import Bind, Describe, Execute, Parse, Query
from tests.transparency.postgres.script import pipeline, session, simple, usual
from tests.transparency.script import Script, Send

MOMENTS = "SELECT d, ts, tz, iv FROM kinds"
NUMBERS = "SELECT f4, f8, num, raw FROM kinds"
NAMES = "SELECT name FROM items ORDER BY id"
PLAIN = "SELECT id, n FROM items ORDER BY id"

_EACH_WAY = (
    ("DateStyle = 'German'", MOMENTS),
    ("DateStyle TO SQL, DMY", MOMENTS),
    ("TimeZone = 'Asia/Tokyo'", MOMENTS),
    ("TIME ZONE '-03:30'", MOMENTS),
    ("IntervalStyle = 'iso_8601'", MOMENTS),
    ("IntervalStyle TO sql_standard", MOMENTS),
    ("extra_float_digits = -5", NUMBERS),
    ("extra_float_digits TO 0", NUMBERS),
    ("bytea_output = 'escape'", NUMBERS),
)

SCRIPTS: tuple[Script, ...] = (
    session(
        "the same reads under other settings",
        *(
            simple(read, f"SET {setting}", read, read, f"RESET {_name}")
            for setting, read in _EACH_WAY
            for _name in (setting.split()[0] if not setting.startswith("TIME ZONE") else "TimeZone",)
        ),
        hits=27,
    ),
    session(
        "settings of a transaction",
        *(simple("BEGIN", f"SET LOCAL {setting}", read, "COMMIT", read) for setting, read in _EACH_WAY),
        simple("BEGIN", "SET DateStyle = 'German'", MOMENTS, "ROLLBACK", MOMENTS),
        simple("BEGIN", "SAVEPOINT s", "SET TimeZone = 'Asia/Tokyo'", "ROLLBACK TO s", MOMENTS, "COMMIT", MOMENTS),
    ),
    session(
        "parameter status",
        simple(
            *("SET application_name = 'another'", "SET client_encoding = 'LATIN1'", "RESET client_encoding"),
            *("SET standard_conforming_strings = off", "SET DateStyle = ISO, DMY", "SET DateStyle = ISO, DMY"),
            *(
                "SET IntervalStyle = postgres_verbose",
                "SET TimeZone = 'utc'",
                "SELECT set_config('TimeZone', 'CET', false)",
            ),
            *("SET default_transaction_read_only = on", "RESET ALL", "DISCARD ALL"),
            *("BEGIN", "SET LOCAL TimeZone = 'CET'", "SET LOCAL application_name = 'within'", "COMMIT"),
            *("BEGIN", "SET TimeZone = 'CET'", "ROLLBACK", "SET SESSION AUTHORIZATION DEFAULT"),
        ),
        usual("SET TimeZone = 'CET'"),
        Send((Query("SET TimeZone = 'EST'; SELECT 1; SET TimeZone = 'UTC'"), Query(PLAIN), Query("RESET ALL"))),
    ),
    session(
        "encodings",
        simple(
            NAMES,
            "SET client_encoding = 'LATIN1'",
            PLAIN,
            NAMES,
            "SELECT chr(233)",
            "SELECT 'caf\udce9'",
            "SELECT '\udcff'",
        ),
        usual("SELECT $1::text", b"\xe9"),
        simple("SET NAMES 'UTF8'", NAMES, "SET client_encoding = 'SQL_ASCII'", NAMES, "SET client_encoding = 'EUC_JP'"),
        simple(
            NAMES,
            PLAIN,
            "SET client_encoding = 'SJIS'",
            PLAIN,
            "SET client_encoding = 'nonsense'",
            "SHOW client_encoding",
        ),
    ),
    session(
        "show and refused settings",
        simple("SHOW server_version", "SHOW TimeZone", "SHOW TRANSACTION ISOLATION LEVEL", "SHOW nope", "SET nope = 1"),
        simple(
            "SET TimeZone = 'Nowhere'",
            "SET DateStyle = 'x'",
            "SET work_mem = '1'",
            "SET mine.own = 'x'",
            "SHOW mine.own",
        ),
        simple("SET fsync = off", "SET SESSION mine.own TO DEFAULT", "SELECT current_setting('mine.own', true)"),
        simple("SELECT name, setting FROM pg_settings WHERE name IN ('TimeZone', 'DateStyle') ORDER BY 1"),
    ),
    session(
        "roles and search paths",
        simple("SELECT current_user", "SET ROLE app_md5", "SELECT current_user", PLAIN, "RESET ROLE", PLAIN),
        simple(
            "SET search_path = scratch, public", PLAIN, "SET search_path = scratch", PLAIN, "SET search_path TO DEFAULT"
        ),
        simple(PLAIN, "CREATE TABLE scratch.items (id int, n int)", "SET search_path = scratch, public", PLAIN),
        simple("RESET search_path", PLAIN, "DROP TABLE scratch.items"),
        simple(
            "CREATE TEMP TABLE items (id int, n int)",
            PLAIN,
            "INSERT INTO items VALUES (7, 7)",
            PLAIN,
            "DISCARD TEMP",
            PLAIN,
        ),
        keeps=False,
    ),
    session(
        "discard",
        pipeline(Parse(PLAIN, "s"), Bind((), "s"), Describe(), Execute()),
        simple("DISCARD PLANS", "DISCARD SEQUENCES", "SET TimeZone = 'CET'", "DISCARD ALL", MOMENTS),
        pipeline(Bind((), "s"), Execute()),
        simple("BEGIN", PLAIN, "DISCARD ALL", "ROLLBACK", PLAIN),
    ),
)
