"""What ``--bind`` gives, as the type that the statement wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from polyscale_cli.errors import UsageError

_TRUTH = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


def _bytes(text: str) -> bytes:
    if not text.startswith("\\x"):
        raise ValueError("bytes begin with \\x")
    return bytes.fromhex(text[2:])


def _truth(text: str) -> bool:
    try:
        return _TRUTH[text.strip().lower()]
    except KeyError:
        raise ValueError("it is neither true nor false") from None


_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), int),
    **dict.fromkeys(("float4", "float8"), float),
    "numeric": Decimal,
    "bool": _truth,
    "bytea": _bytes,
}


def arguments(given: Sequence[str], types: Sequence[str]) -> list[Any]:
    """Read each text as the type of its parameter, by the database's names of the types.

    Raises:
        UsageError: too few, too many, or one that its type cannot be read from.
    """
    if len(given) != len(types):
        wants = f"{len(types)} value{'' if len(types) == 1 else 's'}"
        raise UsageError(
            f"The statement takes {wants}, and {len(given)} {'was' if len(given) == 1 else 'were'} given.",
            fix="Give --bind once for each of $1, $2, ...",
            code="BIND_COUNT",
        )
    return [_argument(number, text, kind) for number, (text, kind) in enumerate(zip(given, types, strict=True), 1)]


def refused(number: int | None, kind: str) -> UsageError:
    """The error for a value that its type does not take."""
    which = f"The value of ${number}" if number else "A value"
    return UsageError(
        f"{which} cannot be read as {kind}.",
        fix=f"Correct it, or let the database read it: ${number or 'n'}::text::{kind}",
        code="BIND_VALUE",
    )


def _argument(number: int, text: str, kind: str) -> Any:
    try:
        if kind.endswith("[]"):
            return _list(json.loads(text), kind.removesuffix("[]"))
        return _READERS.get(kind, str)(text)
    except (ValueError, RecursionError, InvalidOperation):
        raise refused(number, kind) from None


def _list(values: Any, kind: str) -> list[Any]:
    """A JSON array as one of the database's."""
    if not isinstance(values, list):
        raise ValueError("no array")
    read = _READERS.get(kind, str)
    return [
        _list(one, kind)
        if isinstance(one, list)
        else None
        if one is None
        else read(one if isinstance(one, str) else json.dumps(one))
        for one in values
    ]
