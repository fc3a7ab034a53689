"""The edge as a process: run it here, start it in the background, ask for it, stop it.

This module is what the commands import; everything that takes time to import is imported by the functions that need it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from polyscale_cli.edge.lock import EdgeLock, holder
from polyscale_cli.edge.runtime import Listener, Runtime, address, reachable
from polyscale_cli.edge.settings import EdgeSettings
from polyscale_cli.edge.state import StateDirectory
from polyscale_cli.errors import ConflictError, NotFoundError, PolyscaleError, UnavailableError

__all__ = [
    "EdgeSettings",
    "EdgeStatus",
    "Listener",
    "health",
    "logs",
    "run",
    "start",
    "status",
    "stop",
    "wait_until_ready",
]

_TAIL_BYTES = 1024 * 1024
_POLL_SECONDS = 0.02
START_SECONDS = 60.0
"""For an edge to be ready. It says at once why it cannot be, and a small machine that has much to do is slow."""


@dataclass(frozen=True, slots=True)
class EdgeStatus:
    """What is known of the edge of a state directory without asking it.

    Attributes:
        running: whether a process holds the directory's lock.
        http_url: set once the running edge accepts connections; so are ``listeners``.
        started_at: RFC 3339, UTC.
    """

    running: bool
    pid: int | None
    version: str | None
    started_at: str | None
    http_url: str | None
    listeners: tuple[Listener, ...]
    state_dir: Path
    log_file: Path

    @property
    def ready(self) -> bool:
        """Whether it accepts connections."""
        return self.http_url is not None


def run(settings: EdgeSettings) -> int:
    """Serve in the foreground until SIGTERM or SIGINT; prints a line on stdout when ready, and logs to stderr as well.

    Raises:
        ConflictError: another edge runs on this state directory, or a port is in use.
        PolyscaleError: the state directory, the registry or the certificate cannot be used.
    """
    return run_edge(settings, _print_readiness, log_to_stderr=True)


def run_edge(settings: EdgeSettings, on_ready: Callable[[Runtime], None], *, log_to_stderr: bool) -> int:
    """As ``run``, and ``on_ready`` is called once when everything accepts connections."""
    settings.check()
    settings = settings.absolute()
    state = StateDirectory(settings.state_dir)
    os.umask(0o077)
    state.prepare()
    lock = EdgeLock(state.lock)
    if not lock.acquire():
        raise _already_running(status(settings.state_dir))

    published = [state.runtime] if settings.ready_file is None else [state.runtime, settings.ready_file]
    announced = False

    def gone() -> None:
        for file in published:
            file.unlink(missing_ok=True)

    def announce(runtime: Runtime) -> None:
        nonlocal announced
        for file in published:
            runtime.write(file)
        if not announced:
            announced = True
            _remember_ports(settings, runtime)
            on_ready(runtime)

    from polyscale_cli.edge.logfile import open_log
    from polyscale_cli.edge.serve import serve

    try:
        gone()  # what an edge that was killed has left behind
        open_log(state.log, settings.log_level, to_stderr=log_to_stderr)
        serve(settings, announce, gone)
    except OSError as error:
        import logging

        logging.getLogger(__name__).exception("the edge ends")
        raise PolyscaleError(
            "The edge cannot use one of its files.", why=f"{error}.", fix="Check the disk and the owner of the file."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            gone()
        lock.release()
    return 0


def start(settings: EdgeSettings, timeout: float = START_SECONDS) -> EdgeStatus:
    """Start an edge in the background, in a session of its own, and return when it accepts connections.

    Raises:
        ConflictError: an edge runs on this state directory already, or a port is in use.
        PolyscaleError: it could not start, with its own reason; or not within ``timeout`` seconds.
    """
    from polyscale_cli.edge.background import start_in_background

    settings.check()
    settings = settings.absolute()
    StateDirectory(settings.state_dir).prepare()
    found = status(settings.state_dir)
    if found.running:
        raise _already_running(found)
    start_in_background(settings, timeout)
    return status(settings.state_dir)


def wait_until_ready(state_dir: Path, timeout: float = START_SECONDS) -> EdgeStatus:
    """Wait for an edge that someone else is starting.

    Raises:
        UnavailableError: it did not become ready in time, or ended.
    """
    deadline = time.monotonic() + timeout
    while True:
        found = status(state_dir)
        if found.ready:
            return found
        if not found.running or time.monotonic() > deadline:
            raise UnavailableError(
                "The edge that was starting did not become ready.",
                fix="Read its log.",
                next_steps=("polyscale edge logs", "polyscale edge status"),
            )
        time.sleep(_POLL_SECONDS)


def stop(state_dir: Path, timeout: float = 30) -> EdgeStatus:
    """Ask the edge to end and wait until it has; without a running edge there is nothing to do.

    Raises:
        PolyscaleError: the process is another user's, or did not end within ``timeout`` seconds.
    """
    import signal

    state_dir = state_dir.absolute()
    found = status(state_dir)
    deadline = time.monotonic() + timeout
    if found.pid:
        try:
            os.kill(found.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        except PermissionError as error:
            raise PolyscaleError(
                f"The edge (pid {found.pid}) is another user's.", fix="Stop it as that user.", code="EDGE_NOT_OURS"
            ) from error
    while found.running:
        if time.monotonic() > deadline:
            raise PolyscaleError(
                f"The edge (pid {found.pid}) has not ended within {timeout:g} s.",
                fix=f"Wait for statements in flight, or end it with kill -9 {found.pid}, by which no state is lost.",
                code="EDGE_STILL_RUNNING",
            )
        time.sleep(_POLL_SECONDS)
        found = status(state_dir)
    return found


def status(state_dir: Path) -> EdgeStatus:
    """Whether an edge runs on this state directory, and where; reads two files and asks nobody."""
    state = StateDirectory(state_dir.absolute())
    try:
        pid = holder(state.lock)
    except NotADirectoryError:
        pid = None
    except OSError as error:
        raise PolyscaleError(
            f"The state directory {state.path} cannot be read.", why=f"{error.strerror}.", code="STATE_DIR"
        ) from error
    runtime = Runtime.read(state.runtime) if pid else None
    # What an edge that was killed has left behind names another process than the one that holds the lock.
    if runtime is not None and runtime.pid != pid:
        runtime = None
    return EdgeStatus(
        running=pid is not None,
        pid=pid,
        version=runtime.version if runtime else None,
        started_at=runtime.started_at if runtime else None,
        http_url=runtime.http_url if runtime else None,
        listeners=runtime.listeners if runtime else (),
        state_dir=state.path,
        log_file=state.log,
    )


def health(found: EdgeStatus, timeout: float) -> str | None:
    """What a running edge answers when it is asked: ``ok`` or ``draining``; None when it does not within that time."""
    import http.client
    import json
    from urllib.parse import urlsplit

    place = urlsplit(found.http_url or "")
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=timeout)
    try:
        connection.request("GET", "/healthz")
        return str(json.loads(connection.getresponse().read())["status"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def logs(state_dir: Path, lines: int = 100) -> list[str]:
    """The last ``lines`` lines of the log.

    Raises:
        NotFoundError: there is no log, for no edge has run here.
    """
    log = StateDirectory(state_dir.absolute()).log
    found: list[str] = []
    seen = False
    for file in (log, log.with_name(f"{log.name}.1")):
        try:
            found = _tail(file, lines - len(found)) + found
            seen = True
        except (FileNotFoundError, NotADirectoryError):
            continue
        if len(found) >= lines:
            break
    if not seen:
        raise NotFoundError(f"There is no log in {log.parent}: no edge has run there.", code="NO_LOG")
    return found


def _tail(path: Path, lines: int) -> list[str]:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL_BYTES))
        whole = file.read().decode("utf-8", "replace").splitlines()
    return whole[max(0, len(whole) - lines) :]


def _already_running(found: EdgeStatus) -> ConflictError:
    where = f" at {found.http_url}" if found.http_url else ""
    return ConflictError(
        f"An edge already runs on {found.state_dir} (pid {found.pid}){where}.",
        fix="Use that one, stop it, or give this one another --state-dir.",
        code="EDGE_RUNNING",
        next_steps=("polyscale edge status", "polyscale edge stop"),
    )


def _remember_ports(settings: EdgeSettings, runtime: Runtime) -> None:
    """Keep the ports that somebody chose for the next edge here; one that only was free may be another one then."""
    from polyscale_cli.settings.chosen_ports import ChosenPort, read_chosen_ports, write_chosen_ports

    before = read_chosen_ports(settings.state_dir)
    shared = {f"{one.protocol}_port": one.port for one in runtime.listeners if one.cache_id is None}
    kept = {}
    for name, port in {"http_port": runtime.http_port, **shared}.items():
        if name in settings.chosen_ports:
            was_any = name in before and before[name].any_free and before[name].port == port
            kept[name] = ChosenPort(port, getattr(settings, name) == 0 or was_any)
    if kept != before:
        with contextlib.suppress(OSError):  # the edge runs; what is lost is a convenience
            write_chosen_ports(settings.state_dir, kept)


def _print_readiness(runtime: Runtime) -> None:
    shared = (one for one in runtime.listeners if one.cache_id is None)
    where = " ".join(f"{one.protocol}={address(reachable(one.host), one.port)}" for one in shared)
    with contextlib.suppress(OSError):  # whoever started us may have closed the pipe already
        sys.stdout.write(f"polyscale edge ready http={runtime.http_url} {where}\n")
        sys.stdout.flush()
