"""COPY, FunctionCall and large objects: what is neither rows of a query nor a command's tag (manual, 55.2.4-6)."""

from __future__ import annotations

import struct

from tests.transparency.postgres.frontend import (
    Bind,
    CopyData,
    CopyDone,
    CopyFail,
    Describe,
    Execute,
    Flush,
    FunctionCall,
    Parse,
    Query,
    Sync,
)
from tests.transparency.postgres.script import pipeline, session, simple
from tests.transparency.script import Script, Send

COPY = Query("COPY sink FROM STDIN")
TABLE = "SELECT * FROM sink ORDER BY id, name"
BINARY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
BINARY_ROW = struct.pack("!hii", 2, 4, 7) + struct.pack("!i", 3) + b"bin"

SCRIPTS: tuple[Script, ...] = (
    session(
        "copy out",
        simple("COPY items TO STDOUT", "COPY (SELECT id FROM items ORDER BY id) TO STDOUT (FORMAT csv, HEADER)"),
        simple("COPY kinds TO STDOUT (FORMAT binary)", "COPY empty TO STDOUT", "COPY nowhere TO STDOUT"),
        simple(
            "COPY (SELECT 1 / (3 - id) FROM items ORDER BY id) TO STDOUT", "SELECT 1; COPY parts TO STDOUT; SELECT 2"
        ),
        pipeline(Parse("COPY items TO STDOUT"), Bind(), Describe(), Execute()),
        simple("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 300)) TO STDOUT", "SELECT id FROM items"),
    ),
    session(
        "copy in",
        simple(TABLE),
        Send((COPY,)),
        Send((CopyData(b"1\tone\n2\t"), CopyData(b"\\N\n"), CopyData(b"")), awaited=False),
        Send((CopyData(b"3\tthree"), CopyDone())),
        simple(TABLE),
        Send((COPY, CopyData(b"4\tfour\n"), CopyDone(), Query(TABLE))),
        Send((Query("COPY sink FROM STDIN (FORMAT binary)"),)),
        Send((CopyData(BINARY_HEADER), CopyData(BINARY_ROW), CopyData(b"\xff\xff"), CopyDone())),
        Send((Query("COPY sink FROM STDIN; SELECT count(*) FROM sink; COPY sink FROM STDIN; SELECT 1"),)),
        Send((CopyData(b"5\tfive\n"), CopyDone())),
        Send((CopyData(b"6\tsix\n"), CopyDone())),
        Send((COPY, CopyDone())),
        simple(TABLE),
        keeps=False,
    ),
    session(
        "copy in that fails",
        Send((COPY,)),
        Send((CopyData(b"not a number\tx\n"), CopyDone())),
        Send((COPY, CopyData(b"1\tone\n"), CopyFail("enough"))),
        Send((COPY, CopyData(b"1\tone\ttoo many\n"), CopyData(b"2\ttwo\n"), CopyDone(), Query(TABLE))),
        Send((COPY, CopyData(b"1\n"), CopyDone())),
        Send((COPY, CopyData(b"1\t\xff\n"), CopyDone())),
        Send((Query("COPY nowhere FROM STDIN"),)),
        Send((CopyData(b"1\tone\n"), CopyDone(), Query("SELECT 'after copy data for nobody'"))),
        Send((Query("COPY watched FROM STDIN"), CopyData(b"1\n2\n"), CopyDone())),
        Send((Query("COPY watched FROM STDIN"), CopyData(b"1\n20\n"), CopyDone())),
        Send((COPY,)),
        Send((Query("SELECT 'not a message of COPY'"),)),
        simple("BEGIN"),
        Send((COPY, CopyData(b"1\tone\n"), CopyFail())),
        simple("COMMIT", TABLE),
        keeps=False,
    ),
    session(
        "copy in the extended protocol",
        Send((Parse("COPY sink FROM STDIN"), Bind(), Describe(), Execute(), Flush())),
        Send((CopyData(b"1\tone\n"), CopyDone(), Sync())),
        Send((Parse("COPY sink FROM STDIN"), Bind(), Execute(), Sync())),
        Send((CopyData(b"2\ttwo\n"), CopyDone(), Sync())),
        Send((Parse("COPY sink FROM STDIN"), Bind(), Execute(), Sync())),
        Send((CopyFail("no"), Sync())),
        Send(
            (
                Parse("COPY sink FROM STDIN"),
                Bind(),
                Execute(),
                CopyData(b"3\tthree\n"),
                CopyDone(),
                Sync(),
                Query(TABLE),
            )
        ),
        keeps=False,
    ),
    session(
        "function calls",
        *(
            Send((call,))
            for call in (
                FunctionCall(177, ("1", "2")),
                FunctionCall(177, (b"\0\0\0\1", b"\0\0\0\2"), (1,), 1),
                FunctionCall(177, (b"\0\0\0\1", "2"), (1, 0), 1),
                FunctionCall(177, (None, "2")),
                FunctionCall(177, ("1",)),
                FunctionCall(177, ("x", "2")),
                FunctionCall(154, ("1", "0")),
                FunctionCall(871, ("żółw",)),
                FunctionCall(4_000_000_000),
            )
        ),
        simple("BEGIN"),
        Send((FunctionCall(154, ("1", "0")), FunctionCall(871, ("skipped",)))),
        simple("ROLLBACK"),
        Send((FunctionCall(871, ("abc",)), Query("SELECT id FROM items"), FunctionCall(871, ("def",)))),
    ),
    session(
        "large objects",
        simple("BEGIN", "SELECT lo_create(424242)", "SELECT lo_open(424242, 393216)", "SELECT lowrite(0, 'written')"),
        simple(
            "SELECT lo_lseek(0, 2, 0)", "SELECT loread(0, 3)", "SELECT lo_close(0)", "COMMIT", "SELECT lo_get(424242)"
        ),
        simple(
            "SELECT lo_put(424242, 0, 'W')",
            "SELECT lo_get(424242)",
            "SELECT lo_unlink(424242)",
            "SELECT lo_get(424242)",
        ),
        keeps=False,
    ),
)
