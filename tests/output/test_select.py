"""Fields of an answer: of each row, or of one thing."""

from __future__ import annotations

import pytest

from polyscale_cli.errors import UsageError
from polyscale_cli.output import Fields, Line, Result, Table
from polyscale_cli.output.select import parse_fields, select_field, select_fields

ROWS = Result(
    data=[
        {"name": "shop", "port": 5432, "metrics": {"hits": 3}, "note": None},
        {"name": "b", "port": 1, "metrics": {"hits": 0}, "note": "x\ty"},
    ],
    view=Table(("name",), (("shop",), ("b",)), empty="none"),
    ids=("1", "2"),
)


def test_rows_keep_these_fields_in_this_order_in_every_form() -> None:
    made = select_fields(ROWS, ("metrics.hits", "name", "note"))
    assert made.data == [
        {"metrics.hits": 3, "name": "shop", "note": None},
        {"metrics.hits": 0, "name": "b", "note": "x\ty"},
    ]
    assert made.view == Table(("metrics.hits", "name", "note"), (("3", "shop", ""), ("0", "b", "x y")), empty="none")
    assert made.ids is None


def test_of_no_rows_any_field_may_be_asked_for() -> None:
    assert select_fields(Result(data=[]), ("whatever",)).data == []


def test_one_thing_gives_a_bare_line() -> None:
    thing = Result(data={"a": {"b": [1, 2]}, "c": "x\x1b[2J"}, view=Fields((("a", "b"),)), exit_code=7)
    made = select_field(thing, "a.b")
    assert (made.data, made.view, made.exit_code) == ([1, 2], Line("[1, 2]"), 7)
    assert select_field(thing, "c").view == Line("x\\x1b[2J")


@pytest.mark.parametrize("name", ["d", "a.d", "c.d", "", ".", "a.", "metrics.hits.more"])
def test_a_field_that_is_not_there_is_named_with_those_that_are(name: str) -> None:
    thing = Result(data={"a": {"b": 1}, "c": "x"})
    with pytest.raises(UsageError) as caught:
        select_field(thing, name)
    assert (caught.value.exit_code, caught.value.fix) == (2, "Choose from: a, a.b, c.")
    with pytest.raises(UsageError):
        select_fields(ROWS, (name,))


def test_names_are_read_with_commas_between_them() -> None:
    assert parse_fields(" a, b.c ,,d") == ("a", "b.c", "d")
    for nothing in ("", " ", ",", " , "):
        with pytest.raises(UsageError):
            parse_fields(nothing)
