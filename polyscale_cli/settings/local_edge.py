"""Find the edge of this user on this machine, without asking it anything.

It leaves ``edge.json`` and ``token`` in the state directory, and holds a lock on ``edge.pid`` for as long as it lives.
"""

from __future__ import annotations

import ipaddress
import json
import os
import sys
from pathlib import Path

from polyscale_cli.value import Value

RUNTIME_FILE = "edge.json"
TOKEN_FILE = "token"  # noqa: S105 - the name of a file
PID_FILE = "edge.pid"
_SPOKEN = frozenset({"postgres", "mysql", "mariadb"})


class EdgeListener(Value):
    """One open port of the edge; ``cache_id`` is set where it belongs to one cache alone."""

    protocol: str
    host: str
    port: int
    cache_id: str | None


class LocalEdge(Value):
    """The running edge of a state directory."""

    pid: int
    http_url: str
    listeners: tuple[EdgeListener, ...]

    def address_of(self, cache_id: str, protocol: str) -> tuple[str, int] | None:
        """Host and port that clients of a cache use: its own port, else the shared one of its protocol."""
        for one in self.listeners_for(cache_id, protocol):
            return reachable(one.host), one.port
        return None

    def listeners_for(self, cache_id: str, protocol: str) -> tuple[EdgeListener, ...]:
        """All ports that clients of a cache may use, the best first."""
        own = (one for one in self.listeners if one.cache_id == cache_id)
        shared = (one for one in self.listeners if one.cache_id is None and one.protocol == protocol)
        return (*own, *shared)


def how_to_listen(protocol: str) -> str:
    """What a person may do about an edge that has no port for a database type."""
    if protocol in _SPOKEN:
        return f"Start the edge anew with a port that is free: polyscale edge start --{protocol}-port 0"
    return "Connect to the database itself: this edge does not speak its protocol."


def read_local_edge(state_dir: Path) -> LocalEdge | None:
    """The edge that runs on this state directory, or None."""
    if not _is_locked(state_dir / PID_FILE):
        return None
    try:
        found = json.loads((state_dir / RUNTIME_FILE).read_text(encoding="utf-8"))
        host, port = str(found["http"]["host"]), int(found["http"]["port"])
        listeners = tuple(
            EdgeListener(str(one["protocol"]), str(one["host"]), int(one["port"]), one.get("cacheId"))
            for one in found["listeners"]
        )
        return LocalEdge(int(found["pid"]), f"http://{bracketed(reachable(host))}:{port}", listeners)
    except (OSError, ValueError, KeyError, TypeError):
        # Starting or stopping just now: there is a lock and no file yet, or no more.
        return None


def read_local_token(state_dir: Path) -> str | None:
    """The token of the local edge's API, which may do everything."""
    try:
        return (state_dir / TOKEN_FILE).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def reachable(host: str) -> str:
    """The address under which this machine reaches a listener bound to ``host``."""
    try:
        bound = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host
    if bound.is_unspecified:
        return "127.0.0.1" if bound.version == 4 else "::1"
    return str(bound)


def is_unspecified(host: str) -> bool:
    """Whether a listener bound to ``host`` is reached by every address of this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def bracketed(host: str) -> str:
    """A host for a URL: an IPv6 address gets its brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        if sys.platform == "win32":
            # No shared locks there; the runtime file has to do.
            return True
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
    finally:
        os.close(descriptor)
