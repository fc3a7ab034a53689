"""Who may do what: tokens, scopes, and the Host header."""

from __future__ import annotations

import re

import httpx
import pytest

from polyscale_cli.edge.api.routes import Access, Route
from polyscale_cli.edge.api.table import ROUTES
from polyscale_cli.edge.keys import Scope, new_secret
from tests.edge.conftest import Running

CLOSED = [route for route in ROUTES if route.access is not Access.PUBLIC]


def call(api: httpx.Client, route: Route) -> httpx.Response:
    """Call the operation on things that do not exist, with no body: it is refused for one reason or another."""
    return api.request(route.method, re.sub(r"{\w+}", "none", route.path))


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.operation)
def test_without_a_token_nothing_is_done(running: Running, route: Route) -> None:
    with running.client("") as nobody, running.client(new_secret()) as stranger:
        for api in (nobody, stranger):
            answer = call(api, route)
            assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
            assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json"])
def test_what_is_public_needs_no_token(running: Running, path: str) -> None:
    with running.client("") as nobody:
        assert nobody.get(path).status_code == 200


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_may_do_what_its_scope_says_and_no_more(running: Running, scope: Scope) -> None:
    secret = running.key(f"key-{scope}", scope)
    with running.client(secret) as api:
        for route in CLOSED:
            answer = call(api, route)
            allowed = route.access is Access.TOKEN or scope in route.scopes
            assert (answer.status_code != 403) is allowed, route.operation
            if not allowed:
                assert answer.json()["code"] == "FORBIDDEN"
                wants = "local token" if route.access is Access.LOCAL else route.scopes[0]
                assert wants in answer.json()["message"]


def test_a_key_that_may_purge_can_find_a_cache_by_name_and_purge_it_and_nothing_else(running: Running) -> None:
    made = running.cache("for-ci")
    with running.client(running.key("ci", "caches:purge")) as ci:
        (found,) = [cache for cache in ci.get("/v1/caches").json() if cache["name"] == "for-ci"]
        assert found == made
        assert ci.put(f"/v1/caches/{found['id']}/purge").json() == {"purged": 0}
        assert ci.delete(f"/v1/caches/{found['id']}").status_code == 403
        assert ci.patch(f"/v1/caches/{found['id']}", json={"defaultTtl": 0}).status_code == 403
    assert running.api.get(f"/v1/caches/{made['id']}").json() == made


def test_several_scopes_add_up(running: Running) -> None:
    with running.client(running.key("both", "caches:read", "caches:write")) as api:
        made = api.post("/v1/caches", json={"name": "by-key", "host": "h", "database": "postgres"})
        assert made.status_code == 201
        assert api.get(f"/v1/caches/{made.json()['id']}/metrics").status_code == 200


def test_a_key_is_shown_once_and_revoked_at_once(running: Running) -> None:
    answer = running.api.post("/v1/keys", json={"name": "short", "scopes": ["caches:write", "caches:read"]})
    made = answer.json()
    secret = made.pop("secret")
    assert answer.status_code == 201
    assert made["scopes"] == ["caches:read", "caches:write"]
    assert secret.startswith(made["hint"][:-1])
    assert made in running.api.get("/v1/keys").json()
    assert secret not in running.api.get("/v1/keys").text
    with running.client(secret) as api:
        assert api.get("/v1/caches").status_code == 200
        assert running.api.delete(f"/v1/keys/{made['id']}").status_code == 204
        assert api.get("/v1/caches").status_code == 401
    again = running.api.delete(f"/v1/keys/{made['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "KEY_NOT_FOUND")


def test_no_secret_is_written_anywhere(running: Running) -> None:
    secret = running.key("nowhere", "caches:read")
    with running.client(secret) as api:
        api.get("/v1/caches")
        api.get(f"/v1/caches/{secret}")
    for file in running.settings.state_dir.iterdir():
        assert secret.encode() not in file.read_bytes(), file.name


@pytest.mark.parametrize("authorization", ["Basic eDp5", "Bearer", "Bearer x y", "Bearer ünï"])
def test_what_is_no_bearer_token_is_refused(running: Running, authorization: str) -> None:
    with running.client("") as api:
        answer = api.get("/v1/caches", headers={b"Authorization": authorization.encode()})
        assert answer.status_code == 401


def test_the_scheme_is_read_in_any_case(running: Running) -> None:
    token = (running.settings.state_dir / "token").read_text().strip()
    with running.client("") as api:
        assert api.get("/v1/edge", headers={"Authorization": f"bearer  {token}"}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:10000", "127.0.0.1.evil.example", "", "[", "192.0.2.1"])
def test_a_loopback_edge_does_not_answer_under_a_foreign_name(running: Running, host: str) -> None:
    for path in ("/v1/caches", "/healthz", "/openapi.json", "/nowhere"):
        answer = running.api.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:9", "[::1]:10000", "edge.localhost"]
)
def test_a_loopback_edge_answers_under_every_name_of_this_machine_to_itself(running: Running, host: str) -> None:
    assert running.api.get("/v1/caches", headers={"Host": host}).status_code == 200


def test_pages_of_other_origins_are_given_nothing_to_read(running: Running) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (running.api.get("/v1/caches", headers=headers), running.api.options("/v1/caches", headers=headers)):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
