"""``polyscale doctor``: each fault is made, and found."""

from __future__ import annotations

import http.server
import json
import os
import re
import socket
import time
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from polyscale_cli.doctor.api import check_clock
from polyscale_cli.doctor.finding import Level
from polyscale_cli.doctor.ports import WantedPort, check_wanted
from polyscale_cli.doctor.state import check_files
from polyscale_cli.settings.known_caches import KnownCache, KnownCaches
from polyscale_cli.settings.local_ports import owner_of
from tests.cli.conftest import Done, answer
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.http_server import serving
from tests.servers.postgres import SCRAM, Postgres
from tests.servers.process import free_port, server_directory

Findings = list[dict[str, Any]]


@pytest.fixture(scope="module")
def healthy(postgres: Postgres) -> Iterator[EdgeCache]:
    """The only cache of an edge of its own, in order."""
    with run_edge(environment={"SSL_CERT_FILE": str(postgres.certificates.ca)}) as running:
        yield running.create_cache(postgres)


def examine(edge: Edge, env: Mapping[str, str] | None = None) -> tuple[int, Findings]:
    """The exit code, and everything but what is in order."""
    done = edge.command("doctor", "--json", env=env)
    found = answer(done)
    wrong = [one for one in found["data"] if one["level"] != "ok"]
    failed = [one["what"] for one in wrong if one["level"] == "fail"]
    assert [error["message"] for error in found["errors"]] == failed
    assert all(one["fix"] for one in wrong), wrong
    return done.returncode, wrong


def only(findings: Findings, check: str) -> dict[str, Any]:
    """The one finding of a check."""
    (found,) = [one for one in findings if one["check"] == check]
    return found


@pytest.fixture
def project(healthy: EdgeCache) -> Iterator[Path]:
    """The directory in which the command runs; what a test puts there is removed."""
    before = set(healthy.edge.home.iterdir())
    yield healthy.edge.home
    for path in set(healthy.edge.home.iterdir()) - before:
        path.unlink()


def test_when_all_is_in_order_nothing_is_wrong(healthy: EdgeCache) -> None:
    env = {"DATABASE_URL": healthy.url()}
    assert examine(healthy.edge, env) == (0, [])
    done = healthy.edge.command("doctor", env=env)
    assert "Everything that was looked at is in order." in done.stderr
    checks = {line.split("\t")[1] for line in done.stdout.splitlines()}
    expected = {"state", "configuration", "edge", "ports", "proxy", "api", "clock", "token", "version"}
    assert checks == {*expected, f"cache {healthy.name}", "DATABASE_URL"}


def test_no_edge_and_a_port_that_another_program_has(healthy: EdgeCache, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        env = {
            **{"POLYSCALE_STATE_DIR": str(tmp_path / "none"), "POLYSCALE_HTTP_PORT": str(port)},
            "POLYSCALE_POSTGRES_PORT": str(free_port()),
            **{"POLYSCALE_MYSQL_PORT": "0", "POLYSCALE_MARIADB_PORT": "0"},
        }
        code, findings = examine(healthy.edge, env)
        owner = owner_of(port)
    assert code == 7
    assert only(findings, "edge")["fix"].startswith("Start one with `polyscale edge start`")
    taken = only(findings, "ports")
    assert f"Port {port} is taken" in taken["what"]
    if Path("/proc/net/tcp").exists():
        assert str(owner).endswith(f"(pid {os.getpid()})")
        assert str(owner) in taken["what"]


def test_a_port_that_the_edge_can_do_without_is_only_warned_of() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        wanted = [WantedPort("POLYSCALE_MYSQL_PORT", port, needed=False), WantedPort("POLYSCALE_HTTP_PORT", port)]
        found = list(check_wanted("127.0.0.1", wanted))
    assert [one.level for one in found] == [Level.WARN, Level.FAIL]
    assert (found[0].why, found[1].why) == ("The edge starts without it.", "The edge cannot start on it.")
    assert re.search(r"POLYSCALE_MYSQL_PORT=\d+$", str(found[0].fix))


def test_the_port_that_is_advised_is_free_and_no_other_that_the_edge_wants() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        wanted = [WantedPort("POLYSCALE_MYSQL_PORT", port), WantedPort("POLYSCALE_MARIADB_PORT", port + 1)]
        fix = str(next(check_wanted("127.0.0.1", wanted)).fix)
    advised = int(fix.partition("POLYSCALE_MYSQL_PORT=")[2])
    assert port + 1 < advised


def test_an_edge_that_was_killed_leaves_its_file(postgres: Postgres) -> None:
    with run_edge() as edge:
        edge.kill()
        code, findings = examine(
            edge, {f"POLYSCALE_{name}_PORT": "0" for name in ("HTTP", "POSTGRES", "MYSQL", "MARIADB")}
        )
    assert code == 7
    assert "ended without tidying up" in only(findings, "leftovers")["what"]
    assert only(findings, "leftovers")["level"] == "warn"


def test_a_wrong_token_and_one_that_may_not_see(healthy: EdgeCache) -> None:
    code, findings = examine(healthy.edge, {"POLYSCALE_TOKEN": "psc_wrong"})
    assert (code, only(findings, "token")["level"]) == (7, "fail")
    made = healthy.edge.api.post("/v1/keys", json={"name": "rules", "scopes": ["cacheRules:read"]}).json()
    code, findings = examine(healthy.edge, {"POLYSCALE_TOKEN": made["secret"]})
    assert (code, only(findings, "token")["level"]) == (0, "warn")


def test_files_that_others_may_read(healthy: EdgeCache) -> None:
    state = healthy.edge.state_dir
    (state / "token").chmod(0o644)
    state.chmod(0o755)
    code, findings = examine(healthy.edge)
    (state / "token").chmod(0o600)
    state.chmod(0o700)
    assert code == 7
    assert [(one["check"], one["level"], one["fix"]) for one in findings] == [
        ("state", "warn", f"chmod 700 {state}"),
        ("state", "fail", f"chmod 600 {state / 'token'}"),
    ]


def test_a_database_that_the_edge_does_not_reach(healthy: EdgeCache) -> None:
    away = healthy.edge.create_cache(("127.0.0.1", free_port()))
    off = healthy.edge.create_cache(("127.0.0.1", free_port()), cachingEnabled=False, database="mssql")
    ruled = healthy.edge.create_cache(("127.0.0.1", free_port()), defaultTtl=0, defaultCachingBehaviour="uncached")
    try:
        code, findings = examine(healthy.edge)
    finally:
        away.delete()
        off.delete()
        ruled.delete()
    assert code == 7
    assert "refused" in only(findings, f"cache {away.name}")["what"]
    assert {one["what"] for one in findings if one["check"] == f"cache {off.name}" and one["level"] == "warn"} == {
        "The edge has no port for mssql, so that no client can reach this cache.",
        "Caching is switched off; everything is passed through.",
    }
    (warned,) = [one for one in findings if one["check"] == f"cache {ruled.name}" and one["level"] == "warn"]
    assert warned["what"] == "Only what rules and comments name is kept, and all else is passed through."
    assert warned["fix"] == f"polyscale cache update {ruled.name} --default autoCached --ttl 60"


def test_a_proxy_in_the_way_and_certificates_that_are_not_there(healthy: EdgeCache, tmp_path: Path) -> None:
    env = {
        **{"POLYSCALE_API_URL": "https://edge.example.com", "POLYSCALE_TOKEN": "psc_x"},
        "HTTPS_PROXY": f"http://127.0.0.1:{free_port()}",
        "SSL_CERT_DIR": str(tmp_path / "nowhere"),
    }
    code, findings = examine(healthy.edge, env)
    assert code == 7
    assert "through the proxy of HTTPS_PROXY" in only(findings, "proxy")["what"]
    assert "SSL_CERT_DIR" in only(findings, "certificates")["what"]
    assert only(findings, "api")["level"] == "fail"
    _, findings = examine(healthy.edge, {"HTTP_PROXY": env["HTTPS_PROXY"]})
    assert findings == [], "an edge on this machine is not reached through a proxy"


class Elsewhen(http.server.BaseHTTPRequestHandler):
    """An API whose clock is a day ahead, and of which somebody else answers all but one question."""

    def do_GET(self) -> None:
        self.send_response_only(200 if self.path == "/healthz" else 401)
        self.send_header("Date", formatdate(time.time() + 86_400, usegmt=True))
        self.end_headers()
        self.wfile.write(json.dumps({"status": "ok", "message": "no"}).encode())

    def log_message(self, *_: object) -> None:
        pass


def test_a_clock_that_is_wrong(healthy: EdgeCache) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhen) as server, serving(server):
        env = {"POLYSCALE_API_URL": f"http://127.0.0.1:{server.server_address[1]}", "POLYSCALE_TOKEN": "psc_x"}
        _, findings = examine(healthy.edge, env)
    assert "ahead of this machine" in only(findings, "clock")["what"]
    assert check_clock(None, now=0).level is Level.FAIL
    assert "1970-01-01" in check_clock(None, now=0).what


URLS = {
    "the cache is gone": ("{through}", "0ab23c45-6789-4de1-a34f-abc5d67e8f90", "DATABASE_URL", "fail"),
    "around the cache": ("{direct}", None, "DATABASE_URL", "warn"),
    "binding is demanded": ("{through}&channel_binding=require", None, "channel binding", "fail"),
    "binding is not switched off": ("{through}", None, "channel binding", "warn"),
    "no URL at all": ("nonsense:{direct}", None, "DATABASE_URL", "fail"),
}


@pytest.mark.parametrize("case", URLS)
def test_a_url_that_does_not_work_through_the_cache(case: str, healthy: EdgeCache, postgres: Postgres) -> None:
    form, cache_id, check, level = URLS[case]
    through = healthy.url().replace("&channel_binding=disable", "").replace(healthy.id, cache_id or healthy.id)
    url = form.format(through=through, direct=postgres.url(SCRAM).replace("127.0.0.1", "localhost"))
    code, findings = examine(healthy.edge, {"DATABASE_URL": url})
    assert [(one["check"], one["level"]) for one in findings] == [(check, level)]
    assert code == (7 if level == "fail" else 0)


def test_a_url_that_leads_to_another_port_than_the_edge_has(healthy: EdgeCache, project: Path) -> None:
    edge = healthy.edge
    (project / ".env").write_text(f'DATABASE_URL="{healthy.url()}"\n'.replace(f":{edge.postgres_port}", ":1"))
    code, findings = examine(edge)
    found = only(findings, "DATABASE_URL")
    assert (code, found["level"]) == (7, "fail")
    assert found["what"] == "DATABASE_URL in .env leads to 127.0.0.1:1, where nothing listens."
    assert f"127.0.0.1:{edge.postgres_port}" in found["why"]
    assert found["fix"] == f"polyscale env write --cache {healthy.name}"
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = healthy.url().replace(f":{edge.postgres_port}", f":{other.getsockname()[1]}")
        code, findings = examine(edge, {"DATABASE_URL": url})
    (found,) = [one for one in findings if one["check"] == "DATABASE_URL"]
    assert (code, found["level"]) == (0, "warn")
    assert "not where the edge listens" in found["what"]


def test_without_an_edge_nothing_is_said_of_caches_that_cannot_be_known(
    healthy: EdgeCache, postgres: Postgres, tmp_path: Path
) -> None:
    env = {"POLYSCALE_STATE_DIR": str(tmp_path / "none"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    _, findings = examine(healthy.edge, {**env, "DATABASE_URL": postgres.url(SCRAM)})
    assert only(findings, "DATABASE_URL")["what"].endswith("whether that has a cache cannot be told.")
    remembered = KnownCaches(tmp_path / "cache" / "polyscale", f"local:{tmp_path / 'none'}")
    remembered.remember(
        KnownCache(healthy.id, "shop", "postgres", postgres.host, postgres.port, None, "127.0.0.1", 1, "prefer")
    )
    _, findings = examine(healthy.edge, {**env, "DATABASE_URL": postgres.url(SCRAM)})
    assert "although there is the cache shop for it" in only(findings, "DATABASE_URL")["what"]


def test_a_project_file_that_names_no_cache_and_a_cache_that_was_deleted(healthy: EdgeCache, project: Path) -> None:
    gone = healthy.edge.create_cache(("127.0.0.1", free_port()))
    (project / ".env").write_text(f'DATABASE_URL="{gone.url()}"\n')
    gone.delete()
    (project / ".polyscale.toml").write_text('cache = "nowhere"\n')
    code, findings = examine(healthy.edge)
    assert code == 7
    assert ".polyscale.toml" in only(findings, "cache")["why"]
    assert "polyscale unlink" in only(findings, "cache")["fix"]
    assert f"goes through the cache {gone.name}, which was deleted" in only(findings, "DATABASE_URL")["what"]
    assert only(findings, "DATABASE_URL")["fix"].endswith("polyscale env write --direct")


def test_a_registry_that_is_none(healthy: EdgeCache, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "edge.db").write_text("garbage " * 100)
    (tmp_path / "edge.db").chmod(0o600)
    code, findings = examine(healthy.edge, {"POLYSCALE_STATE_DIR": str(tmp_path)})
    assert (code, only(findings, "registry")["level"]) == (7, "fail")
    assert "not a database" in only(findings, "registry")["why"]


def test_a_directory_that_cannot_be_made() -> None:
    with server_directory("closed") as closed:
        closed.chmod(0o555)
        child = os.fork()
        if child == 0:  # as somebody to whom the mode means something
            status = 1
            try:
                if os.geteuid() == 0:
                    os.setuid(65534)
                (found,) = check_files("state", closed / "home" / "polyscale", "POLYSCALE_STATE_DIR")
                status = 0 if found.code == "UNWRITABLE" and "POLYSCALE_STATE_DIR" in str(found.fix) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        closed.chmod(0o755)


def test_a_file_that_the_environment_hides(healthy: EdgeCache, project: Path) -> None:
    (project / ".env").write_text(f'DATABASE_URL="{healthy.url()}"\nDIRECT_URL="postgres://u:Pl4nted!@h/d"\n')
    assert examine(healthy.edge)[1] == []
    assert examine(healthy.edge, {"DATABASE_URL": healthy.url()})[1] == []
    done: Done = healthy.edge.command("doctor", "--json", env={"DIRECT_URL": "postgres://u:0ther!S@h/d"})
    found = [one for one in answer(done)["data"] if one["level"] != "ok"]
    assert "DIRECT_URL in the environment hides another one in .env" in only(found, "env files")["what"]
    assert "Pl4nted!" not in done.stdout + done.stderr
    assert "0ther!S" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("version", "levels"), [("4.7.1", ["fail"]), ("^4.8.0", []), ("6.1.0", []), ("~7.1.0", ["warn"])]
)
def test_the_projects_prisma(healthy: EdgeCache, project: Path, version: str, levels: list[str]) -> None:
    (project / "package.json").write_text(json.dumps({"devDependencies": {"prisma": version}}))
    assert [one["level"] for one in examine(healthy.edge)[1]] == levels


def test_a_profile_that_is_not_there(healthy: EdgeCache) -> None:
    code, findings = examine(healthy.edge, {"POLYSCALE_PROFILE": "nowhere"})
    assert (code, only(findings, "edge")["level"]) == (7, "fail")
    assert "nowhere" in only(findings, "edge")["what"]
