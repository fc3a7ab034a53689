"""The OpenAPI 3.1 document, made from the table that routes and the shapes that decode."""

from __future__ import annotations

import functools
import re
from http import HTTPStatus
from typing import Any

from polyscale_cli import __version__
from polyscale_cli.edge.api.fields import Integer, Shape, Text
from polyscale_cli.edge.api.routes import Access, Route
from polyscale_cli.edge.api.sql_openapi import sql_operation
from polyscale_cli.edge.api.table import ROUTES

_ERROR = Shape(
    "Error",
    (
        Integer(name="statusCode", about="The HTTP status."),
        Text(name="code", about="A stable word for programs."),
        Text(name="error", about="The name of the status."),
        Text(name="message", about="What is wrong and how to put it right.", most=10_000, printable=False),
    ),
    all_required=True,
)


@functools.cache
def openapi_document() -> dict[str, Any]:
    """The document that ``/openapi.json`` answers with."""
    shapes = {_ERROR.name: _ERROR}
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        for shape in (route.body, route.gives):
            if shape is not None:
                shapes[shape.name] = shape
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    paths["/sql"] = {"post": sql_operation(_reference(_ERROR))}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PolyScale edge",
            "version": __version__,
            "summary": "Management API v1, and SQL over HTTP.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {name: shape.schema() for name, shape in sorted(shapes.items())},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation,
        "summary": route.summary,
        "responses": {str(int(route.success)): _success(route), "default": _answer(_ERROR, "An error.")},
    }
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    parameters += [
        {"name": one.name, "in": "query", "required": one.required, "schema": one.schema()}
        for one in (route.query.fields if route.query is not None else ())
    ]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {
            "required": not route.body_optional,
            "content": {"application/json": {"schema": _reference(route.body)}},
        }
    if route.access is not Access.PUBLIC:
        operation["security"] = [{"token": []}]
        wants = " or ".join(route.scopes) if route.scopes else route.access.value
        operation["description"] = f"Needs {wants}."
    return operation


def _success(route: Route) -> dict[str, Any]:
    about = route.success.phrase + "."
    if route.gives_text is not None:
        return {"description": about, "content": {route.gives_text: {"schema": {"type": "string"}}}}
    if route.gives is None:
        if route.success is HTTPStatus.NO_CONTENT:
            return {"description": about}
        return {"description": about, "content": {"application/json": {"schema": {"type": "object"}}}}
    return _answer(route.gives, about, many=route.gives_many)


def _answer(shape: Shape, about: str, *, many: bool = False) -> dict[str, Any]:
    schema = _reference(shape)
    if many:
        schema = {"type": "array", "items": schema}
    return {"description": about, "content": {"application/json": {"schema": schema}}}


def _reference(shape: Shape) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{shape.name}"}
