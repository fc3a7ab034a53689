"""Write a URL out, every part encoded."""

from __future__ import annotations

from collections.abc import Iterable

from polyscale_cli.connstr.model import MYSQL_FAMILY, SCHEMES, DatabaseUrl
from polyscale_cli.connstr.quoting import encode, encode_value
from polyscale_cli.connstr.route import Route


def bracketed(host: str) -> str:
    """A host for a URL: an IPv6 address gets its brackets."""
    return f"[{host}]" if ":" in host else host


def usual_scheme(url: DatabaseUrl | Route) -> str:
    """The scheme that most drivers take; of MySQL's and MariaDB's, the one that was there."""
    if url.database in MYSQL_FAMILY:
        return "mariadb" if url.scheme == "mariadb" else "mysql"
    return SCHEMES[url.database]


def assemble(url: DatabaseUrl | Route, scheme: str, query: Iterable[tuple[str, str]] | None = None) -> str:
    """The URL of a scheme; ``query`` replaces the parameters."""
    userinfo = "" if url.user is None else encode(url.user)
    if url.password is not None:
        userinfo += f":{encode(url.password)}"
    parameters = "&".join(
        f"{encode(key)}={encode_value(value)}" for key, value in (url.query if query is None else query)
    )
    return "".join(
        (
            f"{scheme}://",
            f"{userinfo}@" if userinfo else "",
            f"{bracketed(url.host)}:{url.port}/",
            encode(url.name or ""),
            f"?{parameters}" if parameters else "",
        )
    )
