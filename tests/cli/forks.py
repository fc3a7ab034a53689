"""Run many command lines quickly: each in a process of its own, forked off one that has imported everything.

What costs time in a short command is importing; a walk over every command in every form pays for it once.
"""

from __future__ import annotations

import gc
import json
import os
import pty
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TextIO, cast

from tests.cli.conftest import Done

SECONDS = 40


@dataclass(frozen=True, slots=True)
class Forks:
    """Our side of the process that forks."""

    process: subprocess.Popen[str]

    def run(
        self, *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None, cwd: Path, columns: int = 0
    ) -> Done:
        """Run one command line; with ``columns``, at a terminal of that width, where stdout and stderr are one."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        request = {
            "arguments": arguments,
            "stdin": stdin,
            "env": {**os.environ, **(env or {})},
            "cwd": str(cwd),
            "columns": columns,
        }
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the process that forks has ended"
        found = json.loads(line)
        return subprocess.CompletedProcess(list(arguments), found["code"], found["out"], found["err"])


@contextmanager
def run_forks() -> Iterator[Forks]:
    """Start the process that forks, and end it."""
    command = [sys.executable, "-m", "tests.cli.forks"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdin is not None
        yield Forks(process)
        process.stdin.close()


def _serve() -> None:
    """The other side: a request on each line of stdin, its answer on each line of stdout."""
    import asyncio  # noqa: F401 - imported so that no fork has to
    import importlib

    from polyscale_cli.app import ENTRIES
    from polyscale_cli.client import http  # noqa: F401
    from polyscale_cli.output import tables  # noqa: F401

    for entry in ENTRIES:
        importlib.import_module(entry.target.partition(":")[0])
    # What a fork does not write to stays shared, and a fork lives too short for a collection.
    gc.disable()
    gc.freeze()
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for line in requests:
        answers.write(json.dumps(_forked(json.loads(line))) + "\n")
        answers.flush()


def _forked(request: Any) -> dict[str, Any]:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(request["stdin"].encode("utf-8", "surrogateescape"))
        given.seek(0)
        ours, theirs = pty.openpty() if request["columns"] else (-1, -1)
        if request["columns"]:
            termios.tcsetwinsize(theirs, (24, request["columns"]))
        pid = os.fork()
        if pid == 0:
            _become(request, given, *((theirs, theirs) if request["columns"] else (out.fileno(), err.fileno())))
        seen = b""
        if request["columns"]:
            os.close(theirs)
            seen = _read_all(ours)
        _, status = os.waitpid(pid, 0)
        out.seek(0)
        err.seek(0)
        texts = [part.decode("utf-8", "backslashreplace") for part in (seen or out.read(), err.read())]
        return {"code": os.waitstatus_to_exitcode(status), "out": texts[0], "err": texts[1]}


def _become(request: Any, given: IO[bytes], out: int, err: int) -> None:
    """In the child: be the command."""
    code = 99
    try:
        import signal

        signal.alarm(SECONDS)
        for number, descriptor in enumerate((given.fileno(), out, err)):
            os.dup2(descriptor, number)
        os.environ.clear()
        os.environ.update(request["env"])
        sys.stdin, sys.stdout, sys.stderr = map(_stream, (0, 1, 2), "rww")
        os.chdir(request["cwd"])
        from polyscale_cli.boundary import run

        code = run(request["arguments"])
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - whatever it is, the test is to see it
        import traceback

        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _stream(number: int, mode: str) -> TextIO:
    """A standard stream as an interpreter makes it that starts."""
    encoding = os.environ.get("PYTHONIOENCODING") or "utf-8"
    errors = "backslashreplace" if number == 2 else "strict"
    return cast("TextIO", os.fdopen(number, mode, encoding=encoding, errors=errors, closefd=False))


def _read_all(descriptor: int) -> bytes:
    seen = b""
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:
            chunk = b""
        if not chunk:
            os.close(descriptor)
            return seen
        seen += chunk


if __name__ == "__main__":
    _serve()
