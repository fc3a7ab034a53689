"""A table with a column of every type, and parameters that every driver can carry as they are."""

from __future__ import annotations

from collections.abc import Container

_COMMON = {
    "tinyint(1)": ("1", "0"),
    "tinyint": ("-128", "127"),
    "smallint": ("-32768", "32767"),
    "mediumint": ("-8388608", "8388607"),
    "int": ("-2147483648", "2147483647"),
    "int unsigned": ("4294967295", "0"),
    "bigint": ("-9223372036854775808", "9223372036854775807"),
    "bigint unsigned": ("18446744073709551615", "0"),
    "int(6) zerofill": ("42", "0"),
    "decimal(30,9)": ("123456789012345678901.123456789", "-0.000000001"),
    "decimal(10,2)": ("1.10", "-99999999.99"),
    "float": ("1.5", "-1e-30"),
    "double": ("0.1", "1e300"),
    "bit(1)": ("b'1'", "b'0'"),
    "bit(12)": ("b'101010101010'", "b'1'"),
    "year": ("2026", "1901"),
    "date": ("'2026-02-28'", "'1000-01-01'"),
    "time": ("'23:59:59'", "'-838:59:59'"),
    "time(6)": ("'12:34:56.789012'", "'00:00:00.000001'"),
    "datetime": ("'2026-02-28 12:34:56'", "'1999-12-31 23:59:59'"),
    "datetime(6)": ("'2026-02-28 12:34:56.789012'", "'1999-12-31 23:59:59.999999'"),
    "timestamp NULL": ("'2026-02-28 12:34:56'", "'1971-01-01 00:00:00'"),
    "char(5)": ("'ab'", "'abcde'"),
    "varchar(30)": ("'naïve ☕ 😀 '' \" %'", "''"),
    "varchar(30) CHARACTER SET latin1": ("'naïve'", "''"),
    "tinytext": ("'tiny'", "''"),
    "longtext": ("'long'", "''"),
    "binary(5)": ("x'00ff10'", "''"),
    "varbinary(20)": ("x'00ff10'", "''"),
    "blob": ("x'00ff10'", "''"),
    "enum('happy', 'it''s so so')": ("'happy'", "'it''s so so'"),
    "set('a', 'b', 'c')": ("'a,c'", "''"),
    "json": ("""'{"a": [1, 2.5, null], "b": "ü"}'""", "'[]'"),
    "point": ("ST_GeomFromText('POINT(1.5 -2)')", "ST_GeomFromText('POINT(0 0)')"),
}
_OF_MARIADB = {
    "uuid": ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'00000000-0000-0000-0000-000000000000'"),
    "inet6": ("'2001:db8::1'", "'::'"),
    "inet4": ("'192.168.0.1'", "'0.0.0.0'"),
}


def columns(server: str) -> dict[str, tuple[str, str]]:
    """The types that a server has, mysql or mariadb, each with two values."""
    # MySQL's own, VECTOR, is one that most drivers cannot read, with an edge or without.
    return {**_COMMON, **(_OF_MARIADB if server == "mariadb" else {})}


def names(server: str, but: Container[str] = ()) -> list[str]:
    """The columns of ``every_type``, but for its key and those of some types."""
    return [f"c{number}" for number, kind in enumerate(columns(server)) if kind not in but]


def table(server: str) -> tuple[str, ...]:
    """What makes ``every_type``."""
    kinds = columns(server)
    defined = ", ".join(f"{name} {kind}" for name, kind in zip(names(server), kinds, strict=True))
    first, second = (", ".join(values[number] for values in kinds.values()) for number in (0, 1))
    nulls = ", ".join("NULL" for _ in kinds)
    return (
        f"CREATE TABLE every_type (id int PRIMARY KEY, {defined})",
        f"INSERT INTO every_type VALUES (1, {first}), (2, {second}), (3, {nulls})",
    )


PARAMETERS: tuple[object, ...] = ("naïve ☕ 😀 \\ ' \" %", "", -5, 2**62, 0.5)
