"""Finding the local edge by what it leaves in its state directory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from polyscale_cli.settings.local_edge import bracketed, is_loopback, reachable, read_local_edge, read_local_token

RUNTIME = {
    "pid": 1,
    "version": "0",
    "startedAt": "2026-01-01T00:00:00Z",
    "http": {"host": "0.0.0.0", "port": 10000},
    "listeners": [
        {"protocol": "postgres", "host": "127.0.0.1", "port": 9010, "cacheId": None},
        {"protocol": "postgres", "host": "::", "port": 9011, "cacheId": "abc"},
    ],
    "log": "x",
}
HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def lock_held(state: Path) -> Iterator[None]:
    """Another process holds the lock, as a running edge does."""
    command = [sys.executable, "-c", HOLDER, str(state / "edge.pid")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.communicate()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "edge.json").write_text(json.dumps(RUNTIME))
    return tmp_path


def test_it_is_found_while_its_lock_is_held(state: Path) -> None:
    with lock_held(state):
        edge = read_local_edge(state)
    assert edge is not None
    assert edge.http_url == "http://127.0.0.1:10000"
    assert edge.address_of("other", "postgres") == ("127.0.0.1", 9010)
    assert edge.address_of("abc", "postgres") == ("::1", 9011), "a cache's own port comes first"
    assert edge.address_of("other", "mysql") is None


def test_a_file_that_a_killed_edge_left_behind_is_no_edge(state: Path) -> None:
    (state / "edge.pid").write_text("1\n")
    assert read_local_edge(state) is None


def test_without_a_state_directory_there_is_no_edge(tmp_path: Path) -> None:
    assert read_local_edge(tmp_path / "nowhere") is None
    assert read_local_token(tmp_path / "nowhere") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"http": {}}', '{"http": 1}'])
def test_a_runtime_file_that_makes_no_sense_is_no_edge(state: Path, text: str) -> None:
    (state / "edge.json").write_text(text)
    with lock_held(state):
        assert read_local_edge(state) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("a.localhost.", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("x", False),
    ],
)
def test_loopback_is_known_by_its_names(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_an_address_for_everyone_is_reached_on_loopback() -> None:
    assert (reachable("0.0.0.0"), reachable("::"), reachable("db")) == ("127.0.0.1", "::1", "db")
    assert (bracketed("::1"), bracketed("db")) == ("[::1]", "db")
