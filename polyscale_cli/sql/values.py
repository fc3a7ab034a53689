"""A value of the database as JSON that loses nothing.

What JSON has no form for becomes a string: numerics, which it would round; integers beyond 2^53, which most readers
would; NaN and infinity; bytes, as ``\\x01ff``; dates and times. NULL is null, arrays are arrays, JSON is itself.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from polyscale_cli.output.result import Json

LARGEST_SAFE = 2**53 - 1
_DEEPEST = 64
_DIGITS = 17  # of no number beyond it is safe
_JSON = frozenset({"json", "jsonb"})


def json_value(value: Any, type_name: str) -> Json:  # noqa: PLR0911 - one way out for each kind of value
    """Put one value as asyncpg gives it into JSON; ``type_name`` is the database's name of its type."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _integer(value) if type_name != "pg_lsn" else f"{value >> 32:X}/{value & 0xFFFFFFFF:X}"
    if isinstance(value, float):
        return _float(value, type_name.removesuffix("[]"))
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        return document(value) if type_name.removesuffix("[]") in _JSON else value
    if isinstance(value, bytes):
        return value.decode("latin-1") if type_name.removesuffix("[]") == "char" else f"\\x{value.hex()}"
    if isinstance(value, list):
        return [json_value(one, type_name) for one in value]
    return _composed(value)


def json_row(names: list[str], types: list[str], row: Any) -> dict[str, Json]:
    """One row by column name."""
    return {name: json_value(value, kind) for name, kind, value in zip(names, types, row, strict=True)}


def distinct(names: list[str]) -> list[str]:
    """Names that keep every column when a row is an object: the second ``a`` is ``a_2``."""
    found: list[str] = []
    for name in names:
        unused, number = name, 2
        while unused in found:
            unused, number = f"{name}_{number}", number + 1
        found.append(unused)
    return found


def cell(value: Json) -> str:
    """One value in a table of text."""
    if value is None:
        return "NULL"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _integer(value: int) -> Json:
    return value if abs(value) <= LARGEST_SAFE else str(value)


def _float(value: float, type_name: str) -> Json:
    if not math.isfinite(value):
        return str(Decimal(value))
    if type_name != "float4":
        return value
    # The shortest text that means the same in single precision, as the database itself writes it.
    for digits in range(6, 9):
        short = float(f"{value:.{digits}g}")
        if struct.pack("f", short) == struct.pack("f", value):
            return short
    return float(f"{value:.9g}")


def document(text: str) -> Json:
    """JSON within JSON; of its numbers, those that a reader would round become strings. Else it stays text."""
    try:
        found: Json = json.loads(
            text,
            parse_int=whole,
            parse_float=_exact,
            object_pairs_hook=_members,
        )
    except (_RepeatedNameError, RecursionError):
        return text
    return found if _is_shallow(found, _DEEPEST) else text


def exact_document(text: bytes) -> Json:
    """JSON as it is, but that numbers which a reader would round become strings. Raises ValueError."""
    found: Json = json.loads(text, parse_int=whole, parse_float=_exact)
    return found


def _is_shallow(value: Json, left: int) -> bool:
    """Whether those who print it, and read it, will get to its bottom."""
    if isinstance(value, str) or not isinstance(value, Mapping | Sequence):
        return True
    inner = value.values() if isinstance(value, Mapping) else value
    return left > 0 and all(_is_shallow(one, left - 1) for one in inner)


def whole(text: str) -> Json:
    """An integer in decimal; beyond what every reader keeps, it stays text."""
    return _integer(int(text)) if len(text) <= _DIGITS else text


class _RepeatedNameError(ValueError):
    """An object of type json has a name twice, which no object here can have."""


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedNameError
    return found


def _exact(text: str) -> Json:
    number = float(text)
    return number if math.isfinite(number) and Decimal(repr(number)) == Decimal(text) else text


def _composed(value: Any) -> Json:
    """Composites by field, ranges by bound; anything else in its own words."""
    if hasattr(value, "lower_inc"):
        return _range(value)
    if isinstance(value, Mapping) or (hasattr(value, "items") and hasattr(value, "keys")):
        return {str(name): json_value(one, "") for name, one in value.items()}
    if hasattr(value, "is_closed"):
        return {"closed": value.is_closed, "points": [json_value(point, "") for point in value]}
    if isinstance(value, tuple):
        return [json_value(one, "") for one in value]
    return value.as_string() if hasattr(value, "as_string") else str(value)


def _range(value: Any) -> Json:
    if value.isempty:
        return "empty"
    return {
        "lower": json_value(value.lower, ""),
        "upper": json_value(value.upper, ""),
        "bounds": f"{'[' if value.lower_inc else '('}{']' if value.upper_inc else ')'}",
    }
