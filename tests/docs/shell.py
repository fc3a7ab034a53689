"""A shell that somebody follows a page in: what is exported stays from command to command."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import termios
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.process import wait_until

COLUMNS = 100
SECONDS = 60
# How a terminal moves about in its line; what was there is gone.
_WIPED = re.compile(r"[^\n]*\r\x1b\[K|\r")


@dataclass(frozen=True, slots=True)
class Done:
    """What a command printed, errors in their place, and how it ended."""

    printed: str
    status: int


@dataclass(slots=True)
class Shell:
    """Types commands in one directory."""

    directory: Path
    environment: Mapping[str, str]
    state: Path
    last: Done = field(default_factory=lambda: Done("", 0))

    def type(self, command: str, *, at_terminal: bool) -> Done:
        """Run one command, or a whole script, to its end."""
        quoted = shlex.quote(str(self.state))
        script = (
            f"[ ! -e {quoted} ] || . {quoted}\n"
            f"trap 'status=$?; export -p >{quoted}; exit $status' EXIT\n"
            # -e and -u: in a script no command may fail, and no variable may be one that nobody has set.
            f"set -a\n{f'(exit {self.last.status})' if at_terminal else 'set -eu'}\n{command}"
        )
        self.last = self._at_terminal(script) if at_terminal else self._piped(script)
        return self.last

    def _piped(self, script: str) -> Done:
        done = subprocess.run(
            ["sh", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.directory,
            env=self.environment,
            timeout=SECONDS,
        )
        return Done(done.stdout, done.returncode)

    def _at_terminal(self, script: str) -> Done:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
        process = subprocess.Popen(
            ["sh", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            cwd=self.directory,
            env=self.environment,
            start_new_session=True,
        )
        os.close(theirs)
        os.set_blocking(ours, False)
        heard = bytearray()

        def ended() -> bool:
            gone = process.poll() is not None
            heard.extend(_what_is_there(ours))
            return gone

        try:
            wait_until(ended, f"the end of: {script}", SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            os.close(ours)
        return Done(_WIPED.sub("", heard.decode(errors="replace").replace("\r\n", "\n")), process.returncode)


def _what_is_there(descriptor: int) -> bytes:
    found = bytearray()
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # nothing more now, or the last of the other side is gone
            return bytes(found)
        if not chunk:
            return bytes(found)
        found += chunk
