"""How people write the names of tables, in requests and commands, whatever the database."""

from __future__ import annotations

import re

from polyscale_cli.edge.engine import Name

MOST_PARTS = 3
# Quoted as in standard SQL or as in MySQL, or bare.
_PART = re.compile(r""""((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^"`.\x00-\x1f]+)""")
# The same for JSON Schema: a bare part has something in it.
PART_SCHEMA = r"""("([^"]|"")+"|`([^`]|``)+`|[^"`.\u0000-\u001f]*[^"`.\s\u0000-\u001f][^"`.\u0000-\u001f]*)"""


def read_table(text: str) -> Name:
    """Read a table's name: ``orders``, ``shop.orders``, or quoted, or with the database in front.

    Raises:
        ValueError: it is none.
    """
    parts: list[str] = []
    rest = text.strip()
    while True:
        found = _PART.match(rest)
        if found is None or not (part := _unquoted(found)):
            raise ValueError(text)
        parts.append(part)
        rest = rest[found.end() :]
        if not rest:
            break
        if not rest.startswith("."):
            raise ValueError(text)
        rest = rest[1:]
    if len(parts) > MOST_PARTS:
        raise ValueError(text)
    return tuple(parts)


def _unquoted(found: re.Match[str]) -> str:
    double, back, bare = found.groups(default="")
    return double.replace('""', '"') or back.replace("``", "`") or bare.strip()


def spelled(name: Name) -> str:
    """Write a name so that ``read_table`` reads it again."""
    return ".".join(f'"{p.replace(chr(34), chr(34) * 2)}"' if re.search(r'["`.\s]', p) else p for p in name)
