"""``polyscale query --http`` through a real edge: what a serverless function does, from a terminal."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

import pytest

from polyscale_cli.connstr.parse import parse
from polyscale_cli.errors import UsageError
from polyscale_cli.sql.http import request_body
from tests.cli.conftest import Done, answer
from tests.cli.forks import Forks
from tests.servers.edge import Edge, EdgeCache
from tests.servers.mariadb import MariaDb
from tests.servers.mysql_like import APP
from tests.servers.patience import until_counted
from tests.servers.postgres import SCRAM, Postgres

Query: TypeAlias = Callable[..., Done]


@pytest.fixture
def env(postgres: Postgres, database: str) -> dict[str, str]:
    """A table of planets, and the DATABASE_URL of its owner."""
    postgres.run(
        "CREATE TABLE planets (id bigint, name text, mass float8, tags jsonb); GRANT ALL ON planets TO public;"
        "INSERT INTO planets VALUES (1, 'Mercury', 0.055, NULL),"
        " (9007199254740993, NULL, 1, '{\"a\": 0.123456789012345678}')",
        database,
    )
    return {"DATABASE_URL": postgres.url(SCRAM, database)}


@pytest.fixture
def query(forks: Forks, edge: Edge, cache: EdgeCache, env: dict[str, str], tmp_path: Path) -> Query:
    """Run the command."""

    def run(*arguments: str, stdin: str = "", code: int = 0, url: str = env["DATABASE_URL"]) -> Done:
        environ = {**edge.env, "DATABASE_URL": url}
        done = forks.run("query", cache.name, "--http", *arguments, env=environ, stdin=stdin, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        return done

    return run


def said(done: Done) -> str:
    return done.stderr.splitlines()[-1].partition(": ")[0]


def test_rows_come_in_every_form(query: Query) -> None:
    sql = "SELECT id, name, mass, tags FROM planets ORDER BY name"
    rows = [
        {"id": "1", "name": "Mercury", "mass": 0.055, "tags": None},
        {"id": "9007199254740993", "name": None, "mass": 1, "tags": {"a": "0.123456789012345678"}},
    ]
    assert answer(query(sql, "--json"))["data"] == rows
    table = list(csv.reader(io.StringIO(query(sql, "-o", "csv").stdout)))
    assert table[0] == ["id", "name", "mass", "tags"]
    assert query("-", stdin=sql).stdout.splitlines()[0] == "1\tMercury\t0.055\tNULL"


def test_who_answered_is_said(query: Query) -> None:
    sql = "SELECT name FROM planets WHERE id = ?"
    runs = [query(sql, "--bind", "1") for _ in range(3)]
    assert [said(runs[0]), said(runs[-1])] == ["miss", "hit"]
    assert ["ms of it in the edge" in done.stderr for done in runs] == [True, True, False]
    assert said(query("SELECT random()")) == "pass"


def test_a_cache_that_only_observes_promises_nothing(query: Query, cache: EdgeCache) -> None:
    cache.patch(mode="observe")
    assert f"from the database; the cache {cache.name} only observes" in query("SELECT name FROM planets").stderr


ASKED_OF_NOBODY = """
import sys, time
from polyscale_cli.client.http import HttpClient
from polyscale_cli.client.target import Target
from polyscale_cli.credentials.token import Token
from polyscale_cli.errors import UnavailableError
from polyscale_cli.settings.resolve import Settings
from polyscale_cli.sql.http import run

count, loaded = time.perf_counter, []
time.perf_counter = lambda: (loaded.append("httpx" in sys.modules), count())[1]
target = Target("http://127.0.0.1:1", Token("t", "x"))
try:
    run(HttpClient(target, Settings.of_variables({})), target, "postgres", b"{}")
except UnavailableError:
    print(loaded[0])
"""


def test_the_time_of_an_answer_begins_when_the_client_is_ready() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED_OF_NOBODY], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_write_says_how_many_rows_and_no_rows_are_no_output(query: Query) -> None:
    update = ("UPDATE planets SET name = :name WHERE id = :id", "--bind", ":name=Venus", "--bind", ":id=1")
    assert answer(query(*update, "--json"))["data"] == [{"affectedRows": 1}]
    none = query("SELECT name FROM planets WHERE name = ?", "--bind", "Mercury")
    assert none.stdout == ""
    assert "0 rows" in none.stderr


def test_what_a_pool_does_to_its_connections_is_none_of_the_applications_traffic(
    query: Query, cache: EdgeCache
) -> None:
    for _ in range(2):
        query("SET work_mem = '5MB'")
    until_counted(cache)
    assert [row["sql"] for row in cache.edge.api.get(f"/v1/caches/{cache.id}/queries").json()] == ["SET work_mem = [?]"]


def test_several_statements_are_a_line_each(query: Query) -> None:
    done = query("SELECT 1 AS a; SELECT 'x' AS b, 2 AS c")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [[{"a": 1}], [{"b": "x", "c": 2}]]


def test_an_error_of_the_database_keeps_its_state(query: Query) -> None:
    (error,) = answer(query("SELECT * FROM nowhere", "--json", code=1))["errors"]
    assert error["code"] == "SQLSTATE_42P01"
    assert "nowhere" in error["message"]


def test_values_that_do_not_fit_are_a_mistake_on_the_command_line(query: Query) -> None:
    query("SELECT :a", "--bind", ":b=1", code=2)
    query("SELECT ?", "--bind", ":a=1", "--bind", "1", code=2)
    query("SELECT ?", code=1)


def test_mariadb_is_asked_the_same_way(forks: Forks, edge: Edge, mariadb: MariaDb, tmp_path: Path) -> None:
    cache = edge.create_cache(mariadb)
    url = f"mysql://{APP.name}:{quote(APP.password)}@{mariadb.host}:{mariadb.port}/mysql"

    def ask(*arguments: str) -> Done:
        command = ("query", cache.name, "--http", "--json", *arguments)
        return forks.run(*command, env={**edge.env, "DATABASE_URL": url}, cwd=tmp_path)

    assert answer(ask("SELECT :n + 1 AS n LIMIT :n", "--bind", ":n=1"))["data"] == [{"n": 2}]
    refused = ask("SELECT * FROM nowhere")
    assert (refused.returncode, answer(refused)["errors"][0]["code"]) == (1, "ERROR_1146")
    cache.delete()


def test_a_wrong_password_is_not_shown(query: Query, postgres: Postgres) -> None:
    url = f"postgresql://{SCRAM.name}:Wr0ng-Secret@{postgres.host}:{postgres.port}/postgres"
    done = query("SELECT 1", url=url, code=4)
    assert "SQLSTATE 28P01" in done.stderr
    assert "Wr0ng-Secret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("given", "bindings"),
    [
        (["42", "-1.50", "true", "null", "x", ""], '[42, -1.50, true, null, "x", ""]'),
        (["007", "12e4567", "NaN", " 1", "1.", "True"], '["007", "12e4567", "NaN", " 1", "1.", "True"]'),
        (['"42"', "[1, null]", "[1", "[NaN]", '{"a": 1}'], '["42", [1, null], "[1", "[NaN]", "{\\"a\\": 1}"]'),
        ([":a=1", ":größe=x=y", ":c="], '{"a": 1, "gr\\u00f6\\u00dfe": "x=y", "c": ""}'),
        ([":1=1", "a=1", '":a=1"'], '[":1=1", "a=1", ":a=1"]'),
    ],
)
def test_values_go_as_what_they_look_like(given: list[str], bindings: str) -> None:
    body = request_body("id", "postgres", parse("postgres://u@db/s"), "select", given)
    assert json.loads(body)["bindings"] == json.loads(bindings)
    assert f'"bindings": {bindings}'.encode() in body


def test_names_go_once_and_to_all_values_or_none() -> None:
    url = parse("postgres://u@db/s")
    for given, code in (([":a=1", "1"], "BIND_MIXED"), ([":a=1", ":a=2"], "BIND_TWICE")):
        with pytest.raises(UsageError) as refused:
            request_body("id", "postgres", url, "select", given)
        assert refused.value.code == code


def test_the_user_is_the_databases_own_and_names_the_database_on_postgres() -> None:
    cache_id = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"
    body = json.loads(request_body(cache_id, "postgres", parse(f"postgres://{cache_id}-app:p%40@edge"), "select", []))
    assert body == {
        "cacheId": cache_id,
        "username": "app",
        "password": "p@",
        "sql": "select",
        "provider": "postgres",
        "database": "app",
    }
    with pytest.raises(UsageError, match="names database"):
        request_body(cache_id, "mysql", parse("mysql://app:p@db"), "select", [])
