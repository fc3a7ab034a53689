"""Every type of both servers, as JSON: each in one form, whichever of the protocol's two it came by."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from polyscale_cli.edge.serverless.backend import Backend, QueryFailed
from tests.edge.serverless.mysql.conftest import ask, run
from tests.servers.mysql_like import MySqlLike

DEFINITIONS = {
    "i8": "TINYINT",
    "u8": "TINYINT UNSIGNED",
    "yes": "BOOLEAN",
    "i16": "SMALLINT",
    "u16": "SMALLINT UNSIGNED",
    "i24": "MEDIUMINT",
    "u24": "MEDIUMINT UNSIGNED",
    "i32": "INT",
    "u32": "INT UNSIGNED",
    "i64": "BIGINT",
    "u64": "BIGINT UNSIGNED",
    "zeros": "INT(8) ZEROFILL",
    "exact": "DECIMAL(20,4)",
    "exact_zeros": "DECIMAL(8,2) ZEROFILL",
    "f": "FLOAT",
    "f3": "FLOAT(7,3)",
    "d": "DOUBLE",
    "d2": "DOUBLE(10,2)",
    "d_zeros": "DOUBLE ZEROFILL",
    "bit1": "BIT(1)",
    "bit12": "BIT(12)",
    "y": "YEAR",
    "da": "DATE",
    "dt": "DATETIME",
    "dt3": "DATETIME(3)",
    "dt6": "DATETIME(6)",
    "ts": "TIMESTAMP(6) NULL",
    "t": "TIME",
    "t3": "TIME(3)",
    "t6": "TIME(6)",
    "c": "CHAR(5)",
    "v": "VARCHAR(99)",
    "l": "VARCHAR(9) CHARACTER SET latin1",
    "b3": "BINARY(3)",
    "vb": "VARBINARY(9)",
    "tx": "LONGTEXT",
    "bl": "MEDIUMBLOB",
    "e": "ENUM('a','ü')",
    "s": "SET('x','y','z')",
    "j": "JSON",
    "g": "GEOMETRY",
}
OF_MYSQL = {"ve": "VECTOR(2)"}
OF_MARIADB = {"i4": "INET4", "i6": "INET6", "u": "UUID"}

# A column, what is written there, and what is read.
VALUES: list[tuple[str, str, object]] = [
    ("i8", "-128", -128),
    ("u8", "255", 255),
    ("yes", "TRUE", 1),
    ("i16", "-32768", -32768),
    ("u16", "65535", 65535),
    ("i24", "-8388608", -8388608),
    ("u24", "16777215", 16777215),
    ("i32", "-2147483648", -2147483648),
    ("u32", "4294967295", 4294967295),
    ("i64", "9007199254740991", 9007199254740991),
    ("i64", "-9007199254740991", -9007199254740991),
    ("i64", "-9007199254740992", "-9007199254740992"),
    ("i64", "-9223372036854775808", "-9223372036854775808"),
    ("u64", "9007199254740992", "9007199254740992"),
    ("u64", "18446744073709551615", "18446744073709551615"),
    ("zeros", "42", 42),
    ("zeros", "0", 0),
    ("exact", "-1234567890.125", "-1234567890.1250"),
    ("exact_zeros", "12.5", "000012.50"),
    ("f", "3.14159274", 3.14159),
    ("f", "16777216", 16777200),
    ("f", "1e38", 1e38),
    ("f", "1e-20", 1e-20),
    ("f3", "-3.14159274", -3.142),
    ("d", "2.718281828459045", 2.718281828459045),
    ("d", "1.7976931348623157e308", 1.7976931348623157e308),
    ("d", "5e-324", 5e-324),
    ("d", "-0.0", 0),
    ("d", "1e15", 1e15),
    ("d", "123456789012345680", 123456789012345680),
    ("d2", "-2.718", -2.72),
    ("d_zeros", "1.5", 1.5),
    ("bit1", "b'1'", "AQ=="),
    ("bit12", "b'101010101010'", "Cqo="),
    ("y", "2155", 2155),
    ("y", "0", 0),
    ("da", "'2024-02-29'", "2024-02-29"),
    ("da", "'0000-00-00'", "0000-00-00"),
    ("da", "'9999-12-31'", "9999-12-31"),
    ("dt", "'0000-00-00'", "0000-00-00 00:00:00"),
    ("dt", "'1000-01-01'", "1000-01-01 00:00:00"),
    ("dt3", "'2024-00-00'", "2024-00-00 00:00:00.000"),
    ("dt3", "'2024-02-29 12:34:56.789'", "2024-02-29 12:34:56.789"),
    ("dt6", "'2024-02-29 00:00:00.000001'", "2024-02-29 00:00:00.000001"),
    ("dt6", "'0000-00-00'", "0000-00-00 00:00:00.000000"),
    ("ts", "'2038-01-19 03:14:07.999999'", "2038-01-19 03:14:07.999999"),
    ("t", "'-838:59:59'", "-838:59:59"),
    ("t", "'00:00:00'", "00:00:00"),
    ("t", "'25:00:00'", "25:00:00"),
    ("t3", "'-00:00:00.5'", "-00:00:00.500"),
    ("t6", "'00:00:00'", "00:00:00.000000"),
    ("t6", "'100:00:00.000001'", "100:00:00.000001"),
    ("c", "'ab  '", "ab"),
    ("v", "'é\"\\\\\\n\\t\\0\\u'", 'é"\\\n\t\0u'),
    ("v", "REPEAT('x', 99)", "x" * 99),
    ("l", "'é'", "é"),
    ("b3", "'a'", "YQAA"),
    ("vb", "'\\0ÿ'", "AMO/"),
    ("tx", "'😀'", "😀"),
    ("tx", "REPEAT('x', 70000)", "x" * 70000),
    ("bl", "x'00ff'", "AP8="),
    ("bl", "''", ""),
    ("e", "'ü'", "ü"),
    ("s", "'z,x'", "x,z"),
    ("s", "''", ""),
    ("j", '\'{"a": [1, 2.5, "é", null, true]}\'', {"a": [1, 2.5, "é", None, True]}),
    ("j", "'12345678901234567890'", 12345678901234567890),
    ("j", "'\"x\"'", "x"),
    ("g", "ST_GeomFromText('POINT(1 2)')", "AAAAAAEBAAAAAAAAAAAA8D8AAAAAAAAAQA=="),
    ("ve", "STRING_TO_VECTOR('[1.5,-2]')", "AADAPwAAAMA="),
    ("i4", "'1.2.3.4'", "1.2.3.4"),
    ("i6", "'0::1'", "::1"),
    ("u", "'123E4567-e89b-12d3-a456-426655440000'", "123e4567-e89b-12d3-a456-426655440000"),
]

EXPRESSIONS = (
    *("1", "-1", "1.5", "1e100", "NULL", "TRUE", "PI()", "RAND(1)", "ROUND(1.005e0, 2)", "1/3", "1e0/3", "~0"),
    *("AVG(d2)", "SUM(i32)", "SUM(f)", "MAX(f3)", "MAX(da)", "MAX(dt6)", "MIN(t)", "MAX(y)", "BIT_AND(bit12)"),
    *("GROUP_CONCAT(c)", "JSON_ARRAYAGG(i32)", "JSON_OBJECT('a', 1.50)", "JSON_EXTRACT('[[1]]', '$[0]')"),
    *("SEC_TO_TIME(3661.5)", "TIMEDIFF('10:00:00.123', '09:00:00')", "DATE_ADD('2024-01-01', INTERVAL 1 DAY)"),
    *("ADDTIME('2024-01-01 10:00:00.5', '1:0:0')", "FROM_UNIXTIME(1.5)", "MAKETIME(1, 2, 3.25)"),
    *("STR_TO_DATE('2024-01-02 03:04:05.6', '%Y-%m-%d %H:%i:%s.%f')", "CAST('10:11:12.5' AS TIME(2))"),
    *("UNHEX('C3A9')", "x'c3a9'", "b'11'", "_binary 'ab'", "CONCAT(1, 2)", "CHAR(200)", "COMPRESS('aa')"),
    *("INET6_ATON('::1')", "LEAST(MAX(dt3), MAX(dt6))", "COALESCE(MAX(f), 1)", "IFNULL(MAX(y), 1)", "MAX(d2) * 2e0"),
    *("UNIX_TIMESTAMP('2024-01-01 00:00:00.5')", "FORMAT(1234.5, 2)", "CAST(1.25 AS FLOAT)", "DAYNAME('2024-01-01')"),
)


@pytest.fixture(scope="module")
def types(origin: MySqlLike, filled: str) -> Iterator[dict[str, str]]:
    """A table of all types, and in it a row for each value."""
    definitions = DEFINITIONS | (OF_MARIADB if origin.kind == "mariadb" else OF_MYSQL)
    columns = ", ".join(f"{name} {kind}" for name, kind in definitions.items())
    rows = [
        f"INSERT INTO types (nr, {name}) VALUES ({number}, {written});"
        for number, (name, written, _) in enumerate(VALUES)
        if name in definitions
    ]
    origin.run(
        f"SET sql_mode = '', time_zone = '+00:00'; CREATE TABLE types (nr INT PRIMARY KEY, {columns}); {''.join(rows)}",
        filled,
    )
    yield definitions
    origin.run("DROP TABLE types", filled)


async def test_each_type_has_one_form_by_both_protocols(backend: Backend, types: dict[str, str]) -> None:
    by_text = await run(backend, "SELECT * FROM types ORDER BY nr")
    by_binary = await run(backend, "SELECT * FROM types WHERE nr >= ? ORDER BY nr", 0)
    assert by_text.document == by_binary.document
    rows = {row["nr"]: row for row in json.loads(by_text.document)}
    expected = {number: (name, read) for number, (name, _, read) in enumerate(VALUES) if name in types}
    assert {number: (name, rows[number][name]) for number, (name, _) in expected.items()} == expected
    for number, (name, _) in expected.items():
        assert all(rows[number][other] is None for other in types if other != name)


async def test_what_is_computed_has_one_form_by_both_protocols(backend: Backend, types: dict[str, str]) -> None:
    columns = ", ".join(f"{expression} AS c{number}" for number, expression in enumerate(EXPRESSIONS))
    by_text = await run(backend, f"SELECT {columns} FROM types")
    by_binary = await run(backend, f"SELECT {columns} FROM types WHERE nr >= ?", 0)
    assert by_text.document == by_binary.document
    assert len(json.loads(by_text.document)[0]) == len(EXPRESSIONS)


@pytest.mark.usefixtures("types")
async def test_texts_are_utf8_whatever_the_columns_are(backend: Backend) -> None:
    assert await ask(backend, "SELECT _latin1 x'e9' AS a, CONVERT('é' USING utf16) AS b, 'é' AS é") == [
        {"a": "é", "b": "é", "é": "é"}
    ]


async def test_what_the_servers_say_of_themselves_is_text(backend: Backend, filled: str) -> None:
    assert {"name": filled} in await ask(backend, "SELECT SCHEMA_NAME AS name FROM information_schema.schemata")
    (row,) = await ask(backend, "SHOW CREATE TABLE items")
    assert "CREATE TABLE `items`" in row["Create Table"]
    (row, *_) = await ask(backend, "SHOW COLUMNS FROM items")
    assert (row["Field"], row["Key"], row["Default"]) == ("id", "PRI", None)


async def test_json_that_is_none_is_a_text(origin: MySqlLike, backend: Backend) -> None:
    loose = "CREATE TEMPORARY TABLE loose (j JSON); INSERT INTO loose VALUES ('{\"a\": }'), ('[NaN]'), ('[1]')"
    if origin.kind == "mysql":
        with pytest.raises(QueryFailed, match="Invalid JSON text"):
            await run(backend, loose)
    else:
        said = await ask(backend, f"SET check_constraint_checks = 0; {loose}; SELECT j FROM loose")
        assert said[-1] == [{"j": '{"a": }'}, {"j": "[NaN]"}, {"j": [1]}]
