"""A table with a column of every common type, and parameters of some of them."""

from __future__ import annotations

COLUMNS = {
    "boolean": ("true", "false"),
    "smallint": ("-32768", "32767"),
    "integer": ("-2147483648", "2147483647"),
    "bigint": ("-9223372036854775808", "9223372036854775807"),
    "numeric": ("12345678901234567890.123456789", "0.00"),
    "numeric(10,2)": ("1.10", "-99999999.99"),
    "real": ("1.5", "'-1e-30'"),
    "double precision": ("0.1", "'1e300'"),
    "text": ("'naïve ☕ \\ '' \" %'", "''"),
    "varchar(10)": ("'abc'", "'  x  '"),
    "char(5)": ("'ab'", "'abcde'"),
    "bytea": (r"'\x00ff10'", "''"),
    "date": ("'2026-02-28'", "'0001-01-01'"),
    "time": ("'23:59:59.999999'", "'00:00'"),
    "timetz": ("'12:00:00+02'", "'00:00:00-11:30'"),
    "timestamp": ("'2026-02-28 12:34:56.789'", "'1999-12-31 23:59:59'"),
    "timestamptz": ("'2026-02-28 12:34:56+00'", "'1970-01-01 00:00:00+00'"),
    "interval": ("'1 day 02:03:04'", "'-3 days'"),
    "uuid": ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'00000000-0000-0000-0000-000000000000'"),
    "json": ("""'{"a": [1, 2.5, null], "b": "ü"}'""", "'[]'"),
    "jsonb": ("""'{"a": [1, 2.5, null], "b": "ü"}'""", "'1'"),
    "integer[]": ("'{1,2,NULL}'", "'{}'"),
    "text[]": ("""'{"a b",NULL,"c\\"d"}'""", "'{}'"),
    "inet": ("'192.168.0.1/24'", "'::1'"),
    "cidr": ("'10.0.0.0/8'", "'2001:db8::/32'"),
    "macaddr": ("'08:00:2b:01:02:03'", "'ff:ff:ff:ff:ff:ff'"),
    "int4range": ("'[1,10)'", "'empty'"),
    "point": ("'(1.5,-2)'", "'(0,0)'"),
    "bit(3)": ("'101'", "'000'"),
    "money": ("'12.34'", "'-1'"),
    "tsvector": ("'a fat cat'", "''"),
    "mood": ("'happy'", "'it''s so so'"),
    "positive": ("1", "2"),
}

NAMES = [f"c{number}" for number in range(len(COLUMNS))]
_DEFINED = ", ".join(f"{name} {kind}" for name, kind in zip(NAMES, COLUMNS, strict=True))
_FIRST, _SECOND = (", ".join(values[number] for values in COLUMNS.values()) for number in (0, 1))
_NULLS = ", ".join("NULL" for _ in COLUMNS)

TABLE = (
    "CREATE TYPE mood AS ENUM ('happy', 'it''s so so')",
    "CREATE DOMAIN positive AS integer CHECK (value > 0)",
    f"CREATE TABLE every_type (id integer PRIMARY KEY, {_DEFINED})",
    f"INSERT INTO every_type VALUES (1, {_FIRST}), (2, {_SECOND}), (3, {_NULLS})",
)

# Values that every driver can carry as they are.
PARAMETERS: dict[str, object] = {
    "$1::text": "naïve ☕ \\ ' \" %",
    "$1::integer": -5,
    "$1::float8": 0.5,
    "$1::boolean": True,
}
