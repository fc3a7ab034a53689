"""Caches and test results as the management API sends them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.settings.known_caches import KnownCache

_TEMPLATE_ADDRESS = re.compile(r"(?:@|://)(?P<host>\[[^\]]+\]|[^@:/\[\]]+):(?P<port>\d+)[/;]")


@dataclass(frozen=True, slots=True)
class CacheRecord:
    """One cache; ``default_ttl`` in seconds, ``created_at`` RFC 3339 in UTC."""

    id: str
    name: str
    description: str
    host: str
    port: int
    database: str
    caching_enabled: bool
    default_caching_behaviour: str
    default_ttl: int | None
    origin_tls: str
    mode: str
    listen_port: int | None
    created_at: str
    connection_uri_template: str

    @classmethod
    def read(cls, body: Any) -> CacheRecord:
        """Read the API's JSON. Raises PolyscaleError when it is no cache."""
        try:
            return cls(
                id=str(body["id"]),
                name=str(body["name"]),
                description=body.get("description") or "",
                host=str(body["host"]),
                port=int(body["port"]),
                database=str(body["database"]),
                caching_enabled=bool(body.get("cachingEnabled", True)),
                default_caching_behaviour=str(body.get("defaultCachingBehaviour", "autoCached")),
                default_ttl=body.get("defaultTtl"),
                origin_tls=str(body.get("originTls", "prefer")),
                mode=str(body.get("mode", "cache")),
                listen_port=body.get("listenPort"),
                created_at=str(body.get("createdAt", "")),
                connection_uri_template=str(body.get("connectionUriTemplate", "")),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable("a cache") from error

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def observes(self) -> bool:
        """Whether it serves nothing, and only counts what it would have served."""
        return self.mode == "observe"

    @property
    def edge_address(self) -> tuple[str, int] | None:
        """Where clients connect, as the template says it."""
        found = _TEMPLATE_ADDRESS.search(self.connection_uri_template)
        return (found["host"].strip("[]"), int(found["port"])) if found else None

    def known(self) -> KnownCache | None:
        """What is worth remembering; None when the address is not known."""
        address = self.edge_address
        if address is None:
            return None
        return KnownCache(
            id=self.id,
            name=self.name,
            database=self.database,
            host=self.host,
            port=self.port,
            listen_port=self.listen_port,
            edge_host=address[0],
            edge_port=address[1],
            origin_tls=self.origin_tls,
        )


@dataclass(frozen=True, slots=True)
class DeletedCache:
    """Where the connection strings of a cache led that was deleted."""

    id: str
    name: str
    host: str
    port: int
    database: str
    origin_tls: str

    @classmethod
    def read(cls, body: Any) -> DeletedCache:
        """Read the API's JSON. Raises PolyscaleError when it is no deleted cache."""
        try:
            return cls(
                id=str(body["id"]),
                name=str(body["name"]),
                host=str(body["host"]),
                port=int(body["port"]),
                database=str(body["database"]),
                origin_tls=str(body["originTls"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise unreadable("a deleted cache") from error

    def known(self) -> KnownCache:
        """As it was known, but for an address: nobody reaches it any more."""
        return KnownCache(self.id, self.name, self.database, self.host, self.port, None, "", 0, self.origin_tls)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a network test; ``ms`` is how long it took, None when it was not reached."""

    name: str
    ok: bool
    ms: float | None
    detail: str


@dataclass(frozen=True, slots=True)
class NetworkTest:
    """The way from the edge to an origin, as it was found."""

    __test__ = False

    id: str
    ok: bool
    started_at: str
    source_address: str | None
    server_version: str | None
    tls_offered: bool | None
    steps: tuple[Step, ...]
    error: Mapping[str, str | None] | None
    hindrances: tuple[str, ...] = ()

    @classmethod
    def read(cls, body: Any) -> NetworkTest:
        """Read the API's JSON. Raises PolyscaleError when it is no network test."""
        try:
            return cls(
                id=str(body["id"]),
                ok=bool(body["ok"]),
                started_at=str(body["startedAt"]),
                source_address=body.get("sourceAddress"),
                server_version=body.get("serverVersion"),
                tls_offered=body.get("tlsOffered"),
                steps=tuple(
                    Step(str(one["name"]), bool(one["ok"]), one.get("ms"), str(one.get("detail") or ""))
                    for one in body["steps"]
                ),
                error=body.get("error"),
                hindrances=tuple(str(name) for name in body.get("hindrances") or ()),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable("a network test") from error

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {
            "id": self.id,
            "ok": self.ok,
            "started_at": self.started_at,
            "source_address": self.source_address,
            "server_version": self.server_version,
            "tls_offered": self.tls_offered,
            "steps": [{"name": one.name, "ok": one.ok, "ms": one.ms, "detail": one.detail} for one in self.steps],
            "error": dict(self.error) if self.error else None,
            "hindrances": list(self.hindrances),
        }

    @property
    def warning(self) -> str | None:
        """Why answers are not kept that could be, if the database's functions are the reason."""
        if not self.hindrances:
            return None
        return f"Answers are not kept where a cast or the check of a domain may call {', '.join(self.hindrances)}."


HINDRANCE_FIX = "Functions that compute from their arguments alone are seen through once they are declared IMMUTABLE."


@dataclass(frozen=True, slots=True)
class EdgeInfo:
    """What an edge says of itself."""

    version: str

    @classmethod
    def read(cls, body: Any) -> EdgeInfo:
        """Read the API's JSON. Raises PolyscaleError when it is no edge."""
        try:
            return cls(version=str(body["version"]))
        except (KeyError, TypeError) as error:
            raise unreadable("an edge") from error


def unreadable(what: str) -> PolyscaleError:
    """The error for an answer that has not the shape of ``what``."""
    return PolyscaleError(
        f"The API's answer is not {what}.",
        why="Something else may be listening at that address, or its version does not fit this command.",
        fix="Compare `polyscale --version` with `polyscale edge status`.",
        code="BAD_ANSWER",
    )
