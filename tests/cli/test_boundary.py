"""How commands end when something unusual happens."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Run, answer
from tests.cli.interrupting import interrupt
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
            with connection:
                connection.recv(1)
                out, err = interrupt(running)
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


def run_with(
    *arguments: str, edge: Edge | None = None, redirect: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command line in a shell, which redirects its streams."""
    line = " ".join(map(shlex.quote, [*COMMAND, *arguments]))
    environ = {**os.environ, **(edge.env if edge else {}), **(env or {})}
    return subprocess.run(["/bin/bash", "-c", f"{line} {redirect}"], capture_output=True, env=environ, timeout=60)


COMMANDS = [("--version",), ("--help",), ("version",), ("edge", "token"), ("cache", "list"), ("cache", "nonsense")]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_do_not_matter(
    arguments: tuple[str, ...], closed: str, edge: Edge, cache: EdgeCache
) -> None:
    done = run_with(*arguments, edge=edge, redirect=closed)
    assert done.returncode == (2 if "nonsense" in arguments else 0)
    assert b"Traceback" not in done.stderr + done.stdout
    assert done.stderr == b"" or "nonsense" in arguments


@pytest.mark.parametrize("arguments", COMMANDS[:5], ids=" ".join)
def test_a_full_disk_behind_stdout_is_said(arguments: tuple[str, ...], edge: Edge, cache: EdgeCache) -> None:
    done = run_with(*arguments, edge=edge, redirect=">/dev/full")
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert done.stderr.count(b"error: ") == 1
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize("form", ["json", "table"])
def test_an_error_that_nobody_can_write_ends_all_the_same(form: str, edge: Edge) -> None:
    done = run_with("cache", "show", "nonsense", "-o", form, edge=edge, redirect=">/dev/full 2>/dev/full")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")
    seen = run_with("cache", "show", "nonsense", "-o", form, edge=edge, redirect=">/dev/full")
    assert b"nonsense" in seen.stderr


@pytest.mark.parametrize("arguments", COMMANDS[:5], ids=" ".join)
def test_a_reader_that_has_gone_is_no_error(arguments: tuple[str, ...], edge: Edge, cache: EdgeCache) -> None:
    done = run_with(*arguments, edge=edge, redirect="| true; exit ${PIPESTATUS[0]}")
    assert done.returncode in {0, 141}, "it may have written before the reader went"
    assert done.stderr == b""


def test_nobody_who_reads_stderr_keeps_nothing_from_being_done(edge: Edge, cache: EdgeCache) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    name = f"made-{cache.name}"
    where = ("--type", "postgres", "--host", "127.0.0.1", "--port", "1", "--no-test")
    command = [*COMMAND, "cache", "create", name, *where, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=writer, env={**os.environ, **edge.env})
    os.close(writer)
    assert done.returncode == 0
    assert json.loads(done.stdout)["data"]["created"] is True
    assert edge.command("cache", "delete", name, "--yes").returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_narrow_encoding_loses_nothing_of_json_and_says_what_it_cannot_show(
    encoding: str, edge: Edge, cache: EdgeCache
) -> None:
    words = "Ω → 東京"
    cache.patch(description=words)
    env = {"PYTHONIOENCODING": encoding}
    for form in ("json", "jsonl"):
        done = run_with("cache", "show", cache.name, "-o", form, edge=edge, env=env)
        found = json.loads(done.stdout.decode(encoding))
        assert (found["data"] if form == "json" else found)["description"] == words
    for form in ("table", "plain", "csv"):
        done = run_with("cache", "show", cache.name, "-o", form, edge=edge, env=env)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"? -> ??" in done.stdout
    # A bare line is an answer to be used: it is right, or it is not given.
    done = run_with("cache", "show", cache.name, "--field", "description", edge=edge, env=env)
    assert done.returncode == 1
    assert b"PYTHONIOENCODING=utf-8" in done.stderr


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}])
def test_the_c_locale_is_no_obstacle(locale: dict[str, str], edge: Edge, cache: EdgeCache) -> None:
    cache.patch(description="Ω → 東京")
    for form in ("table", "json"):
        done = run_with("cache", "show", cache.name, "-o", form, edge=edge, env=locale)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("variable", ["HOME", "XDG_CACHE_HOME"])
def test_without_a_home_commands_still_answer(variable: str, edge: Edge, cache: EdgeCache) -> None:
    env = {name: value for name, value in {**os.environ, **edge.env}.items() if name != variable}
    done = subprocess.run([*COMMAND, "cache", "list"], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert cache.id in done.stdout


@pytest.mark.parametrize("where", ["outside of the command", "inside"])
def test_what_ctrl_c_finds_half_made_goes_without_a_word(where: str) -> None:
    # An event loop of which __init__ was interrupted tells of the attributes that it lacks when it is taken down.
    program = """
import asyncio, sys, typer
from polyscale_cli import boundary

class HalfMade(asyncio.SelectorEventLoop):
    def __init__(self):
        raise KeyboardInterrupt

if sys.argv[1] == "inside":
    app = typer.Typer()
    app.command()(lambda: HalfMade())
    boundary.root = lambda: typer.main.get_command(app)
else:
    boundary._run = lambda app, argv: HalfMade()
raise SystemExit(boundary.run([]))
"""
    done = subprocess.run([sys.executable, "-c", program, where], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\n")
