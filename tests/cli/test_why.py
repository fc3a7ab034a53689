"""Why a query is served or not: what the API and the command tell of it, on a real database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import answer
from tests.cli.forks import Forks
from tests.e2e.serverless.asking import Asker, until_hit
from tests.servers.edge import EdgeCache, Json
from tests.servers.postgres import SCRAM, Postgres

SQL = "SELECT name FROM items WHERE id = 7"
TAGGED = f"/* polyscale:ttl=50,tag=home */ {SQL}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(autouse=True)
def items(postgres: Postgres, database: str) -> None:
    postgres.run("CREATE TABLE items (id int, name text); GRANT ALL ON items TO public", database)


@pytest.fixture
def client(cache: EdgeCache, database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(cache.url(database=database), autocommit=True, prepare_threshold=None) as connection:
        yield connection


def ask(client: psycopg.Connection, sql: str, times: int) -> None:
    for _ in range(times):
        client.execute(sql.encode()).fetchall()


def why(cache: EdgeCache, sql: str) -> Json:
    """What the API tells."""
    found: Json = cache.edge.api.post(f"/v1/caches/{cache.id}/why", json={"sql": sql}).raise_for_status().json()
    return found


def session_of(words: str) -> str:
    found = re.fullmatch(rf"(session \d+) of {SCRAM.name}", words)
    assert found is not None, words
    return found[1]


def test_an_answer_that_is_held_tells_who_filled_it_how_often_it_was_served_and_when_it_ends(
    cache: EdgeCache, client: psycopg.Connection, database: str
) -> None:
    ask(client, TAGGED, 5)
    told = why(cache, f"{TAGGED};")
    (held,) = told["held"]
    session_of(held["filledBy"])
    assert (held["hits"], held["tables"], held["tags"], told["gone"]) == (3, ["public.items"], ["home"], [])
    assert held["filledAt"] < held["endsAt"]
    assert held["looksAt"] is None, "a comment decided, and no automation"
    assert (told["explanation"]["decidedBy"], told["reason"], told["isNew"]) == ("COMMENT", None, False)
    assert "was served 3 times since." in told["words"][0]

    until_hit(Asker(cache, SCRAM.name, SCRAM.password, database), SQL)
    told = why(cache, SQL)
    assert sum(one["hits"] for one in told["held"]) > 0, "served over HTTP"
    assert all(MOMENT.fullmatch(one["looksAt"]) and one["looksAt"] <= one["endsAt"] for one in told["held"])


def test_an_answer_that_a_write_dropped_tells_which_write_of_which_session_and_no_value(
    forks: Forks, cache: EdgeCache, client: psycopg.Connection, database: str, tmp_path: Path
) -> None:
    ask(client, SQL, 5)
    with psycopg.connect(cache.url(database=database), autocommit=True) as writer:
        writer.execute("UPDATE items SET name = 'geheim' WHERE id = 4711")
    told = why(cache, SQL)
    (gone,) = told["gone"]
    assert (told["held"], gone["hits"], gone["cause"]["code"]) == ([], 3, "WRITE")
    assert session_of(gone["by"]) != session_of(gone["filledBy"])
    assert gone["statement"] == "UPDATE items SET name = [?] WHERE id = [?]"
    assert not re.search("geheim|4711", str(told))

    done = forks.run("cache", "why", cache.name, SQL, env=cache.edge.env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    first, *rest = done.stdout.splitlines()
    assert re.sub(MOMENT, "T", first) == (
        f"An answer that was kept at T by a read of {gone['filledBy']} and served 3 times went at T: a write changed"
        f" what it depends on, or may have ({gone['by']}: UPDATE items SET name = [?] WHERE id = [?])."
    )
    assert rest[-1].startswith("Template ")
    data = answer(forks.run("cache", "why", cache.name, "-", "--json", env=cache.edge.env, cwd=tmp_path, stdin=SQL))
    (told_again,) = data["data"]["gone"]
    assert (told_again["cause"], told_again["by"]) == ("WRITE", gone["by"])


def test_purges_and_settings_are_told_the_latest_first(cache: EdgeCache, client: psycopg.Connection) -> None:
    ask(client, SQL, 3)
    cache.purge()
    ask(client, SQL, 3)
    cache.patch(defaultTtl=55)
    told = why(cache, SQL)
    assert [one["cause"]["code"] for one in told["gone"]] == ["SETTINGS", "PURGE"]
    assert {one["by"] + one["statement"] for one in told["gone"]} == {""}


def test_what_was_never_kept_tells_why_or_that_it_is_only_new(cache: EdgeCache, client: psycopg.Connection) -> None:
    told = why(cache, SQL)
    assert (told["isNew"], told["runs"]) == (True, 0)
    assert told["words"][0].startswith("No statement of its template has come through the cache")
    ask(client, SQL, 1)
    told = why(cache, SQL)
    assert (told["isNew"], told["runs"]) == (True, 1)
    assert told["words"][:2] == [
        "It is new: statements of its template have run once.",
        "A new query is served from about its third run, and another one of the same template from its second.",
    ]
    ask(client, SQL, 1)
    assert not why(cache, SQL)["isNew"]
    assert why(cache, SQL.replace("7", "8"))["isNew"]

    ask(client, "SELECT now()", 3)
    told = why(cache, "SELECT now()")
    assert (told["isNew"], told["held"], told["gone"]) == (False, [], [])
    assert told["reason"] in cache.edge.api.get("/v1/reasons").json()
    with client.transaction():
        client.execute("UPDATE items SET name = 'x'")
        ask(client, "SELECT count(*) FROM items", 2)
    told = why(cache, "SELECT count(*) FROM items")
    assert (told["reason"]["code"], told["reason"]["cure"]) == ("IN_TRANSACTION", told["words"][1])
    assert told["words"][0].startswith("Nothing was kept so far: it ran inside a transaction")

    rule = {"type": "TABLE", "key": "items", "value": 0}
    cache.edge.api.post(f"/v1/caches/{cache.id}/cache-ttls", json=rule).raise_for_status()
    told = why(cache, SQL.replace("7", "9"))
    assert (told["isNew"], told["explanation"]["ttl"], told["explanation"]["decidedBy"]) == (False, 0, "TABLE")


def test_a_cache_that_only_observes_tells_what_would_have_been(cache: EdgeCache, client: psycopg.Connection) -> None:
    cache.patch(mode="observe")
    ask(client, SQL, 2)
    assert "and would never have been served since." in why(cache, SQL)["words"][0]
    ask(client, SQL, 2)
    words = why(cache, SQL)["words"]
    assert "and would have been served 2 times since." in words[0], words
    assert words[1].startswith("It would be served until"), words
    cache.purge()
    assert ", with 2 hits counted, went at" in why(cache, SQL)["words"][0]


def test_a_template_is_told_of_by_its_id_and_one_that_is_nearly_the_same_is_named(
    forks: Forks, cache: EdgeCache, client: psycopg.Connection, tmp_path: Path
) -> None:
    ask(client, SQL, 3)
    ask(client, SQL.replace("7", "8"), 3)
    exact = why(cache, SQL)
    identity = exact["explanation"]["templateId"]
    told = why(cache, f" {identity} ")
    assert (len(told["held"]), told["runs"], told["reason"]) == (2, 6, None)
    assert told["explanation"] == exact["explanation"]
    nearly = why(cache, SQL.replace("FROM", " from"))
    assert (
        f"Did you mean the template {identity}? It differs in spaces or case alone, and has run 6 times."
        in (nearly["words"])
    )

    def run(*arguments: str, code: int) -> str:
        done = forks.run(*arguments, env=cache.edge.env, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        return str(done.stdout + done.stderr)

    assert f"Template {identity}: " in run("cache", "why", cache.name, identity, code=0)
    assert "Its answers can be kept." in run("rules", "explain", cache.name, identity, code=0)
    assert f"polyscale cache queries {cache.name}" in run("cache", "why", cache.name, "0" * 16, code=3)
    for command in (("cache", "why"), ("rules", "explain"), ("query",)):
        assert f"The statement is missing: {cache.name} is a cache." in run(*command, cache.name, code=2)


def test_comments_and_spaces_around_a_statement_are_none_of_its_template(
    cache: EdgeCache, client: psycopg.Connection
) -> None:
    for commented in (f"/* polyscale:tag=home */ {SQL}", f"{SQL} /* of the start page */"):
        ask(client, commented, 3)
        told = why(cache, commented)["explanation"]
        assert (told["cacheable"], told["words"][0]) == (True, "Its answers can be kept.")
        assert told["templateId"] == why(cache, SQL)["explanation"]["templateId"]


def test_any_text_is_answered(cache: EdgeCache, client: psycopg.Connection) -> None:
    ask(client, SQL, 3)
    for text in (";", " ", "'", "SELECT '", "/*", "(" * 5000, "é" * 9000, f"{SQL} /* polyscale:ttl=x */", "COMMIT"):
        told = why(cache, text)
        assert (told["held"], told["gone"]) == ([], [])
        assert told["words"]


def test_a_key_that_may_only_purge_is_not_told_what_is_asked(cache: EdgeCache) -> None:
    made = cache.edge.api.post("/v1/keys", json={"name": f"why-{cache.name}", "scopes": ["caches:purge"]}).json()
    headers = {"Authorization": f"Bearer {made['secret']}"}
    refused = cache.edge.api.post(f"/v1/caches/{cache.id}/why", json={"sql": SQL}, headers=headers)
    assert refused.status_code == 403
    cache.edge.api.delete(f"/v1/keys/{made['id']}")
