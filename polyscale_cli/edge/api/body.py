"""Reads the body of a request, as far as it may go and as long as it may take."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from aiohttp import web

from polyscale_cli.edge.api.errors import ApiError, let_go_of_frames


async def read_body(request: web.Request, most: int, seconds: float) -> bytes:
    """Read the whole body.

    Raises:
        ApiError: 413 for one of more than ``most`` bytes, 408 for one that is not there after ``seconds``, 400 for one
            that is not as its head says.
        ConnectionError: the client has gone.
    """
    too_large = ApiError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "PAYLOAD_TOO_LARGE",
        f"The body has more than {most} bytes.",
        {"Connection": "close"},
    )
    if request.content_length is not None and request.content_length > most:
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.content.iter_any():
                size += len(part)
                if size > most:
                    raise too_large
                parts.append(part)
    except TimeoutError:
        message = f"The body did not come within {seconds:g} s."
        raise ApiError(HTTPStatus.REQUEST_TIMEOUT, "REQUEST_TIMEOUT", message, {"Connection": "close"}) from None
    except ConnectionError as error:
        let_go_of_frames(error)
        raise ConnectionResetError("the client has gone") from None
    except web.RequestPayloadError as error:
        let_go_of_frames(error)
        raise ApiError(
            HTTPStatus.BAD_REQUEST,
            "INVALID_BODY",
            "The body is not encoded as Content-Encoding and Transfer-Encoding say.",
            {"Connection": "close"},
        ) from None
    return b"".join(parts)
