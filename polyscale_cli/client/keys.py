"""API keys as the management API sends them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

from polyscale_cli.client.models import unreadable


class KeyScope(enum.StrEnum):
    """One right of an API key."""

    CACHES_READ = "caches:read"
    CACHES_WRITE = "caches:write"
    CACHE_RULES_READ = "cacheRules:read"
    CACHE_RULES_WRITE = "cacheRules:write"
    CACHES_PURGE = "caches:purge"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One API key; ``hint`` is the beginning of its secret, ``created_at`` RFC 3339 in UTC."""

    id: str
    name: str
    scopes: tuple[str, ...]
    hint: str
    created_at: str

    @classmethod
    def read(cls, body: Any) -> KeyRecord:
        """Read the API's JSON. Raises PolyscaleError when it is no key."""
        try:
            return cls(
                id=str(body["id"]),
                name=str(body["name"]),
                scopes=tuple(str(scope) for scope in body["scopes"]),
                hint=str(body.get("hint", "")),
                created_at=str(body.get("createdAt", "")),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise unreadable("an API key") from error

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made, with its secret."""

    key: KeyRecord
    secret: str = field(repr=False)

    @classmethod
    def read(cls, body: Any) -> NewKey:
        """Read the API's JSON. Raises PolyscaleError when it is no new key."""
        key = KeyRecord.read(body)
        if not isinstance(body.get("secret"), str):
            raise unreadable("a new API key")
        return cls(key, body["secret"])
