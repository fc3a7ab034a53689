"""What a cache is: one origin, by host, port and database type, and how it is to be treated."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class DatabaseType(enum.StrEnum):
    """The ``database`` field of the management API."""

    POSTGRES = "postgres"
    MYSQL = "mysql"
    MARIADB = "mariadb"
    MSSQL = "mssql"


class CachingBehaviour(enum.StrEnum):
    """The ``defaultCachingBehaviour`` field of the management API."""

    AUTO_CACHED = "autoCached"
    UNCACHED = "uncached"


class OriginTls(enum.StrEnum):
    """How the edge speaks TLS to the origin, in the words of libpq's ``sslmode``."""

    DISABLE = "disable"
    PREFER = "prefer"
    REQUIRE = "require"
    VERIFY_FULL = "verify-full"


class CacheMode(enum.StrEnum):
    """The ``mode`` field of the management API: whether answers are served, or only compared with the origin's."""

    CACHE = "cache"
    OBSERVE = "observe"


DEFAULT_TTL_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Cache:
    """One cache as the registry holds it.

    Attributes:
        id: UUID, lower case, 36 characters.
        name: unique; letters, digits, ``.``, ``_`` and ``-``, at most 63.
        host: the origin's host name or address.
        port: the origin's port.
        caching_enabled: False relays and keeps nothing, whatever rules say.
        default_caching_behaviour: what becomes of queries that no rule names.
        ttl_seconds: the longest that automation may keep an answer; 0 keeps nothing but what rules and comments name.
        listen_port: a port of the edge that belongs to this cache alone, for clients that can carry no id.
        created_at: RFC 3339, UTC.
    """

    id: str
    name: str
    host: str
    port: int
    database: DatabaseType
    description: str = ""
    caching_enabled: bool = True
    default_caching_behaviour: CachingBehaviour = CachingBehaviour.AUTO_CACHED
    ttl_seconds: int = DEFAULT_TTL_SECONDS
    origin_tls: OriginTls = OriginTls.PREFER
    mode: CacheMode = CacheMode.CACHE
    listen_port: int | None = None
    created_at: str = ""

    def deleted(self, at: str) -> DeletedCache:
        """What is remembered of it once it is deleted; ``at`` is RFC 3339 in UTC."""
        return DeletedCache(self.id, self.name, self.host, self.port, self.database, self.origin_tls, at)

    @property
    def automatic(self) -> bool:
        """Whether automation may keep what nobody has said anything of."""
        return self.default_caching_behaviour is CachingBehaviour.AUTO_CACHED and self.ttl_seconds > 0


@dataclass(frozen=True, slots=True)
class DeletedCache:
    """Where the connection strings of a cache that was deleted led: they stand in files that nobody has changed yet.

    Attributes:
        deleted_at: RFC 3339, UTC.
    """

    id: str
    name: str
    host: str
    port: int
    database: DatabaseType
    origin_tls: OriginTls
    deleted_at: str
