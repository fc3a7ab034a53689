"""The question that the catalog is asked: what names mean, and what a write to them changes.

One statement whose answer is one row with one JSON text. The texts in it are in hexadecimal, and the whole is binary,
so that no character set of the session can maul it. Every look-up gives schema and table as constants: MariaDB opens
the tables that it describes, and without constants all there are ("Optimizing Queries on INFORMATION_SCHEMA", MySQL 5.7
manual section 8.2.3, and MariaDB's knowledge base, "Optimizing Queries on Information Schema").

``JSON_ARRAYAGG`` is in MariaDB since 10.5 and in MySQL since 5.7.22. An older server refuses the question.
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

LONGEST_ANSWER = 1 << 26
"""In bytes, where the server must be told."""

_PLAIN = re.compile(r"[A-Za-z0-9_ $.-]*", re.ASCII)

_PARTS = {
    "tables": """SELECT {i} AS i, HEX(TABLE_SCHEMA) AS a, HEX(TABLE_NAME) AS b, HEX(TABLE_TYPE) AS c, HEX(ENGINE) AS d
      FROM information_schema.TABLES WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table}""",
    "views": """SELECT {i} AS i, HEX(VIEW_DEFINITION) AS a
      FROM information_schema.VIEWS WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table}""",
    "rules": """SELECT HEX(CONSTRAINT_SCHEMA) AS a, HEX(TABLE_NAME) AS b, HEX(CONSTRAINT_NAME) AS c,
        HEX(UNIQUE_CONSTRAINT_SCHEMA) AS d, HEX(REFERENCED_TABLE_NAME) AS e,
        HEX(UPDATE_RULE) AS f, HEX(DELETE_RULE) AS g
      FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = {schema} AND TABLE_NAME IN ({table})""",
    "keys": """SELECT {i} AS i, HEX(CONSTRAINT_NAME) AS a, HEX(REFERENCED_TABLE_SCHEMA) AS b,
        HEX(REFERENCED_TABLE_NAME) AS c
      FROM information_schema.KEY_COLUMN_USAGE
      WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table} AND REFERENCED_TABLE_NAME IS NOT NULL""",
    "constrained": """SELECT DISTINCT {i} AS i
      FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table}""",
    "columns": """SELECT {i} AS i, HEX(COLUMN_NAME) AS a, DATA_TYPE = 'time' AS b,
        CASE WHEN EXTRA LIKE '%VIRTUAL%' THEN HEX(GENERATION_EXPRESSION) END AS c
      FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {table} AND (EXTRA LIKE '%VIRTUAL%' OR DATA_TYPE = 'time')""",
    "triggers": """SELECT {i} AS i, HEX(ACTION_STATEMENT) AS a, HEX(SQL_MODE) AS b
      FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = {schema} AND EVENT_OBJECT_TABLE = {table}""",
}
"""What is asked of each name."""

_RIGHTS = {
    "everywhere": """SELECT MAX(PRIVILEGE_TYPE = 'SELECT') AS a, MAX(PRIVILEGE_TYPE = 'TRIGGER') AS b
      FROM information_schema.USER_PRIVILEGES WHERE {mine} HAVING COUNT(*) > 0""",
    "schemas": """SELECT HEX(TABLE_SCHEMA) AS a, MAX(PRIVILEGE_TYPE = 'SELECT') AS b,
        MAX(PRIVILEGE_TYPE = 'TRIGGER') AS c
      FROM information_schema.SCHEMA_PRIVILEGES WHERE {mine} GROUP BY HEX(TABLE_SCHEMA)""",
    "own_tables": """SELECT HEX(TABLE_SCHEMA) AS a, HEX(TABLE_NAME) AS b, MAX(PRIVILEGE_TYPE = 'SELECT') AS c,
        MAX(PRIVILEGE_TYPE = 'TRIGGER') AS d
      FROM information_schema.TABLE_PRIVILEGES WHERE {mine} AND (TABLE_SCHEMA, TABLE_NAME) IN ({names})
      GROUP BY HEX(TABLE_SCHEMA), HEX(TABLE_NAME)""",
}
"""What is asked of the user, whose name in GRANTEE is in quotes that nothing escapes."""

_COLUMNS = {
    **{"tables": "i, a, b, c, d", "views": "i, a", "rules": "a, b, c, d, e, f, g", "keys": "i, a, b, c"},
    **{"constrained": "i", "columns": "i, a, b, c", "triggers": "i, a, b"},
    **{"everywhere": "a, b", "schemas": "a, b, c", "own_tables": "a, b, c, d"},
}

_ROWS = "SELECT JSON_ARRAYAGG(JSON_ARRAY({columns})) FROM ({query}) AS answers"

_HOST = "SUBSTRING_INDEX(CURRENT_USER(), '@', -1)"
_USER = f"LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH({_HOST}) - 1)"
_MINE = f"HEX(GRANTEE) = HEX(CONCAT('''', {_USER}, '''@''', {_HOST}, ''''))"


def question(asked: Sequence[tuple[Spelled, Purpose]], flavour: Flavour) -> bytes:
    """Write the question about some names; answers number them as they come here."""
    names: dict[str, list[dict[str, str]]] = {part: [] for part in _PARTS}
    for i, (name, purpose) in enumerate(asked):
        for part in _parts(purpose, flavour):
            names[part].append(_spell(i, name))
    if flavour.has_dictionary:
        # It reads the foreign keys of all the schema for it, however many tables are meant.
        names["rules"] = _by_schema(names["rules"])
    queries = {
        part: " UNION ALL ".join(_put(_PARTS[part], name) for name in named) for part, named in names.items() if named
    }
    if names["keys"] or names["triggers"]:
        every = ", ".join(f"({name['schema']}, {name['table']})" for name in names["tables"])
        queries |= {part: _put(query, {"mine": _MINE, "names": every}) for part, query in _RIGHTS.items()}
    partial = "@@GLOBAL.partial_revokes" if flavour.has_partial_revokes else "0"
    fields = [
        "'{\"database\":', IFNULL(CONCAT('\"', HEX(DATABASE()), '\"'), 'null')",
        f"',\"folds\":', @@GLOBAL.lower_case_table_names, ',\"partial\":', {partial}",
    ]
    for part, query in queries.items():
        rows = _put(_ROWS, {"columns": _COLUMNS[part], "query": query})
        fields.append(f"',\"{part}\":', IFNULL(({rows}), '[]')")
    text = f"SELECT CAST(CONCAT({', '.join(fields)}, '}}') AS BINARY)"
    if flavour.is_mariadb:
        # There JSON_ARRAYAGG is cut off where GROUP_CONCAT is.
        text = f"SET STATEMENT group_concat_max_len = {LONGEST_ANSWER} FOR {text}"
    return text.encode()


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
