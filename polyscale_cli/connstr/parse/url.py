"""Read a URL as people have them in ``DATABASE_URL``.

Follows libpq (PostgreSQL manual, 34.1.1.2) and RFC 3986, and forgives one thing that most URL parsers forgive as well:
an ``@`` in the password that is not encoded.
"""

from __future__ import annotations

from polyscale_cli.connstr.model import DEFAULT_PORTS, Database, DatabaseUrl
from polyscale_cli.connstr.parse.faults import invalid, no_host, one_host, port_number, several_hosts
from polyscale_cli.connstr.parse.lift import lift_parameters, lift_properties
from polyscale_cli.connstr.quoting import decode
from polyscale_cli.errors import UsageError
from polyscale_cli.value import Value

_SCHEMES = {
    "postgres": Database.POSTGRES,
    "postgresql": Database.POSTGRES,
    "mysql": Database.MYSQL,
    "mysql2": Database.MYSQL,
    "mariadb": Database.MARIADB,
    "sqlserver": Database.MSSQL,
    "mssql": Database.MSSQL,
}


class _Authority(Value):
    user: str | None
    password: str | None
    host: str
    port: int | None


def parse_url(text: str) -> DatabaseUrl:
    """Take a URL apart. Raises UsageError with code INVALID_URL."""
    scheme, _, rest = text.partition("://")
    scheme, _, driver = scheme.lower().partition("+")
    database = _SCHEMES.get(scheme)
    if database is None:
        raise _unknown_scheme(scheme)
    if database is Database.MSSQL and _has_properties(rest):
        from polyscale_cli.connstr.parse.sqlserver import parse_sqlserver

        return parse_sqlserver(scheme, rest, doubled=False)
    if any(character.isspace() or ord(character) < 0x20 for character in text):
        raise invalid("It holds a space or a line break.", "Write a space as %20, and give one URL only.")
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
        # SQLAlchemy takes + for a space there.
        query=tuple(_parameters(query.replace("+", "%20") if driver else query)),
    )
    if database is Database.POSTGRES:
        url = lift_parameters(url)
    if driver or database is Database.MSSQL:
        url = lift_properties(url)
    if not url.host:
        raise no_host()
    return url


def _has_properties(rest: str) -> bool:
    """Whether this is ``host;key=value`` and no user stands before the host."""
    semicolon = rest.find(";")
    return semicolon >= 0 and not any(mark in rest[:semicolon] for mark in "/@?")


def _split(rest: str) -> tuple[_Authority, str, str]:
    rest, _, _ = rest.partition("#") if "@" not in rest.partition("#")[2] else (rest, "", "")
    end = min((index for index in map(rest.find, "/?#") if index >= 0), default=len(rest))
    authority, tail = rest[:end], rest[end:]
    port = authority.rpartition(":")[2] if ":" in authority else "0"
    path, _, query = tail.partition("?")
    # Where a password holds both, what is behind its own @ looks like a host, and the rest like a path or parameters.
    stray = "@" in path or any("@" in part.partition("=")[0] for part in query.split("&"))
    if stray or ("@" not in authority and "@" in tail and not port.isdigit()):
        raise invalid(
            "The user or the password seems to hold a /, ? or # that is not encoded.",
            "Write / as %2F, ? as %3F, # as %23 and @ as %40 there, and @ in the database's name as well.",
        )
    return _parse_authority(authority), path.removeprefix("/"), query


def _parse_authority(text: str) -> _Authority:
    userinfo, at, hostport = text.rpartition("@")
    user, colon, password = userinfo.partition(":")
    if "," in hostport:
        raise several_hosts()
    if hostport.startswith("["):
        host, bracket, rest = hostport[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise invalid("The brackets around its host do not match.", "Write an IPv6 address as [::1]:5432.")
        port = rest.removeprefix(":")
    else:
        host, _, port = hostport.partition(":")
        if ":" in port:
            raise invalid("Its host holds several colons.", "Write an IPv6 address in brackets: [::1]:5432.")
        host = decode(host, "host")
    return _Authority(
        user=decode(user, "user") if at and user else None,
        password=decode(password, "password") if colon else None,
        host=one_host(host),
        port=port_number(port) if port else None,
    )


def _parameters(query: str) -> list[tuple[str, str]]:
    found = []
    for part in query.split("&"):
        if part:
            key, _, value = part.partition("=")
            found.append((decode(key, "parameters"), decode(value, "parameters")))
    return found


def _unknown_scheme(scheme: str) -> UsageError:
    if scheme in {"prisma", "prisma+postgres"}:
        return invalid(
            "It is a Prisma Accelerate URL, not that of a database.", "Use the database's own URL, often in DIRECT_URL."
        )
    return invalid(
        f"It starts with {scheme[:20]}://." if scheme.isascii() and scheme.isalnum() else "Its scheme is unknown.",
        f"Use a URL that starts with one of: {', '.join(f'{name}://' for name in _SCHEMES)}.",
    )
