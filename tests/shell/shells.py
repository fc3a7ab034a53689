"""Real shells, asked to complete a line: bash and zsh at a terminal with a Tab, fish by its own `complete -C`."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from polyscale_cli.shell.scripts import DIRECTORY

COMPLETIONS = Path(__file__).parents[2] / DIRECTORY
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|[\x07\x0f]")

_BASH = f"""
source {COMPLETIONS}/polyscale.bash
bind 'set show-all-if-ambiguous on'
bind 'set completion-query-items 0'
bind 'set page-completions off'
bind 'set completion-display-width 0'
bind 'set enable-bracketed-paste off'
"""
_ZSH = f"""
fpath=({COMPLETIONS} $fpath)
unsetopt prompt_cr prompt_sp
LISTMAX=10000
autoload -U compinit
compinit -u -D
zstyle ':completion:*' verbose no
bindkey -e
unset zle_bracketed_paste
unsetopt list_ambiguous
"""


def complete(shell: str, line: str, directory: Path) -> set[str]:
    """The words that a shell offers, or puts there at once, when a person types a line and Tab."""
    if shell == "fish":
        script = f"source {COMPLETIONS}/polyscale.fish; complete -C '{line}'"
        done = subprocess.run(
            ["fish", "--no-config", "-c", script], capture_output=True, text=True, cwd=directory, timeout=60
        )
        assert done.stderr == ""
        return {row.partition("\t")[0] for row in done.stdout.splitlines()}
    commands = {"bash": (["bash", "--norc", "--noprofile", "-i"], _BASH), "zsh": (["zsh", "-f", "-i"], _ZSH)}
    terminal = _Terminal(*commands[shell], directory)
    try:
        return terminal.words_for(line)
    finally:
        terminal.close()


@dataclass(slots=True)
class _Terminal:
    """A shell on a pseudo-terminal."""

    command: Sequence[str]
    setup: str
    directory: Path

    _side: int = -1
    _process: subprocess.Popen[bytes] | None = None

    def words_for(self, line: str) -> set[str]:
        self._side, theirs = pty.openpty()
        # Wide enough that no line is broken, and no escapes to move about in it.
        environ = {**os.environ, "TERM": "dumb", "COLUMNS": "400", "PS1": "READY> ", "PROMPT": "READY> "}
        subprocess.run(["stty", "cols", "400", "rows", "400", "-echo"], stdin=theirs, check=True)
        self._process = subprocess.Popen(
            self.command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environ,
            cwd=self.directory,
            start_new_session=True,
        )
        os.close(theirs)
        setup = self.directory / ".setup"
        setup.write_text(self.setup + "\nPS1='NOW> '\n")
        self._read_until("READY> ")
        self._type(f"source {setup}\n")
        self._read_until("NOW> ")
        # What the Tab offered is listed, or stands in the line; made an argument of echo, the line is shown, too.
        self._type(f"{line}\t\x01echo SHOWN \n")
        seen = self._read_until("NOW> ", after="SHOWN polyscale")
        return set(seen.split()) - {"NOW>", "echo", "SHOWN", *line.split()}

    def close(self) -> None:
        os.close(self._side)
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _type(self, text: str) -> None:
        os.write(self._side, text.encode())

    def _read_until(self, text: str, after: str = "") -> str:
        seen = ""
        while not (seen.endswith(text) and after in seen):
            seen = _ESCAPES.sub("", seen + os.read(self._side, 65536).decode(errors="replace"))
        return seen
