"""``POST /sql`` in the OpenAPI document."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
_ARRAY: dict[str, Any] = {
    "type": "array",
    "items": {"type": ["string", "number", "boolean", "null"]},
    "description": "Values of one kind.",
}
_VALUE: dict[str, Any] = {"anyOf": [_SCALAR, _ARRAY]}
_REQUEST: dict[str, Any] = {
    "type": "object",
    "required": ["cacheId", "username", "password", "sql", "database"],
    "properties": {
        "cacheId": {"type": "string", "minLength": 1, "description": "The cache."},
        "username": {"type": "string", "minLength": 1, "description": "The user of the origin."},
        "password": {"type": "string", "format": "password", "description": "That user's password."},
        "database": {"type": "string", "minLength": 1, "description": "The database at the origin."},
        "sql": {"type": "string", "minLength": 1, "description": "The statement; ? and :name stand for bindings."},
        "bindings": {
            "anyOf": [
                {"type": "array", "items": _VALUE, "description": "For ? in order."},
                {"type": "object", "additionalProperties": _VALUE, "description": "For :name."},
            ]
        },
        "provider": {
            "enum": ["postgres", "mysql", "mariadb", "mssql"],
            "description": "What the cache's database is; taken from the cache where it is missing.",
        },
    },
}
_ERRORS: dict[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "The request is not what this operation takes; nothing was sent.",
    HTTPStatus.UNAUTHORIZED: "The origin does not take the user name and password.",
    HTTPStatus.FORBIDDEN: "The edge was reached under a foreign name.",
    HTTPStatus.NOT_FOUND: "There is no such cache.",
    HTTPStatus.REQUEST_TIMEOUT: "The body took too long to come.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not announced as JSON.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The database refused the statement; code and message are its own.",
    HTTPStatus.TOO_MANY_REQUESTS: "The cache has had its requests for this minute; see Retry-After.",
    HTTPStatus.NOT_IMPLEMENTED: "The cache's database cannot be asked over HTTP.",
    HTTPStatus.BAD_GATEWAY: "The origin cannot be reached, or was lost before it had answered.",
    HTTPStatus.SERVICE_UNAVAILABLE: "No connection is free; nothing was sent.",
    HTTPStatus.GATEWAY_TIMEOUT: "The statement took too long and was cancelled.",
}


def sql_operation(error: dict[str, Any]) -> dict[str, Any]:
    """Describe the operation; ``error`` is the schema of an error's body."""
    headers = {
        "Cache-Status": {"description": "RFC 9211: hit, or why it went to the origin.", "schema": {"type": "string"}},
        "Server-Timing": {"description": "What the edge took, in ms.", "schema": {"type": "string"}},
    }
    rows = {"type": "array", "items": {"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}}
    return {
        "operationId": "runSql",
        "summary": "Run a statement at a cache's origin, or answer it from the cache.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _REQUEST}}},
        "responses": {
            "200": {
                "description": "The rows, each an object; of several statements an array for each.",
                "headers": headers,
                "content": {"application/json": {"schema": rows}},
            },
            **{
                str(int(status)): {"description": about, "content": {"application/json": {"schema": error}}}
                for status, about in _ERRORS.items()
            },
        },
    }
