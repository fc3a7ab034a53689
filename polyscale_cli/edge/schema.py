"""The tables of ``edge.db``, one script for each step of ``user_version``.

A script that has been released is never changed; what must change is a further script.
"""

from __future__ import annotations

import sqlite3

from polyscale_cli.errors import PolyscaleError

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE identity (
        user_id TEXT NOT NULL,
        workspace_id TEXT NOT NULL
    ) STRICT;
    CREATE TABLE caches (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        description TEXT NOT NULL,
        host TEXT NOT NULL,
        port INTEGER NOT NULL,
        database TEXT NOT NULL,
        caching_enabled INTEGER NOT NULL,
        default_caching_behaviour TEXT NOT NULL,
        ttl_seconds INTEGER NOT NULL,
        origin_tls TEXT NOT NULL,
        listen_port INTEGER UNIQUE,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE api_keys (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        digest BLOB NOT NULL UNIQUE,
        hint TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE network_tests (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        cache_id TEXT NOT NULL REFERENCES caches (id) ON DELETE CASCADE,
        document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX network_tests_of_cache ON network_tests (cache_id, number);
    """,
    """
    CREATE TABLE rules (
        number INTEGER PRIMARY KEY,
        cache_id TEXT NOT NULL REFERENCES caches (id) ON DELETE CASCADE,
        subject TEXT NOT NULL,
        identity TEXT NOT NULL,
        type TEXT NOT NULL,
        key TEXT NOT NULL,
        value INTEGER,
        name TEXT,
        UNIQUE (cache_id, subject, identity)
    ) STRICT;
    """,
    """
    ALTER TABLE caches ADD COLUMN mode TEXT NOT NULL DEFAULT 'cache';
    """,
    """
    CREATE TABLE deleted_caches (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        host TEXT NOT NULL,
        port INTEGER NOT NULL,
        database TEXT NOT NULL,
        origin_tls TEXT NOT NULL,
        deleted_at TEXT NOT NULL
    ) STRICT;
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database to the newest version, each step in a transaction of its own.

    Raises:
        PolyscaleError: a newer edge has written it.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise PolyscaleError(
            "The edge's registry was written by a newer version of polyscale.",
            why=f"It has version {version}; this edge knows versions up to {len(MIGRATIONS)}.",
            fix="Install the newer polyscale-cli again, or start this one with another --state-dir.",
            code="REGISTRY_TOO_NEW",
        )
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        # executescript would commit a transaction opened before it; the script therefore carries its own.
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
