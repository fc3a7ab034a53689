"""What several commands about caches share: options, and how a cache and a network test are shown."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from polyscale_cli.client.models import CacheRecord, NetworkTest
from polyscale_cli.output import Problem
from polyscale_cli.settings.local_edge import bracketed


class OriginTlsChoice(enum.StrEnum):
    """How the edge speaks TLS to the database."""

    DISABLE = "disable"
    PREFER = "prefer"
    REQUIRE = "require"
    VERIFY_FULL = "verify-full"


class ModeChoice(enum.StrEnum):
    """Whether answers are served, or only compared with the origin's."""

    CACHE = "cache"
    OBSERVE = "observe"


class DefaultChoice(enum.StrEnum):
    """What happens to queries that no rule names."""

    AUTO_CACHED = "autoCached"
    UNCACHED = "uncached"


HostOption = Annotated[str | None, typer.Option("--host", metavar="HOST", help="The database's host.")]
PortOption = Annotated[
    int | None,
    typer.Option("--port", metavar="PORT", min=1, max=65535, help="The database's port."),
]
DescriptionOption = Annotated[str | None, typer.Option("--description", metavar="TEXT", help="Words for people.")]
TtlOption = Annotated[
    int | None,
    typer.Option(
        "--ttl",
        metavar="SECONDS",
        min=0,
        help="The longest that automation keeps an answer; 0 keeps only what rules name.",
    ),
]
OriginTlsOption = Annotated[
    OriginTlsChoice | None,
    typer.Option(
        "--origin-tls",
        metavar="MODE",
        help="TLS from the edge to the database: disable, prefer, require or verify-full.",
    ),
]
CachingOption = Annotated[
    bool | None, typer.Option("--caching/--no-caching", help="Cache answers, or only pass everything through.")
]

DefaultOption = Annotated[
    DefaultChoice | None,
    typer.Option("--default", metavar="WHAT", help="autoCached, or uncached: keep only what rules name."),
]
ModeOption = Annotated[
    ModeChoice | None,
    typer.Option(
        "--mode", metavar="MODE", help="cache, or observe: serve nothing, and count what would have been served."
    ),
]


def treatment(
    *,
    description: str | None,
    ttl: int | None,
    origin_tls: str | None,
    caching: bool | None,
    mode: str | None,
    default: str | None,
) -> dict[str, Any]:
    """The fields of the API that were asked for; what was not stays as it is, or the edge's default."""
    fields = {
        "description": description,
        "defaultTtl": ttl,
        "originTls": origin_tls,
        "cachingEnabled": caching,
        "mode": mode,
        "defaultCachingBehaviour": default,
    }
    return {name: value for name, value in fields.items() if value is not None}


def address(cache: CacheRecord) -> str:
    """Where clients reach a cache; empty when the edge has no listener for it."""
    found = cache.edge_address
    return f"{bracketed(found[0])}:{found[1]}" if found else ""


def fields_of(cache: CacheRecord) -> tuple[tuple[str, str], ...]:
    """A cache as label and value pairs."""
    pairs = [
        ("name", cache.name),
        ("id", cache.id),
        ("database", cache.database),
        ("origin", f"{bracketed(cache.host)}:{cache.port} (TLS: {cache.origin_tls})"),
        ("connect to", address(cache) or "no listener for this database type"),
        ("caching", _caching(cache)),
    ]
    if cache.description:
        pairs.append(("description", cache.description))
    pairs.append(("created", cache.created_at))
    return tuple(pairs)


def _caching(cache: CacheRecord) -> str:
    if not cache.caching_enabled:
        return "off"
    if cache.observes:
        return "only observed, every answer is the database's own"
    if cache.default_caching_behaviour != "autoCached":
        return cache.default_caching_behaviour
    if cache.default_ttl == 0:
        return "uncached, for its TTL is 0"
    return f"on, for up to {cache.default_ttl} s" if cache.default_ttl is not None else "on"


def caching_word(cache: CacheRecord) -> str:
    """Caching in one column of a table."""
    return _caching(cache).partition(",")[0]


def problem_of(test: NetworkTest) -> Problem:
    """What a failed network test says, as the error of a result."""
    error: Mapping[str, str | None] = test.error or {}
    return Problem(
        code=error.get("code") or "NETWORK_TEST_FAILED",
        message=error.get("what") or "The edge cannot reach the database.",
        why=error.get("why"),
        fix=error.get("fix"),
    )


def outcome(test: NetworkTest) -> str:
    """A network test in a few words."""
    if not test.ok:
        failed = next((step.name for step in test.steps if not step.ok), "the way")
        return f"failed at {failed}"
    took = sum(step.ms or 0 for step in test.steps)
    tls = {True: ", TLS offered", False: ", no TLS", None: ""}[test.tls_offered]
    version = f", server {test.server_version}" if test.server_version else ""
    return f"reached in {took:.0f} ms{version}{tls}"
