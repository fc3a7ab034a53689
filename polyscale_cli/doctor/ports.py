"""Ports: whether those that the edge wants are free, and who has them if not; whether those that it has are open."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from polyscale_cli.doctor.finding import Finding, fail, ok, warn
from polyscale_cli.settings.local_edge import LocalEdge, bracketed, reachable
from polyscale_cli.settings.local_ports import free_after, owner_of, refusal

CONNECT_SECONDS = 3.0


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


def check_wanted(host: str, wanted: Sequence[WantedPort]) -> Iterator[Finding]:
    """Whether an edge that is started now would get its ports."""
    for one in wanted:
        variable, port = one.variable, one.port
        if port == 0:
            continue
        error = refusal(host, port)
        if error is None:
            yield ok("ports", f"{bracketed(host)}:{port} is free for the edge.")
        elif error.errno == errno.EADDRINUSE:
            owner = owner_of(port)
            what = f"Port {port} is taken{f' by {owner}' if owner else ''}."
            free = free_after(host, port, [each.port for each in wanted])
            fix = f"End the other program, or choose another port: {variable}={free}"
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
