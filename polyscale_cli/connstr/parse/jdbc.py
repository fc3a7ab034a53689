"""JDBC URLs of PostgreSQL, MySQL, MariaDB and SQL Server; what follows ``jdbc:``."""

from __future__ import annotations

from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.connstr.parse.faults import invalid
from polyscale_cli.connstr.parse.lift import lift_properties
from polyscale_cli.connstr.parse.sqlserver import parse_sqlserver
from polyscale_cli.connstr.parse.url import parse_url

_NAMES = {"ApplicationName": "application_name", "channelBinding": "channel_binding"}


def parse_jdbc(text: str) -> DatabaseUrl:
    """Take it apart. Raises UsageError with code INVALID_URL."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise invalid("It is a JDBC URL without a host.", "It should look like jdbc:postgresql://host:5432/database.")
    if scheme.lower() == "sqlserver":
        return parse_sqlserver("sqlserver", rest, doubled=True)
    address, question, query = rest.partition("?")
    # Java's URLDecoder takes + for a space; drivers take a blank and a # as they are.
    for character, escape in (("+", "%20"), (" ", "%20"), ("\t", "%09"), ("#", "%23")):
        query = query.replace(character, escape)
    url = parse_url(f"{scheme}://{address.replace(' ', '%20')}{question}{query}")
    if url.database is not Database.POSTGRES:
        return lift_properties(url)
    parameters = [(_NAMES.get(key, key), value) for key, value in url.query if key != "assumeMinServerVersion"]
    if "sslmode" not in dict(parameters):
        # Here ssl=true means verify-full.
        parameters = [("sslmode", "verify-full") if pair == ("ssl", "true") else pair for pair in parameters]
    return url.replace(query=tuple(parameters))
