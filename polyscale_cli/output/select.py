"""Keep only some fields of an answer: ``--fields`` of a list's rows, ``--field`` of one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from polyscale_cli.errors import UsageError
from polyscale_cli.output.envelope import dumps
from polyscale_cli.output.result import Json, Line, Result, Table
from polyscale_cli.output.text import clean


def parse_fields(text: str) -> tuple[str, ...]:
    """Read names with commas between them. Raises UsageError when there is none."""
    names = tuple(name for part in text.split(",") if (name := part.strip()))
    if not names:
        raise UsageError("--fields names no field.", fix="Write them like --fields name,id.", code="UNKNOWN_FIELD")
    return names


def select_fields(result: Result, names: Sequence[str]) -> Result:
    """The same answer with these fields of each row, in this order; ``a.b`` is field b of field a.

    Raises UsageError for a field that the rows do not have.
    """
    if not isinstance(result.data, Sequence) or isinstance(result.data, str):
        return result
    rows = [[_value(row, name) for name in names] for row in result.data]
    empty = result.view.empty if isinstance(result.view, Table) else ""
    view = Table(tuple(names), tuple(tuple(map(_text, row)) for row in rows), empty=empty)
    return result.replace(data=[dict(zip(names, row, strict=True)) for row in rows], view=view, ids=None)


def select_field(result: Result, name: str) -> Result:
    """The same answer with one field alone, as a bare line. Raises UsageError when it has no such field."""
    if not isinstance(result.data, Mapping):
        return result
    value = _value(result.data, name)
    return result.replace(data=value, view=Line(_text(value)), ids=None)


def _value(record: Json, name: str) -> Json:
    found = record
    for key in name.split("."):
        if not isinstance(found, Mapping) or key not in found:
            raise UsageError(
                f"There is no field {name!r}.",
                fix=f"Choose from: {', '.join(_names(record))}.",
                code="UNKNOWN_FIELD",
            )
        found = found[key]
    return found


def _names(record: Json, prefix: str = "") -> list[str]:
    if not isinstance(record, Mapping):
        return []
    names = []
    for key, value in record.items():
        names.append(f"{prefix}{key}")
        names += _names(value, f"{prefix}{key}.")
    return names


def _text(value: Json) -> str:
    if value is None:
        return ""
    return clean(value) if isinstance(value, str) else dumps(value, indent=None)
