"""Purging from the command line: what goes, what is said of it, and who is asked."""

from __future__ import annotations

import http.server
import json
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import psycopg
import pytest

from tests.cli.conftest import answer
from tests.cli.terminal import Person
from tests.servers.edge import Edge, EdgeCache, Json
from tests.servers.http_server import serving
from tests.servers.postgres import Postgres


@pytest.fixture
def filled(cache: EdgeCache, postgres: Postgres, database: str) -> Iterator[EdgeCache]:
    """A cache with one entry of the table items and one of a view of the table parts."""
    postgres.run(
        "CREATE TABLE items (id int); CREATE TABLE parts (id int); CREATE VIEW shown AS SELECT * FROM parts;"
        "GRANT ALL ON items, parts, shown TO public",
        database,
    )
    with psycopg.connect(cache.url(database=database), autocommit=True) as connection:
        for table in ("items", "shown"):
            for _ in range(5):
                connection.execute(f"SELECT id FROM {table}".encode()).fetchall()
        assert cache.metrics().entries == 2
        yield cache


def test_everything_goes_and_is_counted(edge: Edge, filled: EdgeCache) -> None:
    done = edge.command("purge", filled.name)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Purged 2 entries of {filled.name}.\n"
    assert filled.metrics().entries == 0


def test_nothing_to_purge_is_a_success(edge: Edge, cache: EdgeCache) -> None:
    done = edge.command("purge", cache.name, cache.id, "--json")
    assert done.returncode == 0
    counts = {"purged": 0, "would_purge": None}
    named: Json = {"tables": [], "templates": [], "queries": [], "tags": []}
    row: Json = {"id": cache.id, "name": cache.name, **counts, **named, "error": None}
    assert answer(done)["data"] == {"dry_run": False, **counts, "caches": [row]}


def test_what_depends_on_a_table_goes_and_the_rest_stays(edge: Edge, filled: EdgeCache) -> None:
    done = edge.command("purge", filled.name, "--table", "public.parts")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Purged 1 entry of {filled.name} that depends on public.parts.\n"
    assert filled.metrics().entries == 1


def test_templates_queries_and_tags_go_and_the_rest_stays(edge: Edge, filled: EdgeCache) -> None:
    query = "SELECT id\nFROM items"
    options = ("--template", "SELECT id FROM shown;", "--query", query, "--tag", "home", "--tag", "home")
    would = edge.command("purge", filled.name, *options, "--table", "items", "--dry-run")
    assert would.stdout == (
        f"Would purge 2 entries of {filled.name}.\n"
        "  table items: 1\n  template SELECT id FROM shown;: 1\n  query SELECT id FROM items: 0\n  tag home: 0\n"
    ), would.stderr
    done = edge.command("purge", filled.name, *options, "--json")
    (found,) = answer(done)["data"]["caches"]
    assert found["purged"] == 1, "the query has another text"
    assert found["templates"] == [{"name": "SELECT id FROM shown;", "entries": 1}]
    assert (found["queries"], found["tags"]) == ([{"name": query, "entries": 0}], [{"name": "home", "entries": 0}])
    assert filled.metrics().entries == 1


@pytest.mark.parametrize("option", ["--table", "--template", "--query", "--tag"])
def test_an_option_without_a_name_does_not_mean_everything(edge: Edge, cache: EdgeCache, option: str) -> None:
    done = edge.command("purge", cache.name, option, " ")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option} was given without a " in done.stderr


def test_a_table_that_the_edge_has_never_met_drops_everything_and_is_named(edge: Edge, filled: EdgeCache) -> None:
    would = edge.command("purge", filled.name, "--table", "never_seen", "--dry-run")
    assert would.stdout == f"Would purge 2 entries of {filled.name}.\n"
    assert "1 unknown table (never_seen): everything would be dropped." in would.stderr
    done = edge.command("purge", filled.name, "--table", "items", "--table", "never_seen", "--json")
    assert done.returncode == 0
    (found,) = answer(done)["data"]["caches"]
    assert (found["purged"], found["tables"][0]["entries"]) == (2, 1)
    assert "public.items" in found["tables"][0]["matched"]
    assert found["tables"][1] == {"name": "never_seen", "matched": [], "entries": 2, "unknown": True}
    assert "1 unknown table (never_seen): everything was dropped." in done.stderr
    again = edge.command("purge", filled.name, "--table", "never_seen")
    assert again.stdout == f"Purged 0 entries of {filled.name} that depend on never_seen.\n"
    for option, name, said in (
        ("--tag", "hime", "with the tag"),
        ("--template", "deadbeefdeadbeef", "of the template"),
    ):
        done = edge.command("purge", filled.name, option, name)
        assert f"{filled.name} holds no answer {said} {name}." in done.stderr
    assert "called never_seen" in again.stderr


@pytest.mark.parametrize("selector", [[], ["--table", "items"]])
def test_a_dry_run_says_what_would_go_and_drops_nothing(edge: Edge, filled: EdgeCache, selector: list[str]) -> None:
    done = edge.command("purge", filled.name, "--dry-run", *selector, "--json")
    data = answer(done)["data"]
    would = 1 if selector else 2
    assert (data["dry_run"], data["purged"], data["would_purge"]) == (True, 0, would)
    assert edge.command("purge", filled.name, "--dry-run", *selector).stdout.startswith(f"Would purge {would} entr")
    assert filled.metrics().entries == 2


def test_wait_returns_when_the_edge_counts_it(edge: Edge, filled: EdgeCache) -> None:
    done = edge.command("purge", filled.name, "--wait", "--json")
    assert (done.returncode, answer(done)["data"]["purged"]) == (0, 2)


def test_a_key_that_may_only_purge_can_do_all_of_it(edge: Edge, filled: EdgeCache) -> None:
    made = edge.api.post("/v1/keys", json={"name": f"ci-{filled.name}", "scopes": ["caches:purge"]}).json()
    env = {"POLYSCALE_TOKEN": made["secret"], "CI": "true"}
    done = edge.command("purge", filled.name, "--table", "items", "--wait", env=env)
    assert done.returncode == 0, done.stderr
    assert edge.command("cache", "delete", filled.name, "--yes", env=env).returncode == 4
    edge.api.delete(f"/v1/keys/{made['id']}")


def test_of_several_all_are_tried_and_the_first_failure_is_the_exit_code(edge: Edge, filled: EdgeCache) -> None:
    done = edge.command("purge", "nowhere", filled.name, "elsewhere", "--json")
    found = answer(done)
    assert (done.returncode, found["status"]) == (3, "partial")
    assert [error["code"] for error in found["errors"]] == ["CACHE_NOT_FOUND", "CACHE_NOT_FOUND"]
    assert [(one["name"], one["error"], one["purged"]) for one in found["data"]["caches"]] == [
        ("nowhere", "CACHE_NOT_FOUND", 0),
        (filled.name, None, 2),
        ("elsewhere", "CACHE_NOT_FOUND", 0),
    ]
    assert filled.metrics().entries == 0


def test_when_none_could_be_purged_there_is_no_answer(edge: Edge) -> None:
    for names in (["nowhere"], ["nowhere", "elsewhere"]):
        done = edge.command("purge", *names, "--json")
        found = answer(done)
        assert (done.returncode, found["status"], found["data"]) == (3, "error", None)


def test_all_means_every_cache(edge: Edge, cache: EdgeCache) -> None:
    found = answer(edge.command("purge", "--all", "--json"))["data"]["caches"]
    assert cache.id in [each["id"] for each in found]
    assert edge.command("purge", cache.name, "--all").returncode == 2


@pytest.mark.parametrize("table", ["", "a.b.c.d"])
def test_a_table_that_is_none_is_refused_and_nothing_goes(edge: Edge, filled: EdgeCache, table: str) -> None:
    done = edge.command("purge", filled.name, "--table", table)
    assert done.returncode == 2, done.stderr
    assert filled.metrics().entries == 2


def test_a_variable_names_the_cache(edge: Edge, cache: EdgeCache) -> None:
    done = edge.command("purge", "--json", env={"POLYSCALE_CACHE": cache.name})
    assert [one["id"] for one in answer(done)["data"]["caches"]] == [cache.id]


def at_a_terminal(edge: Edge, *arguments: str, directory: Path, **env: str) -> Person:
    return Person(arguments, {**edge.env, "TERM": "xterm", "COLUMNS": "200", **env}, directory)


@pytest.mark.parametrize(("typed", "code", "left"), [("n\n", 1, 2), ("y\n", 0, 0)])
def test_a_person_is_asked_before_everything_goes(
    edge: Edge, filled: EdgeCache, tmp_path: Path, typed: str, code: int, left: int
) -> None:
    person = at_a_terminal(edge, "purge", filled.name, directory=tmp_path)
    person.reads(f"everything that {filled.name} holds")
    person.types(typed)
    assert person.ends() == code
    assert filled.metrics().entries == left


@pytest.mark.parametrize("how", [["--yes"], ["--table", "items"]])
def test_a_person_is_not_asked_without_need(edge: Edge, filled: EdgeCache, tmp_path: Path, how: list[str]) -> None:
    person = at_a_terminal(edge, "purge", filled.name, *how, directory=tmp_path)
    assert person.ends() == 0, person.seen


def test_nobody_is_asked_under_ci(edge: Edge, filled: EdgeCache, tmp_path: Path) -> None:
    assert at_a_terminal(edge, "purge", filled.name, directory=tmp_path, CI="true").ends() == 0
    assert filled.metrics().entries == 0


def test_a_dry_run_of_delete_says_what_would_go_and_deletes_nothing(edge: Edge, filled: EdgeCache) -> None:
    done = edge.command("cache", "delete", filled.name, "--dry-run", "--json")
    assert done.returncode == 0
    data = answer(done)["data"]
    assert data == {
        **{"deleted": False, "dry_run": True, "id": filled.id, "name": filled.name},
        **{"entries": 2, "connections": 1},
    }
    assert "2 entries" in done.stderr
    assert edge.command("cache", "show", filled.name).returncode == 0


class Counting(http.server.BaseHTTPRequestHandler):
    """An API whose counters do not follow what it says that it purged."""

    counters: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        if self.path.endswith("/metrics"):
            self.answer({"purged": self.counters.pop(0) if len(self.counters) > 1 else self.counters[0]})
        else:
            self.answer(
                [{"id": "0ab23c45-6789-4de1-a34f-abc5d67e8f90", "name": "x", "host": "h", "port": 1, "database": "d"}]
            )

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.answer({"purged": 3})

    def answer(self, body: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("counters", "seconds", "code"),
    [
        ([10, 10, 13], 30, 0),  # late
        ([10, 10], 2, 6),  # never
        ([10, 2], 30, 0),  # the edge was started anew in between, and holds nothing
    ],
)
def test_wait_believes_the_counters_and_not_the_answer(
    edge: Edge, counters: list[int], seconds: int, code: int
) -> None:
    Counting.counters = counters
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server, serving(server):
        env = {"POLYSCALE_API_URL": f"http://127.0.0.1:{server.server_address[1]}", "POLYSCALE_TOKEN": "psc_x"}
        done = edge.command("purge", "x", "--wait", "--timeout", str(seconds), "--json", env=env)
    found = answer(done)
    assert (done.returncode, [error["code"] for error in found["errors"]]) == (
        code,
        ["PURGE_NOT_CONFIRMED"][: code // 6],
    )
