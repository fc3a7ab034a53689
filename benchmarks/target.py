"""One server that is measured: a database, a peer, a limit, or the edge."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import ServerProcess, server_directory


@dataclass(frozen=True, slots=True)
class Target:
    """Where a load goes.

    Attributes:
        user: whom the load says it is.
        options: what else its client is told, in that client's own words.
        hits: how many answers its cache has given so far, where it has one.
        fresh: makes it forget what it has, where it can.
    """

    name: str
    port: int
    process: ServerProcess
    user: str = ""
    options: str = ""
    hits: Callable[[], int] | None = None
    fresh: Callable[[], object] | None = None


@contextlib.contextmanager
def run_listening(name: str, command: Sequence[str], *arguments: str) -> Iterator[tuple[int, ServerProcess]]:
    """Run one of the servers in this folder; its port and its process.

    They take the path of a file as their first argument, in front of `arguments`, and write their port into it when
    they are ready.
    """
    with server_directory(name) as directory:
        port_file = directory / "port"
        root = Path(__file__).parent.parent
        process = ServerProcess((*command, str(port_file), *arguments), directory / f"{name}.log", cwd=root)
        process.start()
        try:
            process.wait_ready(port_file.exists)
            yield int(port_file.read_text()), process
        finally:
            process.stop()
