"""``/v1/caches``: create, list, show, change, delete, purge, test and count."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import re
import uuid
from http import HTTPStatus
from typing import Any

from polyscale_cli.edge.api import purge
from polyscale_cli.edge.api.fields import Choice, Field, Flag, Integer, Nested, Number, Shape, Text, Texts
from polyscale_cli.edge.api.routes import Call, Reply, Route
from polyscale_cli.edge.cache import DEFAULT_TTL_SECONDS, Cache, CacheMode, CachingBehaviour, DatabaseType, OriginTls
from polyscale_cli.edge.clock import now
from polyscale_cli.edge.keys import Scope
from polyscale_cli.edge.server import Edge

DEFAULT_PORTS = {
    DatabaseType.POSTGRES: 5432,
    DatabaseType.MYSQL: 3306,
    DatabaseType.MARIADB: 3306,
    DatabaseType.MSSQL: 1433,
}
LONGEST_TTL = 365 * 24 * 3600
# The old service took any name that its web form did, and its client's own example creates "Example Cache": spaces
# between words must pass. What could mean something to a shell, a URL or a terminal does not: names end up there.
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,61}[A-Za-z0-9._-])?"
NAME_TAKES = "1 to 63 letters, digits, dots, underscores, hyphens and inner spaces, beginning with a letter or a digit"


def _check_name(name: str) -> str | None:
    try:
        uuid.UUID(name)
    except ValueError:
        return None
    return "must not look like a cache id, or nobody could tell which of the two is meant."


_HOST_SCHEMA = {"anyOf": [{"pattern": r"^[^\s/@?#\\:\[\]\u0000-\u001f\u007f]+$"}, {"format": "ipv6"}]}


def _check_host(host: str) -> str | None:
    if re.search(r"[\s/@?#\\\x00-\x1f\x7f]", host):
        return "must be a host name or an address alone, without scheme, user, path or spaces."
    if any(character in host for character in ":[]"):
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return (
                "must be a host name or an address alone; the port has a field of its own, and IPv6 takes no brackets."
            )
    return None


# All that looks like one to uuid.UUID.
_UUID = r"^(urn:)?(uuid:)?[{}]*([0-9A-Fa-f]-*){32}[{}]*$"
_NAME = Text(
    name="name", about=f"Unique: {NAME_TAKES}.", required=True, most=63, least=1, pattern=NAME, takes=NAME_TAKES,
    check=_check_name, checked={"not": {"pattern": _UUID}},
)  # fmt: skip
_ORIGIN: tuple[Field, ...] = (
    Text(
        name="host",
        about="Host name or address of the origin.",
        required=True,
        most=253,
        least=1,
        check=_check_host,
        checked=_HOST_SCHEMA,
    ),
    Integer(name="port", about="Port of the origin; by default the database type's own.", least=1, most=65535),
    Choice(name="database", about="Database type of the origin.", required=True, of=DatabaseType),
)
_TREATMENT: tuple[Field, ...] = (
    Text(name="description", about="Free text.", most=1000),
    Flag(name="cachingEnabled", attribute="caching_enabled", about="False relays and caches nothing.", default=True),
    Choice(
        name="defaultCachingBehaviour",
        attribute="default_caching_behaviour",
        about="What happens to queries that no rule names.",
        of=CachingBehaviour,
        default=CachingBehaviour.AUTO_CACHED,
    ),
    Integer(
        name="defaultTtl",
        attribute="ttl_seconds",
        about="The longest that automation keeps an answer, in seconds; 0: only what rules and comments name is kept.",
        most=LONGEST_TTL,
        default=DEFAULT_TTL_SECONDS,
    ),
    Choice(
        name="originTls",
        attribute="origin_tls",
        about="TLS between edge and origin, in the words of libpq's sslmode.",
        of=OriginTls,
        default=OriginTls.PREFER,
    ),
    Choice(
        name="mode",
        about="cache serves answers; observe has every answer come from the origin, and counts what would have been"
        " served, and whether it would have been right.",
        of=CacheMode,
        default=CacheMode.CACHE,
    ),
    Integer(
        name="listenPort",
        attribute="listen_port",
        about="A port of the edge that belongs to this cache alone; 0 takes any free one, and the answer says which.",
        most=65535,
        nullable=True,
    ),
)
CREATE_CACHE = Shape("CreateCache", (_NAME, *_ORIGIN, *_TREATMENT))
UPDATE_CACHE = Shape(
    "UpdateCache", tuple(dataclasses.replace(f, required=False, default=None) for f in CREATE_CACHE.fields)
)
CACHE = Shape(
    "Cache",
    (
        Text(name="id", about="UUID.", format="uuid"),
        Text(name="userId", about="The edge's one user.", format="uuid"),
        Text(name="workspaceId", about="The edge's one workspace.", format="uuid"),
        *(dataclasses.replace(f, default=None) for f in CREATE_CACHE.fields),
        Text(name="createdAt", about="When it was created.", format="date-time"),
        Text(
            name="connectionUriTemplate",
            about="How a client connects; empty where the edge has no listener for the database type.",
        ),
    ),
    all_required=True,
)
DELETED_CACHE = Shape(
    "DeletedCache",
    (
        Text(name="id", about="UUID.", format="uuid"),
        Text(name="name", about="Its name; another cache may have it by now."),
        *(dataclasses.replace(field, default=None) for field in _ORIGIN),
        Choice(name="originTls", about="TLS between edge and origin, as it was.", of=OriginTls),
        Text(name="deletedAt", about="When it was deleted.", format="date-time"),
    ),
    all_required=True,
)
_NOTHING = Shape("Nothing", ())
_OBSERVED = Shape(
    "Observed",
    (
        Integer(name="wouldHit", about="Reads that would have been hits."),
        Integer(name="wouldBeStale", about="Those of them that would not have been what the origin said."),
        Number(name="wouldSaveSeconds", about="What the origin took for them."),
        Number(name="hitRatio", about="Of the reads that might have been hits, 0 to 1.", nullable=True),
    ),
    all_required=True,
)
METRICS = Shape(
    "Metrics",
    (
        Integer(name="hits", about="Statements answered from the cache."),
        Integer(name="misses", about="Cacheable statements answered by the origin."),
        Integer(name="passes", about="Statements that are not cacheable."),
        Integer(name="entries", about="Entries now."),
        Integer(name="bytes", about="Bytes of all entries now."),
        Integer(name="invalidated", about="Entries dropped because of a write."),
        Integer(name="purged", about="Entries dropped by purge."),
        Integer(name="connections", about="Client connections now."),
        Nested(name="observed", about="Counted while the cache only observed.", shape=_OBSERVED),
    ),
    all_required=True,
)
_STEP = Shape(
    "NetworkTestStep",
    (
        Text(name="name", about="resolve, connect or greeting."),
        Flag(name="ok", about="Whether it succeeded."),
        Number(name="ms", about="Its time in milliseconds."),
        Text(name="detail", about="What was found."),
    ),
    all_required=True,
)
_FAILURE = Shape(
    "NetworkTestError",
    (
        Text(name="code", about="A stable word."),
        Text(name="what", about="What happened."),
        Text(name="why", about="The cause.", nullable=True),
        Text(name="fix", about="What to do.", nullable=True),
    ),
    all_required=True,
)
NETWORK_TEST = Shape(
    "NetworkTest",
    (
        Text(name="id", about="UUID.", format="uuid"),
        Text(name="cacheId", about="The cache tested.", format="uuid"),
        Text(name="startedAt", about="When it began.", format="date-time"),
        Flag(name="ok", about="Whether every step succeeded."),
        Text(name="sourceAddress", about="The address the connection left from.", nullable=True),
        Text(name="serverVersion", about="The origin's version, once a session has been told it.", nullable=True),
        Flag(name="tlsOffered", about="Whether the origin offers TLS.", nullable=True),
        Nested(name="steps", about="The steps run, in order.", shape=_STEP, many=True),
        Nested(name="error", about="Why it failed.", shape=_FAILURE, nullable=True),
        Texts(
            name="hindrances",
            least=0,
            about="Functions that statements may call unseen, whose answers are not kept for it.",
        ),
    ),
    all_required=True,
)


def document(edge: Edge, cache: Cache, asked_by: str | None) -> dict[str, Any]:
    """The cache as the API shows it."""
    return {
        "id": cache.id,
        "userId": edge.registry.identity.user_id,
        "workspaceId": edge.registry.identity.workspace_id,
        "name": cache.name,
        "description": cache.description,
        "host": cache.host,
        "port": cache.port,
        "database": cache.database,
        "cachingEnabled": cache.caching_enabled,
        "defaultCachingBehaviour": cache.default_caching_behaviour,
        "defaultTtl": cache.ttl_seconds,
        "originTls": cache.origin_tls,
        "mode": cache.mode,
        "listenPort": cache.listen_port,
        "createdAt": cache.created_at,
        "connectionUriTemplate": edge.uri_template(cache, asked_by),
    }


async def _create(edge: Edge, call: Call) -> Reply:
    values = {"port": DEFAULT_PORTS[call.values["database"]], **call.values}
    cache = await edge.create_cache(Cache(id=str(uuid.uuid4()), created_at=now(), **values))
    return Reply(HTTPStatus.CREATED, document(edge, cache, call.asked_by))


async def _list(edge: Edge, call: Call) -> Reply:
    return Reply(HTTPStatus.OK, [document(edge, cache, call.asked_by) for cache in edge.registry.caches()])


async def _show(edge: Edge, call: Call) -> Reply:
    return Reply(HTTPStatus.OK, document(edge, edge.cache(call.path["cacheId"]), call.asked_by))


async def _update(edge: Edge, call: Call) -> Reply:
    cache = await edge.update_cache(call.path["cacheId"], call.values)
    return Reply(HTTPStatus.OK, document(edge, cache, call.asked_by))


async def _delete(edge: Edge, call: Call) -> Reply:
    await edge.delete_cache(call.path["cacheId"])
    return Reply(HTTPStatus.NO_CONTENT)


async def _deleted(edge: Edge, call: Call) -> Reply:
    found = [
        {
            "id": one.id,
            "name": one.name,
            "host": one.host,
            "port": one.port,
            "database": one.database,
            "originTls": one.origin_tls,
            "deletedAt": one.deleted_at,
        }
        for one in edge.registry.deleted_caches()
    ]
    return Reply(HTTPStatus.OK, found)


async def _metrics(edge: Edge, call: Call) -> Reply:
    counted, connections = edge.metrics(call.path["cacheId"])
    observed = counted.observed
    ratio = observed.hit_ratio
    return Reply(
        HTTPStatus.OK,
        {
            **dataclasses.asdict(counted),
            "connections": connections,
            "observed": {
                "wouldHit": observed.would_hit,
                "wouldBeStale": observed.would_be_stale,
                "wouldSaveSeconds": round(observed.would_save, 6),
                "hitRatio": None if ratio is None else round(ratio, 6),
            },
        },
    )


async def _test(edge: Edge, call: Call) -> Reply:
    outcome = await edge.test_network(call.path["cacheId"])
    return Reply(HTTPStatus.CREATED, outcome.document())


async def _tests(edge: Edge, call: Call) -> Reply:
    return Reply(HTTPStatus.OK, [json.loads(text) for text in edge.network_tests(call.path["cacheId"])])


# A key that may only purge may also read caches and counters: it is told a name, and the purge wants the id, and what
# it did can be confirmed. It learns no secret by that, for caches hold none. A key that may write may purge, since it
# could delete the cache altogether.
_READ = (Scope.CACHES_READ, Scope.CACHES_PURGE)
_WRITE = (Scope.CACHES_WRITE,)
_PURGE = (Scope.CACHES_PURGE, Scope.CACHES_WRITE)
_ONE = "/v1/caches/{cacheId}"
ROUTES = (
    Route(method="GET", path="/v1/caches", operation="listCaches", summary="List all caches, the oldest first.",
          run=_list, scopes=_READ, gives=CACHE, gives_many=True),
    Route(method="POST", path="/v1/caches", operation="createCache", summary="Create a cache.",
          run=_create, scopes=_WRITE, body=CREATE_CACHE, success=HTTPStatus.CREATED, gives=CACHE),
    Route(method="GET", path=_ONE, operation="getCache", summary="Show one cache.",
          run=_show, scopes=_READ, gives=CACHE),
    Route(method="PATCH", path=_ONE, operation="updateCache",
          summary="Change fields of a cache. Another origin ends its sessions and drops its entries.",
          run=_update, scopes=_WRITE, body=UPDATE_CACHE, gives=CACHE),
    Route(method="DELETE", path=_ONE, operation="deleteCache",
          summary="Delete a cache, end its sessions and drop its entries.",
          run=_delete, scopes=_WRITE, success=HTTPStatus.NO_CONTENT),
    Route(method="GET", path="/v1/deleted-caches", operation="listDeletedCaches",
          summary="Where the connection strings of caches led that were deleted, the latest first.",
          run=_deleted, scopes=_READ, gives=DELETED_CACHE, gives_many=True),
    Route(method="PUT", path=f"{_ONE}/purge", operation="purgeCache",
          summary="Drop all entries of a cache, or those of some tables, templates, queries or tags.",
          run=purge.run, scopes=_PURGE, body=purge.PURGE, body_optional=True, gives=purge.PURGED),
    Route(method="GET", path=f"{_ONE}/metrics", operation="getCacheMetrics",
          summary="The counters of a cache since the edge started.",
          run=_metrics, scopes=_READ, gives=METRICS),
    # It changes nothing and reaches only the origin that the cache already names: reading rights are enough.
    Route(method="POST", path=f"{_ONE}/network-tests", operation="testNetwork",
          summary="Test the way from the edge to the origin and keep the outcome.",
          run=_test, scopes=(Scope.CACHES_READ,), body=_NOTHING, body_optional=True,
          success=HTTPStatus.CREATED, gives=NETWORK_TEST),
    Route(method="GET", path=f"{_ONE}/network-tests", operation="listNetworkTests",
          summary="The kept network tests of a cache, the newest first.",
          run=_tests, scopes=(Scope.CACHES_READ,), gives=NETWORK_TEST, gives_many=True),
)  # fmt: skip
