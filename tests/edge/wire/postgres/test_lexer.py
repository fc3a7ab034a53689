"""Templates: literals may differ, nothing else may."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.postgres.lexer import normalise, tokens
from polyscale_cli.edge.wire.tokens import TokenKind

SAME = [
    ("SELECT 1", "SELECT 2"),
    ("SELECT 1", "SELECT 1.5e10"),
    ("SELECT 'a'", "SELECT 'it''s'"),
    ("SELECT 'a'", "SELECT ''"),
    ("SELECT E'a'", "SELECT E'\\'b'"),
    ("SELECT $$a$$", "SELECT $x$ $$ ' \" $x$"),
    ("SELECT B'01'", "SELECT B'1'"),
    ("SELECT * FROM t WHERE a = 1 AND b = 'x'", "SELECT * FROM t WHERE a = 22 AND b = 'y'"),
    ("SELECT /* a */ 1", "SELECT /* b */ 1"),
    ("SELECT 1 -- a", "SELECT 1 -- b"),
    ("SELECT a[1]", "SELECT a[2]"),
    ("SELECT 1::int", "SELECT 2::int"),
]
DIFFERENT = [
    ("SELECT a", "SELECT b"),
    ("SELECT a", "SELECT A"),
    ("SELECT t1", "SELECT t2"),
    ("SELECT t.c1", "SELECT t.c2"),
    ("SELECT $1", "SELECT $2"),
    ("SELECT $1", "SELECT 1"),
    ('SELECT "a"', 'SELECT "b"'),
    ('SELECT "a1"', 'SELECT "a2"'),
    ("SELECT 'a'", 'SELECT "a"'),
    ("SELECT 1", "SELECT -1"),
    ("SELECT 1, 2", "SELECT 1"),
    ("SELECT ab", "SELECT a b"),
    ("SELECT a-- b\n", "SELECT a- b\n"),
    ("SELECT a /* FROM x */", "SELECT a FROM x"),
    ("SELECT 'a' FROM x", "SELECT 'a FROM x'"),
    ("SELECT '--' FROM x", "SELECT '' -- FROM x"),
    ("SELECT '\\' FROM x", "SELECT E'\\' FROM x'"),
    ("SELECT $$ FROM x", "SELECT $$ FROM x$$"),
    ("SELECT 1e FROM x", "SELECT 1 FROM x"),
    ("SELECT é1", "SELECT é2"),
    ("SELECT _1", "SELECT _2"),
    ("SELECT a$1", "SELECT a$2"),
    ('SELECT U&"\\0061"', 'SELECT U&"\\0062"'),
    ("/* a /* b */ c */ SELECT 1", "/* a /* b */ d */ SELECT 1"),
    ("SELECT 'a' 'b'", "SELECT 'ab'"),
    ("SELECT E'a'\n'\\', x, '\\''", "SELECT E'a'\n'\\', y, '\\''"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_literals_and_comments_may_differ(one: str, other: str) -> None:
    assert normalise(one.encode()) == normalise(other.encode())


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_nothing_else_may(one: str, other: str) -> None:
    assert normalise(one.encode()) != normalise(other.encode())


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


# Literals as PostgreSQL writes them, each with what may stand beside it.
STRINGS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
LITERALS = st.one_of(
    STRINGS.map(lambda v: "'" + v.replace("'", "''") + "'"),
    STRINGS.map(lambda v: f"E'{escaped(v)}'"),
    STRINGS.filter(lambda v: "$q$" not in v + "$q$"[:-1]).map(lambda v: f"$q${v}$q$"),
    STRINGS.filter(lambda v: "$" not in v).map(lambda v: f"$${v}$$"),
    st.text("01", max_size=5).map(lambda v: f"B'{v}'"),
    st.integers(0, 10**12).map(str),
    st.decimals(0, 10**6, allow_nan=False, places=3).map(lambda v: f"{v:f}"),
    st.integers(0, 99).map(lambda v: f"{v}e{v % 7}"),
)
NAMES = """select SELECT from items Items "items" "it""ems" "a'b" é _x x1 $1 $2 and"""
OTHERS = st.sampled_from([*NAMES.split(), *"( ) , ; . = <> || -> ::int [ ] + - * / @> ?".split()])
GAPS = st.sampled_from([" ", "  ", "\n", "\t", " /* c */ ", " -- c\n", "/**/ "])
PIECES = st.lists(st.tuples(st.booleans(), LITERALS, LITERALS, OTHERS, GAPS), min_size=1, max_size=10)


@given(PIECES)
def test_statements_that_differ_in_literals_alone_have_one_template(
    pieces: list[tuple[bool, str, str, str, str]],
) -> None:
    one = "".join((first if literal else other) + gap for literal, first, _, other, gap in pieces)
    two = "".join((second if literal else other) + gap for literal, _, second, other, gap in pieces)
    assume(not lexer.eludes(one.encode()) and not lexer.eludes(two.encode()))
    assert normalise(one.encode()) == normalise(two.encode())


@given(PIECES, st.integers(0, 9), OTHERS)
def test_any_other_change_alters_the_template(
    pieces: list[tuple[bool, str, str, str, str]], at: int, instead: str
) -> None:
    literal, first, _, other, _ = pieces[at % len(pieces)]
    changed = instead
    assume(literal or changed != other)
    texts = ["".join((f if lit else o) + gap for lit, f, _, o, gap in pieces)]
    pieces[at % len(pieces)] = (False, first, first, changed, pieces[at % len(pieces)][4])
    texts.append("".join((f if lit else o) + gap for lit, f, _, o, gap in pieces))
    assert normalise(texts[0].encode()) != normalise(texts[1].encode())


@given(PIECES)
def test_the_short_way_and_the_lexer_agree_on_what_a_literal_is(pieces: list[tuple[bool, str, str, str, str]]) -> None:
    text = "".join((first if literal else other) + gap for literal, first, _, other, gap in pieces).encode()
    assume(not lexer.eludes(text))
    literals = sum(token.kind is TokenKind.LITERAL for token in tokens(text))
    assert normalise(text).count(b"[?]") == literals


@given(st.binary(max_size=120))
def test_noise_raises_nothing(data: bytes) -> None:
    normalise(data)
    found = tokens(data)
    lexer.statements(data, found)
    assert all(0 <= token.start < len(data) for token in found)


CONFUSING = st.text(st.sampled_from("'\"$eEuUxB&-/* \\\n\rab_1é;"), max_size=40)


@given(CONFUSING)
def test_a_template_says_all_but_the_literals(text: str) -> None:
    """The heart of it, on the signs that could confuse: with any literals put in, the template is the same statement.

    So two texts with one template are the same statement but for their literals. Texts that end inside a literal are
    left out: they are no statements, and as their templates hold a quote, they share none with one that is.
    """
    assume(not lexer.eludes(text.encode()))
    assume(not any(token.is_sign("'") or token.is_sign('"') for token in tokens(text.encode())))
    template = normalise(text.encode()).decode()
    assert outside(template.replace("[?]", " '' ")) == outside(text)


def outside(text: str) -> list[tuple[TokenKind, str]]:
    """What stands outside literals, and where literals stand."""
    return [(t.kind, "" if t.kind is TokenKind.LITERAL else t.text) for t in tokens(text.encode())]


@pytest.mark.parametrize("size", [200_000])
@pytest.mark.parametrize(
    "unit", ["'", '"', "/*", "*/", "--", "$a$", "$", "(", "e'\\", "1.", "a1", "\\", "''", "1e+", "$a", "/* */"]
)
def test_no_text_takes_more_than_linear_time(unit: str, size: int) -> None:
    """Not by the clock: what is quadratic would not come back within the test's own time limit."""
    text = (unit * (size // len(unit))).encode()
    normalise(text)
    tokens(text[:20_000])


def test_the_statements_of_a_text() -> None:
    text = b"SELECT ';'; -- ;\n UPDATE t SET a = $$;$$ ;; COMMIT"
    parts = lexer.statements(text, tokens(text))
    assert [part.strip() for part, _ in parts] == [b"SELECT ';'", b"UPDATE t SET a = $$;$$", b"COMMIT"]
