"""``credentials.json``, 0600: which store has the token of each place, and the token itself where that is the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from polyscale_cli.credentials.place import Place
from polyscale_cli.credentials.token import Kind
from polyscale_cli.errors import UsageError
from polyscale_cli.settings.private_file import read_private, write_private

FILE = "credentials.json"
VERSION = 1
_STORES = {Kind.FILE.value: Kind.FILE, Kind.KEYRING.value: Kind.KEYRING}


@dataclass(frozen=True, slots=True)
class Record:
    """Where the token of one place is.

    Attributes:
        secret: the token, in the file's own store alone.
        backend: what the keyring calls itself.
    """

    store: Kind
    secret: str | None = field(default=None, repr=False)
    backend: str | None = None


class CredentialFile:
    """The records of one configuration directory."""

    def __init__(self, directory: Path, warn: Callable[[str], None]) -> None:
        self.path = directory / FILE
        self._warn = warn

    def find(self, place: Place) -> Record | None:
        """The record of a place. Raises UsageError when the file cannot be used."""
        return self._read().get(place)

    def places(self) -> tuple[Place, ...]:
        """Every place with a record. Raises UsageError when the file cannot be used."""
        return tuple(self._read())

    def keep(self, place: Place, record: Record) -> None:
        """Add or replace a record. Raises UsageError."""
        self._write({**self._read(), place: record})

    def remove(self, place: Place) -> None:
        """Take a record out, if it is there. Raises UsageError."""
        records = self._read()
        if records.pop(place, None) is not None:
            self._write(records)

    def _read(self) -> dict[Place, Record]:
        content = read_private(self.path, self._warn)
        if content is None:
            return {}
        try:
            document = json.loads(content)
            version = document["version"]
            if not isinstance(version, int) or version <= VERSION:
                return dict(_record(row) for row in document["tokens"])
        except (ValueError, KeyError, TypeError, RecursionError):
            # Not chained: the parser's error holds the text, and that is tokens.
            raise self._unusable("It is not what polyscale wrote there.", "BROKEN_FILE") from None
        raise self._unusable(f"It was written by a newer polyscale: version {version}.", "NEWER_FILE")

    def _write(self, records: Mapping[Place, Record]) -> None:
        rows = [
            {"profile": place.profile, "origin": place.origin, "store": record.store.value}
            | ({"token": record.secret} if record.secret is not None else {})
            | ({"backend": record.backend} if record.backend is not None else {})
            for place, record in records.items()
        ]
        try:
            write_private(self.path, json.dumps({"version": VERSION, "tokens": rows}, indent=1) + "\n", durable=True)
        except OSError as error:
            raise UsageError(
                f"{self.path} cannot be written.",
                why=f"{error.strerror or error}.",
                fix="Make its directory yours, or name another one with POLYSCALE_CONFIG_DIR.",
                code="UNWRITABLE_FILE",
            ) from error

    def _unusable(self, why: str, code: str) -> UsageError:
        return UsageError(
            f"{self.path} cannot be used.",
            why=why,
            fix="Move it out of the way and log in again: polyscale auth login. POLYSCALE_TOKEN works without it.",
            code=code,
        )


def _record(row: Any) -> tuple[Place, Record]:
    texts = {name: row.get(name) for name in ("token", "backend")}
    if not all(isinstance(one, str) for one in (row["profile"], row["origin"])):
        raise TypeError("a place is two texts")
    if not all(one is None or isinstance(one, str) for one in texts.values()):
        raise TypeError("a token is a text")
    store = _STORES[row["store"]]
    if store is Kind.FILE and texts["token"] is None:
        raise KeyError("token")
    return Place(row["profile"], row["origin"]), Record(store, texts["token"], texts["backend"])
