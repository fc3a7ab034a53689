"""Every command, against the real edge, in every form: data on stdout and nothing else, in one shape."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from polyscale_cli.app import ENTRIES
from polyscale_cli.command_tree import Answers
from tests.cli.conftest import COMMAND, answer
from tests.cli.walk import CASES, ELSEWHERE, Walk

SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
LOOKS_LIKE_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.+Z]+")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def test_the_walk_knows_every_command() -> None:
    paths = {entry.path for entry in ENTRIES}
    missing, gone = paths - CASES.keys() - ELSEWHERE.keys(), (CASES.keys() | ELSEWHERE.keys()) - paths
    assert not missing, f"give these commands a Case in tests/cli/walk.py, so that every form is tried: {missing}"
    assert not gone, f"these are no commands any more: {gone}"


every_command = pytest.mark.parametrize("path", CASES)


@every_command
def test_json_is_one_envelope(path: str, walk: Walk) -> None:
    done = walk.run(path, "-o", "json")
    assert done.returncode == 0, done.stderr + done.stdout
    found = answer(done)
    alias = next(entry.alias_of for entry in ENTRIES if entry.path == path)
    assert (found["command"], found["status"], found["errors"]) == (alias or path, "success", [])
    assert found["data"] is not None
    assert all(isinstance(step, str) for step in found["next_steps"])
    if not CASES[path].foreign_keys:
        for key, value in _leaves(found["data"]):
            assert SNAKE_CASE.fullmatch(key.lower() if key.isupper() else key), key
            assert not LOOKS_LIKE_TIME.fullmatch(str(value)) or TIME.fullmatch(value), f"{key}: {value}"
            assert not (key == "id" or key.endswith("_id")) or value is None or isinstance(value, str), key
    assert "Traceback" not in done.stderr
    _check_choice(path, found["data"], walk)


def _check_choice(path: str, data: Any, walk: Walk) -> None:
    """Of rows and of records, fields may be chosen."""
    entry = next(entry for entry in ENTRIES if entry.path == path)
    is_rows = isinstance(data, list) and any(isinstance(row, dict) for row in data) and not CASES[path].foreign_keys
    assert not is_rows or entry.answers is Answers.ROWS, f"set answers=Answers.ROWS in app.py for {path}"
    if is_rows:
        first, *_, last = data[0]
        done = walk.run(path, "--fields", f"{last},{first}", "-o", "csv")
        assert done.stdout.splitlines()[0] == f"{last},{first}"
        assert walk.run(path, "--fields", "nonsense").returncode == 2
    elif entry.answers is Answers.RECORD:
        name = next(iter(data))
        done = walk.run(path, "--field", name)
        assert done.stdout == f"{data[name]}\n"
        assert walk.run(path, "--field", "nonsense").returncode == 2


def _leaves(data: Any, key: str = "value") -> Iterator[tuple[str, Any]]:
    """Every key with every value that is no container."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _leaves(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _leaves(value, key)
    else:
        yield key, data


@every_command
def test_jsonl_is_a_line_for_each_row(path: str, walk: Walk) -> None:
    done = walk.run(path, "-o", "jsonl")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(row is not None for row in rows)


@every_command
def test_csv_has_cells_for_its_titles(path: str, walk: Walk) -> None:
    done = walk.run(path, "-o", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert len({len(row) for row in rows}) <= 1
    assert "\x1b" not in done.stdout


@every_command
def test_a_table_is_plain_without_a_terminal_and_whole_at_a_narrow_one(path: str, walk: Walk) -> None:
    table, plain = walk.run(path, env={"FORCE_COLOR": "1", "NO_COLOR": ""}), walk.run(path, "-o", "plain", "--no-color")
    narrow = walk.run(path, columns=20)
    assert [done.returncode for done in (table, plain, narrow)] == [0, 0, 0], table.stderr + narrow.stdout
    assert "\x1b" not in table.stdout + plain.stdout + plain.stderr
    assert _shape(table.stdout) == _shape(plain.stdout)
    assert "Traceback" not in narrow.stdout
    # Rows became lines of label and value, and what stays the same from run to run is all there.
    assert _words(table.stdout) & _words(plain.stdout) <= _words(narrow.stdout)


def _shape(text: str) -> list[int]:
    """How many cells each line has; the cells themselves differ from run to run."""
    return [line.count("\t") for line in text.splitlines()]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower()))


@every_command
def test_quiet_is_ids_or_the_bare_answer(path: str, walk: Walk) -> None:
    done = walk.run(path, "-q")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "" or done.stderr.startswith("warning: ")


@pytest.mark.parametrize("path", [path for path, case in CASES.items() if not case.local])
def test_without_an_edge_the_error_is_an_envelope_too(path: str, walk: Walk) -> None:
    nowhere = walk.directory / "nowhere"
    elsewhere = {"POLYSCALE_STATE_DIR": str(nowhere), "XDG_CACHE_HOME": str(nowhere / "cache")}
    done = walk.run(path, "--json", alone=True, env=elsewhere)
    assert done.returncode == 6, done.stdout
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
