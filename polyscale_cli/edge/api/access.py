"""Who may call what: the token of a request, its scopes, and the Host header of a browser that was lied to."""

from __future__ import annotations

from http import HTTPStatus

from polyscale_cli.edge.api.errors import ApiError
from polyscale_cli.edge.api.routes import Access, Route
from polyscale_cli.edge.keys import find_key
from polyscale_cli.edge.runtime import is_loopback
from polyscale_cli.edge.server import Edge

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="polyscale"'}


def authorize(edge: Edge, route: Route, authorization: str | None) -> None:
    """Let the request pass.

    Raises:
        ApiError: 401 without a token or with one that opens nothing, 403 with one that lacks the right.
    """
    if route.access is Access.PUBLIC:
        return
    if not authorization:
        raise ApiError(
            HTTPStatus.UNAUTHORIZED,
            "UNAUTHORIZED",
            "The request carries no token. Send the header Authorization: Bearer TOKEN;"
            " the local token is in the file token of the edge's state directory.",
            _CHALLENGE,
        )
    scheme, _, secret = authorization.partition(" ")
    key = find_key(edge.keys_that_open(), secret.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        raise ApiError(
            HTTPStatus.UNAUTHORIZED,
            "UNAUTHORIZED",
            "The token is not one of this edge's: mistyped, revoked, or another edge's.",
            _CHALLENGE,
        )
    if key.local or route.access is Access.TOKEN:
        return
    if route.access is Access.LOCAL:
        raise ApiError(
            HTTPStatus.FORBIDDEN, "FORBIDDEN", f"The key {key.name!r} may not do this: only the edge's local token may."
        )
    if not key.scopes.intersection(route.scopes):
        missing = " or ".join(route.scopes)
        has = ", ".join(sorted(key.scopes))
        raise ApiError(
            HTTPStatus.FORBIDDEN, "FORBIDDEN", f"The key {key.name!r} lacks the scope {missing}; it has {has}."
        )


def check_host(bound_host: str, asked_host: str | None) -> None:
    """Refuse a request that reached a loopback listener under a foreign name.

    A page in the user's browser can have its own name resolve to 127.0.0.1 (DNS rebinding) and would then be allowed to
    read our answers; it cannot make the browser send another Host.

    Raises:
        ApiError: 403.
    """
    if is_loopback(bound_host) and (asked_host is None or not is_loopback(asked_host)):
        raise ApiError(
            HTTPStatus.FORBIDDEN,
            "FORBIDDEN",
            "This edge listens on loopback and answers under localhost, 127.0.0.1 and ::1 only. To reach it under"
            " another name, start it with --host.",
        )
