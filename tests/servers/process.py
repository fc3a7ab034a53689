"""Server processes for tests and benchmarks: started with a log, watched until ready, ended by their own id."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

UNPRIVILEGED_USER = "postgres"
PATIENCE = 90.0
"""Seconds that something may take which takes none, on a machine that has much else to do."""

_PORTS = range(10_240, 32_768)
"""Below those that systems give away themselves (Linux from 32768 on, macOS and Windows from 49152 on): between
a look and the server's start, nobody else is given one of these, for a connection or for port 0."""

# Each process walks from a place of its own; not by the generator that tests may seed.
_numbers = itertools.count(random.SystemRandom().randrange(len(_PORTS)))


class ServerError(RuntimeError):
    """A server did not start, or did not end; the message carries the end of its log."""


def free_port() -> int:
    """A loopback port that nobody listens on, and that this process has not been given for a long time."""
    for number in itertools.islice(_numbers, len(_PORTS)):
        port = _PORTS[number % len(_PORTS)]
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise ServerError("all ports are taken")


def wait_until(condition: Callable[[], bool], what: str, timeout: float = PATIENCE, every: float = 0.02) -> None:
    """Poll `condition`; raises ServerError naming `what` when it does not come true in `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise ServerError(f"not within {timeout:g} s: {what}")
        time.sleep(every)


def listens(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts TCP connections there."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def unprivileged() -> str | None:
    """The user to run database servers as: they refuse root. None where we are not root."""
    return UNPRIVILEGED_USER if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def system_program(name: str) -> str:
    """The path of a server from the system's packages; Debian keeps some where ordinary users' PATH does not look."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin")))
    if found is None:
        raise ServerError(f"{name} is not installed")
    return found


@contextlib.contextmanager
def server_directory(name: str, user: str | None = None) -> Iterator[Path]:
    """A temporary directory (0700) that belongs to the server's user, gone afterwards.

    Not under pytest's own directory: that one is closed to other users.
    """
    path = Path(tempfile.mkdtemp(prefix=f"polyscale-{name}-"))
    if user is not None:
        shutil.chown(path, user)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@dataclass(slots=True)
class ServerProcess:
    """One server in the foreground of a child process, its output in a log file."""

    command: Sequence[str]
    log: Path
    user: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; the log is appended to."""
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user is not None else None,
                env={**os.environ, **self.env},
                cwd=self.cwd or self.log.parent,
            )

    @property
    def pid(self) -> int:
        """The process id. Raises ServerError when it was never started."""
        if self.popen is None:
            raise ServerError(f"{self.command[0]} was not started")
        return self.popen.pid

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self.popen is not None and self.popen.poll() is None

    def wait_ready(self, ready: Callable[[], bool], timeout: float = PATIENCE) -> None:
        """Wait for `ready`; raises ServerError with the log's end if it ends first, or is too slow and ended."""

        def settled() -> bool:
            return not self.running or ready()

        try:
            wait_until(settled, f"{Path(self.command[0]).name} is ready", timeout)
        except ServerError as error:
            self._kill()
            raise ServerError(f"{error}\n{self.tail()}") from None
        except BaseException:
            self._kill()
            raise
        if not self.running:
            raise ServerError(f"{' '.join(self.command)} ended at once\n{self.tail()}")

    def stop(self, sign: signal.Signals = signal.SIGTERM, timeout: float = PATIENCE) -> int:
        """Signal it and wait for its end; the exit status. Killed when it does not end in time, which is an error."""
        if self.popen is None:
            return 0
        if self.popen.poll() is None:
            self.popen.send_signal(sign)
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self._kill()
            raise ServerError(f"{self.command[0]} ignored {sign.name}\n{self.tail()}") from None

    def _kill(self) -> None:
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()

    def tail(self, size: int = 4000) -> str:
        """The end of the log."""
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""


def resident_bytes(pid: int) -> int:
    """Resident memory of one process, from /proc. Linux only."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ServerError(f"process {pid} has no resident memory line")
