"""ADO.NET: ``Server=db,1433;Database=shop;User ID=me;Password="a;b"``, of SqlClient, Npgsql and MySqlConnector.

They share a syntax (DbConnectionStringBuilder's) and not the words, which tell whose it is: only Npgsql says Host, and
SqlClient has no Port.
"""

from __future__ import annotations

import re

from polyscale_cli.connstr.model import DEFAULT_PORTS, SCHEMES, Database, DatabaseUrl
from polyscale_cli.connstr.parse.faults import no_host, one_host, port_number

_PROPERTY = re.compile(
    r"""\s*(?P<key>[A-Za-z][A-Za-z _]*?)\s*=\s*
    (?:"(?P<double>(?:[^"]|"")*)"\s*(?=;|\Z)|'(?P<single>(?:[^']|'')*)'\s*(?=;|\Z)|(?P<bare>[^;]*))(?:;\s*|\Z)""",
    re.VERBOSE,
)
# What libpq's keywords look like when they are read as one property.
_SEVERAL_WORDS = re.compile(r"\s\w+\s*=")
_HOSTS = ("host", "server", "datasource", "address", "addr", "networkaddress")
_USERS = ("username", "userid", "uid", "user")
_PASSWORDS = ("password", "pwd")
_NAMES = ("database", "initialcatalog", "db")
_TAKEN = {*_HOSTS, *_USERS, *_PASSWORDS, *_NAMES, "port"}
_WORDS = {"sslmode": "sslmode", "applicationname": "application_name", "channelbinding": "channel_binding"}


def properties(text: str) -> dict[str, str] | None:
    """The properties, keys in lower case and without blanks; None when this is no such string."""
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PROPERTY.match(text, position)
        if match is None or match.end() == position:
            return None
        value = _value(match)
        if value is None:
            return None
        found[re.sub(r"[ _]", "", match["key"]).lower()] = value
        position = match.end()
    return found if len(found) > 1 and any(key in found for key in _HOSTS) else None


def parse_adonet(said: dict[str, str]) -> DatabaseUrl:
    """Make sense of the properties. Raises UsageError with code INVALID_URL."""
    database = _database(said)
    host = next(said[key] for key in _HOSTS if key in said)
    port = said.get("port", "")
    if database is Database.MSSQL:
        host, _, port = re.sub(r"(?i)^tcp:", "", host).partition(",")
    host = "localhost" if host.strip().lower() in {".", "(local)"} else host.strip()
    if not host:
        raise no_host()
    return DatabaseUrl(
        database,
        SCHEMES[database],
        one_host(host),
        port_number(port.strip()) if port else DEFAULT_PORTS[database],
        next((said[key] for key in _USERS if key in said), None),
        next((said[key] for key in _PASSWORDS if key in said), None),
        next((said[key] for key in _NAMES if key in said), None),
        query=tuple((_WORDS.get(key, key), value) for key, value in said.items() if key not in _TAKEN),
    )


def _value(match: re.Match[str]) -> str | None:
    """A value without its quotes; None for what is rather several of libpq's keywords."""
    if match["double"] is not None:
        return match["double"].replace('""', '"')
    if match["single"] is not None:
        return match["single"].replace("''", "'")
    bare = match["bare"].strip()
    return None if _SEVERAL_WORDS.search(bare) else bare


def _database(said: dict[str, str]) -> Database:
    if "host" in said:
        return Database.POSTGRES
    return Database.MYSQL if "port" in said or "sslmode" in said else Database.MSSQL
