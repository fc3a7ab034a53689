"""Values as JSON, against what psycopg makes of the same values."""

from __future__ import annotations

import base64
import json
import math
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.string import TextLoader

from polyscale_cli.edge.serverless.backend import Backend, QueryFailed
from polyscale_cli.edge.serverless.columns import unique_names
from polyscale_cli.edge.serverless.postgres import values
from polyscale_cli.edge.serverless.postgres.arrays import array_of, literal
from polyscale_cli.edge.serverless.postgres.client import MALFORMED
from polyscale_cli.edge.serverless.postgres.forms import Forms
from polyscale_cli.edge.serverless.postgres.rows import Column, RowReader
from tests.edge.serverless.postgres.conftest import Inside, ask, run
from tests.edge.wire.postgres.frames import row
from tests.servers.postgres import Postgres

# Types that psycopg has no other loader for, or one for which not all of their values exist in Python.
AS_TEXT = ("date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "inet", "cidr")

EXPRESSIONS = """
true; false; NULL::bool; 0::int2; 32767::int2; (-32768)::int2; 2147483647; (-2147483648)::int4; 4294967295::oid
9007199254740993::int8; 9223372036854775807::int8; (-9223372036854775808)::int8; 0::int8
0::numeric; 1.50; -0.0000001; 1e400::numeric; 1e-400::numeric; 'NaN'::numeric; 'Infinity'::numeric; '-Infinity'::numeric
123456789012345678901234567890.123456789; NULL::numeric; 12::numeric(10, 4)
0::float8; '-0'::float8; 0.1::float8; 1e308::float8; 5e-324::float8; 1e21::float8; 'NaN'::float8; 'Infinity'::float8
'-Infinity'::float8; 1.0::float8 / 3; 0.1::float4; 3.4028235e38::float4; 'NaN'::float4; 1e-45::float4
''::text; 'plain'; E'quotes " and \\\\ and / and \\n\\r\\t\\b\\f'; E'\\x01\\x1f\\x7f'; 'é ü 🐘 \u2028'
'x'::varchar(9); 'x'::char(3)
'x'::"char"; ''::"char"; E'\\\\000'::"char"; 'a name'::name; '<a b="c">&amp;</a>'::xml; 'a & b'::tsquery
'a b'::tsvector
'\\x'::bytea; '\\x00ff5c22'::bytea; decode(repeat('ab', 100), 'hex')
'{"a": [1, 2.50, 1e400, "\\u00e9", null]}'::json; ' { "a" : 1 , "a" : 2 } '::json; 'null'::json; '"x"'::jsonb
'{"n": 123456789012345678901234567890.5, "t": "line\\n"}'::jsonb; '[]'::jsonb; E'[\\n1,\\t2]'::json; 'true'::json
date '2024-02-29'; date '0044-03-15 BC'; date 'infinity'; date '-infinity'; date '99999-01-01'
time '24:00:00'; time '12:34:56.789'; timetz '12:34:56+05:30'; timestamp '2024-02-29 12:34:56.123456'
timestamp '0044-03-15 00:00:00 BC'; timestamp 'infinity'; timestamptz '2024-02-29 12:34:56+02'; timestamptz '-infinity'
interval '1 year 2 mons -3 days 04:05:06.7'; interval '0'; interval '-1 second'
'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid; '192.168.0.1/24'::inet; '::1'::inet; '10.0.0.0/8'::cidr
'08:00:2b:01:02:03'::macaddr; B'10101'; B''; '101'::varbit; point '(1,2)'; box '((1,1),(0,0))'; '{1,2,3}'::line
circle '<(0,0),1>'; path '[(0,0),(1,1)]'; polygon '((0,0),(1,1),(1,0))'; '1 2'::int2vector; '1 2'::oidvector
'pg_class'::regclass::oid > 0; 'int4'::regtype; '0/16B3748'::pg_lsn; '10:20:10,14'::txid_snapshot; '$.a'::jsonpath
ARRAY[1, NULL, -3]; ARRAY[]::int[]; NULL::int[]; ARRAY[[1, 2], [3, 4]]; '{{{1},{2}},{{3},{NULL}}}'::int[]
'[0:2]={7,8,9}'::int[]; '[-1:0][2:3]={{1,2},{3,4}}'::int[]; ARRAY[1, 2]::int2[]; ARRAY[1]::oid[]
ARRAY[9223372036854775807, NULL]; ARRAY[1.50, NULL, 'NaN'::numeric]; ARRAY[0.1, 'Infinity', 'NaN']::float8[]
ARRAY['', 'NULL', 'null', NULL, 'a,b', '{}', '"', E'\\\\', ' ', E'\\n', 'é', 'a b', '[1:2]={}']
ARRAY[['a', 'b'], ['c', NULL]]
ARRAY[true, NULL, false]; ARRAY['\\x00ff', '\\x', NULL]::bytea[]; ARRAY['x ']::char(3)[]; ARRAY['x', 'y']::"char"[]
ARRAY['{"a": [1, 2]}', '"x,y"', NULL]::json[]; ARRAY['{"a": "}"}', 'null']::jsonb[]
ARRAY[date '2024-02-29', 'infinity', '0044-03-15 BC']; ARRAY[timestamp '2024-01-01 10:00:00', NULL]
ARRAY[timestamptz '2024-01-01 10:00:00+00']; ARRAY[interval '1 day 02:00:00', '-1 mon']; ARRAY[time '10:00:00']
ARRAY['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']::uuid[]; ARRAY['::1']::inet[]; ARRAY[B'101', B'']; ARRAY['a', 'b']::name[]
"""
TABLE = [one.strip() for line in EXPRESSIONS.strip().split("\n") for one in line.split("; ")]


def as_json(value: object, oid: int) -> Any:
    """What the form of a type in JSON should be, of a value as psycopg gives it."""
    if isinstance(value, list) and oid not in (114, 3802, 199, 3807):
        return [as_json(each, oid) for each in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}Infinity"
    if isinstance(value, int) and oid in (20, 1016):
        return str(value)
    return value


def whole(text: str) -> float:
    """Read a JSON number without a point, of which one is no integer."""
    return -0.0 if text == "-0" else int(text)


async def test_each_value_is_what_psycopg_makes_of_it(inside: Inside, postgres: Postgres) -> None:
    backend = await inside.connect()
    text = "SELECT " + ", ".join(f"{one} AS c{number}" for number, one in enumerate(TABLE))
    (found,) = json.loads((await run(backend, text)).document, parse_int=whole)
    with psycopg.connect(postgres.dsn(inside.database)) as connection:
        for name in AS_TEXT:
            connection.adapters.register_loader(name, TextLoader)
        cursor = connection.execute(text.encode())
        (row_,) = cursor.fetchall()
        oids = [column.type_code for column in cursor.description or ()]
    differing = {
        expression: (got, expected)
        for expression, got, expected in zip(TABLE, found.values(), map(as_json, row_, oids), strict=True)
        if repr(float(got) if isinstance(expected, float) else got) != repr(expected)
    }
    assert differing == {}


OWN = [
    ("'sad'::mood", "sad"),
    ("ARRAY['sad', 'so, so', NULL]::mood[]", ["sad", "so, so", None]),
    ("ARRAY[ARRAY['sad'], ARRAY['happy']]::mood[]", [["sad"], ["happy"]]),
    ("ROW(1, 'a,\"b')::pair", '(1,"a,""b")'),
    ("ARRAY[ROW(1, 'a'), ROW(NULL, NULL)]::pair[]", ["(1,a)", "(,)"]),
    ("ROW(1, 2)", "(1,2)"),
    ("ARRAY[ROW(1, 2)]", ["(1,2)"]),
    ("5::positive", 5),
    ("ARRAY[1, NULL]::positive[]", [1, None]),
    ("'{1,2}'::few", [1, 2]),
    ("'{\"{1,2}\",NULL}'::few[]", [[1, 2], None]),
    ("int4range(1, 5)", "[1,5)"),
    ("ARRAY[int4range(1, 5), 'empty']", ["[1,5)", "empty"]),
    ("'{[1,3),[5,7)}'::int4multirange", "{[1,3),[5,7)}"),
    ("floats(1, 2)", "[1,2)"),
    ("ARRAY[floats(1, 2)]", ["[1,2)"]),
    ("ARRAY[box '((1,1),(0,0))', NULL, box '((2,2),(0,0))']", ["(1,1),(0,0)", None, "(2,2),(0,0)"]),
    ("ARRAY[point '(1,2)', NULL]", ["(1,2)", None]),
    ("ARRAY['1 2'::int2vector]", ["1 2"]),
    ("1234.5::money", "$1,234.50"),
    ("items", '(1,"item 1")'),
    ("ARRAY[items]", ['(1,"item 1")']),
    ("'items'::regclass", "items"),
    ("(SELECT array_agg(id) FROM items WHERE id < 0)", None),
]


async def test_the_databases_own_types(backend: Backend) -> None:
    shown = ", ".join(f"{expression} AS c{number}" for number, (expression, _) in enumerate(OWN))
    (found,) = await ask(backend, f"SELECT {shown} FROM items WHERE id = 1")
    assert list(found.values()) == [expected for _, expected in OWN]


async def test_the_catalog_is_asked_of_a_type_once(inside: Inside) -> None:
    backend = await inside.connect()
    asked = []
    for _ in range(3):
        before = inside.metrics.passes + inside.metrics.misses
        await run(backend, "SELECT 'sad'::mood AS a, ARRAY['sad']::mood[] AS b, random() AS c")
        asked.append(inside.metrics.passes + inside.metrics.misses - before - 1)
    # The second question is of what the array's elements are.
    assert asked == [1, 0, 0] or asked == [2, 0, 0]


async def test_many_rows_of_a_type_that_is_not_known_yet(backend: Backend) -> None:
    found = await ask(backend, "SELECT ARRAY['sad']::mood[] AS m, g AS n FROM generate_series(1, 20000) g")
    assert found == [{"m": ["sad"], "n": n} for n in range(1, 20_001)]


async def test_bytes_of_the_older_format(backend: Backend) -> None:
    text = "SET bytea_output = 'escape'; SELECT '\\x00ff5c5c7841'::bytea AS a, ARRAY['\\x5c00']::bytea[] AS b"
    expected = {"a": base64.b64encode(b"\0\xff\\\\xA").decode(), "b": [base64.b64encode(b"\\\0").decode()]}
    assert (await ask(backend, text))[1] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "SET client_encoding = 'LATIN1'; SELECT 'é' AS a",
        "SET client_encoding = 'LATIN1'; SELECT '\"é\"'::json AS a; SET client_encoding = 'UTF8'",
        "SET client_encoding = 'EUC_JP'; SELECT '\u3042' AS a",
        "SET client_encoding = 'LATIN1'; SELECT 'sad'::mood AS m, 'é' AS a",
    ],
)
async def test_what_comes_in_another_encoding_is_refused_and_the_next_is_not(backend: Backend, text: str) -> None:
    with pytest.raises(QueryFailed, match="not UTF-8") as failed:
        await ask(backend, text)
    assert failed.value.code == "22021"
    await backend.reset()
    assert await ask(backend, "SELECT 'é' AS a") == [{"a": "é"}]


# -- without a server ------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
FLOATS = st.floats().map(lambda one: {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(one), repr(one)))
OF_TYPES: dict[int, st.SearchStrategy[str]] = {
    16: st.sampled_from("tf"),
    17: st.binary(max_size=9).map(lambda one: f"\\x{one.hex()}"),
    23: st.integers(-(2**31), 2**31 - 1).map(str),
    20: st.integers(-(2**63), 2**63 - 1).map(str),
    701: FLOATS,
    1700: st.decimals(allow_nan=False, allow_infinity=False).map(lambda one: format(one, "f")),
    25: TEXT,
    1043: TEXT,
    16_999: TEXT,
    114: st.recursive(st.none() | st.booleans() | FLOATS | TEXT, lambda inner: st.lists(inner, max_size=3)).map(
        json.dumps
    ),
    1009: st.lists(st.none() | TEXT, max_size=4).map(literal),
}


@given(st.data())
def test_rows_of_anything_are_json(data: st.DataObject) -> None:
    oids = data.draw(st.lists(st.sampled_from(sorted(OF_TYPES)), max_size=5))
    names = data.draw(st.lists(TEXT, min_size=len(oids), max_size=len(oids)))
    rows = [[data.draw(st.none() | OF_TYPES[oid]) for oid in oids] for _ in range(data.draw(st.integers(0, 3)))]
    stream = b"".join(row(*each) for each in rows)
    reader = RowReader([Column(name, oid) for name, oid in zip(names, oids, strict=True)], Forms())
    found: list[str] = []
    assert reader.read(stream + b"C\0\0\0\x04", 0, found) == len(stream)
    read = [json.loads(each) for each in found]
    assert [list(each) for each in read] == [unique_names(names)] * len(rows)
    for given_row, read_row in zip(rows, read, strict=True):
        for oid, text, value in zip(oids, given_row, read_row.values(), strict=True):
            assert (value is None) == (text is None or (oid == 114 and text == "null"))
            if oid in (25, 1043, 16_999, 20, 1700):
                assert value == text


@given(st.lists(st.none() | TEXT, max_size=6))
def test_a_literal_is_read_as_it_was_written(elements: list[str | None]) -> None:
    assert json.loads(array_of(values.text)(literal(elements).encode())) == elements


@given(st.binary(max_size=40))
def test_any_bytes_of_a_text_are_json_or_no_utf8(noise: bytes) -> None:
    try:
        assert json.loads(values.text(noise)) == noise.decode()
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            noise.decode()


@given(st.text('{}[]=,"\\ aN', max_size=30))
def test_no_noise_keeps_an_array_from_ending(noise: str) -> None:
    convert = array_of(values.text)
    if noise.startswith("[") and "=" not in noise:
        with pytest.raises(ValueError, match="not found"):
            convert(noise.encode())
    else:
        convert(noise.encode())


@pytest.mark.parametrize("cut", range(1, 17))
def test_a_row_that_is_cut_waits_for_its_rest(cut: int) -> None:
    whole = row("1", "abc")
    reader = RowReader([Column("a", 23), Column("b", 25)], Forms())
    found: list[str] = []
    assert reader.read(whole + whole[: min(cut, len(whole) - 1)], 0, found) == len(whole)
    assert found == ['{"a":1,"b":"abc"}']


@pytest.mark.parametrize("columns", [1, 3])
def test_a_row_of_other_columns_than_were_described_is_no_row(columns: int) -> None:
    reader = RowReader([Column("a", 25)] * columns, Forms())
    with pytest.raises(MALFORMED):
        reader.read(row("1", "abc"), 0, [])


@pytest.mark.parametrize(
    ("names", "unique"),
    [
        ([], []),
        (["id", "id", "id"], ["id", "id_1", "id_2"]),
        (["id", "id_1", "id"], ["id", "id_1", "id_2"]),
        (["id", "id", "id_1", "id_1"], ["id", "id_2", "id_1", "id_1_1"]),
        (["", ""], ["", "_1"]),
    ],
)
def test_every_column_has_a_name_of_its_own(names: list[str], unique: list[str]) -> None:
    assert unique_names(names) == unique
