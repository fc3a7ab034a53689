"""A flat JSON object: one member changes, the others stay."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.envfile.jsonfile import parse
from polyscale_cli.errors import UsageError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(TEXTS, TEXTS), TEXTS, st.booleans())
def test_it_holds_every_text_and_keeps_the_order(members: dict[str, str], value: str, only_ascii: bool) -> None:
    changed = parse(json.dumps(members)).set("KEY", value)
    text = changed.render(only_ascii=only_ascii)
    assert list(json.loads(text).items()) == list({**members, "KEY": value}.items())
    assert parse(text) == changed
    assert text.isascii() or not only_ascii


def test_its_form_is_that_of_other_tools() -> None:
    assert parse("").set("B", "1").set("A", "é").render() == '{\n  "B": "1",\n  "A": "é"\n}\n'
    assert parse("{}").render() == "{}\n"


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", "{}", "\ufeff{}"])
def test_an_empty_file_is_an_empty_object(text: str) -> None:
    assert parse(text).members == ()


def test_of_a_key_that_is_there_twice_the_last_counts_and_changes() -> None:
    file = parse('{"A": "1", "B": "2", "A": "3"}')
    assert (file.occurrences("A"), file.get("A"), file.get("C")) == (2, "3", None)
    assert file.set("A", "4").members == (("A", "1"), ("B", "2"), ("A", "4"))


@pytest.mark.parametrize(
    "text",
    ["[]", "1", '"s3cret"', "null", '{"s3cret"', '{"A": 1}', '{"A": null}', '{"A": ["s3cret"]}', '{"A": {}}', "NaN"],
)
def test_anything_else_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert "s3cret" not in f"{caught.value.what}{caught.value.why}{caught.value.fix}"


@pytest.mark.parametrize(("key", "value"), [("A B", "x"), ("", "x"), ("A", "\udcff")])
def test_what_it_cannot_hold_is_refused(key: str, value: str) -> None:
    with pytest.raises(UsageError):
        parse("").set(key, value)
