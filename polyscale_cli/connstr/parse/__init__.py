"""Read a connection string as people have them: a URL, libpq's keywords, JDBC, ADO.NET, Prisma's for SQL Server.

Nothing that is raised here quotes the string, which holds a password.
"""

from __future__ import annotations

import re

from polyscale_cli.connstr.model import DatabaseUrl
from polyscale_cli.connstr.parse.faults import invalid
from polyscale_cli.connstr.parse.url import parse_url

# What comes along when a line is copied from a console, a shell or a .env file.
_PSQL = re.compile(r"psql\s+(?=['\"]?\w)")
_ASSIGNMENT = re.compile(r"(?:export\s+)?[A-Z_][A-Z0-9_]*=(?=['\"]?[a-z][a-z0-9+:]*://)")
_KEYWORDS = re.compile(r"\w[\w ]*=")


def parse(text: str) -> DatabaseUrl:
    """Take a connection string apart. Raises UsageError with code INVALID_URL."""
    text = _ASSIGNMENT.sub("", _PSQL.sub("", text.strip(), count=1), count=1)
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        text = text[1:-1].strip()
    if text[:5].lower() == "jdbc:":
        from polyscale_cli.connstr.parse.jdbc import parse_jdbc

        return parse_jdbc(text[5:])
    if _KEYWORDS.match(text):
        from polyscale_cli.connstr.parse.adonet import parse_adonet, properties

        said = properties(text) if ";" in text else None
        if said is not None:
            return parse_adonet(said)
        from polyscale_cli.connstr.parse.keywords import parse_keywords

        return parse_keywords(text)
    if "://" not in text:
        raise invalid("It is not a URL.", "It should look like postgresql://user:password@host:5432/database.")
    return parse_url(text)
