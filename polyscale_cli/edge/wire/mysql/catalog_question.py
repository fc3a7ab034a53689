"""The question that the catalog is asked: what names mean, and what a write to them changes.

One statement, so that one moment answers it: a union of plain rows, each with the name of the part it belongs to.
Names and texts are in hexadecimal, so that no character set of the session can maul them. Every look-up gives schema
and table as constants: MariaDB opens the tables that it describes, and without constants all there are ("Optimizing
Queries on INFORMATION_SCHEMA", MySQL 5.7 manual section 8.2.3, and MariaDB's knowledge base, "Optimizing Queries on
Information Schema"). Nothing is put together or grouped by the server: MariaDB 10.11 crashes where it cannot make the
temporary table for a JSON_ARRAYAGG, as on a full disk, and answers plain rows with an error then.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence

from polyscale_cli.edge.wire.mysql.flavour import Flavour


class Purpose(enum.Flag):
    """Why a name is asked about."""

    LOOK = enum.auto()
    """A statement uses it whose answer is not kept: only what a view calls matters."""
    READ = enum.auto()
    """An answer depends on its rows."""
    PARENT = enum.auto()
    """Its rows take those of a table along that an answer depends on."""
    WRITE = enum.auto()
    """Its rows change."""
    TIMES = enum.auto()
    """Some of its columns are turned into dates: one of type TIME then takes the day of today."""
    DEFINITION = enum.auto()
    """It is a view, as an answer has told: the texts there cost the server a table on disk each."""


Spelled = tuple[str | None, str]
"""A table's schema, or None for the session's own, and its name."""

MOST_ROWS = 1_000_000
"""Of an answer."""

_PLAIN = re.compile(r"[A-Za-z0-9_ $.-]*", re.ASCII)

_PARTS = {
    "tables": (
        ("{i}", "HEX(TABLE_SCHEMA)", "HEX(TABLE_NAME)", "HEX(TABLE_TYPE)", "HEX(ENGINE)"),
        "information_schema.TABLES WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table}",
    ),
    "views": (
        ("{i}", "HEX(VIEW_DEFINITION)"),
        "information_schema.VIEWS WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table}",
    ),
    "rules": (
        (
            *("HEX(CONSTRAINT_SCHEMA)", "HEX(TABLE_NAME)", "HEX(CONSTRAINT_NAME)"),
            *("HEX(UNIQUE_CONSTRAINT_SCHEMA)", "HEX(REFERENCED_TABLE_NAME)", "HEX(UPDATE_RULE)", "HEX(DELETE_RULE)"),
        ),
        "information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = {schema} AND TABLE_NAME IN ({table})",
    ),
    "keys": (
        ("{i}", "HEX(CONSTRAINT_NAME)", "HEX(REFERENCED_TABLE_SCHEMA)", "HEX(REFERENCED_TABLE_NAME)"),
        "information_schema.KEY_COLUMN_USAGE"
        " WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table} AND REFERENCED_TABLE_NAME IS NOT NULL",
    ),
    "constrained": (
        ("{i}",),
        "information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table}",
    ),
    "columns": (
        (
            *("{i}", "HEX(COLUMN_NAME)", "DATA_TYPE = 'time'"),
            "CASE WHEN EXTRA LIKE '%VIRTUAL%' THEN HEX(GENERATION_EXPRESSION) END",
        ),
        "information_schema.COLUMNS"
        " WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table} AND (EXTRA LIKE '%VIRTUAL%' OR DATA_TYPE = 'time')",
    ),
    "triggers": (
        ("{i}", "HEX(ACTION_STATEMENT)", "HEX(SQL_MODE)"),
        "information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = {schema} AND EVENT_OBJECT_TABLE = {table}",
    ),
}
"""What is asked of each name: columns, and where they are from."""

_IS = ("PRIVILEGE_TYPE = 'SELECT'", "PRIVILEGE_TYPE = 'TRIGGER'")

_RIGHTS = {
    "everywhere": (_IS, "information_schema.USER_PRIVILEGES WHERE {mine} AND PRIVILEGE_TYPE IN ('SELECT', 'TRIGGER')"),
    "schemas": (("HEX(TABLE_SCHEMA)", *_IS), "information_schema.SCHEMA_PRIVILEGES WHERE {mine}"),
    "own_tables": (
        ("HEX(TABLE_SCHEMA)", "HEX(TABLE_NAME)", *_IS),
        "information_schema.TABLE_PRIVILEGES WHERE {mine} AND PRIVILEGE_TYPE IN ('SELECT', 'TRIGGER')"
        " AND (TABLE_SCHEMA, TABLE_NAME) IN ({names})",
    ),
}
"""What is asked of the user, whose name in GRANTEE is in quotes that nothing escapes."""

_AT_ONCE = "own_tables"
"""Holds in sessions that are open (MySQL manual, section 8.2.13)."""

WIDTHS = {part: len(columns) for part, (columns, _) in (_PARTS | _RIGHTS).items()}
"""How many columns each part of an answer has, behind its name."""

SESSION, END = "session", "end"
"""The first row of an answer, of the database and the server's ways, and the last, without which it is cut off."""

_WIDEST = max(WIDTHS.values())

_HOST = "SUBSTRING_INDEX(CURRENT_USER(), '@', -1)"
_USER = f"LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH({_HOST}) - 1)"
_MINE = f"HEX(GRANTEE) = HEX(CONCAT('''', {_USER}, '''@''', {_HOST}, ''''))"


def question(asked: Sequence[tuple[Spelled, Purpose]], flavour: Flavour, *, trusts_grants: bool = True) -> bytes:
    """Write the question about some names; answers number them as they come here.

    Without ``trusts_grants`` it leaves out those that a session need not have yet; those on tables hold at once.
    """
    names: dict[str, list[dict[str, str]]] = {part: [] for part in _PARTS}
    for i, (name, purpose) in enumerate(asked):
        for part in _parts(purpose, flavour):
            names[part].append(_spell(i, name))
    if flavour.has_dictionary:
        # It reads the foreign keys of all the schema for it, however many tables are meant.
        names["rules"] = _by_schema(names["rules"])
    partial = "@@GLOBAL.partial_revokes" if flavour.has_partial_revokes else "0"
    arms = [_arm(SESSION, ("HEX(DATABASE())", "@@GLOBAL.lower_case_table_names", partial))]
    for part, named in names.items():
        columns, source = _PARTS[part]
        arms += [_put(_arm(part, columns, source), name) for name in named]
    if names["keys"] or names["triggers"]:
        every = ", ".join(f"({name['schema']}, {name['table']})" for name in names["tables"])
        arms += [
            _put(_arm(part, columns, source), {"mine": _MINE, "names": every})
            for part, (columns, source) in _RIGHTS.items()
            if trusts_grants or part == _AT_ONCE
        ]
    arms.append(_arm(END, ()))
    # A limit of its own, lest the session's (sql_select_limit) cut it off.
    return f"{' UNION ALL '.join(arms)} LIMIT {MOST_ROWS}".encode()


def _arm(part: str, columns: Sequence[str], source: str = "") -> str:
    """Write one part of the question, with as many columns as every other."""
    padding = ["NULL"] * (_WIDEST - len(columns))
    select = f"SELECT '{part}', {', '.join([*columns, *padding])}"
    return f"({select} FROM {source})" if source else f"({select})"


def _parts(purpose: Purpose, flavour: Flavour) -> list[str]:
    """Give what is to be asked of one name."""
    if Purpose.DEFINITION in purpose:
        return ["tables", "views", "columns"] if Purpose.TIMES in purpose else ["tables", "views"]
    parts = ["tables"]
    if purpose & (Purpose.READ | Purpose.PARENT):
        parts += ["rules"] if flavour.has_dictionary else ["rules", "keys", "constrained"]
    if Purpose.TIMES in purpose or (Purpose.READ in purpose and flavour.is_mariadb):
        parts.append("columns")
    if Purpose.WRITE in purpose:
        parts.append("triggers")
    return parts


def _spell(i: int, name: Spelled) -> dict[str, str]:
    schema, table = name
    return {"i": str(i), "schema": "DATABASE()" if schema is None else _literal(schema), "table": _literal(table)}


def _by_schema(names: list[dict[str, str]]) -> list[dict[str, str]]:
    """Give the names in each schema as one list."""
    schemas: dict[str, list[str]] = {}
    for name in names:
        schemas.setdefault(name["schema"], []).append(name["table"])
    return [{"schema": schema, "table": ", ".join(tables)} for schema, tables in schemas.items()]


def _literal(text: str) -> str:
    """Quote in a way that no sql_mode and no character set of the session reads differently."""
    if _PLAIN.fullmatch(text):
        return f"'{text}'"
    return f"_utf8mb4 X'{text.encode('utf-8', 'surrogateescape').hex()}'"


def _put(template: str, values: dict[str, str]) -> str:
    """Fill in a template; what is filled in may have braces of its own."""
    return re.sub(r"\{(\w+)\}", lambda part: values[part[1]], template)
