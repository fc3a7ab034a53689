"""What a purge dropped, as the management API says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polyscale_cli.client.models import unreadable


@dataclass(frozen=True, slots=True)
class PurgedTable:
    """One name that was asked for: the tables that it may mean, and how many entries depended on them.

    ``unknown`` says that the edge could not tell, and so dropped everything.
    """

    name: str
    matched: tuple[str, ...]
    entries: int
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class PurgedPart:
    """A template, a query or a tag that was asked for, and how many entries it meant."""

    name: str
    entries: int


@dataclass(frozen=True, slots=True)
class Purged:
    """How many entries went, or in a dry run would have; the others are empty where none was selected."""

    entries: int
    tables: tuple[PurgedTable, ...] = ()
    templates: tuple[PurgedPart, ...] = ()
    queries: tuple[PurgedPart, ...] = ()
    tags: tuple[PurgedPart, ...] = ()

    @classmethod
    def read(cls, body: Any) -> Purged:
        """Read the API's JSON. Raises PolyscaleError when it is no purge."""
        if body is None:
            # The API that was before answered with an empty body.
            return cls(0)
        try:
            return cls(
                int(body["wouldPurge"] if "wouldPurge" in body else body.get("purged", 0)),
                tuple(
                    PurgedTable(
                        str(one["name"]),
                        tuple(str(name) for name in one["matched"]),
                        int(one["purged"]),
                        unknown=bool(one.get("unknown")),
                    )
                    for one in body.get("tables") or ()
                ),
                *(
                    tuple(PurgedPart(str(one["name"]), int(one["purged"])) for one in body.get(part) or ())
                    for part in ("templates", "queries", "tags")
                ),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable("a purge") from error


@dataclass(frozen=True, slots=True)
class Selector:
    """What is to go: all that any of these means, or everything where there is none.

    Attributes:
        templates: ids, texts, or statements of them.
        queries: exact texts.
    """

    tables: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tables or self.templates or self.queries or self.tags)

    def body(self, *, dry_run: bool) -> Mapping[str, Any]:
        """The body of the request; an empty one means everything."""
        named = {name: list(getattr(self, name)) for name in self.__slots__ if getattr(self, name)}
        return {**named, **({"dryRun": True} if dry_run else {})}


EVERYTHING = Selector()
