"""How long the command takes to say its version, beside an interpreter that does nothing. Processor time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.report import Figure, Part, Row, number, progress

RUNS = 41
LIMIT = 1.5
SCRIPT = Path(sys.executable).with_name("polyscale")


def cpu_seconds(command: Sequence[str], *, cwd: Path = Path("/"), env: Mapping[str, str] | None = None) -> float:
    """User and system time of a process and of those that it waited for. Raises RuntimeError when it fails."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, env=env
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


def startup() -> Part:
    """`polyscale --version` and `python -c pass`, turn and turn about."""
    progress("start-up")
    commands = {"polyscale --version": [str(SCRIPT), "--version"], "python -c pass": [sys.executable, "-c", "pass"]}
    rows = {name: Row("command", name, "", 0, "", "s") for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            rows[name].values.append(cpu_seconds(command))
    ours, bare = (rows[name].median for name in commands)
    what = f"polyscale --version, of python -c pass ({number(bare, 's')} of processor)"
    return list(rows.values()), [Figure(what, f"<= {LIMIT} x", f"{ours / bare:.2f} x", ours <= LIMIT * bare)]
