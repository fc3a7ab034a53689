"""``PUT /v1/caches/{id}/purge``: drop everything, or what is named: tables, templates, queries, tags.

Without a selector it is v1's own purge, and answers as that does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from polyscale_cli.edge.api.fields import Flag, Integer, Nested, Shape, Text, Texts
from polyscale_cli.edge.api.routes import Call, Reply
from polyscale_cli.edge.engine import Purged, Selection
from polyscale_cli.edge.engine.directives import TAG
from polyscale_cli.edge.engine.purging import PurgedPart
from polyscale_cli.edge.server import Edge
from polyscale_cli.edge.table_name import MOST_PARTS, PART_SCHEMA, read_table, spelled

_LONGEST = 64 * 1024
"""As long as the whole body may be."""
_SOMETHING = r"[\s\S]*\S[\s\S]*"


def _statement(text: str) -> str:
    """Take what a database could be sent. Raises ValueError."""
    text.encode()
    if not text.strip() or "\0" in text:
        raise ValueError(text)
    return text


def _tag(text: str) -> str:
    if re.fullmatch(TAG, text) is None:
        raise ValueError(text)
    return text


PURGE = Shape(
    "Purge",
    (
        Texts(
            name="tables",
            about="Drop only what depends on these tables, by whichever spelling, view, partition or cascade. A name"
            " without a schema means the tables of that name in every schema. One that the edge has never met drops"
            " everything, for it may be a new partition of any table.",
            read=read_table,
            pattern=rf"{PART_SCHEMA}(\.{PART_SCHEMA}){{0,{MOST_PARTS - 1}}}",
            takes="the name of a table, with or without its schema",
        ),
        Texts(
            name="templates",
            about="Drop only the answers to statements of these templates; each is a template's id, its text, or any of"
            " its statements.",
            read=_statement,
            pattern=_SOMETHING,
            takes="a template's id, its text, or a statement",
            longest=_LONGEST,
        ),
        Texts(
            name="queries",
            about="Drop only the answers to exactly these queries, whatever their parameters.",
            read=_statement,
            pattern=_SOMETHING,
            takes="a statement",
            longest=_LONGEST,
        ),
        Texts(
            name="tags",
            about="Drop only the answers that comments of their statements have tagged so.",
            read=_tag,
            pattern=TAG,
            takes="a tag: letters, digits and _.:@-, at most 100",
            longest=100,
        ),
        Flag(name="dryRun", attribute="dry_run", about="Drop nothing, and count what would go.", default=False),
    ),
)
_TABLE = Shape(
    "PurgedTable",
    (
        Text(name="name", about="The name as it was asked for.", printable=False),
        Texts(
            name="matched",
            about="The tables that it may mean.",
            least=0,
            most=100_000,
        ),
        Integer(name="purged", about="How many entries depended on them."),
        Flag(
            name="unknown",
            about="Whether the edge has not met a table of that name in each database that it kept answers of, and so"
            " dropped all answers from there.",
        ),
    ),
    all_required=True,
)
_PART = Shape(
    "PurgedPart",
    (
        Text(name="name", about="As it was asked for.", most=_LONGEST, printable=False),
        Integer(name="purged", about="How many entries it meant; one that several names mean counts with each."),
    ),
    all_required=True,
)
PURGED = Shape(
    "Purged",
    (
        Integer(name="purged", about="How many entries were dropped.", required=True),
        Integer(name="wouldPurge", about="In a dry run: how many would have been."),
        Nested(
            name="tables", about="Where tables were named: what was found under each name.", shape=_TABLE, many=True
        ),
        *(
            Nested(name=name, about=f"Where {name} were named: how many entries each meant.", shape=_PART, many=True)
            for name in ("templates", "queries", "tags")
        ),
    ),
)


async def run(edge: Edge, call: Call) -> Reply:
    """Answer the request."""
    wanted = dict(call.values)
    dry_run = wanted.pop("dry_run", False)
    purged = edge.purge_cache(call.path["cacheId"], Selection(**wanted), dry_run=dry_run)
    return Reply(HTTPStatus.OK, _document(purged, dry_run=dry_run))


def _document(purged: Purged, *, dry_run: bool) -> dict[str, Any]:
    document: dict[str, Any] = {"purged": 0, "wouldPurge": purged.entries} if dry_run else {"purged": purged.entries}
    if purged.tables:
        document["tables"] = [
            {
                "name": spelled(one.name),
                "matched": [spelled(name) for name in one.met],
                "purged": one.entries,
                "unknown": one.unknown,
            }
            for one in purged.tables
        ]
    parts = {"templates": purged.templates, "queries": purged.queries, "tags": purged.tags}
    return document | {name: _counts(found) for name, found in parts.items() if found}


def _counts(parts: Sequence[PurgedPart]) -> list[dict[str, Any]]:
    return [{"name": one.name, "purged": one.entries} for one in parts]
