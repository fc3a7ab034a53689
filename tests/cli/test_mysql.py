"""Commands on caches of MySQL and MariaDB, as the README shows them: a real edge, and each of the two servers."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pymysql
import pytest

from tests.cli.conftest import COMMAND, Done, answer
from tests.cli.interrupting import interrupt
from tests.servers.edge import Edge
from tests.servers.mysql_like import APP, MySqlLike
from tests.servers.process import free_port, wait_until


@dataclass(frozen=True, slots=True)
class Project:
    """A person's project: a database, its URL in DATABASE_URL, and a cache made from that."""

    edge: Edge
    server: MySqlLike
    database: str
    url: str
    created: Done

    @property
    def cache(self) -> str:
        """The cache's id."""
        return str(answer(self.created)["data"]["cache"]["id"])

    def run(self, *arguments: str, stdin: str = "") -> Done:
        """Run `polyscale` there."""
        return self.edge.command(*arguments, stdin=stdin, env={"DATABASE_URL": self.url})

    def ask(self, sql: str, *arguments: str) -> Done:
        """Run a query through the cache."""
        return self.run("query", "wiki", sql, *arguments)


# What does not depend on which of the two it is.
mariadb_alone = pytest.mark.parametrize("project", ["mariadb"], indirect=True)


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def project(request: pytest.FixtureRequest, edge: Edge) -> Iterator[Project]:
    """One on each server."""
    server: MySqlLike = request.getfixturevalue(request.param)
    name = server.create_database()
    server.run("CREATE TABLE pages (id int PRIMARY KEY, title text); INSERT INTO pages VALUES (42, 'Towel')", name)
    password = APP.password.replace(" ", "%20")
    url = f"{server.kind}://{APP.name}:{password}@{server.host}:{server.port}/{name}"
    created = edge.command("cache", "create", "wiki", "--from-env", "--json", env={"DATABASE_URL": url})
    assert created.returncode == 0, created.stderr
    yield Project(edge, server, name, url, created)
    edge.command("cache", "delete", "wiki", "--yes")
    server.drop_database(name)


def test_it_is_created_from_its_url_and_tested(project: Project) -> None:
    data = answer(project.created)["data"]
    assert (data["cache"]["database"], data["cache"]["port"]) == (project.server.kind, project.server.port)
    version = project.server.run("SELECT version()").split()[-1]
    assert (data["test"]["ok"], data["test"]["server_version"]) == (True, version)
    tested = project.run("cache", "test", "wiki")
    assert tested.returncode == 0
    assert version in tested.stdout


def test_a_query_misses_hits_and_is_fresh_after_a_write(project: Project) -> None:
    words = [project.ask("SELECT title FROM pages").stderr.splitlines()[-1].partition(":")[0] for _ in range(4)]
    assert (words[0], words[-1]) == ("miss", "hit")
    assert project.ask("UPDATE pages SET title = ? WHERE id = ?", "--bind", "Whale", "--bind", "42").returncode == 0
    found = project.ask("SELECT title FROM pages WHERE id = ?", "--bind", "42", "--json")
    assert answer(found)["data"] == [{"title": "Whale"}]
    fresh = project.ask("SELECT title FROM pages")
    assert fresh.stdout == "Whale\n"
    assert project.ask("SELECT now()").stderr.splitlines()[-1].startswith("pass: ")


@mariadb_alone
def test_an_error_of_the_database_keeps_its_state(project: Project) -> None:
    done = project.ask("SELECT * FROM nowhere", "--json")
    assert done.returncode == 1
    (error,) = answer(done)["errors"]
    assert error["code"] == "SQLSTATE_42S02"


@mariadb_alone
def test_reads_without_autocommit_are_told_from_those_in_a_transaction_and_how_to_have_them_served(
    project: Project,
) -> None:
    edge = project.edge
    with pymysql.connect(
        host=edge.host,
        port=edge.shared_port(project.server.kind),
        user=f"{project.cache}-{APP.name}",
        password=APP.password,
        database=project.database,
    ) as connection:
        cursor = connection.cursor()
        for _ in range(3):
            cursor.execute("SELECT count(*) FROM pages")
            connection.commit()
        connection.autocommit(True)
        connection.begin()
        cursor.execute("SELECT max(id) FROM pages")
        connection.commit()
    reason, cure, *rest = project.run("cache", "why", "wiki", "SELECT count(*) FROM pages").stdout.splitlines()
    assert reason.startswith("Nothing was kept so far: its connection has autocommit switched off")
    assert cure.startswith("Switch autocommit on (in Python autocommit=True), or use READ COMMITTED")
    assert rest[0] == "Its answers can be kept."
    told = answer(project.run("cache", "why", "wiki", "SELECT max(id) FROM pages", "--json"))["data"]
    assert told["reason"]["code"] == "IN_TRANSACTION", told


@mariadb_alone
def test_a_table_is_purged_by_its_name(project: Project) -> None:
    for _ in range(4):
        project.ask("SELECT id FROM pages")
    table = f"{project.database}.pages"
    would = answer(project.run("purge", "wiki", "--table", table, "--dry-run", "--json"))["data"]["would_purge"]
    done = project.run("purge", "wiki", "--table", table, "--wait")
    assert would >= 1
    assert f"Purged {would} " in done.stdout
    assert f"on {table}" in done.stdout
    assert "Purged 0 entries" in project.run("purge", "wiki", "--table", f"`{project.database}`.`pages`").stdout


@mariadb_alone
def test_its_own_client_reads_through_it_by_the_command_line_that_is_printed(project: Project) -> None:
    line = project.run("connstr", "wiki", "--from-env", "--driver", "mysql").stdout.strip()
    assert f"--user={project.cache}-{APP.name}" in line
    sql = "SELECT id FROM pages"
    done = subprocess.run(
        ["sh", "-c", f'eval "$EDGE -e \\"{sql}\\""'], env={"EDGE": line, "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("id\n42\n", "")


@mariadb_alone
def test_the_url_in_env_files_and_of_programs_leads_through_it_and_back(project: Project) -> None:
    port = project.edge.shared_port(project.server.kind)
    place = f"@127.0.0.1:{port}/{project.database}"
    through = project.run("connstr", "wiki", "--from-env").stdout.strip()
    assert through.startswith(f"{project.server.kind}://{project.cache}-{APP.name}:")
    assert through.endswith(place)
    file = project.edge.home / ".env"
    file.write_text(f"DATABASE_URL={project.url}\nOTHER=x\n")
    try:
        written = project.edge.command("env", "write", "--cache", "wiki")
        assert written.returncode == 0, written.stderr
        assert f"{project.cache}-{APP.name}" in file.read_text()
        assert project.edge.command("env", "check").returncode == 0
        # What goes through a cache already is led back by the cache.
        back = project.edge.command("connstr", "wiki", "--from-env", "--direct").stdout.strip()
        assert back.partition("?")[0] == project.url
        ran = project.edge.command("run", "--cache", "wiki", "--", "printenv", "DATABASE_URL")
        assert ran.stdout.strip() == through
    finally:
        file.unlink()


def test_a_url_that_calls_the_server_by_the_others_name_makes_a_cache_of_its_own_kind(project: Project) -> None:
    kind = project.server.kind
    other = {"mariadb": "mysql", "mysql": "mariadb"}[kind]
    url = project.url.replace(f"{kind}://", f"{other}://")
    create = ("cache", "create", "wiki2", "--from-env", "--if-not-exists", "--json")
    try:
        for created in (True, False):
            data = answer(project.edge.command(*create, env={"DATABASE_URL": url}))["data"]
            assert (data["created"], data["cache"]["database"]) == (created, kind)
    finally:
        project.edge.command("cache", "delete", "wiki2", "--yes")


def test_ctrl_c_ends_the_statement_on_the_database_too(project: Project) -> None:
    running = "SELECT id FROM information_schema.processlist WHERE info = 'SELECT sleep(60)'"
    with subprocess.Popen(
        [*COMMAND, "query", "wiki", "SELECT sleep(60)"],
        env={**os.environ, **project.edge.env, "DATABASE_URL": project.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        wait_until(lambda: bool(project.server.run(running)), "the statement runs")
        out, err = interrupt(command)
    assert (command.returncode, out) == (130, "")
    assert "Traceback" not in err
    wait_until(lambda: not project.server.run(running), "the statement ends")


@mariadb_alone
def test_doctor_finds_nothing_wrong(project: Project) -> None:
    through = project.run("connstr", "wiki", "--from-env").stdout.strip()
    done = project.edge.command("doctor", "--json", env={"DATABASE_URL": through})
    wrong = [one for one in json.loads(done.stdout)["data"] if one["level"] != "ok"]
    assert wrong == []


@mariadb_alone
def test_stats_count_it(project: Project) -> None:
    for _ in range(3):
        project.ask("SELECT count(*) FROM pages")
    data = answer(project.run("stats", "wiki", "--json"))["data"]
    assert data["caches"][0]["hits"] >= 1 if "caches" in data else data["hits"] >= 1


def test_a_port_of_its_own_is_where_the_connection_string_leads(project: Project) -> None:
    port = free_port()
    assert project.run("cache", "update", "wiki", "--listen-port", str(port)).returncode == 0
    try:
        assert f"@127.0.0.1:{port}/" in project.run("connstr", "wiki", "--from-env").stdout
        assert project.ask("SELECT 1 AS one").stdout == "1\n"
    finally:
        project.run("cache", "update", "wiki", "--listen-port", "none")
