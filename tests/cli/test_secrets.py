"""A secret that was given to a command comes out only where it was asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import Postgres

SECRET = "Pl4nt3d!S3cret"
ENCODED = "Pl4nt3d%21S3cret"

COMMANDS = [
    ("cache", "create", "planted-{cache}", "--from-env"),
    ("cache", "create", "{cache}", "--from-env"),
    ("cache", "create", "{cache}", "--from-env", "--if-not-exists"),
    ("cache", "list"),
    ("cache", "show", "{cache}"),
    ("cache", "test", "{cache}"),
    ("env", "write", "--cache", "{cache}"),
    ("env", "write", "--cache", "{cache}", "--prisma"),
    ("env", "write", "--cache", "{cache}", "--format", "wrangler"),
    ("env", "write", "--cache", "{cache}", "--format", "docker"),
    ("env", "check", "--cache", "{cache}"),
    ("connstr", "{cache}", "--from-env", "--driver", "nonsense"),
    ("connstr", "nowhere", "--from-env"),
    ("connstr", "--from-env", "--user", "x"),
    ("purge", "{cache}"),
    ("edge", "status"),
    ("edge", "logs"),
]


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_it_shows_up_in_no_output(
    command: tuple[str, ...], form: str, edge: Edge, cache: EdgeCache, postgres: Postgres, tmp_path: Path
) -> None:
    url = f"postgres://app:{ENCODED}@{postgres.host}:{postgres.port}/shop"
    env = {"DATABASE_URL": url, "POLYSCALE_DEBUG": "1"}
    arguments = [part.format(cache=cache.name) for part in command]
    if command[0] == "env":
        arguments += ["--file", str(tmp_path / ".env")]
    done = edge.command(*arguments, "-o", form, env=env)
    assert SECRET not in done.stdout + done.stderr
    assert ENCODED not in done.stdout + done.stderr
    assert edge.token not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "url",
    [
        f"postgres://app:{SECRET}#@db/shop",
        f"postgres://app:{SECRET}/@db/shop",
        f"postgres://app:{SECRET}%zz@db/shop",
        f"postgres://app:{SECRET}@a,b/shop",
        f"postgres://app:{SECRET}@db:port/shop",
        f"nonsense://app:{SECRET}@db/shop",
        f"{SECRET}",
        f"postgres://app:{SECRET}@db/shop?host=/tmp",
    ],
)
def test_it_shows_up_in_no_complaint_about_a_url(url: str, edge: Edge) -> None:
    done = edge.command("cache", "create", "x", "--from-url", "-", stdin=url)
    assert done.returncode == 2
    assert SECRET not in done.stdout + done.stderr


def test_it_is_in_no_argument_of_the_edge_that_a_command_starts(tmp_path: Path) -> None:
    state = tmp_path / "state"
    from polyscale_cli.edge import process

    process.start(process.EdgeSettings(state, http_port=0, postgres_port=0))
    try:
        pid = process.status(state).pid
        seen = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
        token = (state / "token").read_text().strip()
        assert sys.executable in seen
        assert token not in seen
    finally:
        process.stop(state)
