"""Logging in, and being refused: capabilities, character sets, attributes, other users (internals, "Connection Phase").

Not played: a name of a database or a user that does not exist is refused by the server, in the server's words; what is
no HandshakeResponse at all is refused by whoever reads it first.
"""

from __future__ import annotations

from tests.e2e.raw_mysql import USUAL, Flag, long_string
from tests.transparency.mysql.frontend import PING, ChangeUser, InitDb, Query
from tests.transparency.mysql.script import NO_DATABASE, Connect, send, session_with, texts
from tests.transparency.script import Await, Script

WHERE = "SELECT DATABASE(), CURRENT_USER(), SUBSTRING_INDEX(USER(), '@', 1)"
ALL = "SELECT id, name FROM items ORDER BY id"
ATTRIBUTES = b"".join(map(long_string, (b"_client_name", b"a script", b"program_name", "żółw".encode())))

SCRIPTS: tuple[Script, ...] = (
    *(
        session_with(f"logging in with {name}", connect, texts(ALL, WHERE, ALL, "SELECT * FROM kinds", ALL))
        for name, connect in (
            ("the usual capabilities", Connect()),
            ("no EOF packets", Connect(flags=USUAL | Flag.DEPRECATE_EOF)),
            ("found rows counted", Connect(flags=USUAL | Flag.FOUND_ROWS)),
            ("tracking of the session", Connect(flags=USUAL | Flag.SESSION_TRACK)),
            ("tracking and no EOF packets", Connect(flags=USUAL | Flag.SESSION_TRACK | Flag.DEPRECATE_EOF)),
            ("attributes", Connect(flags=USUAL | Flag.CONNECT_ATTRS, attributes=ATTRIBUTES)),
            ("neither multi-statements nor files", Connect(flags=USUAL & ~(Flag.MULTI_STATEMENTS | Flag.LOCAL_FILES))),
            ("latin1", Connect(charset=8)),
            ("another collation", Connect(charset=46)),
            ("caching_sha2_password", Connect(plugin="caching_sha2_password")),
            ("a plugin nobody has", Connect(plugin="no_such_plugin")),
        )
    ),
    session_with(
        "logging in without a database",
        Connect(database=NO_DATABASE),
        texts(WHERE, ALL),
        send(InitDb("nowhere"), PING, Query(WHERE)),
        texts("SHOW DATABASES LIKE 'mys%'"),
    ),
    session_with("a database that does not exist", Connect(database="nowhere"), Await(closed=True)),
    session_with("a proof of a password that nobody has", Connect(secret=b"x" * 20), Await(closed=True)),
    session_with("a user that does not exist", Connect(user="nobody"), Await(closed=True)),
    session_with(
        "several statements that were not announced",
        Connect(flags=USUAL & ~Flag.MULTI_STATEMENTS),
        texts("SELECT 1; SELECT 2", ALL, ALL, ALL),
    ),
    session_with(
        "changing users",
        Connect(),
        texts("SET @x = 1", "SELECT @x", ALL),
        send(ChangeUser("open", "mysql"), Query("SELECT @x, DATABASE()"), Query(ALL)),
        send(ChangeUser("open", ""), Query(WHERE), Query("SELECT 1")),
    ),
)
