"""What can go wrong with a request, each with a status that means one thing.

400  the request is not what this endpoint takes; nothing was sent
401  the origin does not take the user name and password
404  there is no such cache
413  the body is too large
422  the database refused the statement, in its own words
429  the cache has had its requests for this minute
501  the cache's database cannot be asked over HTTP
502  the origin cannot be reached, or was lost before it had answered
503  no connection is free; nothing was sent, so that it may be tried again
504  the statement took too long, and was cancelled
"""

from __future__ import annotations

from http import HTTPStatus

from polyscale_cli.edge.api.errors import ApiError
from polyscale_cli.edge.serverless.backend import ConnectionLost, QueryFailed, Refused, Unreachable

_RETRY = {"Retry-After": "1"}


class BadRequest(ApiError):
    """400; ``message`` names the field or the placeholder."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, code, message)


def no_such_cache(cache_id: str) -> ApiError:
    """404."""
    return ApiError(
        HTTPStatus.NOT_FOUND,
        "CACHE_NOT_FOUND",
        f"There is no cache {cache_id[:100]!r}. It may have been deleted; polyscale cache list shows the caches.",
    )


def too_many_requests(most: int, retry_after: int) -> ApiError:
    """429."""
    return ApiError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "TOO_MANY_REQUESTS",
        f"The cache takes {most} requests a minute over HTTP; the next are taken in {retry_after} s.",
        {"Retry-After": str(retry_after)},
    )


def not_over_http(database: str) -> ApiError:
    """501."""
    return ApiError(
        HTTPStatus.NOT_IMPLEMENTED,
        "PROVIDER_NOT_SUPPORTED",
        f"Caches of type {database} cannot be asked over HTTP yet; postgres, mysql and mariadb can.",
    )


def busy(what: str) -> ApiError:
    """503; ``what`` says what there is none of."""
    return ApiError(
        HTTPStatus.SERVICE_UNAVAILABLE, "NO_CONNECTION_FREE", f"{what}. Nothing was sent; try again.", _RETRY
    )


def stopping() -> ApiError:
    """503, because the edge ends."""
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "EDGE_STOPPING", "The edge is stopping. Nothing was sent.", _RETRY)


def timed_out(seconds: float) -> ApiError:
    """504."""
    return ApiError(
        HTTPStatus.GATEWAY_TIMEOUT,
        "STATEMENT_TIMEOUT",
        f"The statement took longer than {seconds:g} s and was cancelled; a write may have been carried out.",
    )


def of_backend(error: QueryFailed | Refused | Unreachable | ConnectionLost) -> ApiError:
    """The same, told by HTTP."""
    if isinstance(error, QueryFailed):
        return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, error.code, error.message)
    if isinstance(error, Refused):
        status = HTTPStatus.UNAUTHORIZED if error.by_credentials else HTTPStatus.UNPROCESSABLE_ENTITY
        return ApiError(status, error.code, error.message)
    if isinstance(error, Unreachable):
        return ApiError(HTTPStatus.BAD_GATEWAY, "ORIGIN_UNREACHABLE", f"{error}")
    return ApiError(
        HTTPStatus.BAD_GATEWAY,
        "ORIGIN_LOST",
        f"The connection was lost before the answer was complete: {error}. A write may have been carried out.",
    )
