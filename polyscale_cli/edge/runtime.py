"""``edge.json``: where the running edge listens, for those who look for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polyscale_cli.edge.state import write_private


@dataclass(frozen=True, slots=True)
class Listener:
    """One open port. ``cache_id`` is set where the port belongs to one cache alone."""

    protocol: str
    host: str
    port: int
    cache_id: str | None = None

    def document(self) -> dict[str, Any]:
        """As ``GET /v1/edge`` shows it."""
        return {"protocol": self.protocol, "host": self.host, "port": self.port, "cacheId": self.cache_id}


@dataclass(frozen=True, slots=True)
class Runtime:
    """A running edge. ``started_at`` is RFC 3339 in UTC."""

    pid: int
    version: str
    started_at: str
    http_host: str
    http_port: int
    listeners: tuple[Listener, ...]
    log: Path

    @property
    def http_url(self) -> str:
        """The management API as a client on this machine reaches it."""
        return f"http://{address(reachable(self.http_host), self.http_port)}"

    def to_json(self) -> str:
        """The content of ``edge.json``."""
        document = {
            "pid": self.pid,
            "version": self.version,
            "startedAt": self.started_at,
            "http": {"host": self.http_host, "port": self.http_port},
            "listeners": [listener.document() for listener in self.listeners],
            "log": str(self.log),
        }
        return json.dumps(document, indent=2) + "\n"

    def write(self, path: Path) -> None:
        """Replace ``path`` in one step."""
        write_private(path, self.to_json())

    @classmethod
    def read(cls, path: Path) -> Runtime | None:
        """What ``write`` wrote, or None where there is nothing that can be read."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                pid=found["pid"],
                version=found["version"],
                started_at=found["startedAt"],
                http_host=found["http"]["host"],
                http_port=found["http"]["port"],
                listeners=tuple(
                    Listener(one["protocol"], one["host"], one["port"], one["cacheId"]) for one in found["listeners"]
                ),
                log=Path(found["log"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None


def address(host: str, port: int) -> str:
    """``host:port``, with an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def reachable(host: str) -> str:
    """The address under which a client on this machine reaches a listener bound to ``host``."""
    import ipaddress

    try:
        bound = ipaddress.ip_address(host)
    except ValueError:
        return host
    if bound.is_unspecified:
        return "127.0.0.1" if bound.version == 4 else "::1"
    return host


def is_loopback(host: str) -> bool:
    """Whether ``host`` names this machine to itself alone."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
