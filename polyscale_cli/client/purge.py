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
class Purged:
    """How many entries went, or in a dry run would have; ``tables`` is empty when nothing was selected."""

    entries: int
    tables: tuple[PurgedTable, ...] = ()

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
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable("a purge") from error


def selector(tables: tuple[str, ...], *, dry_run: bool) -> Mapping[str, Any]:
    """The body of the request; an empty one means everything."""
    return {**({"tables": list(tables)} if tables else {}), **({"dryRun": True} if dry_run else {})}
