"""Ports: whether those that the edge wants are free, and who has them if not; whether those that it has are open."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from polyscale_cli.doctor.finding import Finding, fail, ok, warn
from polyscale_cli.settings.local_edge import LocalEdge, bracketed, reachable

CONNECT_SECONDS = 3.0
_LISTENING = "0A"  # proc(5), /proc/net/tcp


@dataclass(frozen=True, slots=True)
class WantedPort:
    """A port that an edge would listen on.

    Attributes:
        variable: the one that sets it.
        needed: whether the edge does not start without it.
    """

    variable: str
    port: int
    needed: bool = True


def check_wanted(host: str, wanted: Iterable[WantedPort]) -> Iterator[Finding]:
    """Whether an edge that is started now would get its ports."""
    for one in wanted:
        variable, port = one.variable, one.port
        if port == 0:
            continue
        error = _bind(host, port)
        if error is None:
            yield ok("ports", f"{bracketed(host)}:{port} is free for the edge.")
        elif error.errno == errno.EADDRINUSE:
            owner = owner_of(port)
            what = f"Port {port} is taken{f' by {owner}' if owner else ''}."
            fix = f"End the other program, or choose another port: {variable}={port + 1}"
            if one.needed:
                yield fail("ports", what, code="PORT_IN_USE", why="The edge cannot start on it.", fix=fix)
            else:
                yield warn("ports", what, why="The edge starts without it.", fix=fix)
        else:
            yield fail(
                "ports",
                f"The edge cannot listen on {bracketed(host)}:{port}.",
                code="PORT_UNUSABLE",
                why=f"{error.strerror or error}.",
                fix=f"Choose another port with {variable}, or another address with POLYSCALE_HOST.",
            )


def check_listeners(edge: LocalEdge) -> Iterator[Finding]:
    """Whether the running edge's database ports accept connections."""
    for one in edge.listeners:
        place = f"{bracketed(reachable(one.host))}:{one.port}"
        try:
            socket.create_connection((reachable(one.host), one.port), CONNECT_SECONDS).close()
        except OSError as error:
            yield fail(
                "ports",
                f"The edge does not accept connections for {one.protocol} on {place}.",
                code="LISTENER_CLOSED",
                why=f"{error.strerror or error}.",
                fix="See what it says: polyscale edge logs",
            )
        else:
            yield ok("ports", f"The edge accepts connections for {one.protocol} on {place}.")
    if not edge.listeners:
        yield warn("ports", "The edge has no port for any database.", fix="See what it says: polyscale edge logs")


def owner_of(port: int) -> str | None:
    """The program that listens on a TCP port of this machine, as far as /proc tells this user."""
    inodes = _inodes(port)
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        if any(held in inodes for held in _held(process)):
            return f"{_name(process)} (pid {process.name})"
    return "a program of another user"


def _held(process: Path) -> Iterator[str]:
    """What a process has open; of other users' processes nothing can be seen."""
    try:
        descriptors = list((process / "fd").iterdir())
    except OSError:
        return
    for one in descriptors:
        # It may be closed by now, as that of the listing itself is.
        with contextlib.suppress(OSError):
            yield str(one.readlink())


def _inodes(port: int) -> set[str]:
    found: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found


def _name(process: Path) -> str:
    """What it is called; of its arguments nothing is shown, for they may hold a secret."""
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "a program"


def _bind(host: str, port: int) -> OSError | None:
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As a server has it: what a connection that was closed left behind does not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        return error
    return None
