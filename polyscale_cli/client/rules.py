"""Rules and explanations as the management API sends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from polyscale_cli.client.models import unreadable
from polyscale_cli.client.reasons import ReasonRecord


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """One rule; ``value`` in seconds, 0 for never, and None of AUTO and MANUAL."""

    type: str
    key: str
    value: int | None
    name: str | None

    @classmethod
    def read(cls, body: Any) -> RuleRecord:
        """Read the API's JSON. Raises PolyscaleError when it is no rule."""
        try:
            value, name = body.get("value"), body.get("name")
            return cls(
                type=str(body["type"]),
                key=str(body["key"]),
                value=None if value is None else int(value),
                name=None if name is None else str(name),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable("a rule") from error

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What becomes of a statement.

    Attributes:
        cacheable: None where only the database's catalog can tell, and has not been asked yet.
        reason: why it is not cacheable.
        ttl: seconds, 0 for never; None where it is not cacheable.
    """

    template: str
    template_id: str
    cacheable: bool | None
    reason: ReasonRecord | None
    tables: tuple[str, ...]
    rule: RuleRecord | None
    decided_by: str
    ttl: float | None
    words: tuple[str, ...]

    @classmethod
    def read(cls, body: Any) -> Explanation:
        """Read the API's JSON. Raises PolyscaleError when it is no explanation."""
        try:
            return cls(
                template=str(body["template"]),
                template_id=str(body["templateId"]),
                cacheable=None if body["cacheable"] is None else bool(body["cacheable"]),
                reason=ReasonRecord.of(body["reason"]),
                tables=tuple(str(name) for name in body["tables"]),
                rule=None if body["rule"] is None else RuleRecord.read(body["rule"]),
                decided_by=str(body["decidedBy"]),
                ttl=None if body["ttl"] is None else float(body["ttl"]),
                words=tuple(str(sentence) for sentence in body["words"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable("an explanation") from error

    def data(self) -> dict[str, Any]:
        """For the JSON envelope."""
        return {
            "decided_by": self.decided_by,
            "cacheable": self.cacheable,
            "reason": None if self.reason is None else self.reason.data(),
            "rule": None if self.rule is None else self.rule.data(),
            "ttl": self.ttl,
            "tables": list(self.tables),
            "template": self.template,
            "template_id": self.template_id,
            "words": list(self.words),
        }
