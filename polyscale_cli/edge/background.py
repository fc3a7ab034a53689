"""Starting an edge that outlives the command which starts it.

The child reads its settings from stdin, so that they are neither in its command line nor in its environment, and
writes one line of JSON to stdout: that it is ready, or the error that kept it from starting. Then it closes both.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from typing import IO, Any

from polyscale_cli import errors
from polyscale_cli.edge.settings import EdgeSettings
from polyscale_cli.edge.state import FILE_MODE, StateDirectory
from polyscale_cli.errors import PolyscaleError, UnavailableError

_FIELDS = ("what", "why", "fix", "code", "next_steps")


def start_in_background(settings: EdgeSettings, timeout: float) -> None:
    """Start the child and return when it is ready.

    Raises:
        PolyscaleError: the child's own error, of the child's own class; or it ended without one; or was too slow.
    """
    state = StateDirectory(settings.state_dir)
    log = os.open(state.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FILE_MODE)
    try:
        # -P keeps a module in the working directory from taking the place of one of ours.
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "polyscale_cli.edge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=state.path,
            start_new_session=True,
            text=True,
        )
    finally:
        os.close(log)
    said = _converse(child, settings, timeout)
    if said is None:
        child.kill()
        child.wait()
        raise UnavailableError(
            f"The edge did not become ready within {timeout:g} s and was ended.",
            fix="Read its log.",
            next_steps=("polyscale edge logs",),
        )
    # Where this process lives on, as in a test, it must collect the child whenever it ends.
    threading.Thread(target=child.wait, daemon=True).start()
    if said == {"ready": True}:
        return
    if "error" in said:
        raise _as_raised(said)
    raise PolyscaleError(
        "The edge ended while it was starting.",
        why=_last_line(state),
        fix="Read its log.",
        next_steps=("polyscale edge logs",),
        code="EDGE_START",
    )


def report_ready() -> None:
    """Called by the child: say that it is ready, and let go of the parent."""
    _say({"ready": True})


def report_error(error: PolyscaleError) -> None:
    """Called by the child: say why it cannot start."""
    _say({"error": type(error).__name__, **{field: getattr(error, field) for field in _FIELDS}})


def _say(message: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except OSError:
        pass  # the parent has gone; nobody waits
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def _converse(child: subprocess.Popen[str], settings: EdgeSettings, timeout: float) -> dict[str, Any] | None:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child was started without pipes")
    # Where it has ended already, what it said comes next.
    with contextlib.suppress(BrokenPipeError), child.stdin as stdin:
        stdin.write(settings.to_json())
    return _first_line(child.stdout, timeout)


def _first_line(stdout: IO[str], timeout: float) -> dict[str, Any] | None:
    """What the child said; an empty object if it ended without a word, None if it took too long."""
    lines: list[str] = []

    def read() -> None:
        with stdout:
            lines.append(stdout.readline())

    # A thread, since a pipe cannot be waited for with a limit on Windows.
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(timeout)
    if not lines:
        return None
    try:
        said: dict[str, Any] = json.loads(lines[0])
    except ValueError:
        return {}
    return said


def _as_raised(said: dict[str, Any]) -> PolyscaleError:
    kind: type[PolyscaleError] = getattr(errors, said["error"], PolyscaleError)
    return kind(said["what"], why=said["why"], fix=said["fix"], code=said["code"], next_steps=tuple(said["next_steps"]))


def _last_line(state: StateDirectory) -> str | None:
    from polyscale_cli.edge.process import logs

    lines = logs(state.path, 1)
    return lines[0] if lines else None
