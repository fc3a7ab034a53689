"""Read a connection string as people have them in ``DATABASE_URL``.

Follows libpq (PostgreSQL manual, 34.1.1.2) and RFC 3986, and forgives one thing that most URL parsers forgive as well:
an ``@`` in the password that is not encoded. Nothing that this module raises quotes the string, which holds a password.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from polyscale_cli.connstr.model import DEFAULT_PORTS, Database, DatabaseUrl
from polyscale_cli.connstr.quoting import decode
from polyscale_cli.errors import UsageError

_SCHEMES = {
    "postgres": Database.POSTGRES,
    "postgresql": Database.POSTGRES,
    "mysql": Database.MYSQL,
    "mysql2": Database.MYSQL,
    "mariadb": Database.MARIADB,
    "sqlserver": Database.MSSQL,
    "mssql": Database.MSSQL,
}
_HIGHEST_PORT = 65535


class _Authority(NamedTuple):
    user: str | None
    password: str | None
    host: str
    port: int | None


def parse(text: str) -> DatabaseUrl:
    """Take a connection string apart. Raises UsageError with code INVALID_URL."""
    text = text.strip()
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise _invalid("It is not a URL.", "It should look like postgresql://user:password@host:5432/database.")
    scheme, _, driver = scheme.lower().partition("+")
    database = _SCHEMES.get(scheme)
    if database is None:
        raise _unknown_scheme(scheme)
    if database is Database.MSSQL:
        return _parse_sqlserver(scheme, rest)
    if any(character.isspace() or ord(character) < 0x20 for character in text):
        raise _invalid("It holds a space or a line break.", "Write a space as %20, and give one URL only.")
    authority, path, query = _split(rest)
    url = DatabaseUrl(
        database=database,
        scheme=scheme,
        driver=driver or None,
        user=authority.user,
        password=authority.password,
        host=authority.host,
        port=authority.port or DEFAULT_PORTS[database],
        name=decode(path, "database name") or None,
        query=tuple(_parameters(query)),
    )
    if database is Database.POSTGRES:
        url = _lift_parameters(url, port_given=authority.port is not None)
    if not url.host:
        raise _invalid("It names no host.", "An edge needs a host and a port; a Unix socket has neither.")
    return url


def _split(rest: str) -> tuple[_Authority, str, str]:
    rest, _, _ = rest.partition("#") if "@" not in rest.partition("#")[2] else (rest, "", "")
    end = min((index for index in map(rest.find, "/?#") if index >= 0), default=len(rest))
    authority, tail = rest[:end], rest[end:]
    port = authority.rpartition(":")[2] if ":" in authority else "0"
    if "@" not in authority and ("@" in tail.partition("?")[0] or ("@" in tail and not port.isdigit())):
        raise _invalid(
            "The user or the password seems to hold a /, ? or # that is not encoded.",
            "Write / as %2F, ? as %3F and # as %23 there.",
        )
    path, _, query = tail.partition("?")
    return _parse_authority(authority), path.removeprefix("/"), query


def _parse_authority(text: str) -> _Authority:
    userinfo, at, hostport = text.rpartition("@")
    user, colon, password = userinfo.partition(":")
    if "," in hostport:
        raise _several_hosts()
    if hostport.startswith("["):
        host, bracket, rest = hostport[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise _invalid("The brackets around its host do not match.", "Write an IPv6 address as [::1]:5432.")
        port = rest.removeprefix(":")
    else:
        host, _, port = hostport.partition(":")
        if ":" in port:
            raise _invalid("Its host holds several colons.", "Write an IPv6 address in brackets: [::1]:5432.")
        host = decode(host, "host")
    return _Authority(
        user=decode(user, "user") if at and user else None,
        password=decode(password, "password") if colon else None,
        host=_one_host(host),
        port=_port(port) if port else None,
    )


def _parameters(query: str) -> list[tuple[str, str]]:
    found = []
    for part in query.split("&"):
        if part:
            key, _, value = part.partition("=")
            found.append((decode(key, "parameters"), decode(value, "parameters")))
    return found


def _lift_parameters(url: DatabaseUrl, *, port_given: bool) -> DatabaseUrl:
    """Libpq takes host, port, user, password and dbname from the query, too, and there they win."""
    lifted = dict(pair for pair in url.query if pair[0] in {"host", "hostaddr", "port", "user", "password", "dbname"})
    # hostaddr is where libpq connects; the name is then for certificates only.
    host = lifted.get("hostaddr") or lifted.get("host") or url.host
    port = _port(lifted["port"]) if lifted.get("port") else url.port
    return replace(
        url,
        host=_one_host(host),
        port=port if lifted.get("port") or port_given else DEFAULT_PORTS[Database.POSTGRES],
        user=lifted.get("user") or url.user,
        password=lifted.get("password") or url.password,
        name=lifted.get("dbname") or url.name,
        query=tuple(pair for pair in url.query if pair[0] not in lifted),
    )


def _parse_sqlserver(scheme: str, rest: str) -> DatabaseUrl:
    """``sqlserver://host:port;key=value;…``, or the same as a plain URL."""
    address, _, properties = rest.partition(";")
    authority, path, query = _split(address)
    values = {}
    for part in properties.split(";"):
        key, _, value = part.partition("=")
        values[key.strip().lower()] = value
    if not authority.host:
        raise _invalid("It names no host.", "It should look like sqlserver://host:1433;database=shop;user=…")
    return DatabaseUrl(
        database=Database.MSSQL,
        scheme=scheme,
        host=authority.host,
        port=authority.port or DEFAULT_PORTS[Database.MSSQL],
        user=values.get("user") or values.get("username") or authority.user,
        password=values.get("password") or authority.password,
        name=values.get("database") or values.get("initial catalog") or decode(path, "database name") or None,
        query=tuple(_parameters(query)),
    )


def _one_host(host: str) -> str:
    if host.startswith(("/", "@")):
        raise _invalid(
            "Its host is a Unix socket, which an edge cannot be asked to reach.",
            "Use the host and port on which the database listens, such as localhost:5432.",
        )
    if "," in host:
        raise _several_hosts()
    return host


def _port(text: str) -> int:
    if "," in text:
        raise _several_hosts()
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _HIGHEST_PORT):
        raise _invalid("Its port is no number from 1 to 65535.", "Check what stands behind the host's colon.")
    return int(text)


def _several_hosts() -> UsageError:
    return _invalid("It names several hosts.", "A cache stands for one: name one host, or make a cache for each.")


def _unknown_scheme(scheme: str) -> UsageError:
    if scheme in {"prisma", "prisma+postgres"}:
        return _invalid(
            "It is a Prisma Accelerate URL, not that of a database.", "Use the database's own URL, often in DIRECT_URL."
        )
    return _invalid(
        f"It starts with {scheme[:20]}://." if scheme.isascii() and scheme.isalnum() else "Its scheme is unknown.",
        f"Use a URL that starts with one of: {', '.join(f'{name}://' for name in _SCHEMES)}.",
    )


def _invalid(why: str, fix: str) -> UsageError:
    return UsageError("The connection string cannot be used.", why=why, fix=fix, code="INVALID_URL")
