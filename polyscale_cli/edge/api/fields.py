"""The fields of JSON bodies: one table decodes what clients send and describes it in the OpenAPI document."""

from __future__ import annotations

import enum
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from polyscale_cli.edge.api.errors import ApiError, invalid_body

_UNPRINTABLE = ("Cc", "Cs")
# The same for JSON Schema, in which no text has half a surrogate pair.
_PRINTABLE = r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$"
_SQL = r"^[^\u0000-\u0008\u000e-\u001f\u007f-\u009f]*$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(ABC):
    """One field: its ``name`` in JSON, and the ``attribute`` that it becomes."""

    name: str
    about: str
    attribute: str = ""
    required: bool = False
    nullable: bool = False
    default: Any = None

    def decode(self, value: Any) -> Any:
        """The value as Python has it.

        Raises:
            ApiError: 400, naming the field and what it takes.
        """
        if value is None and self.nullable:
            return None
        return self._decode(value)

    def schema(self) -> dict[str, Any]:
        """JSON Schema, as OpenAPI 3.1 takes it."""
        schema = self._schema()
        if self.nullable:
            schema["type"] = [schema["type"], "null"]
        if self.default is not None:
            schema["default"] = self.default
        return {**schema, "description": self.about}

    def _decode(self, value: Any) -> Any:
        """The value of a field that is not null; of those that only answers have, there is none."""
        raise self._wrong("left out, as only answers have it")

    @abstractmethod
    def _schema(self) -> dict[str, Any]:
        """The schema, but for what all fields have."""

    def _wrong(self, takes: str) -> ApiError:
        return invalid_body(f"{self.name}: must be {takes}{' or null' if self.nullable else ''}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """A string, by pattern or by a check that returns what is wrong with it.

    One that is not ``printable`` is somebody else's text, and only in answers. One that ``is_sql`` may end its lines as
    any system does. ``checked`` is what JSON Schema can say of the check.
    """

    printable: bool = True
    is_sql: bool = False
    most: int = 1000
    least: int = 0
    pattern: str | None = None
    takes: str = ""
    check: Callable[[str], str | None] | None = None
    checked: Mapping[str, Any] | None = None
    format: str | None = None

    def _decode(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self._wrong("a string")
        if not self.least <= len(value) <= self.most:
            raise self._wrong(f"a string of {self.least} to {self.most} characters")
        spaces = "\n\t\r\f\v" if self.is_sql else "\n\t"
        if any(unicodedata.category(c) in _UNPRINTABLE and c not in spaces for c in value):
            raise self._wrong("a string without control characters and lone surrogates")
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            raise self._wrong(self.takes)
        if self.check is not None and (wrong := self.check(value)):
            raise invalid_body(f"{self.name}: {wrong}")
        return value

    def _schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "maxLength": self.most, **(self.checked or {})}
        if self.least:
            schema["minLength"] = self.least
        if self.pattern is not None:
            schema["pattern"] = f"^{self.pattern}$"
            schema["allOf"] = [{"pattern": _PRINTABLE}]
        elif self.printable:
            schema["pattern"] = _SQL if self.is_sql else _PRINTABLE
        if self.format is not None:
            schema["format"] = self.format
        return schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer(Field):
    """A whole number in a range; JSON's true and false are none."""

    least: int = 0
    most: int = 2**53

    def _decode(self, value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON has one kind of number, and some writers put 5432.0
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise self._wrong(f"a whole number from {self.least} to {self.most}")
        return value

    def _schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Field):
    """Any number; only in answers."""

    def _schema(self) -> dict[str, Any]:
        return {"type": "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Field):
    """True or false."""

    def _decode(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self._wrong("true or false")
        return value

    def _schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Field):
    """One of a few words."""

    of: type[enum.StrEnum]

    def _decode(self, value: Any) -> enum.StrEnum:
        if not isinstance(value, str) or value not in set(self.of):
            raise self._wrong(f"one of {', '.join(self.of)}")
        return self.of(value)

    def _schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [str(word) for word in self.of]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Field):
    """A list of one or more different words."""

    of: type[enum.StrEnum]

    def _decode(self, value: Any) -> frozenset[enum.StrEnum]:
        words = ", ".join(self.of)
        if not isinstance(value, list) or not value:
            raise self._wrong(f"a list of at least one of {words}")
        found = set()
        for one in value:
            if not isinstance(one, str) or one not in set(self.of):
                raise self._wrong(f"a list whose members are each one of {words}")
            found.add(self.of(one))
        return frozenset(found)

    def _schema(self) -> dict[str, Any]:
        words = [str(word) for word in self.of]
        return {"type": "array", "items": {"type": "string", "enum": words}, "minItems": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts(Field):
    """A list of texts, each read into what it means; ``read`` raises ValueError for one that means nothing."""

    read: Callable[[str], Any] = str
    takes: str = ""
    least: int = 1
    pattern: str | None = None
    most: int = 100
    longest: int = 400

    def _decode(self, value: Any) -> tuple[Any, ...]:
        takes = f"a list of {self.least} to {self.most} texts, each {self.takes}"
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise self._wrong(takes)
        if not all(isinstance(one, str) and len(one) <= self.longest for one in value):
            raise self._wrong(takes)
        try:
            return tuple(self.read(one) for one in value)
        except ValueError:
            raise self._wrong(takes) from None

    def _schema(self) -> dict[str, Any]:
        items: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": self.longest}
        if self.pattern is not None:
            items["pattern"] = f"^{self.pattern}$"
        return {"type": "array", "items": items, "minItems": self.least, "maxItems": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested(Field):
    """An object or a list of objects of another shape; only in answers."""

    shape: Shape
    many: bool = False

    def _schema(self) -> dict[str, Any]:
        inner = self.shape.schema()
        return {"type": "array", "items": inner} if self.many else inner


@dataclass(frozen=True, slots=True)
class Shape:
    """A named JSON object. ``named`` ones become components of the OpenAPI document.

    Attributes:
        further: what JSON Schema can say of fields together; whoever runs the operation holds to it.
    """

    name: str
    fields: tuple[Field, ...]
    all_required: bool = False
    further: Mapping[str, Any] | None = None

    def decode(self, body: Any) -> dict[str, Any]:
        """Attribute and value of each field that ``body`` has.

        Raises:
            ApiError: 400, naming the first field that is unknown, missing or wrong.
        """
        if not isinstance(body, Mapping):
            raise invalid_body("The body must be a JSON object.")
        known = {field.name: field for field in self.fields}
        for name in body:
            if name not in known:
                takes = ", ".join(known) or "none"
                raise invalid_body(f"{name[:80]}: is not a field of this request. Its fields: {takes}.")
        for field in self.fields:
            if field.required and field.name not in body:
                raise invalid_body(f"{field.name}: is missing.")
        return {known[name].attribute or name: known[name].decode(value) for name, value in body.items()}

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the object."""
        required = [field.name for field in self.fields if field.required or self.all_required]
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {field.name: field.schema() for field in self.fields},
            "additionalProperties": False,
            **(self.further or {}),
        }
        return {**schema, "required": required} if required else schema
