"""Requests that are wrong: each gets one clear answer in the API's shape, and the edge goes on."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.edge.conftest import Running

GOOD = {"name": "good", "host": "db.example", "port": 5432, "database": "postgres"}


@pytest.fixture(autouse=True)
def _goes_on(running: Running) -> Iterator[None]:
    before = running.api.get("/v1/caches").json()
    yield
    assert running.api.get("/v1/caches").json() == before


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """Check the shape; the message."""
    said = answer.json()
    assert set(said) == {"statusCode", "code", "error", "message"}
    assert (answer.status_code, said["statusCode"], said["code"]) == (status, status, code)
    assert said["error"] == HTTPStatus(status).phrase
    return str(said["message"])


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b"\xff\xfe", b"'{}'", b"[" * 30000, b'{"name": NaN}', b"{} {}", b"\0"],
)
def test_a_body_that_is_not_json(running: Running, body: bytes) -> None:
    assert "not JSON" in refused(running.api.post("/v1/caches", content=body), 400, "INVALID_BODY")


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true"])
def test_a_body_that_is_not_an_object(running: Running, body: str) -> None:
    assert "JSON object" in refused(running.api.post("/v1/caches", content=body), 400, "INVALID_BODY")


WRONG: dict[str, list[Any]] = {
    "name": [1, None, "", " ", "-a", "a ", "a/b", "a\n", "x" * 64, "é", "$(x)", "\ud800", ["a"]],
    "host": [1, None, "", "a b", "postgres://h", "h:5432", "[::1]", "u@h", "a\0b", "x" * 254],
    "port": [0, -1, 65536, "5432", 1.5, True, None, [], 1e300, 10**30],
    "database": ["oracle", "Postgres", "graphql", None, 1, {}, []],
    "description": [1, None, "x" * 1001, "\x1b[2J", "\ud800"],
    "cachingEnabled": ["true", 1, None],
    "defaultCachingBehaviour": ["auto", None, False],
    "defaultTtl": [-1, "60", None, 10**12, 0.5],
    "originTls": ["verify-ca", None, True],
    "mode": ["caching", "Observe", None, True],
    "listenPort": [-1, 65536, "9999", False],
}
WRONG["name"].append("0ab23c45-6789-0de1-234f-abc5d67e8f90")  # what looks like an id is no name


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_a_field_that_is_wrong_is_named(running: Running, field: str, value: Any) -> None:
    # The standard library's encoder, since httpx's refuses what a careless client may well send.
    content = json.dumps({**GOOD, field: value})
    message = refused(running.api.post("/v1/caches", content=content), 400, "INVALID_BODY")
    assert message.startswith(f"{field}: ")


@pytest.mark.parametrize("field", ["name", "host", "database"])
def test_a_field_that_is_missing_is_named(running: Running, field: str) -> None:
    body = {name: value for name, value in GOOD.items() if name != field}
    assert refused(running.api.post("/v1/caches", json=body), 400, "INVALID_BODY") == f"{field}: is missing."


@pytest.mark.parametrize("field", ["id", "Name", "createdAt", "workspaceId", "__class__", "x" * 500])
def test_a_field_that_is_unknown_is_named_with_those_that_are_not(running: Running, field: str) -> None:
    message = refused(running.api.post("/v1/caches", json={**GOOD, field: "x"}), 400, "INVALID_BODY")
    assert message.startswith(f"{field[:80]}: is not a field")
    assert "cachingEnabled" in message
    assert len(message) < 400


@pytest.mark.parametrize(
    "selector",
    [
        {"templates": []},
        {"templates": [" "]},
        {"queries": "SELECT 1"},
        {"queries": ["\ud800"]},
        {"queries": ["\0"]},
        {"tags": ["two words"]},
        {"tags": ["x" * 101]},
        {"tables": []},
        {"tables": "orders"},
        {"tables": None},
        {"tables": [1]},
        {"tables": ["orders", ""]},
        {"tables": [" "]},
        {"tables": ["."]},
        {"tables": ["public."]},
        {"tables": [".orders"]},
        {"tables": ["a.b.c.d"]},
        {"tables": ['"orders']},
        {"tables": ['""']},
        {"tables": ['"a"b']},
        {"tables": ["a\nb"]},
        {"tables": ["x" * 401]},
        {"tables": ["x"] * 101},
        {"dryRun": 1},
    ],
)
def test_a_purge_selector_that_means_nothing_purges_nothing(running: Running, selector: dict[str, Any]) -> None:
    made = running.cache("selected")
    # As it is, httpx would not write half a surrogate pair.
    answer = running.api.put(f"/v1/caches/{made['id']}/purge", content=json.dumps(selector))
    running.api.delete(f"/v1/caches/{made['id']}")
    (field,) = selector
    assert refused(answer, 400, "INVALID_BODY").startswith(f"{field}: must be ")


def test_a_purge_selector_that_this_edge_does_not_know_purges_nothing(running: Running) -> None:
    made = running.cache("selected")
    answer = running.api.put(f"/v1/caches/{made['id']}/purge", json={"schemas": ["x"]})
    assert refused(answer, 400, "INVALID_BODY").startswith("schemas: is not a field")
    refused(running.api.put(f"/v1/caches/{made['id']}/purge", content="[]"), 400, "INVALID_BODY")
    running.api.delete(f"/v1/caches/{made['id']}")


def test_a_port_of_its_own_for_a_database_that_nobody_listens_for(running: Running) -> None:
    answer = running.api.post("/v1/caches", json={**GOOD, "database": "mssql", "listenPort": 0})
    assert refused(answer, 409, "NO_LISTENER").startswith("listenPort: ")


@pytest.mark.parametrize("scopes", [[], "caches:read", ["caches:read", "root"], [1], None, [["caches:read"]]])
def test_scopes_that_are_none(running: Running, scopes: Any) -> None:
    answer = running.api.post("/v1/keys", json={"name": "k", "scopes": scopes})
    assert refused(answer, 400, "INVALID_BODY").startswith("scopes: ")


def test_a_body_that_is_too_large(running: Running) -> None:
    whole = running.api.post("/v1/caches", content=b" " * 70_000)
    assert "65536 bytes" in refused(whole, 413, "PAYLOAD_TOO_LARGE")
    chunked = running.api.post("/v1/caches", content=iter([b" " * 40_000] * 2))
    refused(chunked, 413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "path", ["/console", "/v1", "/v1/cache", "/v1/caches/", "/v2/caches", "/v1/caches/a/b", "/v1//caches"]
)
def test_a_path_that_leads_nowhere(running: Running, path: str) -> None:
    assert path in refused(running.api.get(path), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/v1/caches", "GET, POST"),
        ("DELETE", "/v1/caches", "GET, POST"),
        ("POST", "/v1/caches/x", "DELETE, GET, PATCH"),
        ("POST", "/v1/caches/x/purge", "PUT"),
        ("POST", "/healthz", "GET"),
        ("OPTIONS", "/v1/caches", "GET, POST"),
    ],
)
def test_a_method_that_the_path_does_not_take(running: Running, method: str, path: str, allow: str) -> None:
    answer = running.api.request(method, path)
    message = refused(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == allow
    assert allow in message


@pytest.mark.parametrize(
    "cache_id", ["x", "0ab23c45-6789-0de1-234f-abc5d67e8f90", "%00", "..%2f..", "'; DROP TABLE caches"]
)
def test_a_cache_that_does_not_exist(running: Running, cache_id: str) -> None:
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("PUT", "/purge"),
        ("GET", "/metrics"),
        ("POST", "/network-tests"),
    ):
        refused(running.api.request(method, f"/v1/caches/{cache_id}{path}"), 404, "CACHE_NOT_FOUND")


@pytest.mark.parametrize(
    "noise", [b"\0\0\0\x08\x04\xd2\x16/", b"\x16\x03\x01\x02\0\x01\0\x01\xfc", b"\r\n" * 100, b"x" * 100_000]
)
def test_what_is_not_http(running: Running, noise: bytes) -> None:
    url = httpx.URL(str(running.status.http_url))
    with socket.create_connection((url.host, url.port or 0)) as connection:
        connection.sendall(noise)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while data := connection.recv(65536):
                answer += data
        except ConnectionResetError:
            pass
    # What is no request at all may get HTTP's own answer instead of the API's, or the connection's end.
    assert answer == b"" or b" 400 Bad Request" in answer.splitlines()[0]
