"""No value and no comment is in a text that is shown, whatever a statement is made of."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.observe.redaction import CUT, LONGEST_SHOWN, shown
from polyscale_cli.edge.wire.mysql import lexer as mysql
from polyscale_cli.edge.wire.postgres import lexer as postgres

SECRET = "s3cr3t"
HIDING = [
    "SELECT 's3cr3t'",
    "SELECT 's3cr3t",
    "SELECT 1 /* s3cr3t",
    "SELECT /* s3cr3t */ 1",
    "SELECT /*+ s3cr3t */ 1",
    "/*! SET @a = 's3cr3t' */ SELECT 1",
    "/*! a /* b */ s3cr3t */ SELECT 's3cr3t'",
    "/*!50000 SELECT s3cr3t",
    "SELECT /* /* s3cr3t */ s3cr3t */ 's3cr3t'",
    "SELECT E'a'\n'\\'s3cr3t', 's3cr3t'",
    "SELECT $$s3cr3t$$",
    "SELECT $$s3cr3t",
    "SELECT $tag$s3cr3t$tag$, $tag$s3cr3t",
    "SELECT 1 -- s3cr3t",
    "-- s3cr3t\nSELECT 1",
    "--s3cr3t\nSELECT 1",
    "SELECT x's3cr3t', N's3cr3t', _utf8mb4's3cr3t', U&'s3cr3t'",
    "SELECT E'it\\'s s3cr3t'",
    "SELECT 'it''s s3cr3t'",
    "CREATE USER a IDENTIFIED BY 's3cr3t'",
    "ALTER ROLE a PASSWORD 's3cr3t'",
    'SELECT "a" , "s3cr3t',
    "SELECT `a`, `s3cr3t",
    "SELECT 'a\\' , s3cr3t'",
    "SELECT 'a' 's3cr3t' \"b",
    "SELECT 'a\\'s3cr3t', 'b\\'s3cr3t'",
    "SELECT 'a\\', 's3cr3t', 'b\\'",
    "DO $body$ BEGIN PERFORM 's3cr3t'; END $body$",
    "INSERT INTO t VALUES ('s3cr3t'), ('a' /* s3cr3t */)",
]


@pytest.mark.parametrize("lexer", [postgres, mysql], ids=["postgres", "mysql"])
@pytest.mark.parametrize("text", HIDING)
def test_neither_values_nor_comments_are_shown(lexer: object, text: str) -> None:
    normal: bytes = lexer.normalise(text.encode())  # type: ignore[attr-defined]
    assert SECRET not in shown(normal)


def test_what_stands_in_double_quotes_is_a_value_for_mysql() -> None:
    assert SECRET not in shown(mysql.normalise(b'SELECT "s3cr3t", "a""s3cr3t"'))
    assert SECRET not in shown(mysql.normalise(b"# s3cr3t\nSELECT 1"))


@pytest.mark.parametrize(
    ("normal", "text"),
    [
        (b"SELECT a FROM t WHERE id = [?]", "SELECT a FROM t WHERE id = [?]"),
        (b'SELECT "a" FROM "t" WHERE id = $1 AND b @> $2', 'SELECT "a" FROM "t" WHERE id = $1 AND b @> $2'),
        (b"SELECT /*+ MAX_EXECUTION_TIME([?]) */ a FROM `t`", "SELECT   a FROM `t`"),
        (b"SELECT 'a", f"SELECT {CUT}"),
        (b"\0SELECT 'a'", CUT),
        (b"SELECT \xff", "SELECT \ufffd"),
    ],
)
def test_the_rest_of_a_statement_is_shown(normal: bytes, text: str) -> None:
    assert shown(normal) == text


def test_a_long_text_is_cut() -> None:
    text = shown(b"SELECT " + b"a, " * 1_000_000)
    assert len(text) == LONGEST_SHOWN + len(CUT)
