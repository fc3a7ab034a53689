"""What a row of the API's table is: one operation, who may call it, what it takes and gives."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from polyscale_cli.edge.api.fields import Shape
from polyscale_cli.edge.keys import Scope
from polyscale_cli.edge.server import Edge


@dataclass(frozen=True, slots=True)
class Call:
    """One request, decoded.

    Attributes:
        path: the variable parts of the path.
        values: the body's fields by attribute.
        query: the parameters behind the path, by attribute.
        asked_by: the host by which the client reached the edge.
        target: path and what is behind it, as the client sent them.
    """

    path: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    asked_by: str | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; without a document it has no body. A ``text`` is sent as it is, as ``content_type``."""

    status: HTTPStatus
    document: Any = None
    text: bytes | None = None
    content_type: str = ""


class Access(enum.Enum):
    """Who may call an operation that asks for no scope."""

    PUBLIC = "anyone"
    TOKEN = "any valid token"  # noqa: S105
    LOCAL = "the local token alone"
    SCOPES = "a token with one of the operation's scopes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation. A token needs one of ``scopes``, not all of them.

    Attributes:
        rest: the variable part of the path that is all the rest of it, whatever stands there.
        query: the parameters that it takes behind the path; those of an operation without are not looked at.
        gives_text: the media type of an answer that is no JSON.
    """

    method: str
    path: str
    operation: str
    summary: str
    run: Callable[[Edge, Call], Awaitable[Reply]]
    access: Access = Access.SCOPES
    scopes: tuple[Scope, ...] = ()
    body: Shape | None = None
    body_optional: bool = False
    success: HTTPStatus = HTTPStatus.OK
    gives: Shape | None = None
    gives_many: bool = False
    query: Shape | None = None
    gives_text: str | None = None
    rest: str | None = None

    @property
    def pattern(self) -> str:
        """The path as the router takes it."""
        return self.path if self.rest is None else self.path.replace(f"{{{self.rest}}}", f"{{{self.rest}:(?s:.+)}}")
