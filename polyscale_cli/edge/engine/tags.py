"""Tags: what entries depend on because a comment of their statement says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.fence import Table

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.origin import Origin

MOST_TAGS = 20_000
"""Beyond this, those that no entry has are forgotten."""


class Tags:
    """The tags of one cache, each a table that no write touches."""

    __slots__ = ("_most", "_named", "_origin")

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._named: dict[str, Table] = {}
        self._most = MOST_TAGS

    def find(self, name: str) -> Table:
        """Find or make what entries with a tag depend on."""
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = Table(("tag", name), self._origin)
        return found

    def known(self, name: str) -> tuple[Table, ...]:
        """Find the tag of this name, if any entry may have it."""
        found = self._named.get(name)
        return () if found is None else (found,)

    def of(self, names: tuple[str, ...]) -> tuple[Table, ...]:
        """Find or make the tags of one statement."""
        if names and len(self._named) >= self._most:
            # Before the first is taken: each of them must still be known when its entry is purged.
            self._forget()
        return tuple(self.find(name) for name in names)

    def names(self, tables: Iterable[Table]) -> tuple[str, ...]:
        """Give the names of those that are tags."""
        among = set(tables)
        return tuple(name for name, tag in self._named.items() if tag in among)

    def _forget(self) -> None:
        """Forget tags that no entry has; a fill under way that has one is refused."""
        for name, tag in tuple(self._named.items()):
            if not tag.held:
                tag.version += 1
                del self._named[name]
        self._most = max(MOST_TAGS, 2 * len(self._named))
