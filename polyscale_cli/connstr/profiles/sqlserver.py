"""``sqlserver://host:port;key=value;…``, as Prisma has it.

Its parser takes one pair of braces off a value, refuses a brace in it, and does not undo a doubled one; outside braces
a value ends at ``;``, and ``={`` begins a pair. So a value with ``;`` and a brace cannot be said.
"""

from __future__ import annotations

from polyscale_cli.connstr.route import Route, unrepresentable


def write(who: str, route: Route) -> str:
    """The whole of it; keys as Prisma spells them."""
    if ":" in route.host:
        raise unrepresentable(who, "It splits its host at the colon, so that an IPv6 address cannot be said.")
    pairs: list[tuple[str, str | None]] = [
        ("database", route.name),
        ("user", route.user),
        ("password", route.password),
        *encryption(route),
        *route.query,
    ]
    said = [f"{key}={_value(who, key, value)}" for key, value in pairs if value is not None]
    return ";".join((f"sqlserver://{route.host}:{route.port}", *said))


def encryption(route: Route) -> list[tuple[str, str]]:
    """Drivers encrypt unless told otherwise; the edge's certificate is its own."""
    if route.is_plain:
        return [("encrypt", "false")]
    if route.cache_id:
        return [("encrypt", "true"), ("trustServerCertificate", "true")]
    if route.tls is None:
        return []
    return [("encrypt", "true"), ("trustServerCertificate", "false" if route.tls.verifies else "true")]


def _has_blank_edge(value: str) -> bool:
    # JavaScript's trim takes the byte order mark, too.
    return bool(value) and (value[0].isspace() or value[-1].isspace() or "\ufeff" in value[0] + value[-1])


def _value(who: str, key: str, value: str) -> str:
    # ``=`` needs no braces in Prisma 7, and does in the versions before.
    bare = not (";" in value or value.startswith("{") or "={" in value or _has_blank_edge(value))
    if bare and "=" not in value:
        return value
    if "{" not in value and "}" not in value:
        return f"{{{value}}}"
    if bare:
        return value
    raise unrepresentable(
        who,
        f"The {key} holds a brace together with ; or a space at its edge, for which its parser has no escape.",
        f"Choose another {key}.",
    )
