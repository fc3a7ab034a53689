"""Why a statement is not kept, as the management API tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ReasonRecord:
    """A stable code, what it means, and what to do about it; ``cure`` is None where the API has no word on that."""

    code: str
    text: str
    cure: str | None

    @classmethod
    def of(cls, body: Mapping[str, Any] | None) -> ReasonRecord | None:
        """Read one of the API's, or that there is none. Raises KeyError or TypeError when it is something else."""
        if body is None:
            return None
        cure = body.get("cure")
        return cls(str(body["code"]), str(body["text"]), None if cure is None else str(cure))

    def data(self) -> dict[str, str | None]:
        """For the JSON envelope."""
        return {name: getattr(self, name) for name in self.__slots__}
