"""Every command, against the real edge, answers in JSON on stdout and in nothing else."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from polyscale_cli.app import ENTRIES
from tests.cli.conftest import COMMAND, answer
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import SCRAM, Postgres

# What follows the path; {cache} is a cache that exists, {spare} one that the command may delete, {file} a .env file.
ARGUMENTS = {
    "connstr": ["{cache}", "--from-url", "-"],
    "purge": ["{cache}"],
    "cache create": ["{new}", "--from-url", "-"],
    "cache list": [],
    "cache show": ["{cache}"],
    "cache test": ["{cache}"],
    "cache update": ["{cache}", "--description", "words"],
    "cache purge": ["{cache}"],
    "cache delete": ["{spare}", "--yes"],
    "env write": ["--cache", "{cache}", "--file", "{file}"],
    "env print": ["--cache", "{cache}", "--from-url", "-"],
    "env check": ["--cache", "{cache}", "--file", "{file}", "--direct"],
    "edge status": [],
    "edge logs": [],
    "edge token": [],
    "create": ["{new}", "--from-url", "-"],
    "list": [],
    "test": ["{cache}"],
    "delete": ["{spare}", "--yes"],
    "cache ls": [],
    "cache rm": ["{spare}", "--yes"],
}
# These start and stop edges of their own, in the tests below and in test_edge.py; demo has its own tests.
# The program that run starts owns stdout; see test_run.py.
ELSEWHERE = {"edge run", "edge start", "edge stop", "demo", "run"}


def test_the_walk_knows_every_command() -> None:
    assert {entry.path for entry in ENTRIES} == ARGUMENTS.keys() | ELSEWHERE


@pytest.fixture
def filled(edge: Edge, cache: EdgeCache, postgres: Postgres, tmp_path: Path) -> Callable[[str], list[str]]:
    """The arguments of a command, with what they name in place."""
    file = tmp_path / ".env"
    file.write_text(f'DATABASE_URL="{postgres.url(SCRAM, "app")}"\n')

    def fill(path: str) -> list[str]:
        spare = edge.create_cache(postgres) if "{spare}" in ARGUMENTS[path] else cache
        words = {"cache": cache.name, "new": f"new-{spare.name}-{path.replace(' ', '-')}", "file": str(file)}
        return [part.format(spare=spare.name, **words) for part in ARGUMENTS[path]]

    return fill


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize("path", ARGUMENTS)
def test_stdout_is_json_and_nothing_else(
    path: str, form: str, edge: Edge, postgres: Postgres, filled: Callable[[str], list[str]]
) -> None:
    done = edge.command(*path.split(), *filled(path), "-o", form, stdin=postgres.url(SCRAM, "app"))
    assert done.returncode == 0, done.stderr
    if form == "json":
        found = answer(done)
        alias = next(entry.alias_of for entry in ENTRIES if entry.path == path)
        assert (found["command"], found["status"], found["errors"]) == (alias or path, "success", [])
        assert found["data"] is not None
    else:
        assert all(json.loads(line) is not None for line in done.stdout.splitlines())


@pytest.mark.parametrize("path", [path for path in ARGUMENTS if path not in {"edge status", "edge logs", "edge token"}])
def test_without_an_edge_the_error_is_json_too(path: str, tmp_path: Path, edge: Edge) -> None:
    arguments = [part.format(cache="x", spare="x", new="x", file=str(tmp_path / ".env")) for part in ARGUMENTS[path]]
    (tmp_path / ".env").write_text("DATABASE_URL=postgres://u:p@h/d\n")
    nowhere = {"POLYSCALE_STATE_DIR": str(tmp_path / "state")}
    done = edge.command(*path.split(), *arguments, "--json", stdin="postgres://u:p@h/d", env=nowhere)
    assert done.returncode == 6
    found = answer(done)
    assert (found["status"], found["errors"][0]["code"]) == ("error", "EDGE_NOT_RUNNING")
    assert found["next_steps"] == ["polyscale edge start"]
    assert done.stderr == ""


def test_an_edge_in_the_foreground_answers_when_it_is_ready(tmp_path: Path) -> None:
    command = [
        *COMMAND,
        "edge",
        "run",
        "--state-dir",
        str(tmp_path / "s"),
        "--http-port=0",
        "--postgres-port=0",
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None
        lines = ""
        while not lines.endswith("\n}\n"):
            lines += running.stdout.readline()
        found = json.loads(lines)
        assert found["data"]["running"] is True
        assert found["data"]["pid"] == running.pid
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
        assert running.stdout.read() == "", "one answer, no more"
