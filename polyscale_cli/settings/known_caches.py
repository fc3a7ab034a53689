"""What this command remembers about caches, so that ``polyscale connstr`` needs no API.

One small file, grouped by API (`polyscale_cli.client.target.known_key`): names, ids and addresses, no secret. It may
be deleted at any time: the API is asked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE = "known-caches.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class KnownCache:
    """One cache as ``connstr`` needs it.

    Attributes:
        database: ``postgres``, ``mysql``, ``mariadb`` or ``mssql``.
        host: the origin's.
        port: the origin's.
        edge_host: where clients connect.
        origin_tls: how the edge speaks TLS to the origin.
    """

    id: str
    name: str
    database: str
    host: str
    port: int
    listen_port: int | None
    edge_host: str
    edge_port: int
    origin_tls: str


class KnownCaches:
    """The caches known of one API."""

    def __init__(self, directory: Path, key: str) -> None:
        self._path = directory / FILE
        self._key = key

    def all(self) -> tuple[KnownCache, ...]:
        """Everything known; an unreadable file knows nothing."""
        rows = self._read().get(self._key, [])
        try:
            return tuple(KnownCache(**row) for row in rows)
        except TypeError:
            return ()

    def replace(self, caches: Iterable[KnownCache]) -> None:
        """Know exactly these."""
        self._write(caches)

    def remember(self, cache: KnownCache) -> None:
        """Know one more, or know it better; a name belongs to one cache only."""
        others = (known for known in self.all() if known.id != cache.id and known.name != cache.name)
        self._write([*others, cache])

    def forget(self, cache_id: str) -> None:
        """Know one less."""
        self._write(known for known in self.all() if known.id != cache_id)

    def _read(self) -> dict[str, list[dict[str, Any]]]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict) or found.get("version") != VERSION or not isinstance(found.get("caches"), dict):
            return {}
        return {key: rows for key, rows in found["caches"].items() if isinstance(rows, list)}

    def _write(self, caches: Iterable[KnownCache]) -> None:
        from contextlib import suppress

        from polyscale_cli.settings.private_file import write_private

        rows = [asdict(cache) for cache in caches]
        everything = {**self._read(), self._key: rows}
        # A full disk or a read-only home costs the next command some milliseconds, no more.
        with suppress(OSError):
            write_private(self._path, json.dumps({"version": VERSION, "caches": everything}, indent=1) + "\n")
