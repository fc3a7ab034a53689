"""What stands behind a path: ``?since=24h&limit=10``, decoded by the same fields as bodies are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Protocol

from polyscale_cli.edge.api.errors import ApiError
from polyscale_cli.edge.api.fields import Integer, Shape


class Parameters(Protocol):
    """Names and values, of which a name may come twice."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Give all of them."""


def invalid_query(message: str) -> ApiError:
    """400 for parameters that are not what the operation takes; ``message`` names the parameter."""
    return ApiError(HTTPStatus.BAD_REQUEST, "INVALID_QUERY", message)


def read_query(shape: Shape, given: Parameters) -> dict[str, Any]:
    """Give attribute and value of each parameter that was given.

    Raises:
        ApiError: 400, naming the first that is unknown, comes twice or is wrong.
    """
    values: dict[str, Any] = {}
    whole = {field.name for field in shape.fields if isinstance(field, Integer)}
    for name, value in given.items():
        if name in values:
            raise invalid_query(f"{name[:80]}: is given twice.")
        # Up to fifteen digits, which any field's own range is below.
        is_number = name in whole and re.fullmatch(r"-?[0-9]{1,15}", value, re.ASCII) is not None
        values[name] = int(value) if is_number else value
    try:
        return shape.decode(values)
    except ApiError as error:
        raise invalid_query(error.message.replace("field", "parameter")) from None
