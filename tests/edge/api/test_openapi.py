"""The OpenAPI document says what the edge does."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from polyscale_cli.edge.api.openapi import openapi_document
from polyscale_cli.edge.api.table import ROUTES
from tests.edge.conftest import Running


@pytest.fixture
def document(running: Running) -> Any:
    return running.api.get("/openapi.json").json()


def test_it_is_a_valid_document(document: Any) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_it_has_every_operation_and_no_other(document: Any) -> None:
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {*((route.method, route.path) for route in ROUTES), ("POST", "/sql")}
    assert len({route.operation for route in ROUTES}) == len(ROUTES)


def test_every_answer_is_what_it_says(running: Running, document: Any) -> None:
    made = running.cache("described", listenPort=0)
    key = running.api.post("/v1/keys", json={"name": "described", "scopes": ["caches:read"]}).json()
    bodies: dict[str, Any] = {
        "updateCache": {"defaultTtl": 1},
        "createCache": {"name": "described-2", "host": "h", "database": "postgres"},
        "createKey": {"name": "described-2", "scopes": ["caches:purge"]},
        "createCacheTtl": {"type": "TABLE", "key": "t", "value": 1},
        "updateCacheTtl": {"value": 2},
        "updateCacheTtlOfType": {"value": 3},
        "explainStatement": {"sql": "SELECT 1 FROM t"},
        "tellWhy": {"sql": "SELECT 1 FROM t"},
    }
    parts = {"cacheId": made["id"], "keyId": key["id"], "type": "TABLE", "key": "t"}
    # What deletes comes last, and a whole after its parts, so that the others still have something to describe.
    deletes = sorted((r for r in ROUTES if r.method == "DELETE"), key=lambda r: len(r.path), reverse=True)
    for route in (*(r for r in ROUTES if r.method != "DELETE"), *deletes):
        path = route.path.format_map(parts)
        answer = running.api.request(route.method, path, json=bodies.get(route.operation))
        assert answer.status_code == route.success, route.operation
        responses = document["paths"][route.path][route.method.lower()]["responses"]
        if route.gives_text is not None:
            assert answer.headers["Content-Type"].startswith(route.gives_text)
            assert list(responses[str(int(route.success))]["content"]) == [route.gives_text]
        elif "content" in responses[str(int(route.success))]:
            schema = responses[str(int(route.success))]["content"]["application/json"]["schema"]
            validate(answer.json(), schema, document)
        else:
            assert answer.content == b""
        missing = running.api.request("POST", "/v1/caches", content="{")
        validate(missing.json(), responses["default"]["content"]["application/json"]["schema"], document)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Example Cache", "host": "localhost", "port": 4000, "database": "postgres"},
        {"name": "a b", "host": "h", "database": "mssql", "listenPort": None},
        {"name": "bad/name", "host": "h", "database": "postgres"},
        {"name": "a", "host": "h", "database": "oracle"},
        {"name": "a", "host": "h", "database": "postgres", "port": 0},
        {"name": "a", "host": "h", "database": "postgres", "more": 1},
        {"name": "a", "host": "h"},
        {"name": "a", "host": "h", "database": "postgres", "cachingEnabled": "yes"},
    ],
)
def test_the_schema_of_a_body_accepts_what_the_edge_accepts(running: Running, document: Any, body: Any) -> None:
    answer = running.api.post("/v1/caches", json=body)
    if answer.status_code == 201:
        running.api.delete(f"/v1/caches/{answer.json()['id']}")
    schema = {"$ref": "#/components/schemas/CreateCache"}
    if answer.status_code == 201:
        validate(body, schema, document)
    else:
        assert answer.status_code == 400
        with pytest.raises(jsonschema.ValidationError):
            validate(body, schema, document)


def test_it_does_not_depend_on_the_edge_that_serves_it(document: Any) -> None:
    assert document == openapi_document()


def validate(value: Any, schema: Any, document: Any) -> None:
    """Raise jsonschema.ValidationError if the value is not what the schema says."""
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(value)
