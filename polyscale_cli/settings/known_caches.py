"""What this command remembers about caches, so that ``polyscale connstr`` needs no API.

One small file, grouped by API (`known_key`): names, ids and addresses, no secret. It may
be deleted at any time: the API is asked again. Beside it the names alone, a line each, for a shell to complete.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.paths import state_dir
from polyscale_cli.settings.profile_name import is_plain
from polyscale_cli.value import Value

if TYPE_CHECKING:
    from polyscale_cli.settings.resolve import Settings

FILE = "known-caches.json"
NAMES_FILE = "cache-names"
VERSION = 1


class KnownCache(Value):
    """One cache as ``connstr`` needs it.

    Attributes:
        database: ``postgres``, ``mysql``, ``mariadb`` or ``mssql``.
        host: the origin's.
        port: the origin's.
        edge_host: where clients connect.
        origin_tls: how the edge speaks TLS to the origin.
        replaces: ids of deleted caches of the same origin, whose connection strings may lead through this one instead.
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
    replaces: tuple[str, ...] = ()


class KnownCaches:
    """The caches known of one API.

    Args:
        profile: the one that the environment chooses, which the environment of a Tab will choose as well.
    """

    def __init__(self, directory: Path, key: str, profile: str | None = None) -> None:
        self._path = directory / FILE
        self._key = key
        plain = profile is not None and is_plain(profile)
        self._names_path = directory / (f"{NAMES_FILE}-{profile}" if plain else NAMES_FILE)

    def all(self) -> tuple[KnownCache, ...]:
        """Everything known; an unreadable file knows nothing."""
        rows = self._read().get(self._key, [])
        try:
            return tuple(KnownCache(**{**row, "replaces": tuple(row.get("replaces", ()))}) for row in rows)
        except (TypeError, AttributeError):
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

        rows = [cache.as_dict() for cache in caches]
        everything = {**self._read(), self._key: rows}
        # Names with spaces in them are left to those who type them.
        names = [str(row["name"]) for row in rows if is_plain(str(row["name"]))]
        # A full disk or a read-only home costs the next command some milliseconds, no more.
        with suppress(OSError):
            write_private(self._path, json.dumps({"version": VERSION, "caches": everything}, indent=1) + "\n")
            write_private(self._names_path, "".join(f"{name}\n" for name in names))


def known_key(settings: Settings) -> str:
    """What caches of this API are filed under: its URL; for the local edge its state directory, as ports change."""
    return settings.value(Key.API_URL) or f"local:{state_dir(settings.environ)}"
