"""How statements and sessions are brought to an end, and packets that are none."""

from __future__ import annotations

from tests.transparency.mysql.frontend import PING, QUIT, Bytes, Close, Execute, Other, Prepare, Query
from tests.transparency.mysql.script import at_once, send, session, texts
from tests.transparency.script import Await, HangUp, Kill, Script, Send

ALL = "SELECT id, name FROM items ORDER BY id"
SLEEP = "SELECT SLEEP(60)"

SCRIPTS: tuple[Script, ...] = (
    session("good-bye", texts(ALL), send(QUIT)),
    session("good-bye with requests in front", at_once(Query(ALL), Query("SELECT nope"), PING, QUIT)),
    session("good-bye in a block", texts("BEGIN", ALL), send(QUIT)),
    session("good-bye behind a statement that nobody closed", send(Prepare(ALL), Execute(1), QUIT)),
    session("hanging up when all is answered", texts(ALL), HangUp()),
    session("hanging up in the middle of a packet", texts(ALL), Send((Bytes(b"\x10\0\0\0\3SELECT"),)), HangUp()),
    session("hanging up in the middle of a header", texts(ALL), Send((Bytes(b"\x10\0"),)), HangUp()),
    session("killed when idle", texts(ALL), Kill(), Await(closed=True)),
    session("killed in a block", texts("BEGIN", ALL), Kill(), Await(closed=True)),
    session("killed when busy", Send((Query(SLEEP),), awaited=False), Kill(running=True), Await(closed=True)),
    session("a session that ends itself", texts("KILL CONNECTION_ID()"), Await(closed=True)),
    session("a wrong number", texts(ALL), Send((Other(b"\x03SELECT 1", number=5),)), Await(closed=True)),
    session(
        "a wrong number of what is not answered",
        send(Prepare(ALL)),
        Send((Other(Close(1).encode()[4:], 1),), awaited=False),
        HangUp(),
    ),
)
