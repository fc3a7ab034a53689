"""Starting a server in a session of its own, waiting until it is ready, and ending it by its own id."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from signal import Signals
from typing import Any

from polyscale_cli.errors import PolyscaleError

_POLL_SECONDS = 0.02


def started(command: Sequence[str], log: Path, **how: Any) -> subprocess.Popen[bytes]:
    """Start it with its output in ``log``. A session of its own keeps a Ctrl-C at the terminal away from it."""
    with log.open("ab") as output:
        try:
            return subprocess.Popen(  # noqa: S603 - our own command, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **how,
            )
        except OSError as error:
            raise PolyscaleError(
                f"{Path(command[0]).name} could not be started.", why=f"{error}.", code="DEMO_START"
            ) from error


def ready(
    process: subprocess.Popen[bytes], condition: Callable[[], bool], log: Path, name: str, seconds: float
) -> None:
    """Wait for a condition. Raises PolyscaleError with the end of the log when it ends first, or takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            raise PolyscaleError(
                f"{name} {'ended while it was starting' if ended else f'was not ready within {seconds:g} s'}.",
                why=log.read_text(errors="replace").strip()[-2000:] or None,
                code="DEMO_START",
            )
        time.sleep(_POLL_SECONDS)


def ending(process: subprocess.Popen[bytes], signals: Sequence[Signals], seconds: float) -> None:
    """Send one signal after the other until the process has ended, ``seconds`` for each; at last, kill it."""
    for each in signals:
        if process.poll() is not None:
            return
        process.send_signal(each)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
        process.wait()
