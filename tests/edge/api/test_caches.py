"""Caches over HTTP, on a real edge."""

from __future__ import annotations

import re
import socket
import uuid

import pytest

from polyscale_cli.edge import process
from tests.edge.conftest import Running
from tests.servers.process import free_port, listens


def test_a_cache_is_created_with_the_defaults_and_shown_the_same_everywhere(running: Running) -> None:
    answer = running.api.post("/v1/caches", json={"name": "plain", "host": "db.example", "database": "postgres"})

    made = answer.json()
    port = running.status.listeners[0].port
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert str(uuid.UUID(made["id"])) == made["id"]
    assert str(uuid.UUID(made["userId"])) == made["userId"]
    assert str(uuid.UUID(made["workspaceId"])) == made["workspaceId"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made["createdAt"])
    assert made == {
        "id": made["id"],
        "userId": made["userId"],
        "workspaceId": made["workspaceId"],
        "name": "plain",
        "description": "",
        "host": "db.example",
        "port": 5432,
        "database": "postgres",
        "cachingEnabled": True,
        "defaultCachingBehaviour": "autoCached",
        "defaultTtl": 60,
        "originTls": "prefer",
        "mode": "cache",
        "listenPort": None,
        "createdAt": made["createdAt"],
        "connectionUriTemplate": (
            f"postgres://[USERNAME]:[PASSWORD]@127.0.0.1:{port}/[DATABASE]"
            f"?application_name={made['id']}&channel_binding=disable"
        ),
    }
    assert running.api.get(f"/v1/caches/{made['id']}").json() == made
    assert made in running.api.get("/v1/caches").json()


@pytest.mark.parametrize(("database", "port"), [("mysql", 3306), ("mariadb", 3306), ("mssql", 1433)])
def test_other_databases_have_their_own_port(running: Running, database: str, port: int) -> None:
    made = running.api.post("/v1/caches", json={"name": f"a-{database}", "host": "h", "database": database}).json()
    assert made["port"] == port


def test_a_database_type_without_a_listener_has_no_uri_that_would_lead_nowhere(running: Running) -> None:
    made = running.api.post("/v1/caches", json={"name": "nowhere", "host": "h", "database": "mssql"}).json()
    assert made["connectionUriTemplate"] == ""


def test_the_list_is_a_bare_array_in_order_of_creation(running: Running) -> None:
    names = [running.cache(name)["name"] for name in ("zebra", "ant", "mule")]
    listed = [cache["name"] for cache in running.api.get("/v1/caches").json()]
    assert [name for name in listed if name in names] == names


def test_a_deleted_cache_is_gone(running: Running) -> None:
    made = running.cache("short-lived")
    answer = running.api.delete(f"/v1/caches/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("PUT", "/purge"), ("GET", "/metrics")):
        answer = running.api.request(method, f"/v1/caches/{made['id']}{path}")
        expected = (400, "INVALID_BODY") if method == "PATCH" else (404, "CACHE_NOT_FOUND")
        assert (answer.status_code, answer.json()["code"]) == expected
    assert running.cache("short-lived")["id"] != made["id"]


def test_fields_are_changed_and_the_others_are_kept(running: Running) -> None:
    made = running.cache("to-change", description="before")
    changes = {
        "name": "changed",
        "description": "after\nand more",
        "host": "::1",
        "port": 6543,
        "cachingEnabled": False,
        "defaultCachingBehaviour": "uncached",
        "defaultTtl": 0,
        "originTls": "verify-full",
        "mode": "observe",
    }
    answer = running.api.patch(f"/v1/caches/{made['id']}", json=changes)
    assert (answer.status_code, answer.json()) == (200, {**made, **changes})
    one = running.api.patch(f"/v1/caches/{made['id']}", json={"defaultTtl": 5}).json()
    assert one == {**made, **changes, "defaultTtl": 5}
    assert running.api.patch(f"/v1/caches/{made['id']}", json={}).json() == one


def test_a_name_is_had_once(running: Running) -> None:
    running.cache("taken")
    other = running.cache("other")
    created = running.api.post("/v1/caches", json={"name": "taken", "host": "h", "database": "postgres"})
    renamed = running.api.patch(f"/v1/caches/{other['id']}", json={"name": "taken", "description": "no"})
    for answer in (created, renamed):
        assert (answer.status_code, answer.json()["code"]) == (409, "NAME_TAKEN")
        assert "'taken'" in answer.json()["message"]
    assert running.api.get(f"/v1/caches/{other['id']}").json() == other


def test_a_purge_says_how_many_entries_went(running: Running) -> None:
    made = running.cache("to-purge")
    for body in (b"", b"{}", b" \n"):
        answer = running.api.put(f"/v1/caches/{made['id']}/purge", content=body)
        assert (answer.status_code, answer.json()) == (200, {"purged": 0})


def test_a_purge_of_tables_says_what_it_found_under_each_name(running: Running) -> None:
    made = running.cache("to-purge-by-table")
    selector = {"tables": ["orders", " public.Orders ", '"a.b"."c""d"']}
    answer = running.api.put(f"/v1/caches/{made['id']}/purge", json=selector)
    assert answer.json() == {
        "purged": 0,
        "tables": [
            {"name": name, "matched": [], "purged": 0, "unknown": True}
            for name in ("orders", "public.Orders", '"a.b"."c""d"')
        ],
    }
    dry = running.api.put(f"/v1/caches/{made['id']}/purge", json={"dryRun": True})
    assert dry.json() == {"purged": 0, "wouldPurge": 0}


def test_metrics_begin_at_zero(running: Running) -> None:
    made = running.cache("counted")
    assert running.api.get(f"/v1/caches/{made['id']}/metrics").json() == {
        "hits": 0,
        "misses": 0,
        "passes": 0,
        "entries": 0,
        "bytes": 0,
        "invalidated": 0,
        "purged": 0,
        "connections": 0,
        "observed": {"wouldHit": 0, "wouldBeStale": 0, "wouldSaveSeconds": 0, "hitRatio": None},
    }


def test_a_port_of_its_own_opens_moves_and_closes(running: Running) -> None:
    first, second = free_port(), free_port()
    made = running.cache("own-port", listenPort=first)
    path = f"/v1/caches/{made['id']}"
    assert made["listenPort"] == first
    assert f"@127.0.0.1:{first}/" in made["connectionUriTemplate"]
    assert listens(first)
    assert {"protocol": "postgres", "host": "127.0.0.1", "port": first, "cacheId": made["id"]} in running.api.get(
        "/v1/edge"
    ).json()["listeners"]

    moved = running.api.patch(path, json={"listenPort": second}).json()
    assert moved["listenPort"] == second
    assert (listens(first), listens(second)) == (False, True)
    assert (made["id"], second) in {
        (listener.cache_id, listener.port) for listener in process.status(running.settings.state_dir).listeners
    }

    assert running.api.patch(path, json={"listenPort": None}).json()["listenPort"] is None
    assert not listens(second)


def test_port_zero_takes_a_free_one_and_a_deleted_cache_gives_it_back(running: Running) -> None:
    made = running.cache("any-port", listenPort=0)
    assert made["listenPort"] > 0
    assert listens(made["listenPort"])
    assert running.api.get(f"/v1/caches/{made['id']}").json() == made
    running.api.delete(f"/v1/caches/{made['id']}")
    assert not listens(made["listenPort"])


def test_a_port_in_use_is_refused_and_nothing_changes(running: Running) -> None:
    made = running.cache("keeps-port", listenPort=0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        created = running.api.post(
            "/v1/caches", json={"name": "no-port", "host": "h", "database": "postgres", "listenPort": taken}
        )
        changed = running.api.patch(f"/v1/caches/{made['id']}", json={"listenPort": taken, "description": "no"})
    for answer in (created, changed):
        assert (answer.status_code, answer.json()["code"]) == (409, "PORT_IN_USE")
        assert f"127.0.0.1:{taken}" in answer.json()["message"]
    assert "no-port" not in {cache["name"] for cache in running.api.get("/v1/caches").json()}
    assert running.api.get(f"/v1/caches/{made['id']}").json() == made
    assert listens(made["listenPort"])


def test_a_port_opened_for_a_name_that_is_taken_is_closed_again(running: Running) -> None:
    running.cache("has-the-name")
    other = running.cache("wants-the-name", listenPort=0)
    port = free_port()
    body = {"name": "has-the-name", "host": "h", "database": "postgres", "listenPort": port}
    assert running.api.post("/v1/caches", json=body).status_code == 409
    assert running.api.patch(f"/v1/caches/{other['id']}", json={"name": "has-the-name", "listenPort": port}).is_error
    assert not listens(port)
    assert listens(other["listenPort"])


@pytest.mark.parametrize("listener", ["postgres", "http"])
def test_an_edge_cannot_be_its_own_origin(running: Running, listener: str) -> None:
    said = running.api.get("/v1/edge").json()
    port = said["http"]["port"] if listener == "http" else said["listeners"][0]["port"]
    made = running.cache(f"turns-inwards-to-{listener}")
    for host in ("localhost", "127.0.0.1", "::1"):
        answer = running.api.patch(f"/v1/caches/{made['id']}", json={"host": host, "port": port})
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_BODY")
        assert "this edge itself" in answer.json()["message"]


def test_a_network_test_is_answered_and_kept_newest_first(running: Running) -> None:
    port = free_port()
    made = running.cache("to-test", port=port)
    path = f"/v1/caches/{made['id']}/network-tests"
    answers = [running.api.post(path) for _ in range(2)]

    test = answers[1].json()
    assert answers[1].status_code == 201
    assert (test["ok"], test["cacheId"], test["sourceAddress"]) == (False, made["id"], "127.0.0.1")
    assert [(step["name"], step["ok"]) for step in test["steps"]] == [("resolve", True), ("connect", False)]
    assert test["error"]["code"] == "ORIGIN_REFUSED"
    assert str(test["error"]["fix"]).startswith("Start the database, or check the port")
    assert running.api.get(path).json() == [test, answers[0].json()]


def test_the_edge_says_where_it_listens(running: Running) -> None:
    said = running.api.get("/v1/edge").json()
    assert said["pid"] == running.status.pid
    assert said["version"] == running.status.version
    assert said["startedAt"] == running.status.started_at
    assert running.status.http_url == f"http://{said['http']['host']}:{said['http']['port']}"
