"""Rules from the command line, and what becomes of answers under them on a real database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.conftest import Done, answer
from tests.cli.forks import Forks
from tests.cli.terminal import Person
from tests.servers.edge import EdgeCache, Json
from tests.servers.postgres import Postgres

SQL = "SELECT id FROM items WHERE id = 7"
TEMPLATE = "SELECT id FROM items WHERE id = [?]"


@pytest.fixture
def run(forks: Forks, cache: EdgeCache, tmp_path: Path) -> Any:
    """Run ``polyscale rules …``."""

    def run(*arguments: str, stdin: str = "") -> Done:
        return forks.run("rules", *arguments, env=cache.edge.env, cwd=tmp_path, stdin=stdin)

    return run


@pytest.fixture
def client(cache: EdgeCache, postgres: Postgres, database: str) -> Iterator[psycopg.Connection]:
    """A client of two tables and a view of one of them."""
    postgres.run(
        "CREATE TABLE items (id int); CREATE TABLE parts (id int); CREATE VIEW shown AS SELECT * FROM parts;"
        "GRANT ALL ON items, parts, shown TO public",
        database,
    )
    with psycopg.connect(cache.url(database=database), autocommit=True) as connection:
        yield connection


def hits(cache: EdgeCache, client: psycopg.Connection, sql: str, times: int = 4) -> int:
    """Run a query some times; how many of them were hits."""
    before = cache.metrics().hits
    for _ in range(times):
        client.execute(sql.encode()).fetchall()
    return cache.metrics().hits - before


def rules(cache: EdgeCache) -> list[Json]:
    found: list[Json] = cache.edge.api.get(f"/v1/caches/{cache.id}/cache-ttls").json()
    return found


def test_rules_are_set_listed_and_reset(run: Any, cache: EdgeCache) -> None:
    empty = run("list", cache.name)
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "has no rules" in empty.stderr

    assert "--ttl is missing" in run("set", cache.name, "--table", "items").stderr
    done = run("set", cache.name, "--table", "items", "--table", "public.parts", "--ttl", "30", "--name", "stock")
    assert done.stdout == "TABLE items (stock): kept 30 s.\nTABLE public.parts (stock): kept 30 s.\n", done.stderr
    assert run("set", cache.name, "--template", SQL, "--ttl", "0").stdout == f"TEMPLATE {TEMPLATE}: kept never.\n"
    assert run("set", cache.name, "--manual", SQL).stdout == f"MANUAL {TEMPLATE}: kept not, but by other rules.\n"
    assert run("set", cache.name, "--auto", SQL).returncode == 0

    listed = answer(run("list", cache.name, "--json"))["data"]
    assert listed == [
        {"type": "TABLE", "key": "items", "value": 30, "name": "stock"},
        {"type": "TABLE", "key": "public.parts", "value": 30, "name": "stock"},
        {"type": "TEMPLATE", "key": TEMPLATE, "value": 0, "name": None},
        {"type": "AUTO", "key": TEMPLATE, "value": None, "name": None},
    ]
    assert run("list", cache.name).stdout.splitlines()[-1].split("\t") == [
        "AUTO",
        "as automation decides",
        "",
        TEMPLATE,
    ]

    would = run("reset", cache.name, "--table", "ITEMS", "--template", SQL, "--dry-run")
    assert would.stdout == f"Would remove TABLE items (stock).\nWould remove TEMPLATE {TEMPLATE}.\n"
    assert len(rules(cache)) == 4
    assert run("reset", cache.name, "--table", "ITEMS", "--template", SQL).returncode == 0
    assert [rule["type"] for rule in rules(cache)] == ["TABLE", "AUTO"]


def test_a_rule_that_has_no_effect_or_none_yet_is_said_to(run: Any, cache: EdgeCache) -> None:
    done = run("set", cache.name, "--query", "SELECT count(*) FROM items WHERE at > now()", "--ttl", "60")
    assert done.returncode == 0, done.stderr
    assert "has no effect, for its answers are never kept: it depends on the time of day (READS_CLOCK)." in done.stderr
    assert "rounded to a minute" in done.stderr
    assert "TABLE itmes waits: no query has read" in run("set", cache.name, "--table", "itmes", "--ttl", "30").stderr
    assert f"TEMPLATE {'0' * 16} waits" in run("set", cache.name, "--template", "0" * 16, "--ttl", "9").stderr
    for useful in (
        ("--query", SQL, "--ttl", "60"),
        ("--manual", "SELECT now()"),
        ("--query", "SELECT 2", "--ttl", "0"),
    ):
        assert not re.search("waits|no effect", run("set", cache.name, *useful).stderr)


def test_where_a_rule_is_not_there_none_goes(run: Any, cache: EdgeCache) -> None:
    run("set", cache.name, "--table", "items", "--ttl", "30")
    done = run("reset", cache.name, "--table", "items", "--table", "elsewhere", "--json")
    (error,) = answer(done)["errors"]
    assert (done.returncode, error["code"]) == (3, "CACHE_TTL_NOT_FOUND")
    assert error["fix"] == f"See those that it has: polyscale rules list {cache.name}"
    assert len(rules(cache)) == 1


def test_where_a_rule_cannot_be_set_it_is_said_which_were(run: Any, cache: EdgeCache) -> None:
    done = run("set", cache.name, "--table", "items", "--table", "parts,log", "--ttl", "30", "--json")
    (error,) = answer(done)["errors"]
    assert (done.returncode, len(rules(cache))) == (2, 1)
    assert error["message"].startswith("--table: must be the name of one table")
    assert error["why"] == "Set before it: TABLE items."


@pytest.mark.parametrize("text", ["x" * 30_000, "é" * 20_000])
def test_rules_for_the_longest_queries_go_as_well(run: Any, cache: EdgeCache, text: str) -> None:
    query = ("--query", f"SELECT '{text}'")
    for again in (query, ("--all", "--yes")):
        assert run("set", cache.name, *query, "--ttl", "30").returncode == 0
        done = run("reset", cache.name, *again)
        assert done.returncode == 0, done.stderr
        assert rules(cache) == []


def test_all_rules_go_only_when_that_is_confirmed(run: Any, cache: EdgeCache, tmp_path: Path) -> None:
    run("set", cache.name, "--table", "items", "--table", "parts", "--ttl", "30")
    done = run("reset", cache.name, "--all", "--json")
    assert (done.returncode, answer(done)["errors"][0]["code"]) == (5, "CONFIRMATION_NEEDED")
    assert answer(run("reset", cache.name, "--all", "--dry-run", "--json"))["data"]["dry_run"] is True
    env = {**cache.edge.env, "TERM": "xterm", "COLUMNS": "200"}
    person = Person(("rules", "reset", cache.name, "--all"), env, tmp_path)
    person.reads(f"2 rules of {cache.name}")
    person.types("n\n")
    assert person.ends() == 1
    assert len(rules(cache)) == 2
    assert run("reset", cache.name, "--all", "--yes").returncode == 0
    assert rules(cache) == []
    assert run("reset", cache.name, "--all").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("set",),
        ("set", "--ttl", "5"),
        ("set", "--table", "items"),
        ("set", "--table", " ", "--ttl", "5"),
        ("set", "--table", "a.b.c.d", "--ttl", "5"),
        ("set", "--table", "items", "--ttl", "-1"),
        ("set", "--table", "items", "--ttl", "1.5"),
        ("set", "--table", "items", "--ttl", "31536001"),
        ("set", "--auto", SQL, "--ttl", "5"),
        ("set", "--manual", SQL, "--name", "mine"),
        ("set", "--auto", SQL, "--table", "items", "--ttl", "5"),
        ("set", "--template", ";", "--ttl", "5"),
        ("set", "--query", "SELECT \udcff", "--ttl", "5"),
        ("reset",),
        ("reset", "--all", "--table", "items"),
        ("explain",),
        ("explain", " "),
        ("explain", "a", "b", "c"),
    ],
)
def test_what_means_nothing_is_refused(run: Any, cache: EdgeCache, arguments: tuple[str, ...]) -> None:
    command, *rest = arguments
    done = run(command, *([] if command == "explain" else [cache.name]), *rest, "--json")
    assert done.returncode == 2, done.stdout
    assert rules(cache) == []


def test_a_statement_is_explained(run: Any, cache: EdgeCache) -> None:
    run("set", cache.name, "--table", "items", "--ttl", "30")
    done = run("explain", cache.name, "-", stdin=f"{SQL}\n")
    first, second, tables, template = done.stdout.splitlines()
    assert first.startswith("By its text its answers can be kept.")
    assert second == "The TABLE rule for items decides: an answer is kept for 30 s."
    assert tables == "Tables: items."
    assert template.endswith(f": {TEMPLATE}")
    data = answer(run("explain", cache.name, "SELECT current_date", "--json"))["data"]
    assert (data["cacheable"], data["reason"]["code"], data["ttl"]) == (False, "READS_CLOCK", None)
    assert run("explain", cache.name, SQL, "--field", "decided_by").stdout == "TABLE\n"


def test_a_table_with_0_stops_being_kept_at_once_and_begins_again_without_it(
    run: Any, cache: EdgeCache, client: psycopg.Connection
) -> None:
    assert hits(cache, client, SQL) == 2
    both = "SELECT * FROM items, parts"
    assert hits(cache, client, both) == 2
    assert run("set", cache.name, "--table", "public.ITEMS", "--ttl", "0").returncode == 0
    assert cache.metrics().entries == 0
    assert hits(cache, client, SQL) == 0
    assert hits(cache, client, both) == 0
    assert hits(cache, client, "SELECT id FROM parts") == 2
    explained = answer(run("explain", cache.name, SQL, "--json"))["data"]
    assert (explained["decided_by"], explained["ttl"], explained["cacheable"]) == ("TABLE", 0, True)
    assert run("reset", cache.name, "--table", "items").returncode == 3  # it is public.items that has one
    assert run("reset", cache.name, "--table", "public.items").returncode == 0
    assert hits(cache, client, SQL) == 3


@pytest.mark.parametrize("off", [("--default", "uncached"), ("--ttl", "0")])
def test_where_nothing_is_kept_by_default_only_what_rules_name_is(
    run: Any, cache: EdgeCache, client: psycopg.Connection, off: tuple[str, str]
) -> None:
    assert cache.edge.command("cache", "update", cache.name, *off).returncode == 0
    assert hits(cache, client, SQL) == 0
    assert run("set", cache.name, "--query", f"{SQL} ;", "--ttl", "60").returncode == 0
    assert hits(cache, client, SQL) >= 2
    assert hits(cache, client, SQL.replace("7", "8")) == 0
    assert hits(cache, client, f"{SQL} AND id > 0 /* polyscale:ttl=9 */") >= 2
    assert run("set", cache.name, "--auto", "SELECT id FROM parts").returncode == 0
    assert (hits(cache, client, "SELECT id FROM parts") > 0) == ("--ttl" not in off), "it is all that AUTO may choose"


def test_a_rule_for_what_is_beneath_a_view_keeps_none_of_its_answers(
    run: Any, cache: EdgeCache, client: psycopg.Connection
) -> None:
    cache.patch(defaultCachingBehaviour="uncached")
    # A rule for what is beneath a view is none for the view, and so it says.
    assert run("set", cache.name, "--table", "parts", "--ttl", "60").returncode == 0
    assert hits(cache, client, "SELECT id FROM shown") == 0
    explained = answer(run("explain", cache.name, "SELECT id FROM shown", "--json"))["data"]
    assert (explained["decided_by"], explained["cacheable"], explained["ttl"]) == ("DEFAULT", True, 0)
    assert run("set", cache.name, "--table", "shown", "--ttl", "60").returncode == 0
    assert hits(cache, client, "SELECT id FROM shown") >= 2
    # One with 0 beneath a view counts.
    assert run("set", cache.name, "--table", "parts", "--ttl", "0").returncode == 0
    assert hits(cache, client, "SELECT id FROM shown") == 0


def test_a_comment_decides_for_its_statement(run: Any, cache: EdgeCache, client: psycopg.Connection) -> None:
    assert hits(cache, client, f"/* polyscale:ttl=0 */ {SQL}") == 0
    assert hits(cache, client, f"{SQL} /*polyscale='ttl%3D0'*/") == 0
    assert hits(cache, client, f"{SQL} /* polyscale:ttl=9,tag=x */") >= 2
    cache.patch(defaultCachingBehaviour="uncached")
    assert hits(cache, client, SQL) == 0
    assert hits(cache, client, f"{SQL} /* polyscale:ttl=9,tag=x */") >= 2
