"""Bodies of ``POST /sql``: what they say, and how the wrong ones are refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from polyscale_cli.edge.cache import DatabaseType
from polyscale_cli.edge.serverless.failures import BadRequest
from polyscale_cli.edge.serverless.request import SqlRequest, read
from polyscale_cli.edge.serverless.statement import Credentials

FIELDS = {
    "cacheId": "4a4b9d8e-0000-4000-8000-000000000000",
    "username": "app",
    "password": "sesame",
    "sql": "select 1",
    "database": "shop",
}


def body(**changes: Any) -> bytes:
    return json.dumps({key: value for key, value in (FIELDS | changes).items() if value is not ...}).encode()


def test_a_body_of_the_official_client_is_read() -> None:
    assert read(body(bindings=["a", 1], provider="postgres")) == SqlRequest(
        cache_id=FIELDS["cacheId"],
        credentials=Credentials("app", "sesame", "shop"),
        sql="select 1",
        bindings=("a", 1),
        provider=DatabaseType.POSTGRES,
    )


def test_bodies_of_other_versions_of_the_client_are_read() -> None:
    request = read(body(ssl=True, somethingNew={"a": [1]}))
    assert (request.provider, request.bindings) == (None, None)
    assert read(body(provider=None, bindings=None)) == request


def test_an_empty_password_is_one() -> None:
    assert read(body(password="")).credentials.password == ""


def test_numbers_keep_every_digit() -> None:
    raw = body(bindings=["X"]).replace(b'"X"', b"9007199254740993, 0.1000000000000000055511151231257827, 1e2, 1.0, -0")
    bindings = read(raw).bindings
    assert bindings == (
        9007199254740993,
        Decimal("0.1000000000000000055511151231257827"),
        Decimal("1E+2"),
        Decimal("1.0"),
        0,
    )
    assert [str(number) for number in bindings] == [
        *("9007199254740993", "0.1000000000000000055511151231257827", "1E+2", "1.0", "0"),
    ]


def test_arrays_are_of_one_kind_and_may_have_nulls() -> None:
    bindings = {"words": ["a", None], "numbers": [1, 1.5], "booleans": [True, False], "none": [], "nulls": [None]}
    assert read(body(bindings=bindings)).bindings == {
        "words": ("a", None),
        "numbers": (1, Decimal("1.5")),
        "booleans": (True, False),
        "none": (),
        "nulls": (None,),
    }


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "The body is empty."),
        (b" \n", "The body is empty."),
        (b"[]", "The body must be an object, not an array."),
        (b'"a"', "The body must be an object, not a string."),
        (b"null", "The body must be an object, not null."),
        (b'{"a": "b', r"The body is not JSON: Unterminated string starting \(line 1, column 7\)."),
        (b'{"a": 1', r"The body is not JSON: Expecting ',' delimiter \(at its end\)."),
        (b'{"a":\n x}', r"The body is not JSON: Expecting value \(line 2, column 2\)."),
        (b'{"a": "\\q"}', r"The body is not JSON: Invalid \\escape \(line 1, column 8\)."),
        (b'{"a": "\n"}', r"The body is not JSON: Invalid control character \(line 1, column 8\)."),
        (b"{} {}", r"The body is not JSON: Extra data \(line 1, column 4\)."),
        (b"\xef\xbb\xbf{}", "The body is not JSON"),
        (b'{"a": "\xff"}', "The body is not UTF-8: see byte 8."),
        ('{"a": 1}'.encode("utf-16"), "The body is not UTF-8: see byte 1."),
        (b'{"a": NaN}', "The body is not JSON: NaN is no number in it"),
        (b'{"a": -Infinity}', "The body is not JSON: -Infinity is no number in it"),
        (b'{"a": 1e999999999999999999999}', "exponent is out of range"),
        (b'{"a": 1e131073}', "exponent is out of range"),
        (b'{"a": %s}' % (b"9" * 5000), "a number of more than 4300 digits"),
        (b'{"a": %s}' % (b"[" * 100_000), "The body is nested too deep."),
        (b'{"sql": "a", "sql": "b"}', 'The body has the key "sql" twice in one object.'),
        (b'{"bindings": {"a": 1, "a": 2}}', 'The body has the key "a" twice in one object.'),
    ],
)
def test_what_is_no_object_in_json_is_refused_with_the_place(raw: bytes, message: str) -> None:
    with pytest.raises(BadRequest, match=message) as refused:
        read(raw)
    assert (refused.value.status, refused.value.code) == (400, "INVALID_BODY")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        *(({field: ...}, f"^{field} is missing.$") for field in FIELDS),
        *(({field: 5}, f"^{field} must be a string, not a number.$") for field in FIELDS),
        *(({field: None}, f"^{field} must be a string, not null.$") for field in FIELDS),
        *(({field: "a\0b"}, rf"^{field} must not have the character U\+0000.$") for field in FIELDS),
        *(({field: "a\ud800"}, f"^{field} has half of a surrogate pair") for field in FIELDS),
        *(({field: ""}, f"^{field} must not be empty.$") for field in FIELDS if field != "password"),
        ({"provider": "oracle"}, "^provider must be one of postgres, mysql, mariadb, mssql.$"),
        ({"provider": 5}, "^provider must be one of"),
        ({"bindings": "a"}, "^bindings must be an array or an object, not a string.$"),
        ({"bindings": False}, "^bindings must be an array or an object, not a boolean.$"),
        ({"bindings": [1, {}]}, r"^bindings\[1\] must be a string, number, boolean, null or array of these"),
        ({"bindings": {"a": {}}}, r'^bindings\["a"\] must be a string, number, boolean, null or array of these'),
        ({"bindings": [[1, [2]]]}, r"^bindings\[0\]\[1\] must be a string, number, boolean or null, not an array.$"),
        ({"bindings": [[1, "a"]]}, r"^bindings\[0\] must be an array of one kind: \[1\] is a string, .* a number"),
        ({"bindings": [[None, 1, True]]}, r"^bindings\[0\] must be an array of one kind: \[2\] is a boolean"),
        ({"bindings": ["\udc00"]}, r"^bindings\[0\] has half of a surrogate pair"),
        ({"bindings": [["\udc00"]]}, r"^bindings\[0\] has half of a surrogate pair"),
    ],
)
def test_what_is_of_the_wrong_kind_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest, match=message) as refused:
        read(body(**changes))
    assert (refused.value.status, refused.value.code) == (400, "INVALID_BODY")
    assert "sesame" not in refused.value.message


def test_a_request_shows_no_password() -> None:
    assert "sesame" not in repr(read(body()))
