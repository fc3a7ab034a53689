"""A secret that was given to a command comes out only where it was asked for."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Done
from tests.cli.forks import Forks
from tests.cli.walk import CASES, Walk
from tests.servers.edge import Edge
from tests.servers.http_server import serving
from tests.servers.process import free_port

# What all of them have in common is looked for, however they are quoted, encoded or escaped.
PLANTED = "Pl4nt3d"
PASSWORD = 'Pl4nt3d!"S3cr€t'
ENCODED = "Pl4nt3d%21%22S3cr%E2%82%ACt"
TOKEN = "psc_Pl4nt3dT0ken"
FOREIGN_TOKEN = "Pl4nt3dT0kenOfAnotherShape"

# Their answer is a secret.
TELLS_PASSWORD = {"connstr", "env print"}
TELLS_TOKEN = {"edge token", "auth token"}

every_command = pytest.mark.parametrize("path", CASES)


def leaks(done: Done, edge: Edge | None = None) -> list[str]:
    """The lines with a secret in them."""
    lines = (done.stdout + done.stderr).splitlines()
    return [line for line in lines if PLANTED in line or (edge is not None and edge.token in line)]


def planted(walk: Walk) -> dict[str, str]:
    """Secrets in every place that commands read; what they are given on stdin has one, too."""
    walk.url = f"postgres://app:{ENCODED}@{walk.postgres.host}:{walk.postgres.port}/app"
    (walk.directory / ".npmrc").write_text(f"password={PASSWORD}\n")
    return {
        "DATABASE_URL": walk.url,
        "DIRECT_URL": "postgres://app:Pl4nt3d@elsewhere.example.com/app",
        "POLYSCALE_DB_PASSWORD": PASSWORD,
        "PGPASSWORD": PASSWORD,
        "POLYSCALE_DEBUG": "1",
    }


@every_command
@pytest.mark.parametrize("form", ["table", "json"])
def test_no_command_tells_it(path: str, form: str, walk: Walk) -> None:
    done = walk.run(path, "-o", form, env=planted(walk))
    # The password, in what this command and those before it said; the token of the edge unless it is the answer.
    if path in TELLS_PASSWORD:
        assert PLANTED in done.stdout
        assert PLANTED not in done.stderr
    else:
        assert leaks(done, walk.edge if path not in TELLS_TOKEN else None) == []


@every_command
def test_no_command_tells_it_under_github_actions(path: str, walk: Walk) -> None:
    summary, output = walk.directory / "summary", walk.directory / "output"
    github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output), "CI": "1"}
    done = walk.run(path, env=planted(walk) | github)
    # To mask a secret, the runner has to be told it once; that line is for the runner, which does not show it.
    told = [line for line in leaks(done) if not line.startswith("::add-mask::")]
    assert told == [] or (path in TELLS_PASSWORD and not [line for line in told if line in done.stderr.splitlines()])
    for file in (summary, output):
        assert not file.exists() or PLANTED not in file.read_text()


@every_command
def test_no_failure_tells_the_token(path: str, walk: Walk, parrot: str) -> None:
    env = planted(walk) | {"POLYSCALE_API_URL": parrot, "CI": "1", "XDG_CACHE_HOME": str(walk.directory / "cache")}
    for form, token in (("table", TOKEN), ("json", FOREIGN_TOKEN)):
        done = walk.run(path, "-o", form, alone=True, env=env | {"POLYSCALE_TOKEN": token})
        if path not in TELLS_TOKEN | TELLS_PASSWORD:
            assert leaks(done) == []


def test_an_api_that_is_gone_is_named_without_it(walk: Walk) -> None:
    env = {"POLYSCALE_API_URL": f"http://127.0.0.1:{free_port()}", "POLYSCALE_TOKEN": TOKEN, "POLYSCALE_DEBUG": "1"}
    done = walk.run("cache list", env=env)
    assert done.returncode == 6
    assert env["POLYSCALE_API_URL"] in done.stderr
    assert leaks(done) == []


@pytest.fixture
def parrot() -> Iterator[str]:
    """The URL of a server that refuses every request and repeats it, headers included."""

    class Parrot(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            words = f"cannot {self.requestline} with {self.headers} and {said}"
            body = json.dumps({"statusCode": 400, "code": "E", "error": words, "message": words}).encode()
            self.send_response(400, "no")
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Parrot) as server, serving(server):
        yield f"http://127.0.0.1:{server.server_address[1]}"


def test_the_log_of_the_edge_does_not_have_it(edge: Edge) -> None:
    # After the walks above, in the same process.
    assert PLANTED not in edge.log
    assert edge.token not in edge.log


@pytest.mark.parametrize(
    "url",
    [
        "postgres://app:Pl4nt3d#@db/shop",
        "postgres://app:Pl4nt3d/@db/shop",
        "postgres://app:Pl4nt3d%zz@db/shop",
        "postgres://app:Pl4nt3d@a,b/shop",
        "postgres://app:Pl4nt3d@db:port/shop",
        "nonsense://app:Pl4nt3d@db/shop",
        "Pl4nt3d",
        "postgres://app:Pl4nt3d@db/shop?host=/tmp",
        "postgres://app:Pl4nt3d@db/shop\x00",
        "host=db password=Pl4nt3d dbname",
        "Server=db;Password=Pl4nt3d;Port=x",
    ],
)
def test_no_complaint_about_a_url_tells_it(url: str, edge: Edge, forks: Forks, tmp_path: Path) -> None:
    for command in (("cache", "create", "x"), ("connstr", "x"), ("env", "print", "--cache", "x")):
        done = forks.run(*command, "--from-url", "-", stdin=url, env=edge.env, cwd=tmp_path)
        assert done.returncode in {2, 3, 5}
        assert leaks(done) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("connstr", "shop", "--passwrd", "Pl4nt3d"),
        ("connstr", "shop", "--password=Pl4nt3d"),
        ("auth", "login", TOKEN),
        ("auth", "login", f"--token={TOKEN}"),
        ("auth", "login", "--token", TOKEN),
        ("cache", "create", "x", "--from-url", "postgres://app:Pl4nt3d@db/shop"),
        ("cache", "create", "postgres://app:Pl4nt3d@db/shop"),
        ("connstr", "postgres://app:Pl4nt3d@db/shop"),
        ("purge", "postgres://app:Pl4nt3d@db/shop"),
        ("postgres://app:Pl4nt3d@db/shop",),
        ("cache", "list", "-o", "postgres://app:Pl4nt3d@db/shop"),
    ],
)
def test_no_complaint_about_the_command_line_repeats_it(
    arguments: tuple[str, ...], edge: Edge, forks: Forks, tmp_path: Path
) -> None:
    known = {each["id"] for each in edge.api.get("/v1/caches").json()}
    for form in ((), ("--json",)):
        done = forks.run(*arguments, *form, env=edge.env, cwd=tmp_path)
        assert done.returncode != 0
        assert leaks(done) == []
    # One of them is made all the same; that its origin is nowhere would be found wrong by whoever comes next.
    for each in edge.api.get("/v1/caches").json():
        if each["id"] not in known:
            edge.api.delete(f"/v1/caches/{each['id']}").raise_for_status()


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
