"""What a stored token belongs to: a profile, and the origin of an API."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """One profile at one API. A token stored for a place is sent to that origin alone, whatever else is configured.

    Attributes:
        origin: scheme, host and port, as browsers understand the word.
    """

    profile: str
    origin: str

    @classmethod
    def of(cls, profile: str, url: str) -> Place:
        """The place of a profile and the checked URL of an API."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        shown = f"[{host}]" if ":" in host else host
        return cls(profile, f"{parts.scheme}://{shown}:{parts.port or _PORTS[parts.scheme]}")

    @property
    def account(self) -> str:
        """Its name in the keyring."""
        return f"{self.profile}@{self.origin}"
