"""What became of the answers to a query, as the management API tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polyscale_cli.client.models import unreadable
from polyscale_cli.client.reasons import ReasonRecord
from polyscale_cli.client.rules import Explanation


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """An answer that is held; times are RFC 3339 in UTC."""

    filled_at: str
    filled_by: str
    hits: int
    bytes: int
    looks_at: str | None
    ends_at: str
    tables: tuple[str, ...]
    tags: tuple[str, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> HeldAnswer:
        """Read one of the API's."""
        return cls(
            filled_at=str(body["filledAt"]),
            filled_by=str(body["filledBy"]),
            hits=int(body["hits"]),
            bytes=int(body["bytes"]),
            looks_at=None if body["looksAt"] is None else str(body["looksAt"]),
            ends_at=str(body["endsAt"]),
            tables=tuple(str(name) for name in body["tables"]),
            tags=tuple(str(name) for name in body["tags"]),
        )

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "tables": list(self.tables),
            "tags": list(self.tags),
        }


@dataclass(frozen=True, slots=True)
class GoneAnswer:
    """An answer that went; ``by`` and ``statement`` are the session and the template of the write, or empty."""

    filled_at: str
    filled_by: str
    hits: int
    went_at: str
    cause: str
    cause_text: str
    by: str
    statement: str

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> GoneAnswer:
        """Read one of the API's."""
        return cls(
            filled_at=str(body["filledAt"]),
            filled_by=str(body["filledBy"]),
            hits=int(body["hits"]),
            went_at=str(body["wentAt"]),
            cause=str(body["cause"]["code"]),
            cause_text=str(body["cause"]["text"]),
            by=str(body["by"]),
            statement=str(body["statement"]),
        )

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Why:
    """The story of one query; ``reason`` is why nothing is kept."""

    held: tuple[HeldAnswer, ...]
    gone: tuple[GoneAnswer, ...]
    reason: ReasonRecord | None
    is_new: bool
    runs: int
    explanation: Explanation
    words: tuple[str, ...]

    @classmethod
    def read(cls, body: Any) -> Why:
        """Read the API's JSON. Raises PolyscaleError when it is no such story."""
        try:
            return cls(
                held=tuple(HeldAnswer.of(one) for one in body["held"]),
                gone=tuple(GoneAnswer.of(one) for one in body["gone"]),
                reason=ReasonRecord.of(body["reason"]),
                is_new=bool(body["isNew"]),
                runs=int(body["runs"]),
                explanation=Explanation.read(body["explanation"]),
                words=tuple(str(sentence) for sentence in body["words"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable("the story of a query") from error

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {
            "held": [one.data() for one in self.held],
            "gone": [one.data() for one in self.gone],
            "reason": None if self.reason is None else self.reason.data(),
            "is_new": self.is_new,
            "runs": self.runs,
            "explanation": self.explanation.data(),
            "words": list(self.words),
        }
