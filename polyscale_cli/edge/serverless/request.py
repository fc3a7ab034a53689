"""The body of ``POST /sql``: what the official client sends, read strictly.

No message has a value of the body in it: what stands there may be a secret.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from polyscale_cli.edge.cache import DatabaseType
from polyscale_cli.edge.serverless.bindings import Bindings
from polyscale_cli.edge.serverless.failures import BadRequest
from polyscale_cli.edge.serverless.statement import Credentials, Scalar, Value


@dataclass(frozen=True, slots=True)
class SqlRequest:
    """What is asked for.

    Attributes:
        provider: what the client takes the database for; None if it does not say (versions 1.2.x do not).
    """

    cache_id: str
    credentials: Credentials
    sql: str
    bindings: Bindings | None
    provider: DatabaseType | None


def read(body: bytes) -> SqlRequest:
    """Read a body. Keys that are not known are let be, ``ssl`` of clients before 1.1.0 among them.

    Numbers keep every digit: whole ones are ``int``, others ``Decimal``.

    Raises:
        BadRequest: it is not what the endpoint takes (``INVALID_BODY``); the message names the place.
    """
    document = _document(body)
    if not isinstance(document, dict):
        raise _invalid(f"The body must be an object, not {_kind(document)}.")
    return SqlRequest(
        _text(document, "cacheId"),
        Credentials(
            _text(document, "username"),
            _text(document, "password", may_be_empty=True),
            _text(document, "database"),
        ),
        _text(document, "sql"),
        _bindings(document.get("bindings")),
        _provider(document.get("provider")),
    )


def _document(body: bytes) -> Any:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _invalid(f"The body is not UTF-8: see byte {error.start + 1}.") from None
    if not text.strip(" \t\r\n"):
        raise _invalid("The body is empty.")
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = "at its end" if error.pos >= len(text) else f"line {error.lineno}, column {error.colno}"
        # What was missed, never what stood there: some messages have that behind a colon.
        what = error.msg.partition(":")[0].removesuffix(" at")
        raise _invalid(f"The body is not JSON: {what} ({where}).") from None
    except RecursionError:
        raise _invalid("The body is nested too deep.") from None


LARGEST_EXPONENT = 131072
"""No database's number has more digits before its point; and a few bytes must not become a gigabyte of digits."""


def _number(digits: str) -> Decimal:
    try:
        number = Decimal(digits)
    except InvalidOperation:
        number = None
    if number is None or abs(number.adjusted()) > LARGEST_EXPONENT:
        raise _invalid("The body has a number whose exponent is out of range.") from None
    return number


def _whole_number(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        raise _invalid("The body has a number of more than 4300 digits.") from None


def _constant(name: str) -> NoReturn:
    raise _invalid(f"The body is not JSON: {name} is no number in it; a string may say it.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _invalid(f"The body has the key {_shown(key)} twice in one object.")
            seen.add(key)
    return found


_DECODER = json.JSONDecoder(
    parse_float=_number, parse_int=_whole_number, parse_constant=_constant, object_pairs_hook=_object
)


def _characters(text: str, place: str) -> str:
    """Refuse what JSON can say and UTF-8 cannot."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _invalid(f"{place} has half of a surrogate pair, which is no character.") from None
    return text


def _text(document: dict[str, Any], field: str, *, may_be_empty: bool = False) -> str:
    if field not in document:
        raise _invalid(f"{field} is missing.")
    value = document[field]
    if not isinstance(value, str):
        raise _invalid(f"{field} must be a string, not {_kind(value)}.")
    if not value and not may_be_empty:
        raise _invalid(f"{field} must not be empty.")
    if "\0" in value:
        raise _invalid(f"{field} must not have the character U+0000.")
    return _characters(value, field)


def _provider(value: Any) -> DatabaseType | None:
    if value is None:
        return None
    if isinstance(value, str) and value in _PROVIDERS:
        return DatabaseType(value)
    raise _invalid(f"provider must be one of {', '.join(_PROVIDERS)}.")


_PROVIDERS = tuple(kind.value for kind in DatabaseType)


def _bindings(value: Any) -> Bindings | None:
    if value is None:
        return None
    if isinstance(value, list):
        return tuple([_value(one, f"bindings[{at}]") for at, one in enumerate(value)])
    if isinstance(value, dict):
        return {name: _value(one, f"bindings[{_shown(name)}]") for name, one in value.items()}
    raise _invalid(f"bindings must be an array or an object, not {_kind(value)}.")


def _value(value: Any, place: str) -> Value:
    if isinstance(value, dict):
        raise _invalid(f"{place} must be a string, number, boolean, null or array of these, not an object.")
    if isinstance(value, list):
        return _array(value, place)
    return _characters(value, place) if isinstance(value, str) else value


def _array(value: list[Any], place: str) -> tuple[Scalar, ...]:
    first: str | None = None
    for at, element in enumerate(value):
        if isinstance(element, list | dict):
            raise _invalid(f"{place}[{at}] must be a string, number, boolean or null, not {_kind(element)}.")
        if element is None:
            continue
        kind = _kind(element)
        first = first or kind
        if kind != first:
            raise _invalid(f"{place} must be an array of one kind: [{at}] is {kind}, and before it there is {first}.")
        if isinstance(element, str):
            _characters(element, place)
    return tuple(value)


def _kind(value: Any) -> str:
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return "null"


# A boolean is an int to Python, so it comes first.
_KINDS = ((str, "a string"), (bool, "a boolean"), (int | Decimal, "a number"), (list, "an array"), (dict, "an object"))

_LONGEST_SHOWN = 64


def _shown(key: str) -> str:
    return json.dumps(key if len(key) <= _LONGEST_SHOWN else f"{key[:_LONGEST_SHOWN]}...")


def _invalid(message: str) -> BadRequest:
    return BadRequest("INVALID_BODY", message)
