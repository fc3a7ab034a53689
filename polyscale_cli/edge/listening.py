"""What to say when a port cannot be opened."""

from __future__ import annotations

import errno
import os

from polyscale_cli.edge.runtime import address
from polyscale_cli.errors import ConflictError, PolyscaleError, UsageError


def start_failure(error: OSError, host: str, port: int, option: str) -> PolyscaleError:
    """Why an edge cannot start; ``option`` is the one that chose the port."""
    where = address(host, port)
    if error.errno == errno.EADDRINUSE:
        return ConflictError(
            f"Port {port} on {host} is in use by another program.",
            fix=f"Stop that program, or choose another port with {option} (0 takes any free one).",
            code="PORT_IN_USE",
        )
    if error.errno == errno.EACCES:
        return PolyscaleError(
            f"This user may not listen on {where}.",
            why="Ports below 1024 are kept for the system's administrator.",
            fix=f"Choose a port above 1023 with {option}.",
            code="PORT_NOT_ALLOWED",
        )
    return UsageError(
        f"The edge cannot listen on {where}.",
        why=f"{_reason(error)}.",
        fix="Give --host an address of this machine.",
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
        fix="Choose another listenPort, or 0 for any free port.",
        code="PORT_IN_USE",
    )


def _reason(error: OSError) -> str:
    """The system's own words; asyncio wraps them into a sentence that repeats the address."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
