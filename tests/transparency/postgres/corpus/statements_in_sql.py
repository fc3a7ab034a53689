"""What SQL itself keeps in a session: prepared statements, cursors, temporary tables, advisory locks, channels."""

from __future__ import annotations

from tests.transparency.postgres.frontend import Bind, Describe, Execute, Parse
from tests.transparency.postgres.script import Connect, pipeline, session, simple, usual
from tests.transparency.script import Await, Script

ITEM = "SELECT id, name FROM items WHERE id = $1"
ALL = "SELECT id, name FROM items ORDER BY id"

SCRIPTS: tuple[Script, ...] = (
    session(
        "PREPARE and EXECUTE",
        simple(f"PREPARE q AS {ITEM}", "EXECUTE q(1)", "EXECUTE q(1)", "EXECUTE q(1)", "EXECUTE q", "EXECUTE q('x')"),
        simple(
            f"PREPARE q AS {ALL}",
            "EXECUTE nothing",
            "PREPARE bad AS SELEC",
            "PREPARE p (int) AS SELECT $1 + 1",
            "EXECUTE p(1)",
        ),
        pipeline(Bind(("2",), "q"), Describe(), Execute()),
        pipeline(Bind(("2",), "q"), Describe(), Execute()),
        simple(
            "DEALLOCATE q", "EXECUTE q(1)", "DEALLOCATE PREPARE p", "DEALLOCATE p", f"PREPARE q AS {ALL}", "EXECUTE q"
        ),
        pipeline(Bind((), "q"), Execute()),
        pipeline(Parse(ALL, "made")),
        simple("EXECUTE made", "DEALLOCATE made"),
        pipeline(Bind((), "made"), Execute()),
        simple(
            "SELECT name, statement, parameter_types FROM pg_prepared_statements ORDER BY name",
            "DEALLOCATE ALL",
            "EXECUTE q",
        ),
        usual("EXECUTE nothing"),
    ),
    session(
        "cursors",
        simple(
            f"DECLARE c CURSOR FOR {ALL}",
            "BEGIN",
            f"DECLARE c CURSOR FOR {ALL}",
            ALL,
            "FETCH 2 FROM c",
            "FETCH FORWARD 1 FROM c",
        ),
        simple("MOVE 1 IN c", "FETCH ALL FROM c", "FETCH BACKWARD 1 FROM c", "CLOSE c", "FETCH c", "ROLLBACK"),
        simple(
            "BEGIN", f"DECLARE h SCROLL CURSOR WITH HOLD FOR {ALL}", "FETCH 1 FROM h", "COMMIT", "FETCH 2 FROM h", ALL
        ),
        simple("FETCH PRIOR FROM h", "FETCH LAST FROM h", "CLOSE ALL", "FETCH 1 FROM h"),
        simple(
            "BEGIN",
            f"DECLARE b BINARY CURSOR FOR {ALL}",
            "FETCH 2 FROM b",
            "UPDATE sink SET id = 1 WHERE CURRENT OF b",
            "ROLLBACK",
        ),
        simple("BEGIN", f"DECLARE c CURSOR FOR {ALL}"),
        pipeline(Parse("FETCH 2 FROM c"), Bind(results=(1,)), Describe(), Execute()),
        pipeline(Execute("c", 1)),
        pipeline(Describe("P", "c")),
        simple("COMMIT"),
    ),
    session(
        "temporary tables",
        simple(
            "CREATE TEMP TABLE t (a int)",
            "INSERT INTO t VALUES (1) RETURNING a",
            "SELECT * FROM t",
            "SELECT * FROM t",
            "SELECT * FROM t",
        ),
        simple(
            "CREATE TEMP TABLE items AS SELECT 1 AS shadow",
            "SELECT * FROM items",
            "SELECT * FROM public.items ORDER BY id",
        ),
        simple(
            "DROP TABLE items",
            "SELECT * FROM items ORDER BY id",
            "BEGIN",
            "CREATE TEMP TABLE gone (a int) ON COMMIT DROP",
        ),
        simple("SELECT * FROM gone", "COMMIT", "SELECT * FROM gone"),
        keeps=False,
    ),
    session(
        "advisory locks and sequences",
        simple(
            "SELECT pg_advisory_lock(7)",
            "SELECT pg_try_advisory_lock(7)",
            "SELECT pg_advisory_unlock(7)",
            "SELECT pg_advisory_unlock(7)",
        ),
        simple(
            "SELECT pg_advisory_unlock(7)",
            "SELECT nextval('numbers')",
            "SELECT nextval('numbers')",
            "SELECT currval('numbers')",
        ),
        simple(
            "SELECT setval('numbers', 40)",
            "SELECT lastval()",
            "SELECT last_value FROM numbers",
            "SELECT nextval('nowhere')",
        ),
        keeps=False,
    ),
    session(
        "channels",
        simple(
            "LISTEN news",
            "LISTEN news",
            "NOTIFY news",
            "NOTIFY news, 'payload'",
            "NOTIFY elsewhere",
            "SELECT pg_notify('news', 'called')",
        ),
        simple(
            "BEGIN",
            "NOTIFY news, 'once'",
            "NOTIFY news, 'once'",
            "SELECT 1",
            "COMMIT",
            "BEGIN",
            "NOTIFY news, 'undone'",
            "ROLLBACK",
        ),
        usual("NOTIFY news, 'extended'"),
        simple("SELECT pg_listening_channels()", "UNLISTEN news", "NOTIFY news", "UNLISTEN *"),
    ),
    Script(
        "a notification while a block is open",
        (
            Connect("a"),
            Connect("b"),
            *simple("LISTEN news", ALL, ALL, "BEGIN"),
            *simple("NOTIFY news, 'meanwhile'", who="b"),
            *simple(ALL, ALL, "COMMIT", ALL),
        ),
    ),
    Script(
        "channels between clients",
        (
            Connect("a"),
            Connect("b"),
            *simple("LISTEN news", ALL),
            *simple("NOTIFY news, 'first'", who="b"),
            Await("a", unasked="A"),
            *simple(ALL, ALL),
            *simple("BEGIN", "NOTIFY news, 'second'", ALL, "COMMIT", who="b"),
            Await("a", unasked="A"),
        ),
    ),
)
