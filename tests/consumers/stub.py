"""Stand-ins for services that a test cannot have: they answer as the real ones do and keep what they were sent."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.http_server import serving


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived."""

    method: str
    path: str
    body: bytes


@dataclass(slots=True)
class Stub:
    """A running stand-in."""

    port: int
    requests: list[Request] = field(default_factory=list)

    def last(self, method: str, path: str) -> Request:
        """The last request of that method whose path contains a text."""
        return next(one for one in reversed(self.requests) if one.method == method and path in one.path)


@contextlib.contextmanager
def run_stub(answer: Callable[[Request], Any]) -> Iterator[Stub]:
    """Serve JSON on a loopback port; `answer` gives each response's content."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(self.command, self.path, self.rfile.read(length))
            stub.requests.append(request)
            content = json.dumps(answer(request)).encode()
            self.send_response(201 if self.path.endswith("/create") else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Api-Version", "1.43")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        # The names are http.server's.
        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, serving(server):
        stub = Stub(server.server_port)
        yield stub
