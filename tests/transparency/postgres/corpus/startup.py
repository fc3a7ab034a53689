"""From the first byte to the first ReadyForQuery, or to the refusal (manual, sections 55.2.1 and 55.7)."""

from __future__ import annotations

import struct

from tests.servers.postgres import CLEARTEXT, MD5, SCRAM
from tests.transparency.postgres.script import Connect, Parameter, simple
from tests.transparency.script import Script, Send

READ = "SELECT d, ts, tz, iv, f4, raw FROM kinds"
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
PROTOCOL_3_2 = 3 << 16 | 2


def _script(name: str, connect: Connect, *steps: Send, hits: int | None = None) -> Script:
    return Script(name, (connect, *steps), hits)


def _with(name: str, *parameters: tuple[str, str], hits: int | None = None) -> Script:
    connect = Connect(parameters=tuple(Parameter(*each) for each in parameters))
    return _script(name, connect, *simple(READ, "SHOW application_name"), hits=hits)


SCRIPTS: tuple[Script, ...] = (
    _with("a login", hits=1),
    _with("an application name", ("application_name", "my application"), hits=1),
    _with("an application name beyond ASCII", ("application_name", "żółw")),
    _with("an empty application name", ("application_name", "")),
    _with("a name that looks like an id of no cache", ("application_name", "00000000-0000-4000-8000-000000000000")),
    _with("settings", ("DateStyle", "German"), ("TimeZone", "Asia/Tokyo"), ("extra_float_digits", "0"), hits=1),
    _with("settings in options", ("options", "-c IntervalStyle=iso_8601 --bytea-output=escape"), hits=1),
    _with("spaces in options", ("options", r"-c application_name=two\ words -c search_path=public"), hits=1),
    _with("an encoding", ("client_encoding", "LATIN1")),
    _with("a parameter twice", ("TimeZone", "UTC"), ("TimeZone", "CET")),
    _with("a refused parameter", ("nonsense", "1")),
    _with("a refused value", ("TimeZone", "Nowhere")),
    _with("a refused option", ("options", "-c")),
    _with("a setting for administrators", ("session_preload_libraries", "x")),
    _with("a parameter of a protocol extension", ("_pq_.unheard_of", "1")),
    _with("a replication connection", ("replication", "database")),
    _with("a replication connection that is none", ("replication", "nonsense")),
    _script("a later minor version", Connect(version=PROTOCOL_3_2), *simple(READ)),
    _script(
        "a later minor version and an extension",
        Connect(version=PROTOCOL_3_2, parameters=(Parameter("_pq_.a", "1"), Parameter("_pq_.b", ""))),
        *simple(READ),
    ),
    _script("a database that is not there", Connect(database="nowhere")),
    _script("a user that may not log in", Connect(user="app_nobody")),
    _script("a password in clear text", Connect(user=CLEARTEXT.name, password=CLEARTEXT.password), *simple("SELECT 1")),
    _script("a wrong password in clear text", Connect(user=CLEARTEXT.name, password="wrong")),
    _script("an empty password", Connect(user=CLEARTEXT.name, password="")),
    _script("no password", Connect(user=CLEARTEXT.name)),
    _script("a wrong md5 password", Connect(user=MD5.name, password="md5wrong")),
    _script("a wrong proof for SCRAM", Connect(user=SCRAM.name, password="wrong")),
    _script("no proof for SCRAM", Connect(user=SCRAM.name)),
    _script("TLS is offered and then not used", Connect(before=(SSL_REQUEST,)), *simple(READ)),
)
