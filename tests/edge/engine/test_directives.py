"""What a statement's comment says, and what is none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polyscale_cli.edge.engine.directives import (
    NO_DIRECTIVES,
    Directives,
    is_unread,
    passed_over,
    read_directives,
)
from polyscale_cli.edge.wire.mysql import lexer as mysql
from polyscale_cli.edge.wire.postgres import lexer as postgres

TRACE = "traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01'"


@pytest.mark.parametrize(
    ("sql", "ttl", "tags"),
    [
        ("/* polyscale:ttl=60 */ SELECT 1", 60.0, ()),
        ("/*polyscale:ttl=60*/SELECT 1", 60.0, ()),
        ("  \n/* polyscale:tag=user_42,ttl=60 */\n SELECT 1", 60.0, ("user_42",)),
        ("/* polyscale:tag=b, tag=a ,tag=b */ SELECT 1", None, ("b", "a")),
        ("-- name: GetAuthor :one\n/* polyscale:ttl=5 */ SELECT 1", 5.0, ()),
        ("/* app */ /* polyscale:ttl=5 */ SELECT 1", 5.0, ()),
        ("SELECT /* polyscale:ttl=5 */ 1", 5.0, ()),
        ("SELECT/* polyscale:ttl=5 */ 1", 5.0, ()),
        ("SELECT 1 /* polyscale:ttl=5 */", 5.0, ()),
        ("SELECT 1 /* polyscale:ttl=5 */ ;\n", 5.0, ()),
        ("SELECT '/*%' LIKE '*/' /* polyscale:ttl=5 */", 5.0, ()),
        ("SELECT 'it''s \\' /* polyscale:ttl=5 */", 5.0, ()),
        ("SELECT data #>> '{a}' FROM t /* polyscale:ttl=5 */", 5.0, ()),
        ("SELECT 1 -- why\n/* polyscale:ttl=5 */", 5.0, ()),
        ("SELECT 1 /* polyscale:ttl=5 */ /* app:web */", 5.0, ()),
        ("/* polyscale:ttl=9 */ SELECT 1 /* polyscale:ttl=5,tag=x */", 5.0, ("x",)),
        ("/* polyscale:ttl=0 */ SELECT 1", 0.0, ()),
        ("/* polyscale:ttl=31536000 */ SELECT 1", 31536000.0, ()),
        # sqlcommenter's
        (f"SELECT 1 /*polyscale='ttl=60,tag=a',{TRACE}*/", 60.0, ("a",)),
        (f"SELECT 1 /*{TRACE},polyscale='ttl%3D60%2Ctag%3Da%3Ab'*/;", 60.0, ("a:b",)),
        (f"/*action='%2Fparam*d', polyscale='ttl=7' , {TRACE}*/ SELECT 1", 7.0, ()),
        # unknown words and nonsense are passed over, and what is beside them is not
        ("/* polyscale:swr=5,ttl=60,,stale */ SELECT 1", 60.0, ()),
        ("/* polyscale:ttl=-1,tag=a */ SELECT 1", None, ("a",)),
        ("/* polyscale:ttl=1.5,ttl=,ttl=x,ttl=31536001,ttl=99999999999 */ SELECT 1", None, ()),
        ("/* polyscale:ttl=\u0663 */ SELECT 1", None, ()),
        ("SELECT 1 /*polyscale='ttl%3D%D9%A3'*/", None, ()),
        (f"/* polyscale:tag=,tag=a b,tag=é,tag={'x' * 101},tag={'x' * 100} */ SELECT 1", None, ("x" * 100,)),
        ("/* polyscale: */ SELECT 1", None, ()),
        ("/* polyscale */ SELECT 1", None, ()),
        ("/* not polyscale:ttl=1 */ SELECT 1", None, ()),
        ("/* Polyscale:TTL=1 */ SELECT 1", None, ()),
        ("SELECT 1 /*nopolyscale='ttl=1'*/", None, ()),
    ],
)
def test_what_a_comment_says(sql: str, ttl: float | None, tags: tuple[str, ...]) -> None:
    assert read_directives(sql.encode()) == Directives(ttl, tags)


@pytest.mark.parametrize(
    ("sql", "words", "unread"),
    [
        ("/* polyscale:ttl=60s,tag=a b,tag=c,swr=5 */ SELECT 1", ("ttl=60s", "tag=a b", "swr=5"), False),
        ("SELECT 1 /*polyscale='ttl%3D-1'*/", ("ttl=-1",), False),
        ("/* polyscale:ttl=60 */ SELECT 1", (), False),
        ("SELECT 1 FROM t /* polyscale:ttl=60 */ WHERE id = 1", (), True),
        ("/* Polyscale:TTL=1 */ SELECT 1", (), True),
        ("SELECT 1 -- polyscale:ttl=60", (), True),
        ("SELECT 1 /* by polyscale: */", (), True),
        ("SELECT 'polyscale:ttl=60', polyscale FROM polyscale /* by polyscale */", (), False),
    ],
)
def test_what_a_comment_says_in_vain(sql: str, words: tuple[str, ...], unread: bool) -> None:
    assert passed_over(sql.encode()) == words
    assert is_unread(sql.encode()) == unread


INSIDE = [
    "SELECT '/* polyscale:ttl=1 */'",
    "SELECT '/* polyscale:ttl=1 */', 2",
    "SELECT E'\\'/* polyscale:ttl=1 */'",
    "SELECT $$/* polyscale:ttl=1 */$$",
    "SELECT $x$ $$ /* polyscale:ttl=1 */ $x$",
    'SELECT 1 AS "/* polyscale:ttl=1 */"',
    "SELECT 1 AS `/* polyscale:ttl=1 */`",
    'SELECT "it\'s /* polyscale:ttl=1 */"',
    "/* /* polyscale:ttl=1 */ */ SELECT 1",
    "SELECT 1 /* /* polyscale:ttl=1 */ */",
    "SELECT 1 /* /* polyscale:ttl=1 */",
    "SELECT '/* ' /* polyscale:ttl=1 */",
    "-- /* polyscale:ttl=1 */\nSELECT 1",
    "SELECT 1 -- /* polyscale:ttl=1 */",
    "SELECT 1 # /* polyscale:ttl=1 */",
    "SELECT --'\n/* polyscale:ttl=1 */'",
    "/*! polyscale:ttl=1 */ SELECT 1",
    "/*!polyscale:ttl=1 */ SELECT 1",
    "/*!a='b',polyscale='ttl=1'*/ SELECT 1",
    "SELECT 1 /*+a='b',polyscale='ttl=1'*/",
    "/*M! polyscale:ttl=1 */ SELECT 1",
    "/*+ polyscale:ttl=1 */ SELECT 1",
    "/*!50000 SELECT 1 /* polyscale:ttl=1 */ */",
    "SELECT 1 /*polyscale='ttl=1\\',x='*/",
    "SELECT '/*polyscale='--,ttl=1'*/",
    "SELECT '/*polyscale='#,ttl=1'*/",
    "SELECT '/*polyscale='",
    "SELECT 'a' /* polyscale:ttl=1 */, 2",
    "SELECT 'a /* polyscale:ttl=1 */ /* ' /* b */",
    "/* polyscale:ttl=1",
    "/*/ polyscale:ttl=1 */*/",
    "SELECT 1 /* polyscale:ttl=1 " + "x" * 4096 + " */",
    "/**/" * 16 + "/* polyscale:ttl=1 */ SELECT 1",
    "SELECT 1 /* polyscale:ttl=1 */" + "/**/" * 16,
]


@pytest.mark.parametrize("sql", INSIDE)
def test_what_may_be_no_comment_says_nothing(sql: str) -> None:
    assert read_directives(sql.encode()) == NO_DIRECTIVES


def test_a_long_row_of_comments_ends_the_search() -> None:
    for sql in (b"/**/" * 300_000 + b"polyscale", b"SELECT polyscale" + b"/**/" * 300_000, b"--polyscale" * 100_000):
        assert read_directives(sql) == NO_DIRECTIVES


PIECES = [
    *(b"'", b'"', b"`", b"$$", b"$a$", b"--", b"-- ", b"#", b"\n", b"\\", b"/*", b"*/", b"/*!", b";", b" ", b","),
    *(b"/* polyscale:ttl=1 */", b"/*polyscale='ttl=1'*/", b"polyscale='ttl=1'", b"E'", b"SELECT", b"x", b"7", b"="),
]
TEXTS = st.one_of(st.binary(), st.lists(st.sampled_from(PIECES)).map(b"".join))


@given(sql=TEXTS)
@settings(max_examples=100)
def test_no_text_is_an_error(sql: bytes) -> None:
    read_directives(sql)
    read_directives(sql + b"polyscale")
    passed_over(sql)
    is_unread(sql)


def _comments_of_postgres(sql: bytes) -> list[bytes] | None:
    """The comments as the server's own rules have them; None where a text has no end, so that it is an error."""
    if postgres.eludes(sql):
        return None
    found = [match for match in postgres._TOKEN.finditer(sql) if match[0][:2] != b"--"]
    if any(match["sign"] in (b"'", b'"') or match["sign"] == b"$" for match in found):
        return None
    if any(one["sign"] == b"/" and two["sign"] == b"*" and one.end() == two.start()
           for one, two in pairwise(found)):  # fmt: skip
        return None
    return [match[0] for match in found if match[0][:2] == b"/*"]


def _comments_of_mysql(sql: bytes) -> list[bytes] | None:
    found = list(mysql._TOKEN.finditer(sql))
    if any(match.lastgroup == "open" for match in found):
        return None
    return [match[0] for match in found if match.lastgroup == "comment" and match[0][:2] == b"/*"]


@given(sql=st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join))
@settings(max_examples=500)
@example(b"SELECT '/*polyscale='ttl=1'*/")
@example(b"'/* polyscale:ttl=1 */' /*polyscale='ttl=1'*/'")
def test_what_says_something_is_a_comment_in_every_dialect_that_can_read_the_text(sql: bytes) -> None:
    if read_directives(sql).ttl is None:
        return
    for comments in (_comments_of_postgres(sql), _comments_of_mysql(sql)):
        assert comments is None or any(b"polyscale" in comment for comment in comments), sql
