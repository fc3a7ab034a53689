"""What to say when a port cannot be opened."""

from __future__ import annotations

import errno
import os

from polyscale_cli.edge.runtime import address
from polyscale_cli.edge.settings import USUAL_HTTP_PORT, USUAL_PORTS
from polyscale_cli.errors import ConflictError, PolyscaleError, UsageError
from polyscale_cli.settings.local_ports import free_after, owner_of


def start_failure(error: OSError, host: str, port: int, option: str) -> PolyscaleError:
    """Why an edge cannot start; ``option`` is the one of `polyscale edge start` that chooses the port.

    Whatever command started it: the others have no such option, and use the edge that `edge start` leaves running.
    """
    where = address(host, port)
    if error.errno == errno.EADDRINUSE:
        return ConflictError(
            f"Port {port} on {host} is in use by {owner_of(port) or 'another program'}.",
            fix=f"Stop that program, or choose another port, which is remembered: polyscale edge start {option}"
            f" {free_after(host, port, (*USUAL_PORTS.values(), USUAL_HTTP_PORT))}",
            code="PORT_IN_USE",
        )
    if error.errno == errno.EACCES:
        return PolyscaleError(
            f"This user may not listen on {where}.",
            why="Ports below 1024 are kept for the system's administrator.",
            fix=f"Choose a port above 1023: polyscale edge start {option} PORT",
            code="PORT_NOT_ALLOWED",
        )
    return UsageError(
        f"The edge cannot listen on {where}.",
        why=f"{_reason(error)}.",
        fix="Set POLYSCALE_HOST to an address of this machine, or: polyscale edge start --host ADDRESS",
        code="BAD_ADDRESS",
    )


def port_in_use(error: OSError, host: str, port: int) -> ConflictError:
    """Why a cache cannot have this port of its own."""
    why = {
        errno.EADDRINUSE: "Another program or cache listens on it.",
        errno.EACCES: "This user may not listen on ports below 1024.",
    }.get(error.errno or 0, f"{_reason(error)}.")
    return ConflictError(
        f"listenPort: {address(host, port)} cannot be opened.",
        why=why,
        fix="Choose another one with --listen-port, or 0 for any free port.",
        code="PORT_IN_USE",
    )


def _reason(error: OSError) -> str:
    """The system's own words; asyncio wraps them into a sentence that repeats the address."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
