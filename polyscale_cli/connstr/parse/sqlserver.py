"""``sqlserver://host:port;key=value;…`` as Prisma and JDBC have it, and plain URLs for SQL Server."""

from __future__ import annotations

import re

from polyscale_cli.connstr.model import DEFAULT_PORTS, Database, DatabaseUrl
from polyscale_cli.connstr.parse.faults import invalid, no_host, one_host, port_number
from polyscale_cli.connstr.parse.lift import lift_properties

_SERVER = re.compile(r"(?P<host>\[[^\]]*\]|[^:;]*)(?::(?P<port>[^;]*))?(?:;|\Z)")
_PROPERTY = r"\s*(?P<key>[^=;]*?)\s*=\s*(?:%s\s*(?=;|\Z)|(?P<bare>[^;]*))(?:;|\Z)|[^;]*(?:;|\Z)"
# A value in braces ends at a brace before a semicolon; where }} means one brace, at the first that is not doubled.
_PLAIN = re.compile(_PROPERTY % r"\{(?P<braced>.*?)\}", re.DOTALL)
_DOUBLED = re.compile(_PROPERTY % r"\{(?P<braced>(?:[^}]|\}\})*)\}", re.DOTALL)


def parse_sqlserver(scheme: str, text: str, *, doubled: bool) -> DatabaseUrl:
    """Take apart what follows ``sqlserver://``.

    Args:
        scheme: what came before.
        text: from the host on.
        doubled: whether ``}}`` in braces means one brace, as JDBC has it and Prisma has not.
    """
    server = _SERVER.match(text)
    if server is None:
        raise no_host()
    pairs, position = [], server.end()
    while position < len(text):
        match = (_DOUBLED if doubled else _PLAIN).match(text, position)
        if match is None or match.end() == position:
            break
        position = match.end()
        if match["key"] is None and match[0].strip("; \t\r\n"):
            raise invalid("One of its properties has no =.", "Put a value that holds a ; in braces: password={a;b}.")
        if match["key"]:
            braced = match["braced"]
            value = match["bare"].strip() if braced is None else braced.replace("}}", "}") if doubled else braced
            pairs.append((match["key"], value))
    said = {key.lower(): value for key, value in pairs}
    host = one_host(server["host"].strip("[] ") or said.get("servername", "") or said.get("server", ""))
    if not host:
        raise no_host()
    port = server["port"] or said.get("portnumber") or said.get("port")
    return lift_properties(
        DatabaseUrl(
            Database.MSSQL,
            scheme,
            host,
            port_number(port) if port else DEFAULT_PORTS[Database.MSSQL],
            query=tuple(pairs),
        )
    )
