"""The registry: which caches, rules and keys exist. What it has acknowledged survives ``kill -9`` and a loss of power.

SQLite with a write-ahead log and ``synchronous=FULL``: with NORMAL a loss of power could undo the last commits, and
a cache that was announced, written into somebody's ``.env`` and then forgotten is worse than the few milliseconds that
FULL costs a change. Reads never touch the file: everything is in memory, and memory changes after the commit.

The methods that change something block on the disk; the edge calls them from a thread, one at a time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polyscale_cli.edge.cache import Cache, CacheMode, CachingBehaviour, DatabaseType, DeletedCache, OriginTls
from polyscale_cli.edge.clock import now
from polyscale_cli.edge.keys import ApiKey, Scope
from polyscale_cli.edge.rule_table import RuleTable
from polyscale_cli.edge.schema import migrate
from polyscale_cli.edge.state import FILE_MODE
from polyscale_cli.errors import ConflictError, PolyscaleError

SHORTEST_ID = 6
"""Digits of an id that commands take for it."""

KEPT_NETWORK_TESTS = 20
KEPT_DELETED_CACHES = 1_000
_CACHE_COLUMNS = tuple(field.name for field in dataclasses.fields(Cache))
_DELETED_COLUMNS = tuple(field.name for field in dataclasses.fields(DeletedCache))


@dataclass(frozen=True, slots=True)
class Identity:
    """The one user and the one workspace of an edge, which the API names in every cache."""

    user_id: str
    workspace_id: str


class Registry:
    """Caches, their rules and network tests, and API keys of one edge.

    Raises:
        PolyscaleError: the file cannot be opened, is damaged, or is a newer edge's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
                self.identity = self._load_identity()
                self._caches = {cache.id: cache for cache in self._load_caches()}
                self._keys = {key.id: key for key in self._load_keys()}
                self.rules = RuleTable(self._connection, self._change)
            except BaseException:
                self._connection.close()
                raise
        except (sqlite3.Error, OSError, ValueError) as error:
            raise PolyscaleError(
                f"The edge's registry {path} cannot be used.",
                why=f"{error}.",
                fix="Check the disk and the file's owner. If the file is damaged, restore a copy or move it away.",
                code="REGISTRY",
            ) from error

    def close(self) -> None:
        """Write the log back into the database and close it."""
        self._connection.close()

    # Caches

    def find(self, cache_id: str) -> Cache | None:
        """The cache of this id."""
        return self._caches.get(cache_id)

    def caches(self) -> list[Cache]:
        """All caches, the oldest first."""
        return list(self._caches.values())

    def add_cache(self, cache: Cache) -> None:
        """Add ``cache``.

        Raises:
            ConflictError: its name or its listen port is another cache's.
        """
        self._refuse_beginning(cache)
        columns = ", ".join(_CACHE_COLUMNS)
        marks = ", ".join("?" * len(_CACHE_COLUMNS))
        with self._change(cache):
            self._connection.execute(f"INSERT INTO caches ({columns}) VALUES ({marks})", _row(cache))  # noqa: S608
        self._caches[cache.id] = cache

    def _refuse_beginning(self, cache: Cache) -> None:
        """Refuse a name that commands take for the id of another cache, of which they need the beginning alone."""
        name = cache.name.lower()
        for other in self._caches.values():
            if other.id != cache.id and len(name) >= SHORTEST_ID and other.id.startswith(name):
                raise ConflictError(
                    f"The id of the cache {other.name} begins with {cache.name!r}, so that nobody could tell the two.",
                    fix="Choose another name.",
                    code="NAME_TAKEN",
                )

    def replace_cache(self, cache: Cache) -> None:
        """Put ``cache`` in the place of the one with its id.

        Raises:
            ConflictError: its name or its listen port is another cache's.
        """
        self._refuse_beginning(cache)
        assignments = ", ".join(f"{column} = ?" for column in _CACHE_COLUMNS)
        with self._change(cache):
            self._connection.execute(f"UPDATE caches SET {assignments} WHERE id = ?", (*_row(cache), cache.id))  # noqa: S608
        self._caches[cache.id] = cache

    def remove_cache(self, cache_id: str) -> None:
        """Remove the cache, its rules and its network tests; where it led is remembered."""
        found = self._caches.get(cache_id)
        with self._change():
            self._connection.execute("DELETE FROM caches WHERE id = ?", (cache_id,))
            if found is not None:
                self._remember(found.deleted(now()))
        self._caches.pop(cache_id, None)
        self.rules.forget(cache_id)

    def deleted_caches(self) -> list[DeletedCache]:
        """The last ``KEPT_DELETED_CACHES`` caches that were deleted, the latest first."""
        rows = self._connection.execute(
            f"SELECT {', '.join(_DELETED_COLUMNS)} FROM deleted_caches ORDER BY number DESC"  # noqa: S608
        )
        return [
            DeletedCache(cache_id, name, host, port, DatabaseType(database), OriginTls(tls), deleted_at)
            for cache_id, name, host, port, database, tls, deleted_at in rows
        ]

    def _remember(self, cache: DeletedCache) -> None:
        marks = ", ".join("?" * len(_DELETED_COLUMNS))
        self._connection.execute(
            f"INSERT INTO deleted_caches ({', '.join(_DELETED_COLUMNS)}) VALUES ({marks})",  # noqa: S608
            tuple(getattr(cache, column) for column in _DELETED_COLUMNS),
        )
        self._connection.execute(
            "DELETE FROM deleted_caches WHERE number NOT IN"
            " (SELECT number FROM deleted_caches ORDER BY number DESC LIMIT ?)",
            (KEPT_DELETED_CACHES,),
        )

    # API keys

    def find_key(self, key_id: str) -> ApiKey | None:
        """The key of this id."""
        return self._keys.get(key_id)

    def api_keys(self) -> list[ApiKey]:
        """All keys, the oldest first."""
        return list(self._keys.values())

    def add_key(self, key: ApiKey) -> None:
        """Add ``key``.

        Raises:
            ConflictError: its name is another key's.
        """
        scopes = " ".join(sorted(key.scopes))
        try:
            with self._change():
                self._connection.execute(
                    "INSERT INTO api_keys (id, name, digest, hint, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                    (key.id, key.name, key.digest, key.hint, scopes, key.created_at),
                )
        except sqlite3.IntegrityError:
            raise ConflictError(f"There is already an API key named {key.name!r}.", code="NAME_TAKEN") from None
        self._keys[key.id] = key

    def remove_key(self, key_id: str) -> None:
        """Remove the key; it opens nothing from here on."""
        with self._change():
            self._connection.execute("DELETE FROM api_keys WHERE id = ?", (key_id,))
        self._keys.pop(key_id, None)

    # Network tests

    def add_network_test(self, cache_id: str, document: str) -> None:
        """Keep the JSON of a network test, and forget the oldest of that cache beyond ``KEPT_NETWORK_TESTS``."""
        with contextlib.suppress(sqlite3.IntegrityError), self._change():  # the cache was deleted while the test ran
            self._connection.execute(
                "INSERT INTO network_tests (cache_id, document) VALUES (?, ?)", (cache_id, document)
            )
            self._connection.execute(
                "DELETE FROM network_tests WHERE cache_id = ?1 AND number NOT IN"
                " (SELECT number FROM network_tests WHERE cache_id = ?1 ORDER BY number DESC LIMIT ?2)",
                (cache_id, KEPT_NETWORK_TESTS),
            )

    def network_tests(self, cache_id: str) -> list[str]:
        """The kept network tests of a cache, the newest first."""
        rows = self._connection.execute(
            "SELECT document FROM network_tests WHERE cache_id = ? ORDER BY number DESC", (cache_id,)
        )
        return [document for (document,) in rows]

    # The file

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA busy_timeout = 5000")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        migrate(self._connection)
        with self._change():  # a file that can only be read is better found out now than at the first change
            pass

    @contextlib.contextmanager
    def _change(self, cache: Cache | None = None) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if cache is not None and isinstance(error, sqlite3.IntegrityError):
                raise _taken(cache, error) from None
            if isinstance(error, sqlite3.OperationalError):
                raise PolyscaleError(
                    f"The edge's registry {self._path} could not be written; nothing has changed.",
                    why=f"{error}.",
                    fix="Check that the disk has room and that the file may be written.",
                    code="REGISTRY",
                ) from error
            raise

    def _load_identity(self) -> Identity:
        row = self._connection.execute("SELECT user_id, workspace_id FROM identity").fetchone()
        if row is not None:
            return Identity(*row)
        identity = Identity(str(uuid.uuid4()), str(uuid.uuid4()))
        with self._change():
            self._connection.execute("INSERT INTO identity VALUES (?, ?)", (identity.user_id, identity.workspace_id))
        return identity

    def _load_caches(self) -> Iterator[Cache]:
        columns = ", ".join(_CACHE_COLUMNS)
        for row in self._connection.execute(f"SELECT {columns} FROM caches ORDER BY rowid"):  # noqa: S608
            values: dict[str, Any] = dict(zip(_CACHE_COLUMNS, row, strict=True))
            values["database"] = DatabaseType(values["database"])
            values["caching_enabled"] = bool(values["caching_enabled"])
            values["default_caching_behaviour"] = CachingBehaviour(values["default_caching_behaviour"])
            values["origin_tls"] = OriginTls(values["origin_tls"])
            values["mode"] = CacheMode(values["mode"])
            yield Cache(**values)

    def _load_keys(self) -> Iterator[ApiKey]:
        columns = "id, name, digest, hint, scopes, created_at"
        for key_id, name, digest, hint, scopes, created_at in self._connection.execute(
            f"SELECT {columns} FROM api_keys ORDER BY rowid"  # noqa: S608
        ):
            yield ApiKey(key_id, name, digest, hint, frozenset(map(Scope, scopes.split())), created_at)


def _row(cache: Cache) -> tuple[object, ...]:
    return tuple(getattr(cache, column) for column in _CACHE_COLUMNS)


def _taken(cache: Cache, error: sqlite3.IntegrityError) -> ConflictError:
    if "listen_port" in str(error):
        return ConflictError(
            f"Port {cache.listen_port} is already the port of another cache.",
            fix="Choose another one with --listen-port, or 0 for any free port.",
            code="PORT_IN_USE",
        )
    return ConflictError(
        f"There is already a cache named {cache.name!r}.", fix="Choose another name.", code="NAME_TAKEN"
    )
