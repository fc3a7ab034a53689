"""Commands as steps of GitHub Actions, against a real edge; a fake API where it has to be hostile."""

from __future__ import annotations

import http.server
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.ci.runner import Runner, commands, masks, outputs
from tests.servers.edge import Edge, EdgeCache
from tests.servers.http_server import serving
from tests.servers.postgres import SCRAM, Postgres

HOSTILE = "::add-mask::x\n::error::pwned\n##[command]rm\r::stop-commands::t"


@pytest.fixture
def step(tmp_path: Path) -> dict[str, str]:
    """The variables of one step."""
    return Runner(tmp_path, {}).variables("one")


def ours(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The commands to the runner, on both streams; stdout may hold none at all."""
    assert commands(done.stdout) == []
    return commands(done.stderr)


def test_every_secret_is_masked_before_it_is_printed(
    edge: Edge, cache: EdgeCache, postgres: Postgres, step: dict[str, str]
) -> None:
    done = edge.command("connstr", cache.name, "--from-url", "-", stdin=postgres.url(SCRAM), env=step)
    assert done.returncode == 0, done.stderr
    assert {SCRAM.password, quote(SCRAM.password, safe="")} <= set(masks(done.stderr))
    assert len(done.stdout.splitlines()) == 1
    assert quote(SCRAM.password, safe="") in done.stdout
    purge = edge.command("purge", cache.name, env=step)
    assert edge.token in masks(purge.stderr)
    token = edge.command("edge", "token", env=step)
    assert (token.stdout, masks(token.stderr)) == (f"{edge.token}\n", [edge.token])


def test_a_secret_of_several_lines_is_masked_line_by_line_and_short_ones_are_left(
    edge: Edge, cache: EdgeCache, step: dict[str, str]
) -> None:
    secret = "first line%\nno\nthird, line"
    url = f"postgresql://u:{quote(secret, safe='')}@h/d"
    done = edge.command("connstr", cache.name, "--from-url", "-", stdin=url, env=step)
    assert {"first line%", "third, line", quote(secret, safe="")} <= set(masks(done.stderr))
    assert "no" not in masks(done.stderr)


def test_a_purge_gives_outputs_and_a_summary_after_those_that_are_there(
    edge: Edge, cache: EdgeCache, step: dict[str, str]
) -> None:
    output, summary = Path(step["GITHUB_OUTPUT"]), Path(step["GITHUB_STEP_SUMMARY"])
    output.write_text("before<<x\nvalue\nx\n")
    summary.write_text("before\n")
    done = edge.command("purge", cache.name, "--table", '"a|b`*"', env=step)
    assert done.returncode == 0, done.stderr
    assert [line for line in ours(done) if not line.startswith("::add-mask::")] == []
    assert outputs(output) == {"before": "value", "purged": "0", "cache_id": cache.id}
    name = cache.name.replace("-", "\\-") if "\\-" in summary.read_text() else cache.name
    assert summary.read_text().splitlines() == [
        "before",
        "| Cache | Entries purged | Tables |",
        "| --- | ---: | --- |",
        f'| {name} | 0 | "a\\|b\\`\\*" |',
        "",
    ]
    assert edge.token not in output.read_text() + summary.read_text()


def test_a_new_cache_gives_its_id(edge: Edge, step: dict[str, str], postgres: Postgres) -> None:
    done = edge.command("cache", "create", "made-on-github", "--from-url", "-", "-q", stdin=postgres.url(), env=step)
    assert done.returncode == 0, done.stderr
    made = outputs(Path(step["GITHUB_OUTPUT"]))["cache_id"]
    edge.api.delete(f"/v1/caches/{made}").raise_for_status()


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_failure_is_an_annotation(edge: Edge, step: dict[str, str], form: str) -> None:
    done = edge.command("purge", "no%where, ::x", "-o", form, env=step)
    assert done.returncode == 3
    (line,) = [line for line in ours(done) if not line.startswith("::add-mask::")]
    assert line.startswith("::error title=polyscale cache purge::There is no cache 'no%25where, ::x'.")


def test_each_failure_of_several_is_one(edge: Edge, cache: EdgeCache, step: dict[str, str]) -> None:
    done = edge.command("purge", "nowhere", cache.name, "elsewhere", env=step)
    assert done.returncode == 3
    assert len([line for line in ours(done) if line.startswith("::error title=")]) == 2
    assert outputs(Path(step["GITHUB_OUTPUT"]))["purged"] == "0"


def test_a_mistake_on_the_command_line_is_one_too(edge: Edge, step: dict[str, str]) -> None:
    (line,) = ours(edge.command("purge", "--nonsense", env=step))
    assert line.startswith("::error title=polyscale cache purge::No such option")


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_description_with_commands_in_it_is_broken(
    edge: Edge, postgres: Postgres, step: dict[str, str], form: str
) -> None:
    hostile = HOSTILE.replace("\r", "\n")
    made = edge.create_cache(postgres, description=hostile)
    try:
        for command in (("cache", "show", made.name), ("cache", "list")):
            done = edge.command(*command, "-o", form, env=step)
            assert done.returncode == 0, done.stderr
            assert [line for line in ours(done) if not line.startswith("::add-mask::")] == []
            if form == "json":
                data = json.loads(done.stdout)["data"]
                (found,) = [one for one in (data if isinstance(data, list) else [data]) if one["id"] == made.id]
                assert found["description"] == hostile
    finally:
        made.delete()


def test_it_can_be_switched_off(edge: Edge, cache: EdgeCache, step: dict[str, str]) -> None:
    for arguments in (["purge", cache.name, "--no-github"], ["purge", "nowhere", "--no-github"]):
        assert ours(edge.command(*arguments, env=step)) == []
    assert Path(step["GITHUB_OUTPUT"]).read_text() == Path(step["GITHUB_STEP_SUMMARY"]).read_text() == ""
    # Behind the two dashes it is a name like any other.
    assert ours(edge.command("purge", "--", "--no-github", env=step)) != []


def test_elsewhere_there_are_no_commands(edge: Edge, cache: EdgeCache) -> None:
    done = edge.command("purge", cache.name, "nowhere", env={"CI": "true", "GITLAB_CI": "true"})
    assert (done.returncode, ours(done)) == (3, [])


def test_files_that_cannot_be_written_are_a_warning(edge: Edge, cache: EdgeCache, tmp_path: Path) -> None:
    env = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(tmp_path)}
    done = edge.command("purge", cache.name, env=env)
    assert done.returncode == 0
    assert "warning: GITHUB_OUTPUT cannot be written" in done.stderr


class Hostile(http.server.BaseHTTPRequestHandler):
    """An API whose every word tries to be a command."""

    def do_GET(self) -> None:
        cache = {"id": f"{HOSTILE}id", "name": f"{HOSTILE}name", "host": HOSTILE, "port": 1, "database": HOSTILE}
        self.answer(200, [cache | {"description": HOSTILE, "connectionUriTemplate": HOSTILE}])

    def do_PUT(self) -> None:
        self.answer(409, {"statusCode": 409, "code": HOSTILE, "error": HOSTILE, "message": HOSTILE})

    def answer(self, status: int, body: object) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hostile() -> Iterator[dict[str, str]]:
    """Variables that lead to it."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server, serving(server):
        yield {"POLYSCALE_API_URL": f"http://127.0.0.1:{server.server_address[1]}", "POLYSCALE_TOKEN": "psc_token"}


@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
@pytest.mark.parametrize("command", [("cache", "list"), ("purge", "--all"), ("purge", "x")])
def test_a_hostile_api_commands_nothing(
    edge: Edge, hostile: dict[str, str], step: dict[str, str], command: tuple[str, ...], form: str
) -> None:
    done = edge.command(*command, "-o", form, env={**hostile, **step})
    allowed = ("::add-mask::psc_token", "::error title=polyscale ")
    assert [line for line in ours(done) if not line.startswith(allowed)] == []
    assert "Traceback" not in done.stderr
    for file in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        assert HOSTILE not in Path(step[file]).read_text()
