"""Run the command as a person or a program would: as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from tests.cli.env_caches import Command
    from tests.cli.forks import Forks
    from tests.cli.walk import Walk
    from tests.servers.edge import Edge, EdgeCache
    from tests.servers.postgres import Postgres

COMMAND = (sys.executable, "-m", "polyscale_cli")
Done: TypeAlias = "subprocess.CompletedProcess[str]"
Run: TypeAlias = Callable[..., Done]


@pytest.fixture
def polyscale(forks: Forks, tmp_path: Path) -> Run:
    """Run ``polyscale`` in an empty directory, without an edge unless the test has one."""

    def run(*arguments: str, stdin: str = "", env: Mapping[str, str] | None = None, cwd: Path = tmp_path) -> Done:
        return forks.run(*arguments, stdin=stdin, env=env, cwd=cwd)

    return run


@pytest.fixture
def write(isolated: Path, polyscale: Run) -> Command:
    """``env write``, with caches that are known without an API."""
    from tests.cli.env_caches import with_caches

    return with_caches(isolated, polyscale, "env", "write")


def answer(done: Done) -> Any:
    """The envelope on stdout; fails when anything else is there, too."""
    found = json.loads(done.stdout)
    assert list(found) == ["polyscale_result_version", "command", "status", "data", "errors", "next_steps"]
    assert found["polyscale_result_version"] == "1"
    return found


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """What runs many command lines quickly."""
    from tests.cli.forks import run_forks

    with run_forks() as running:
        yield running


@pytest.fixture
def walk(forks: Forks, edge: Edge, cache: EdgeCache, postgres: Postgres, tmp_path: Path) -> Walk:
    """What runs every command by its case, in a directory of its own."""
    from tests.cli.walk import Walk

    return Walk(forks, edge, cache, postgres, tmp_path)
