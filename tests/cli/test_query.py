"""``polyscale query`` through a real edge."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess

import pytest

from tests.cli.conftest import COMMAND, Done, answer
from tests.cli.interrupting import interrupt
from tests.servers.edge import Edge, EdgeCache
from tests.servers.patience import until_counted
from tests.servers.postgres import SCRAM, Postgres
from tests.servers.process import wait_until


@pytest.fixture
def env(postgres: Postgres, database: str) -> dict[str, str]:
    """A table of planets, and the DATABASE_URL of its owner."""
    postgres.run(
        "CREATE TABLE planets (id bigint, name text); GRANT ALL ON planets TO public;"
        "INSERT INTO planets VALUES (1, 'Mercury'), (9007199254740993, NULL), (3, 'Ea\trth')",
        database,
    )
    return {"DATABASE_URL": postgres.url(SCRAM, database)}


SQL = "SELECT id, name FROM planets ORDER BY name"


def said(done: Done) -> str:
    """Who answered; a slow machine says before that it waits."""
    return done.stderr.splitlines()[-1].partition(": ")[0]


def ask(edge: Edge, cache: EdgeCache, env: dict[str, str], *arguments: str, stdin: str = "") -> Done:
    done = edge.command("query", cache.name, *arguments, env=env, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done


def test_rows_come_in_every_form(edge: Edge, cache: EdgeCache, env: dict[str, str]) -> None:
    rows = [{"id": 3, "name": "Ea\trth"}, {"id": 1, "name": "Mercury"}, {"id": "9007199254740993", "name": None}]
    assert answer(ask(edge, cache, env, SQL, "--json"))["data"] == rows
    assert [json.loads(line) for line in ask(edge, cache, env, SQL, "-o", "jsonl").stdout.splitlines()] == rows
    table = list(csv.reader(io.StringIO(ask(edge, cache, env, SQL, "-o", "csv").stdout)))
    assert table == [["id", "name"], ["3", "Ea\trth"], ["1", "Mercury"], ["9007199254740993", ""]]
    assert ask(edge, cache, env, SQL).stdout == "3\tEa rth\n1\tMercury\n9007199254740993\tNULL\n"


def test_the_first_runs_miss_and_later_ones_hit(edge: Edge, cache: EdgeCache, env: dict[str, str]) -> None:
    words = [said(ask(edge, cache, env, SQL)) for _ in range(4)]
    assert (words[0], words[-1]) == ("miss", "hit")
    assert said(ask(edge, cache, env, "SELECT random()")) == "pass"
    assert ask(edge, cache, env, "UPDATE planets SET name = 'x' WHERE id = $1", "--bind", "1").stdout == "UPDATE 1\n"
    fresh = ask(edge, cache, env, SQL, "--json")
    assert "x" in {row["name"] for row in answer(fresh)["data"]}
    assert said(fresh) == "miss"


def test_what_the_command_says_besides_is_none_of_the_applications_traffic(
    edge: Edge, cache: EdgeCache, env: dict[str, str]
) -> None:
    for _ in range(2):
        ask(edge, cache, env, SQL)
    edge.command("cache", "test", cache.name, "--query", SQL, "--runs", "1", env=env)
    assert cache.metrics().passes == 0
    until_counted(cache)
    found = {row["sql"] for row in edge.api.get(f"/v1/caches/{cache.id}/queries").json()}
    assert found == {SQL}


def test_a_statement_comes_from_stdin_or_the_cache_from_the_url(
    edge: Edge, cache: EdgeCache, env: dict[str, str]
) -> None:
    assert ask(edge, cache, env, "-", stdin="SELECT\n 1").stdout == "1\n"
    done = edge.command("query", "SELECT 2", env={**env, "POLYSCALE_CACHE": cache.id})
    assert (done.returncode, done.stdout) == (0, "2\n")
    done = edge.command(
        "query", cache.name, "SELECT $1::text", "--bind", "", "--from-url", "-", stdin=env["DATABASE_URL"]
    )
    assert (done.returncode, done.stdout) == (0, "\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a", "b", "c"],
        ["{cache}", "SELECT '\udcff'"],
        ["{cache}", "SELECT $1", "--bind", "\udcff"],
        ["{cache}", ""],
        ["{cache}", "-", "--from-url", "-"],
        ["{cache}", "SELECT $1::int"],
    ],
)
def test_what_cannot_be_run_is_a_mistake_on_the_command_line(
    edge: Edge, cache: EdgeCache, env: dict[str, str], arguments: list[str]
) -> None:
    done = edge.command("query", *(part.format(cache=cache.name) for part in arguments), env=env)
    assert done.returncode == 2, done.stderr


def test_an_error_of_the_database_keeps_its_state(edge: Edge, cache: EdgeCache, env: dict[str, str]) -> None:
    done = edge.command("query", cache.name, "SELECT * FROM nowhere", "--json", env=env)
    assert done.returncode == 1
    (error,) = answer(done)["errors"]
    assert error["code"] == "SQLSTATE_42P01"
    assert "nowhere" in error["message"]


@pytest.mark.parametrize(("place", "value"), [("?", "1"), (":id", ":id=1")])
def test_the_parameters_of_others_are_told_from_those_of_postgres(
    edge: Edge, cache: EdgeCache, env: dict[str, str], place: str, value: str
) -> None:
    sql = f"SELECT name FROM planets WHERE id = {place}"
    done = edge.command("query", cache.name, sql, "--bind", value, env=env)
    assert done.returncode == 1
    assert "PostgreSQL's parameters are $1, $2 and so on; ? and :name are understood with --http." in done.stderr


def test_a_wrong_password_is_not_shown(edge: Edge, cache: EdgeCache, env: dict[str, str], postgres: Postgres) -> None:
    url = f"postgresql://{SCRAM.name}:Wr0ng-Secret@{postgres.host}:{postgres.port}/postgres"
    done = edge.command("query", cache.name, "SELECT 1", env={"DATABASE_URL": url, "POLYSCALE_DEBUG": "1"})
    assert done.returncode == 4
    assert "Wr0ng-Secret" not in done.stdout + done.stderr


def test_a_token_that_may_not_count_does_not_keep_it_from_running(
    edge: Edge, cache: EdgeCache, env: dict[str, str]
) -> None:
    made = edge.api.post("/v1/keys", json={"name": f"q-{cache.name}", "scopes": ["cacheRules:read"]}).json()
    edge.command("cache", "list")
    done = edge.command("query", cache.name, "SELECT 1", env={**env, "POLYSCALE_TOKEN": made["secret"]})
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert "do not tell who answered" in done.stderr
    edge.api.delete(f"/v1/keys/{made['id']}")


def test_other_users_of_the_cache_make_it_ambiguous(
    edge: Edge, cache: EdgeCache, env: dict[str, str], postgres: Postgres, database: str
) -> None:
    """The other one reads over and over while our statement sleeps."""
    url = cache.url(database=database)
    sql = f"""
        CREATE EXTENSION IF NOT EXISTS dblink;
        CREATE FUNCTION busy() RETURNS int LANGUAGE plpgsql AS $$
          BEGIN PERFORM * FROM dblink('{url}', 'SELECT id FROM planets') AS t(id bigint); RETURN 1; END $$
    """
    postgres.run(sql, database)
    assert "Others use the cache" in ask(edge, cache, env, "SELECT busy()").stderr


@pytest.mark.parametrize("form", [(), ("--http",)], ids=["over TCP", "over HTTP"])
def test_ctrl_c_ends_the_statement_on_the_database_too(
    edge: Edge, cache: EdgeCache, env: dict[str, str], postgres: Postgres, form: tuple[str, ...]
) -> None:
    running = "SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'"
    with subprocess.Popen(
        [*COMMAND, "query", cache.name, "SELECT pg_sleep(60)", *form],
        env={**os.environ, **edge.env, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        wait_until(lambda: bool(postgres.run(running)), "the statement runs")
        out, err = interrupt(command)
    assert (command.returncode, out) == (130, "")
    assert "Traceback" not in err
    wait_until(lambda: not postgres.run(running), "the statement ends")
