"""What a session sets, and how it shapes the same answers."""

from __future__ import annotations

from tests.e2e.raw_mysql import USUAL, Flag
from tests.transparency.mysql.frontend import RESET_CONNECTION, ChangeUser, InitDb, Query
from tests.transparency.mysql.script import Connect, send, session, session_with, texts
from tests.transparency.script import Script

ALL = "SELECT id, name FROM items ORDER BY id"
MOMENTS = "SELECT dt, dm, ts FROM kinds"

_EACH_WAY = (
    ("SET time_zone = '+09:00'", "SET time_zone = DEFAULT", MOMENTS),
    ("SET NAMES latin1", "SET NAMES utf8mb4", ALL),
    (
        "SET character_set_results = NULL",
        "SET character_set_results = utf8mb4",
        "SELECT latin, name FROM kinds, items WHERE id = 4",
    ),
    ("SET NAMES utf8mb4 COLLATE utf8mb4_bin", "SET NAMES utf8mb4", "SELECT id FROM items WHERE name = 'ONE'"),
    ("SET collation_connection = utf8mb4_bin", "SET NAMES utf8mb4", "SELECT 'a' = 'A', id FROM items WHERE id = 1"),
    ("SET sql_mode = 'ANSI_QUOTES'", "SET sql_mode = DEFAULT", 'SELECT "id" FROM items ORDER BY id'),
    ("SET sql_mode = 'PIPES_AS_CONCAT'", "SET sql_mode = DEFAULT", "SELECT id || 1 FROM items ORDER BY id"),
    ("SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "SET sql_mode = DEFAULT", "SELECT 'a\\nb', id FROM items WHERE id = 1"),
    (
        "SET sql_mode = 'IGNORE_SPACE,HIGH_NOT_PRECEDENCE'",
        "SET sql_mode = DEFAULT",
        "SELECT count (*) FROM items WHERE NOT id IN (1)",
    ),
    ("SET SQL_SELECT_LIMIT = 2", "SET SQL_SELECT_LIMIT = DEFAULT", ALL),
    ("SET div_precision_increment = 9", "SET div_precision_increment = 4", "SELECT id / 3 FROM items ORDER BY id"),
    (
        "SET group_concat_max_len = 4",
        "SET group_concat_max_len = DEFAULT",
        "SELECT group_concat(n ORDER BY id) FROM items",
    ),
    ("SET lc_time_names = 'de_DE'", "SET lc_time_names = 'en_US'", "SELECT DATE_FORMAT(dt, '%M') FROM kinds"),
    ("USE mysql", "USE {database}", "SELECT count(*) FROM items"),
)

SCRIPTS: tuple[Script, ...] = (
    *(
        session(f"the same read, and {change}", texts(read, read, read, change, read, read, read, back, read))
        for change, back, read in _EACH_WAY
        if "{" not in back
    ),
    session(
        "settings that are refused",
        texts(
            *("SET nope = 1", "SET sql_mode = 'NOPE'", "SET NAMES nope", "SET time_zone = 'Nowhere/Land'", ALL),
            *("SET @@session.sql_mode = ''", "SET @@global.nope = 1", "SET GLOBAL sql_mode = DEFAULT", ALL, ALL),
        ),
    ),
    session(
        "variables of the session's own",
        texts(
            *(
                "SET @n = 1",
                "SELECT name FROM items WHERE id = @n",
                "SET @n = 2",
                "SELECT name FROM items WHERE id = @n",
            ),
            *(
                "SELECT @n := id FROM items WHERE id = 3",
                "SELECT @n",
                "SELECT id INTO @n FROM items WHERE id = 1",
                "SELECT @n",
            ),
            *(
                "SELECT name FROM items WHERE id = @n",
                "SET timestamp = 1000",
                "SELECT UNIX_TIMESTAMP()",
                "SET timestamp = DEFAULT",
            ),
        ),
    ),
    session(
        "the session is reset",
        texts(
            "SET @x = 1, NAMES latin1",
            "SET @x = 1",
            "SET NAMES latin1",
            ALL,
            ALL,
            "BEGIN",
            "CREATE TEMPORARY TABLE mine (a int)",
        ),
        send(RESET_CONNECTION, Query("SELECT @x"), Query(ALL), Query("SELECT * FROM mine"), Query(ALL), Query(ALL)),
        send(
            InitDb("mysql"),
            RESET_CONNECTION,
            Query("SELECT DATABASE()"),
            ChangeUser("open", "mysql"),
            Query("SELECT DATABASE()"),
        ),
    ),
    session_with(
        "what the server tracks",
        Connect(flags=USUAL | Flag.SESSION_TRACK),
        texts(
            "SET NAMES latin1", "SET autocommit = 0", "SET autocommit = 1", "USE mysql", "SET @x = 1", "BEGIN", "COMMIT"
        ),
        texts(
            "SET SESSION session_track_system_variables = 'sql_mode,time_zone'",
            "SET sql_mode = ''",
            "SET time_zone = '+01:00'",
            "SELECT 1",
        ),
        texts(
            "SET session_track_state_change = ON",
            "SET @x = 2",
            "SET session_track_schema = ON",
            "USE mysql",
            "SELECT 1",
        ),
    ),
)
