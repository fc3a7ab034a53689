"""The web console: a page that anybody who reaches the edge may have, since it holds nothing.

Whatever it shows, it asks the API for, with a token. It is served where the API is: on loopback, unless ``--host`` says
otherwise, and under no foreign name (`access.check_host`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import hdrs, web

from polyscale_cli.edge.serverless.replies import ALWAYS

DIRECTORY = Path(__file__).parent.parent / "console"
PAGE = "index.html"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
# Nothing from elsewhere, nothing inline, no markup made from text (Trusted Types), and no frame around it.
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    **ALWAYS,
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def add_console(router: web.UrlDispatcher) -> None:
    """Serve the page at ``/``, and what it needs below ``/console/``; all of it is read now."""
    for path in sorted(DIRECTORY.iterdir()):
        if path.suffix in _TYPES:
            where = "/" if path.name == PAGE else f"/console/{path.name}"
            router.add_get(where, _serving(path.read_bytes(), _TYPES[path.suffix]))


def _serving(body: bytes, content_type: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    headers = {**HEADERS, hdrs.CONTENT_TYPE: f"{content_type}; charset=utf-8"}

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers=headers)

    return answer
