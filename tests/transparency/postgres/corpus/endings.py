"""How statements and sessions are brought to an end: cancelled, timed out, shut down, left."""

from __future__ import annotations

from tests.transparency.postgres.frontend import Bind, Execute, Flush, Parse, Query, Terminate
from tests.transparency.postgres.script import Cancel, Connect, Parameter, pipeline, session, simple, usual
from tests.transparency.script import Await, HangUp, Kill, Script, Send

ALL = "SELECT id, name FROM items ORDER BY id"
SLEEP = "SELECT pg_sleep(60)"


def _with(name: str, options: str, *steps: Send | Await) -> Script:
    return Script(name, (Connect(parameters=(Parameter("options", options),)), *steps))


SCRIPTS: tuple[Script, ...] = (
    session("good-bye", simple(ALL), Send((Terminate(),))),
    session("good-bye with a request in front", Send((Query(ALL), Terminate()))),
    session("good-bye behind a pipeline", Send((*usual(ALL).messages, Query("SELECT 1 / 0"), Query(ALL), Terminate()))),
    session("hanging up before the answer", Send((Query(ALL), Query("SELECT 'last'")), awaited=False), HangUp()),
    session("hanging up when all is answered", simple(ALL), HangUp()),
    session("hanging up in a block", simple("BEGIN", ALL), HangUp()),
    session("good-bye in a block", simple("BEGIN", ALL), Send((Terminate(),))),
    session(
        "cancel",
        Send((Query(SLEEP),), awaited=False),
        Cancel(),
        Await(),
        Send(usual(SLEEP).messages, awaited=False),
        Cancel(),
        Await(),
        simple("BEGIN"),
        Send((Query(SLEEP),), awaited=False),
        Cancel(),
        Await(),
        simple(ALL, "COMMIT", ALL),
    ),
    session(
        "cancel of one request among several",
        Send((Query(ALL), Query(SLEEP), Query(ALL)), awaited=False),
        Cancel(),
        Await(),
        Send(
            (*pipeline(Parse(SLEEP), Bind(), Execute(), Parse(ALL), Bind(), Execute()).messages, Query(ALL)),
            awaited=False,
        ),
        Cancel(),
        Await(),
    ),
    session(
        "statement_timeout",
        simple("SET statement_timeout = 400", SLEEP, ALL, "BEGIN", SLEEP, ALL, "ROLLBACK"),
        pipeline(Parse(SLEEP), Bind(), Execute(), Parse(ALL), Bind(), Execute()),
        simple("SET statement_timeout = 0", ALL),
    ),
    _with(
        "idle in a block too long",
        "-c idle_in_transaction_session_timeout=400",
        *simple("BEGIN", "LOCK empty IN SHARE MODE"),
        Await(closed=True),
    ),
    _with("idle too long", "-c idle_session_timeout=400", *simple("SELECT 1"), Await(closed=True)),
    session("shut down when idle", simple(ALL), Kill(), Await(closed=True)),
    session("shut down in a block", simple("BEGIN", "LOCK empty IN SHARE MODE"), Kill(), Await(closed=True)),
    session("shut down when busy", Send((Query(SLEEP),), awaited=False), Kill(running=True), Await(closed=True)),
    session(
        "shut down in the middle of a request",
        Send((Parse(ALL), Bind(), Execute(), Flush(), Parse(SLEEP), Bind(), Execute(), Flush()), awaited=False),
        Kill(running=True),
        Await(closed=True),
    ),
    session("its own end", simple("SELECT pg_terminate_backend(pg_backend_pid())")),
)
