"""Any request to the management API."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import answer
from tests.servers.edge import Edge, EdgeCache


def test_an_answer_is_printed_as_json(edge: Edge, cache: EdgeCache) -> None:
    done = edge.command("api", "GET", f"/v1/caches/{cache.id}")
    assert json.loads(done.stdout)["name"] == cache.name
    wrapped = answer(edge.command("api", "get", f"/v1/caches/{cache.id}", "--json"))
    assert (wrapped["command"], wrapped["data"]["id"]) == ("api", cache.id)


def test_fields_are_sent_as_what_they_look_like(edge: Edge, cache: EdgeCache) -> None:
    arguments = ("-f", "defaultTtl=300", "-f", "cachingEnabled=false", "-f", "description=5 = five", "-f", "name=true1")
    changed = answer(edge.command("api", "PATCH", f"/v1/caches/{cache.id}", *arguments, "--json"))["data"]
    assert (changed["defaultTtl"], changed["cachingEnabled"]) == (300, False)
    assert (changed["description"], changed["name"]) == ("5 = five", "true1")


def test_a_body_can_come_from_stdin(edge: Edge, cache: EdgeCache) -> None:
    body = json.dumps({"description": "größer"})
    changed = edge.command("api", "PATCH", f"/v1/caches/{cache.id}", "--input", "-", "--json", stdin=body)
    assert answer(changed)["data"]["description"] == "größer"


def test_an_empty_answer_prints_nothing(edge: Edge, cache: EdgeCache) -> None:
    done = edge.command("api", "DELETE", f"/v1/caches/{cache.id}")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_refusal_has_the_api_s_own_code(edge: Edge) -> None:
    done = edge.command("api", "POST", "/v1/caches", "-f", "name=x", "--json")
    assert (done.returncode, answer(done)["errors"][0]["code"]) == (2, "INVALID_BODY")
    assert edge.command("api", "GET", "/v1/caches/nothing").returncode == 3


@pytest.mark.parametrize(
    "path", ["https://thief.example.com/", "//thief.example.com/x", "v1/caches", "", "/a b", "/\n", "/ä", "@thief"]
)
def test_a_path_cannot_lead_elsewhere(edge: Edge, path: str) -> None:
    done = edge.command("api", "GET", path, "--json")
    assert (done.returncode, answer(done)["errors"][0]["code"]) == (2, "INVALID_PATH")


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["--input", "-"], ""),
        (["--input", "-"], "{"),
        (["--input", "-"], '{"a": NaN}'),
        (["--input", "-"], "[" * 100_000),
        (["--input", "-"], "x" * (2 << 20)),
        (["--input", "nowhere.json"], ""),
        (["--input", "-", "-f", "a=b"], "{}"),
        (["-f", "novalue"], ""),
        (["-f", "=x"], ""),
    ],
)
def test_a_body_that_is_none_is_not_sent(edge: Edge, arguments: list[str], stdin: str) -> None:
    done = edge.command("api", "POST", "/v1/caches", *arguments, "--json", stdin=stdin)
    assert done.returncode == 2
    assert answer(done)["errors"]


def test_an_answer_moves_no_cursor(edge: Edge, cache: EdgeCache) -> None:
    cache.patch(description="a\u202eb")
    done = edge.command("api", "GET", f"/v1/caches/{cache.id}")
    assert "\u202e" not in done.stdout
    assert json.loads(done.stdout)["description"] == "a\u202eb"
