"""No text of others is a command, and nothing but commands is touched."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyscale_cli.ci.harmless import HarmlessStream, harmless, harmless_json
from tests.ci.runner import commands

HOSTILE = [
    "::error::x",
    "  ::add-mask::x",
    "\t::stop-commands::token",
    "a\n::set-env name=PATH::x",
    "a\r::error::x",
    "a\r\n \u00a0::error file=x,line=1::y",
    "##[error]x",
    "said: ##[add-mask]x",
    "::::error::x",
    ":::error::x",
    "##[##[error]",
    "::",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_command_is_broken_wherever_it_stands(text: str) -> None:
    assert commands(text) != []
    assert commands(harmless(text)) == []
    assert commands(harmless(f"plain\n{text}")) == []


def test_a_whole_command_is_broken_in_the_middle_of_a_line_too() -> None:
    assert harmless("error: ::add-mask::secret") == "error: : :add-mask::secret"
    assert harmless("x ::error title=a,b::c") == "x : :error title=a,b::c"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:p@[::1]:9010/d",
        "postgresql://u:p@[fe80::ab%25eth0]:9010/d?application_name=x",
        "to [fe80::ab]:5432",
        "a::b",
        "#[x] # #[y]",
        "cast: x::text",
    ],
)
def test_what_is_no_command_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


text_of_others = st.text(alphabet=st.sampled_from([*":#[]a \n\r\t-=,", "\u2028", "é"]), max_size=12)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.lists(text_of_others, max_size=6))
def test_no_way_of_writing_it_in_pieces_makes_a_command(pieces: list[str]) -> None:
    written = io.StringIO()
    stream = HarmlessStream.around(written, is_json=lambda: False)
    for piece in pieces:
        assert stream.write(piece) == len(piece)
    assert commands(written.getvalue()) == []
    assert re.sub(r"[: #]", "", written.getvalue()) == re.sub(r"[: #]", "", "".join(pieces)), "only spaces come in"


values = st.recursive(text_of_others, lambda inner: st.lists(inner) | st.dictionaries(text_of_others, inner))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(values, st.sampled_from([None, 2]))
def test_json_says_the_same_and_holds_no_command(value: Any, indent: int | None) -> None:
    text = harmless_json(json.dumps(value, indent=indent, ensure_ascii=False))
    assert json.loads(text) == value
    assert commands(text) == []


def test_a_stream_follows_the_form_of_the_answer() -> None:
    written = io.StringIO()
    form = {"json": True}
    stream = HarmlessStream.around(written, is_json=lambda: form["json"])
    stream.write('{"a": "::error::"}\n')
    form["json"] = False
    stream.write("::error::x\n")
    assert written.getvalue() == '{"a": ":\\u003aerror:\\u003a"}\n: :error::x\n'
    assert stream.encoding == written.encoding
