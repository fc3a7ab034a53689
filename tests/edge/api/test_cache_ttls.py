"""``cache-ttls``: the official client's way through it, keys of every kind, and what is refused."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from polyscale_cli.edge.engine.identity import template_id
from polyscale_cli.edge.engine.rules import LONGEST_TTL
from tests.edge.api.test_bad_input import refused
from tests.edge.api.test_official_client import OfficialClient, OfficialError
from tests.edge.conftest import Json, Running

TEMPLATE = "SELECT name FROM planets WHERE id = [?]"


@pytest.fixture
def cache(running: Running) -> Iterator[Json]:
    made = running.cache("ruled")
    yield made
    running.api.delete(f"/v1/caches/{made['id']}")


def path(cache: Json, *parts: str) -> str:
    return "/".join([f"/v1/caches/{cache['id']}/cache-ttls", *(quote(part, safe="") for part in parts)])


def rules(running: Running, cache: Json) -> list[Json]:
    found: list[Json] = running.api.get(path(cache)).raise_for_status().json()
    return found


def put(running: Running, cache: Json, rule_type: str, key: str, **more: Any) -> Json:
    answer = running.api.post(path(cache), json={"type": rule_type, "key": key, **more})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


def test_the_example_of_the_official_client(running: Running) -> None:
    """Its own, call by call: create, exchange, list, change, delete."""
    scopes = ("caches:read", "caches:write", "cacheRules:read", "cacheRules:write")
    client = OfficialClient(str(running.status.http_url), running.key("official-rules", *scopes))
    try:
        cache = client.fetch(
            "/v1/caches", "POST", {"name": "Example Rules", "host": "localhost", "port": 4000, "database": "mysql"}
        )
        ttls = f"/v1/caches/{cache['id']}/cache-ttls"
        about = {"cacheId": cache["id"], "key": "some-template"}
        assert client.fetch(ttls) == []
        assert client.fetch(ttls, "POST", {**about, "type": "AUTO"}) == {**about, "type": "AUTO"}
        assert client.fetch(ttls) == [{**about, "type": "AUTO"}]
        client.fetch(ttls, "POST", {**about, "type": "MANUAL"})
        assert client.fetch(ttls) == [{**about, "type": "MANUAL"}]
        assert client.fetch(f"{ttls}/some-template") == {**about, "type": "MANUAL"}
        table = {"cacheId": cache["id"], "type": "TABLE", "key": "tableA", "value": 5}
        assert client.fetch(ttls, "POST", table) == table
        assert len(client.fetch(ttls)) == 2
        assert client.fetch(f"{ttls}/tableA", "PATCH", {"value": 30}) == {**table, "value": 30}
        assert client.fetch(f"{ttls}/tableA")["value"] == 30
        assert client.fetch(f"{ttls}/TABLE/tableA", "DELETE") is None
        assert client.fetch(f"{ttls}/MANUAL/some-template", "DELETE") is None
        assert client.fetch(ttls) == []
        with pytest.raises(OfficialError) as thrown:
            client.fetch(f"{ttls}/tableA")
        assert thrown.value.body["code"] == "CACHE_TTL_NOT_FOUND"
        client.fetch(f"/v1/caches/{cache['id']}", "DELETE")
    finally:
        client.close()


KEYS = [
    ("TABLE", "orders"),
    ("TABLE", "public.Orders"),
    ("TABLE", '"odd ""name"".with/slash"'),
    ("TABLE", "`a`.`b?c`"),
    ("TABLE", "größe%41"),
    ("TEMPLATE", TEMPLATE),
    ("TEMPLATE", "SELECT a/b FROM t WHERE c LIKE [?] AND d ?| e # [?]"),
    ("TEMPLATE", "a//b/../c"),
    ("TEMPLATE", "0123456789abcdef"),
    ("QUERY", "SELECT '100%', \"x\" FROM t WHERE a = 'b/c?d=e&f' -- #1\nLIMIT 1"),
    ("QUERY", "SELECT '%41%zz%'"),
    ("QUERY", "SELECT\r\n1"),
    ("MANUAL", "TABLE/tableA"),
]


@pytest.mark.parametrize(("rule_type", "key"), KEYS)
@pytest.mark.parametrize("encoded", [True, False])
def test_any_key_can_stand_in_the_path(running: Running, cache: Json, rule_type: str, key: str, encoded: bool) -> None:
    value = {} if rule_type == "MANUAL" else {"value": 5}
    made = put(running, cache, rule_type, key, **value)
    spelled = quote(key, safe="") if encoded else sent_as_it_is(key)
    ttls = f"/v1/caches/{cache['id']}/cache-ttls"
    assert raw(running, "GET", f"{ttls}/{spelled}") == (200, made)
    if value:
        assert raw(running, "PATCH", f"{ttls}/{spelled}", {"value": 7}) == (200, {**made, "value": 7})
    assert raw(running, "DELETE", f"{ttls}/{rule_type}/{spelled}")[0] == 204
    assert rules(running, cache) == []


def sent_as_it_is(key: str) -> str:
    """What a client sends that puts a key into a URL and encodes nothing but what a request line cannot hold.

    That is what the WHATWG's URL does for a path; # and what follows would not be sent at all.
    """
    return quote(key, safe="/?&=%'|[],()*:;@!$+-._~`\"").replace("%25", "%")


def raw(running: Running, method: str, target: str, body: Any = None) -> tuple[int, Any]:
    """Send a target to the last byte as it is; httpx would mend it."""
    at = urlsplit(str(running.status.http_url))
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
    headers = {"Authorization": running.api.headers["Authorization"], "Content-Type": "application/json"}
    connection.request(method, target, body=None if body is None else json.dumps(body), headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


def test_what_is_about_the_same_is_one_rule(running: Running, cache: Json) -> None:
    put(running, cache, "TEMPLATE", "SELECT name FROM planets WHERE id = 7", value=5, name="old")
    put(running, cache, "TABLE", "Public.Planets", value=5)
    put(running, cache, "QUERY", "SELECT 1", value=5)
    put(running, cache, "AUTO", TEMPLATE)
    again = put(running, cache, "TEMPLATE", "SELECT name  FROM planets\nWHERE id = 'x' ;", value=6)
    assert again == {"type": "TEMPLATE", "key": TEMPLATE, "cacheId": cache["id"], "value": 6}
    put(running, cache, "TABLE", '"public".PLANETS', value=6)
    put(running, cache, "QUERY", " SELECT 1; ", value=6)
    put(running, cache, "MANUAL", "/* a comment */ SELECT name FROM planets WHERE id = 8")
    assert [(rule["type"], rule.get("value")) for rule in rules(running, cache)] == [
        ("TEMPLATE", 6),
        ("TABLE", 6),
        ("QUERY", 6),
        ("MANUAL", None),
    ]


def test_other_queries_tables_and_schemas_have_rules_of_their_own(running: Running, cache: Json) -> None:
    for rule_type, key in [
        *(("TABLE", "orders"), ("TABLE", "public.orders"), ("TABLE", "audit.orders")),
        *(("QUERY", "SELECT 1"), ("QUERY", "SELECT 2"), ("TEMPLATE", "SELECT 1"), ("TEMPLATE", "select 1")),
    ]:
        put(running, cache, rule_type, key, value=5)
    assert len(rules(running, cache)) == 7


def test_without_a_type_the_rule_is_meant_that_decides_first(running: Running, cache: Json) -> None:
    text = "SELECT name FROM planets"
    for rule_type in ("AUTO", "TEMPLATE", "QUERY"):
        put(running, cache, rule_type, text, **({} if rule_type == "AUTO" else {"value": 5}))
        assert running.api.get(path(cache, text)).json()["type"] == rule_type
    running.api.patch(path(cache, text), json={"value": 9})
    assert {rule["type"]: rule.get("value") for rule in rules(running, cache)} == {
        **{"AUTO": None, "TEMPLATE": 5},
        "QUERY": 9,
    }


def test_with_the_type_in_the_path_that_rule_is_meant(running: Running, cache: Json) -> None:
    text = "SELECT name FROM planets"
    put(running, cache, "QUERY", text, value=5)
    made = put(running, cache, "TEMPLATE", text, value=6)
    assert running.api.get(path(cache, "TEMPLATE", text)).json() == made
    assert running.api.patch(path(cache, "TEMPLATE", text), json={"value": 7}).json() == {**made, "value": 7}
    assert running.api.get(path(cache, text)).json()["value"] == 5
    refused(running.api.get(path(cache, "AUTO", text)), 404, "CACHE_TTL_NOT_FOUND")
    # A key may begin with the name of a type.
    assert put(running, cache, "MANUAL", f"TEMPLATE/{text}") == running.api.get(path(cache, f"TEMPLATE/{text}")).json()


def test_an_id_stands_for_its_query_or_template(running: Running, cache: Json) -> None:
    query = "SELECT name FROM planets WHERE id = 7"
    for rule_type, key, text in (("TEMPLATE", query, TEMPLATE), ("QUERY", query, query), ("MANUAL", query, TEMPLATE)):
        made = put(running, cache, rule_type, key, **({} if rule_type == "MANUAL" else {"value": 5}))
        assert running.api.get(path(cache, template_id(text.encode()))).json() == made
        deleted = running.api.delete(path(cache, rule_type, template_id(text.encode())))
        assert deleted.status_code == 204
    assert rules(running, cache) == []


def test_a_rule_of_another_type_is_not_deleted(running: Running, cache: Json) -> None:
    put(running, cache, "MANUAL", TEMPLATE)
    for word in ("AUTO", "TEMPLATE", "QUERY", "TABLE"):
        refused(running.api.delete(path(cache, word, TEMPLATE)), 404, "CACHE_TTL_NOT_FOUND")
    message = refused(running.api.delete(path(cache, "manual", TEMPLATE)), 404, "NOT_FOUND")
    assert "AUTO, MANUAL, QUERY, TEMPLATE, TABLE" in message
    assert len(rules(running, cache)) == 1


WRONG: list[tuple[str, Json]] = [
    ("type", {"key": "t", "value": 5}),
    ("type", {"type": "table", "key": "t", "value": 5}),
    ("type", {"type": "ROW", "key": "t", "value": 5}),
    ("type", {"type": None, "key": "t", "value": 5}),
    ("key", {"type": "TABLE", "value": 5}),
    ("key", {"type": "TABLE", "key": "", "value": 5}),
    ("key", {"type": "TABLE", "key": 7, "value": 5}),
    ("key", {"type": "TABLE", "key": "a.b.c.d", "value": 5}),
    ("key", {"type": "TABLE", "key": '"open', "value": 5}),
    *(
        ("key", {"type": "TABLE", "key": key, "value": 5})
        for key in ("*", "orders,items", "orders;", "f(x)", "a = b", "public.*", f'"{"x" * 1000}"')
    ),
    ("key", {"type": "TEMPLATE", "key": " ;\n", "value": 5}),
    ("key", {"type": "TEMPLATE", "key": "/* nothing */ ;", "value": 5}),
    ("key", {"type": "QUERY", "key": ";", "value": 5}),
    ("key", {"type": "QUERY", "key": "SELECT \0", "value": 5}),
    ("key", {"type": "QUERY", "key": "x" * 32_769, "value": 5}),
    ("value", {"type": "TABLE", "key": "t"}),
    *(
        ("value", {"type": "TABLE", "key": "t", "value": value})
        for value in (-1, 0.5, "5", None, True, LONGEST_TTL + 1)
    ),
    ("value", {"type": "TABLE", "key": "t", "value": 10**400}),
    ("value", {"type": "AUTO", "key": "t", "value": 5}),
    ("value", {"type": "MANUAL", "key": "t", "value": 0}),
    ("name", {"type": "AUTO", "key": "t", "name": "mine"}),
    ("name", {"type": "TABLE", "key": "t", "value": 5, "name": "x" * 201}),
    ("name", {"type": "TABLE", "key": "t", "value": 5, "name": 5}),
    ("cacheId", {"type": "TABLE", "key": "t", "value": 5, "cacheId": "other"}),
    ("ttl", {"type": "TABLE", "key": "t", "value": 5, "ttl": 5}),
]


@pytest.mark.parametrize(("field", "body"), WRONG)
def test_a_rule_that_is_wrong_is_refused_and_the_field_named(
    running: Running, cache: Json, field: str, body: Json
) -> None:
    answer = running.api.post(path(cache), content=json.dumps(body))
    assert refused(answer, 400, "INVALID_BODY").startswith(f"{field}: ")
    assert rules(running, cache) == []


@pytest.mark.parametrize("body", [{}, {"value": -1}, {"value": None}, {"type": "AUTO"}, {"name": None}])
def test_a_change_that_is_wrong_changes_nothing(running: Running, cache: Json, body: Json) -> None:
    made = put(running, cache, "TABLE", "t", value=5, name="mine")
    refused(running.api.patch(path(cache, "t"), json=body), 400, "INVALID_BODY")
    assert rules(running, cache) == [made]


def test_auto_and_manual_have_nothing_to_change(running: Running, cache: Json) -> None:
    made = put(running, cache, "AUTO", TEMPLATE)
    for body in ({"value": 5}, {"name": "mine"}):
        refused(running.api.patch(path(cache, TEMPLATE), json=body), 400, "INVALID_BODY")
    assert rules(running, cache) == [made]


@pytest.mark.parametrize("value", [0, LONGEST_TTL, 30.0])
def test_what_a_value_may_be(running: Running, cache: Json, value: float) -> None:
    assert put(running, cache, "TABLE", "t", value=value)["value"] == int(value)


def test_a_megabyte_of_text_is_refused_and_breaks_nothing(running: Running, cache: Json) -> None:
    big = "x" * (1 << 20)
    answer = running.api.post(path(cache), json={"type": "QUERY", "key": big, "value": 5})
    assert "bytes" in refused(answer, 413, "PAYLOAD_TOO_LARGE")
    assert raw(running, "GET", f"/v1/caches/{cache['id']}/cache-ttls/{big}")[0] in (400, 414)
    assert rules(running, cache) == []


@pytest.mark.parametrize("key", ['"orders,items"', "`a;b`.`(*)`", '"one ""="" one"'])
def test_in_quotes_a_table_may_be_called_anything(running: Running, cache: Json, key: str) -> None:
    assert put(running, cache, "TABLE", key, value=5)["key"] == key
    assert running.api.delete(path(cache, "TABLE", key)).status_code == 204


@pytest.mark.parametrize("key", ["SELECT " + "x" * 30_000, "SELECT '" + "é" * 20_000 + "'"])
def test_a_key_of_any_length_can_stand_in_the_path(running: Running, cache: Json, key: str) -> None:
    put(running, cache, "QUERY", key, value=5)
    target = f"/v1/caches/{cache['id']}/cache-ttls/QUERY/{quote(key, safe='')}"
    assert raw(running, "GET", target)[1]["key"] == key
    assert raw(running, "DELETE", target)[0] == 204


def test_a_rule_by_id_is_found_by_any_statement_of_that_spelling(running: Running, cache: Json) -> None:
    made = put(running, cache, "TEMPLATE", template_id(TEMPLATE.encode()), value=5)
    query = "SELECT name FROM planets WHERE id = 7;"
    assert running.api.get(path(cache, "TEMPLATE", query)).json() == made
    refused(running.api.get(path(cache, "TEMPLATE", query.replace(" ", "  "))), 404, "CACHE_TTL_NOT_FOUND")
    by_text = put(running, cache, "TEMPLATE", query, value=6)
    assert running.api.get(path(cache, "TEMPLATE", query)).json() == by_text, "what was written so comes first"
    for _ in range(2):
        assert running.api.delete(path(cache, "TEMPLATE", query)).status_code == 204
    assert rules(running, cache) == []


def test_the_longest_key_is_found_by_its_id(running: Running, cache: Json) -> None:
    key = "SELECT " + "é" * 10_000 + "x" * 20_000
    put(running, cache, "QUERY", key, value=5)
    assert running.api.get(path(cache, template_id(key.encode()))).json()["key"] == key


@pytest.mark.parametrize(
    ("method", "rest", "code"),
    [
        ("GET", "/nothing", "CACHE_TTL_NOT_FOUND"),
        ("PATCH", "/nothing", "CACHE_TTL_NOT_FOUND"),
        ("DELETE", "/TABLE/nothing", "CACHE_TTL_NOT_FOUND"),
        ("GET", "/", "NOT_FOUND"),
        ("GET", "/%FF%00", "CACHE_TTL_NOT_FOUND"),
    ],
)
def test_a_rule_that_is_not_there(running: Running, cache: Json, method: str, rest: str, code: str) -> None:
    answer = running.api.request(method, path(cache) + rest, json={"value": 5} if method == "PATCH" else None)
    refused(answer, 404, code)


@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("GET", "/t"), ("PATCH", "/t"), ("DELETE", "/TABLE/t")])
def test_a_cache_that_is_not_there(running: Running, method: str, rest: str) -> None:
    target = f"/v1/caches/nowhere/cache-ttls{rest}"
    refused(
        running.api.request(method, target, json={"value": 5} if method == "PATCH" else None), 404, "CACHE_NOT_FOUND"
    )


def test_rules_go_with_their_cache(running: Running) -> None:
    made = running.cache("short-lived")
    put(running, made, "TABLE", "t", value=5)
    running.api.delete(f"/v1/caches/{made['id']}")
    assert running.api.get(path(made)).status_code == 404


def test_reading_and_writing_are_rights_of_their_own(running: Running, cache: Json) -> None:
    put(running, cache, "TABLE", "t", value=5)
    for scope, reads, writes in (
        ("cacheRules:read", 200, 403),
        ("cacheRules:write", 200, 200),
        ("caches:write", 403, 403),
    ):
        with running.client(running.key(f"rules-{scope.replace(':', '-')}", scope)) as client:
            assert client.get(path(cache)).status_code == reads
            answer: httpx.Response = client.patch(path(cache, "t"), json={"value": 6})
            assert answer.status_code == writes
