"""Parameters that say what other forms have in the URL's path: host, user, password, database."""

from __future__ import annotations

from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.connstr.parse.faults import one_host, port_number

_LIBPQ = {"host", "hostaddr", "port", "user", "password", "dbname"}
_USERS = ("user", "username", "uid", "userid", "user id")
_PASSWORDS = ("password", "pwd")
_NAMES = ("database", "initial catalog", "databasename", "dbname", "db")


def lift_parameters(url: DatabaseUrl) -> DatabaseUrl:
    """Libpq takes host, port, user, password and dbname from the parameters, too, and there they win."""
    lifted = {key: value for key, value in url.query if key in _LIBPQ}
    # hostaddr is where libpq connects; the name is then for certificates only.
    host = lifted.get("hostaddr") or lifted.get("host") or url.host
    return url.replace(
        host=one_host(host),
        port=port_number(lifted["port"]) if lifted.get("port") else url.port,
        user=lifted.get("user") or url.user,
        password=lifted.get("password", url.password),
        name=lifted.get("dbname") or url.name,
        query=tuple(pair for pair in url.query if pair[0] not in _LIBPQ),
    )


def lift_properties(url: DatabaseUrl) -> DatabaseUrl:
    """User, password and database from the properties of SQL Server, JDBC and SQLAlchemy, in any case."""
    said = {key.lower(): value for key, value in url.query}
    user = next((said[key] for key in _USERS if said.get(key)), url.user)
    password = next((said[key] for key in _PASSWORDS if key in said), url.password)
    name = next((said[key] for key in _NAMES if said.get(key)), url.name)
    taken = {*_USERS, *_PASSWORDS, *_NAMES}
    if url.database is Database.MSSQL:
        # Which ODBC driver is SQLAlchemy's business alone.
        taken |= {"driver", "servername", "portnumber"}
    rest = tuple(pair for pair in url.query if pair[0].lower() not in taken)
    return url.replace(user=user, password=password, name=name, query=rest)
