"""``polyscale edge …``, and the edge that starts because a command needs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from polyscale_cli.edge import process
from tests.cli.conftest import COMMAND, Done, Run, answer
from tests.servers.process import free_port

Here = Callable[..., Done]


@pytest.fixture
def here(polyscale: Run, tmp_path: Path) -> Iterator[Here]:
    """Run commands on a state directory of their own; what still runs there at the end is stopped."""

    def run(*arguments: str, **env: str) -> Done:
        return polyscale(*arguments, env={**surroundings(tmp_path), **env})

    yield run
    process.stop(tmp_path / "state")


def surroundings(directory: Path) -> dict[str, str]:
    """A state directory there, and any ports that are free."""
    ports = {f"POLYSCALE_{name}_PORT": "0" for name in ("HTTP", "POSTGRES", "MYSQL", "MARIADB")}
    return {"POLYSCALE_STATE_DIR": str(directory / "state"), **ports}


def test_it_starts_says_where_it_is_and_stops(here: Here, tmp_path: Path) -> None:
    started = answer(here("edge", "start", "--json"))["data"]
    assert started["running"] is True
    assert started["state_dir"] == str(tmp_path / "state")
    assert [each["protocol"] for each in started["listeners"]] == ["postgres", "mysql", "mariadb"]
    assert answer(here("edge", "status", "--json"))["data"] == started
    assert len(here("edge", "logs", "-n", "1").stdout.splitlines()) == 1
    assert here("edge", "token").stdout == (tmp_path / "state" / "token").read_text().strip() + "\n"
    assert answer(here("edge", "stop", "--json"))["data"]["stopped"] is True
    assert here("edge", "status").returncode == 6


def test_a_second_one_on_the_same_state_is_a_conflict(here: Here) -> None:
    here("edge", "start")
    for verb in ("start", "run"):
        done = here("edge", verb)
        assert done.returncode == 5
        assert "already runs" in done.stderr


def test_stopping_what_does_not_run_is_no_error(here: Here) -> None:
    done = here("edge", "stop")
    # A slow machine says before that it is about to stop one.
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "No edge was running.")


@pytest.mark.parametrize("verb", ["token", "logs"])
def test_before_the_first_start_there_is_nothing_to_show(here: Here, verb: str) -> None:
    assert here("edge", verb).returncode == 3


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--http-port", "70000"), "70000"),
        (("--memory", "lots"), "--memory"),
        (("--tls-cert", "/nowhere.pem"), "--tls-key"),
        (("--log-level", "loud"), "loud"),
    ],
)
def test_settings_that_make_no_sense_are_refused(here: Here, given: tuple[str, str], says: str) -> None:
    done = here("edge", "start", *given)
    assert done.returncode == 2
    assert says in done.stderr
    assert here("edge", "status").returncode == 6


def test_variables_are_options(here: Here) -> None:
    port = free_port()
    data = answer(here("edge", "start", "--json", POLYSCALE_POSTGRES_PORT=str(port), POLYSCALE_MEMORY="64MiB"))["data"]
    assert data["listeners"][0]["port"] == port


def test_a_command_that_needs_an_edge_starts_it_and_says_so(here: Here) -> None:
    done = here("cache", "list", POLYSCALE_AUTOSTART="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "Started the local edge at http://127.0.0.1:" in done.stderr
    again = here("cache", "list", POLYSCALE_AUTOSTART="1")
    assert "Started" not in again.stderr
    assert here("edge", "status").returncode == 0


def test_the_started_edge_is_configured_by_variables(here: Here) -> None:
    port = free_port()
    here("cache", "list", POLYSCALE_AUTOSTART="1", POLYSCALE_POSTGRES_PORT=str(port))
    assert answer(here("edge", "status", "--json"))["data"]["listeners"][0]["port"] == port


@pytest.mark.parametrize("variable", ["POLYSCALE_HTTP_PORT", "POLYSCALE_MEMORY"])
def test_a_variable_that_makes_no_sense_is_named(here: Here, variable: str) -> None:
    done = here("cache", "list", POLYSCALE_AUTOSTART="1", **{variable: "many"})
    assert done.returncode == 2
    assert variable in done.stderr


@pytest.mark.parametrize("env", [{"CI": "true", "POLYSCALE_AUTOSTART": "1"}, {"POLYSCALE_AUTOSTART": "0"}])
def test_where_it_is_forbidden_none_is_started(here: Here, env: dict[str, str]) -> None:
    done = here("cache", "list", **env)
    assert done.returncode == 6
    assert "polyscale edge start" in done.stderr
    assert here("edge", "status").returncode == 6


def test_an_api_that_is_configured_forbids_it_too(here: Here) -> None:
    env = {"POLYSCALE_API_URL": f"http://127.0.0.1:{free_port()}", "POLYSCALE_TOKEN": "x", "POLYSCALE_AUTOSTART": "1"}
    assert here("cache", "list", **env).returncode == 6
    assert here("edge", "status").returncode == 6


def test_two_commands_at_once_start_one_edge(here: Here, tmp_path: Path) -> None:
    command = [*COMMAND, "cache", "list"]
    env = {**os.environ, **surroundings(tmp_path), "POLYSCALE_AUTOSTART": "1"}
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env, cwd=tmp_path) for _ in range(3)]
    said = [each.communicate()[1] for each in started]
    assert [each.returncode for each in started] == [0, 0, 0], said
    assert here("edge", "status").returncode == 0


def test_a_port_that_is_taken_is_said_by_the_command_that_wanted_the_edge(here: Here) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = here("cache", "list", POLYSCALE_AUTOSTART="1", POLYSCALE_HTTP_PORT=port)
    assert done.returncode == 5
    assert port in done.stderr
    assert "polyscale edge start --http-port " in done.stderr, "a command that is understood"


def test_the_local_edge_can_be_named_by_its_url(here: Here) -> None:
    url = answer(here("edge", "start", "--json"))["data"]["http_url"]
    assert here("cache", "list", POLYSCALE_API_URL=url).returncode == 0


UNSET = {f"POLYSCALE_{name}_PORT": "" for name in ("HTTP", "POSTGRES", "MYSQL", "MARIADB")}


def listening(status: Done) -> dict[str, int]:
    """The ports by protocol."""
    return {one["protocol"]: one["port"] for one in answer(status)["data"]["listeners"]}


def test_the_ports_that_were_chosen_are_taken_again_by_the_edge_that_a_command_starts(here: Here) -> None:
    first = listening(here("edge", "start", "--postgres-port", str(free_port()), "--json"))
    here("edge", "stop")
    assert here("cache", "list", POLYSCALE_AUTOSTART="1", **UNSET).returncode == 0
    status = here("edge", "status", "--json")
    assert listening(status) == first, "those that any free port was wanted for, too"
    here("edge", "stop")
    with socket.create_server(("127.0.0.1", first["mysql"])):
        again = listening(here("edge", "start", "--json", **UNSET))
    assert again["postgres"] == first["postgres"]
    assert again["mysql"] != first["mysql"], "it was any free one, and is not free now"


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="who has a port is told by Linux alone")
def test_another_edge_that_has_the_port_is_called_one(here: Here, tmp_path: Path) -> None:
    port = answer(here("edge", "start", "--json"))["data"]["http_url"].rpartition(":")[2]
    done = here("edge", "start", "--state-dir", str(tmp_path / "other"), "--http-port", port)
    assert done.returncode == 5
    assert f"in use by the PolyScale edge of {tmp_path / 'state'} (pid " in done.stderr


def test_a_state_directory_that_cannot_be_used_is_cured_by_what_every_command_understands(
    here: Here, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    done = here("cache", "list", POLYSCALE_AUTOSTART="1", POLYSCALE_STATE_DIR=str(tmp_path / "file"))
    assert (done.returncode, "POLYSCALE_STATE_DIR" in done.stderr, "--state-dir" in done.stderr) == (1, True, False)


def test_status_finds_an_edge_that_hangs(here: Here) -> None:
    pid = answer(here("edge", "start", "--json"))["data"]["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        done = here("edge", "status", POLYSCALE_TIMEOUT="0.5")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert done.returncode == 6
    assert "runs and does not answer" in done.stderr
    assert f"kill -9 {pid}" in done.stderr


def test_the_cure_for_an_edge_that_does_not_run_names_its_state_directory(here: Here, tmp_path: Path) -> None:
    done = here("edge", "status", "--state-dir", str(tmp_path / "other one"))
    assert (done.returncode, "edge start --state-dir '" in done.stderr) == (6, True)
    assert "--state-dir" not in here("edge", "status").stderr


def test_a_quiet_start_prints_nothing(here: Here) -> None:
    done = here("edge", "start", "-q")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_program_that_is_run_and_a_connection_string_start_the_edge_that_they_need(here: Here) -> None:
    url = "postgresql://app:s3cret@db.example/shop"
    env = {"POLYSCALE_AUTOSTART": "1", "DATABASE_URL": url}
    assert here("cache", "create", "shop", "--from-env", "--no-test", **env).returncode == 0
    for command in (("run", "--", "sh", "-c", "echo $DATABASE_URL"), ("connstr", "--from-env")):
        here("edge", "stop")
        done = here(*command, **env)
        assert "Started the local edge" in done.stderr
        assert f"@127.0.0.1:{listening(here('edge', 'status', '--json'))['postgres']}/" in done.stdout
    here("edge", "stop")
    forbidden = here("connstr", "--from-env", **{**env, "POLYSCALE_AUTOSTART": "0"})
    assert (forbidden.returncode, "The edge is not running now" in forbidden.stderr) == (0, True)
