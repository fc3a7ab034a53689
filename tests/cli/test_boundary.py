"""How commands end when something unusual happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Run, answer
from tests.servers.edge import Edge, EdgeCache
from tests.servers.process import free_port

# A fault of our own, which no command has: the settings are replaced by something that fails.
BROKEN = """
import sys
from polyscale_cli.settings import paths
def broken(environ):
    raise RuntimeError("psc_planted broke at postgres://u:planted@h/d")
paths.state_dir = broken
from polyscale_cli.__main__ import main
sys.argv = ["polyscale", "edge", "token", *sys.argv[1:]]
sys.exit(main())
"""


def broken(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BROKEN, *arguments], capture_output=True, text=True, env={**os.environ, **env}
    )


def test_a_fault_of_ours_is_a_sentence_and_no_traceback() -> None:
    done = broken()
    assert done.returncode == 1
    assert done.stderr.startswith("error: Unexpected RuntimeError")
    assert "Traceback" not in done.stderr
    assert "POLYSCALE_DEBUG=1" in done.stderr
    assert "planted" not in done.stderr


def test_the_traceback_is_there_for_those_who_debug_without_its_secrets() -> None:
    done = broken(POLYSCALE_DEBUG="1")
    assert "Traceback" in done.stderr
    assert "planted" not in done.stderr


def test_a_fault_of_ours_is_an_envelope_where_json_was_asked_for() -> None:
    found = answer(broken("--json"))
    assert (found["command"], found["errors"][0]["code"]) == ("edge token", "INTERNAL")
    assert "planted" not in str(found)


def test_ctrl_c_while_waiting_is_130_and_quiet(tmp_path: Path) -> None:
    # An API that accepts and never answers.
    import socket

    with socket.create_server(("127.0.0.1", 0)) as api:
        env = {"POLYSCALE_API_URL": f"http://127.0.0.1:{api.getsockname()[1]}", "POLYSCALE_TOKEN": "x"}
        with subprocess.Popen(
            [*COMMAND, "cache", "list"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **env},
            cwd=tmp_path,
        ) as running:
            connection, _ = api.accept()
            connection.recv(1)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=30)
            connection.close()
    assert (running.returncode, out, err) == (130, "", "\n")


def test_a_reader_that_goes_away_is_no_error(edge: Edge, cache: EdgeCache, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    env = {**os.environ, **edge.env}
    done = subprocess.run([*COMMAND, "cache", "list"], stdout=writer, stderr=subprocess.PIPE, env=env, cwd=tmp_path)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_api_that_is_gone_is_named(polyscale: Run) -> None:
    env = {"POLYSCALE_API_URL": f"http://127.0.0.1:{free_port()}", "POLYSCALE_TOKEN": "psc_planted"}
    done = polyscale("cache", "list", env=env)
    assert done.returncode == 6
    assert env["POLYSCALE_API_URL"] in done.stderr
    assert "psc_planted" not in done.stderr


def test_a_wrong_token_names_where_it_comes_from(edge: Edge) -> None:
    done = edge.command("cache", "list", env={"POLYSCALE_TOKEN": "psc_wrong"})
    assert done.returncode == 4
    assert "POLYSCALE_TOKEN" in done.stderr


def test_a_directory_that_is_gone_does_not_matter_to_those_who_do_not_read_it(edge: Edge, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'cd "{gone}" && rmdir "{gone}" && exec "$0" -P -m polyscale_cli cache list'
    done = subprocess.run(
        ["/bin/sh", "-c", script, sys.executable], capture_output=True, text=True, env={**os.environ, **edge.env}
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_narrow_encoding_cannot_make_printing_fail(encoding: str, edge: Edge, cache: EdgeCache) -> None:
    cache.patch(description="Ω → 東京")
    for form in ("table", "json", "csv"):
        done = subprocess.run(
            [*COMMAND, "cache", "show", cache.name, "-o", form],
            capture_output=True,
            env={**os.environ, **edge.env, "PYTHONIOENCODING": encoding},
        )
        assert done.returncode == 0, done.stderr
        assert cache.id.encode() in done.stdout
