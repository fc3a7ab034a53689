"""Templates: literals may differ, nothing else may."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.mysql import lexer
from polyscale_cli.edge.wire.mysql.lexer import normalise, tokens
from polyscale_cli.edge.wire.tokens import TokenKind

SAME = [
    ("SELECT 1", "SELECT 2"),
    ("SELECT 1", "SELECT 1.5e10"),
    ("SELECT 1", "SELECT .5"),
    ("SELECT 1", "SELECT 0x1F"),
    ("SELECT 1", "SELECT x'1f'"),
    ("SELECT 1", "SELECT b'01'"),
    ("SELECT 'a'", "SELECT 'it''s'"),
    ("SELECT 'a'", "SELECT 'it\\'s'"),
    ("SELECT 'a'", 'SELECT "it\'s"'),
    ("SELECT 'a'", "SELECT N'a'"),
    ("SELECT 'a'", "SELECT '/*! */'"),
    ("SELECT _utf8mb4'a'", "SELECT _utf8mb4'b'"),
    ("SELECT 'a' 'b'", "SELECT 'c' \"d\""),
    ("SELECT `a` FROM `t1` WHERE a = 1", "SELECT `a` FROM `t1` WHERE a = 22"),
    ("SELECT * FROM t WHERE a = 1 AND b = 'x'", "SELECT * FROM t WHERE a = 22 AND b = 'y'"),
    ("SELECT /* a */ 1", "SELECT /* b */ 1"),
    ("SELECT 1 -- a", "SELECT 1 -- b"),
    ("SELECT 1 # a", "SELECT 1 # b"),
    ("SELECT a FROM t ORDER BY 1 LIMIT 5", "SELECT a FROM t ORDER BY 2 LIMIT 6"),
    ("SELECT a + INTERVAL 1 DAY", "SELECT a + INTERVAL 2 DAY"),
]
DIFFERENT = [
    ("SELECT a", "SELECT b"),
    ("SELECT a", "SELECT A"),
    ("SELECT t1", "SELECT t2"),
    ("SELECT t.1", "SELECT t.2"),
    ("SELECT 1a", "SELECT 2a"),
    ("SELECT 1e", "SELECT 2e"),
    ("SELECT 0x1G", "SELECT 0x2G"),
    ("SELECT 0X1", "SELECT 0X2"),
    ("SELECT `a1`", "SELECT `a2`"),
    ("SELECT `1`", "SELECT `2`"),
    ("SELECT `a 'b' c`", "SELECT `a 'c' c`"),
    ("SELECT ?", "SELECT 1"),
    ("SELECT @a1", "SELECT @a2"),
    ("SELECT @1", "SELECT @2"),
    ("SELECT @@a", "SELECT @@b"),
    ("SELECT 1", "SELECT -1"),
    ("SELECT 1, 2", "SELECT 1"),
    ("SELECT 'a' 'b'", "SELECT 'ab'"),
    ("SELECT ab", "SELECT a b"),
    ("SELECT x'1f'", 'SELECT x"1f"'),
    ("SELECT N'a'", 'SELECT N"a"'),
    ("SELECT _utf8mb4'a'", "SELECT _latin1'a'"),
    ("SELECT a-- b\n", "SELECT a- b\n"),
    ("SELECT 1--1", "SELECT 1--2 FROM t"),
    ("SELECT a /* FROM x */", "SELECT a FROM x"),
    ("SELECT 'a' FROM x", "SELECT 'a FROM x'"),
    ("SELECT '#' FROM x", "SELECT '' # FROM x"),
    ("SELECT '\\' FROM x'", "SELECT '\\\\' FROM x"),
    ("SELECT 1 /*! + 1 */", "SELECT 1"),
    ("SELECT 1 /*!50110 + 1 */", "SELECT 1 /*!50110 + 2 */"),
    ("SELECT 1 /*M! + 1 */", "SELECT 1"),
    ("SELECT /*+ BKA(t) */ 1", "SELECT 1"),
    ("SELECT /*+ MAX_EXECUTION_TIME(1) */ 1", "SELECT /*+ MAX_EXECUTION_TIME(2) */ 1"),
    ("SELECT é1", "SELECT é2"),
    ("SELECT a$1", "SELECT a$2"),
    ("SELECT 1.e(1)", "SELECT (1)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_literals_and_comments_may_differ(one: str, other: str) -> None:
    assert normalise(one.encode()) == normalise(other.encode())


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_nothing_else_may(one: str, other: str) -> None:
    assert normalise(one.encode()) != normalise(other.encode())


STRINGS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
LITERALS = st.one_of(
    STRINGS.map(lambda v: "'" + v.replace("\\", "\\\\").replace("'", "''") + "'"),
    STRINGS.map(lambda v: '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    st.text("01", max_size=5).map(lambda v: f"b'{v}'"),
    st.text("0123456789abcdefABCDEF", min_size=1, max_size=5).map(lambda v: f"0x{v}"),
    st.integers(0, 10**12).map(str),
    st.decimals(0, 10**6, allow_nan=False, places=3).map(lambda v: f"{v:f}"),
    st.integers(0, 99).map(lambda v: f".{v}"),
    st.integers(0, 99).map(lambda v: f"{v}e{v % 7}"),
)
NAMES = """select SELECT from items Items `items` `it``ems` `a'b` `1` é _x x1 1x @a @@b @1 2020_t"""
OTHERS = st.sampled_from([*NAMES.split(), *"( ) , ; = <> || -> + - * / ? := .".split()])
GAPS = st.sampled_from([" ", "  ", "\n", "\t", " /* c */ ", " -- c\n", " # c\n", "/**/ "])
PIECES = st.lists(st.tuples(st.booleans(), LITERALS, LITERALS, OTHERS, GAPS), min_size=1, max_size=10)


@given(PIECES)
def test_statements_that_differ_in_literals_alone_have_one_template(
    pieces: list[tuple[bool, str, str, str, str]],
) -> None:
    one = "".join((first if literal else other) + gap for literal, first, _, other, gap in pieces)
    two = "".join((second if literal else other) + gap for literal, _, second, other, gap in pieces)
    assert normalise(one.encode()) == normalise(two.encode())


@given(PIECES, st.integers(0, 9), OTHERS)
def test_any_other_change_alters_the_template(
    pieces: list[tuple[bool, str, str, str, str]], at: int, instead: str
) -> None:
    literal, first, _, other, gap = pieces[at % len(pieces)]
    assume(literal or instead != other)
    texts = ["".join((f if lit else o) + g for lit, f, _, o, g in pieces)]
    pieces[at % len(pieces)] = (False, first, first, instead, gap)
    texts.append("".join((f if lit else o) + g for lit, f, _, o, g in pieces))
    assert normalise(texts[0].encode()) != normalise(texts[1].encode())


@given(PIECES)
def test_no_literal_is_left_in_a_template(pieces: list[tuple[bool, str, str, str, str]]) -> None:
    """However it is found: the short way, and the lexer."""
    text = "".join((first if literal else other) + gap for literal, first, _, other, gap in pieces).encode()
    literals = sum(token.kind is TokenKind.LITERAL for token in tokens(text))
    template = normalise(text)
    assert template.count(b"[?]") == literals
    assert not any(token.kind is TokenKind.LITERAL for token in tokens(template))
    assert normalise(template) == template


@given(st.binary(max_size=120))
def test_noise_raises_nothing(data: bytes) -> None:
    normalise(data)
    found = tokens(data)
    lexer.statements(data, found)
    lexer.bare(data)
    lexer.levelled(data)
    assert all(0 <= token.start < token.end <= len(data) for token in found)


CONFUSING = st.text(st.sampled_from("'\"`xXbBnN0e1.&-/*!# \\\n\r@;é_a"), max_size=40)


@given(CONFUSING)
def test_a_template_says_all_but_the_literals(text: str) -> None:
    """The heart of it, on the signs that could confuse: with any literals put in, the template is the same statement.

    So two texts with one template are the same statement but for their literals. Texts that cannot be followed to
    their end are left out: all that they hold from there on is in their templates.
    """
    found = tokens(text.encode())
    assume(not any(token.kind is TokenKind.OPEN for token in found))
    # A number with two dots is an error.
    assume(not any(a.kind is TokenKind.LITERAL and b.is_sign(".") and a.end == b.start for a, b in pairwise(found)))
    # With a space for the comment, two signs would begin another one. No other text has such a template.
    assume("--#" not in text and "--/*" not in text)
    template = normalise(text.encode()).decode()
    assert outside(template.replace("[?]", '"" ')) == outside(text)


@given(CONFUSING, CONFUSING)
def test_what_cannot_be_followed_stays_in_the_template(before: str, behind: str) -> None:
    text = f"{before} /*! {behind}"
    found = tokens(text.encode())
    assume(found and found[-1].kind is TokenKind.OPEN)
    assert normalise(text.encode()).endswith(text.encode()[found[-1].start :])


def outside(text: str) -> list[tuple[TokenKind, str]]:
    """What stands outside literals, and where literals stand."""
    return [(t.kind, "" if t.kind is TokenKind.LITERAL else t.name) for t in tokens(text.encode())]


@pytest.mark.parametrize(
    "unit",
    [
        "'",
        '"',
        "`",
        "/*",
        "*/",
        "--",
        "-- ",
        "#",
        "(",
        "'\\",
        "1.",
        "a1",
        "\\",
        "''",
        "1e+",
        "@",
        "@@",
        "/* */",
        "0x",
        "1",
    ],
)
def test_no_text_takes_more_than_linear_time(unit: str) -> None:
    """Not by the clock: what is quadratic would not come back within the test's own time limit."""
    text = (unit * (40_000 // len(unit))).encode()
    normalise(text)
    lexer.levelled(text)
    tokens(text)
