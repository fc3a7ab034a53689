"""TCP ports of this machine: which are free, and which program has one that is not."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Collection, Iterator
from pathlib import Path

from polyscale_cli.settings.local_edge import PID_FILE

_LISTENING = "0A"  # proc(5), /proc/net/tcp
_HIGHEST = 65535


def refusal(host: str, port: int) -> OSError | None:
    """Why a server that starts now would not get a port; None when it would."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As a server has it: what a connection that was closed left behind does not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        return error
    return None


def free_after(host: str, port: int, besides: Collection[int] = ()) -> int:
    """The next port that is free and none of ``besides``; 0, which takes any, where the next hundred are not."""
    following = range(port + 1, min(port + 100, _HIGHEST) + 1)
    return next((one for one in following if one not in besides and refusal(host, one) is None), 0)


def owner_of(port: int) -> str | None:
    """The program that listens on a TCP port of this machine, as far as /proc tells this user.

    An edge is called one, with the directory of its state.
    """
    inodes = _inodes(port)
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        held = tuple(_held(process))
        if any(one in inodes for one in held):
            state = next((Path(one).parent for one in held if Path(one).name == PID_FILE), None)
            name = _name(process) if state is None else f"the PolyScale edge of {state}"
            return f"{name} (pid {process.name})"
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
