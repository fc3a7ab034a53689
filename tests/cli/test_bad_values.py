"""Every option, argument and variable of every command with values that nobody means: one clear message each."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from polyscale_cli.errors import EXIT_CODES
from polyscale_cli.shell.topics import VARIABLES
from polyscale_cli.shell.tree import Command, walk
from tests.cli.conftest import COMMAND, Done
from tests.cli.forks import Forks
from tests.cli.walk import CASES
from tests.servers.edge import Edge

BAD = {
    "empty": "",
    "huge": "x" * 100_000,
    "not UTF-8": "\udcff\udcfe",
    "escapes": "\x1b[31mred\x1b[0m\x07\x9b2J\u202egpj.exe",
    "a script": "$(touch hacked)`touch hacked`;touch hacked\n::error::planted\n",
    "a place elsewhere": "../../../../../../dev/null/x",
    "less than nothing": "-1",
    "too much": "9" * 400,
}
# What keeps a command from doing what takes long or leaves something behind: it is refused as soon as it is read.
REFUSED = {"edge run": "--memory nothing", "edge start": "--memory nothing", "demo": "--rows nothing", "run": "-- true"}
REFUSED |= {"edge stop": ""}
WORDS = {"cache": "shop", "spare": "shop", "new": "fresh", "key": "key", "api": "https://edge.example.com"}
COMMON = {"--output", "--profile", "--timeout"}

TREE = walk()
COMMANDS = [command for command in TREE.commands if command.alias_of is None]


def lines(command: Command, bad: str, directory: Path) -> Iterator[list[str]]:
    """Command lines that are in order but for one value, which is the bad one."""
    case = CASES[command.path].arguments if command.path in CASES else REFUSED[command.path]
    file = str(directory / ".env")
    words = [word.format(**WORDS, file=file, token_file=file) for word in shlex.split(case)]
    for option in command.options:
        if option.metavar and (not COMMON & set(option.flags) or command.path == "cache list"):
            yield [*command.path.split(), option.flags[-1], bad, *words]
    for at in _positions(command, words):
        yield [*command.path.split(), *words[:at], bad, *words[at + 1 :]]


def _positions(command: Command, words: list[str]) -> Iterator[int]:
    """Where the arguments stand."""
    valued = {flag for option in command.options if option.metavar for flag in option.flags}
    for at, word in enumerate(words):
        if not word.startswith("-") and (at == 0 or words[at - 1] not in valued):
            yield at


def check(done: Done, directory: Path) -> None:
    """What holds for every end."""
    shown = f"{done.args}"[:300]
    assert done.returncode in EXIT_CODES, f"{shown}\n{done.stderr}"
    assert "Traceback" not in done.stderr, f"{shown}\n{done.stderr}"
    assert "Unexpected" not in done.stderr, f"{shown}\n{done.stderr}"
    errors = sum(line.startswith("error: ") for line in done.stderr.splitlines())
    assert errors == (1 if done.returncode else 0), f"{shown}\n{done.returncode}\n{done.stderr}"
    assert len(done.stderr) < 6000, f"{shown}\n{done.stderr[:500]}"
    for character in "\x1b\x07\x9b\u202e":
        assert character not in done.stdout + done.stderr, f"{shown}\n{done.stderr!r}"
    assert not any(line.startswith("::") for line in done.stderr.splitlines()), f"{shown}\n{done.stderr}"
    assert not list(directory.rglob("hacked")), shown


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A project with a .env file."""
    (tmp_path / ".env").write_text("DATABASE_URL=postgres://app:secret@db.example.com/shop\n")
    return tmp_path


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.path)
def test_every_option_and_argument(command: Command, bad: str, forks: Forks, directory: Path) -> None:
    for line in lines(command, bad, directory):
        check(forks.run(*line, cwd=directory, stdin="postgres://app:secret@db.example.com/shop"), directory)


@pytest.mark.parametrize(("group", "variable"), [(group, name) for group in VARIABLES for name in VARIABLES[group]])
def test_every_variable(group: str, variable: str, forks: Forks, directory: Path) -> None:
    commands = ["connstr --from-env", "config list"]
    if "edge" in group and "which" not in group.lower():
        # Refused before it starts, and after it has read its variables.
        commands = [f"edge run {'--entry-limit' if variable.endswith('MEMORY') else '--memory'} nothing"]
    for bad in BAD.values():
        for line in commands:
            # Where CI is set, no value of another variable starts an edge.
            check(forks.run(*line.split(), cwd=directory, env={"CI": "1", variable: bad}), directory)


@pytest.mark.parametrize("form", ["table", "json"])
def test_bytes_that_are_no_text_come_from_a_real_command_line_too(form: str, edge: Edge) -> None:
    command = [*COMMAND, "cache", "show", os.fsdecode(b"\xff\xfe\x1b[31m"), "-o", form]
    done = subprocess.run(command, capture_output=True, env={**os.environ, **edge.env, "POLYSCALE_CACHE": "\udcff"})
    assert done.returncode == 3
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"udcff" in done.stdout + done.stderr


@pytest.mark.parametrize("option", ["--state-dir", "--ready-file", "--tls-cert", "--tls-key"])
@pytest.mark.parametrize("command", ["run", "start"])
def test_an_empty_path_is_not_this_directory(command: str, option: str, forks: Forks, tmp_path: Path) -> None:
    mode = tmp_path.stat().st_mode
    done = forks.run("edge", command, option, "", cwd=tmp_path)
    assert done.returncode == 2
    assert option in done.stderr
    assert (list(tmp_path.iterdir()), tmp_path.stat().st_mode) == ([], mode)
