"""The caches that are remembered, and which of several a person means; without a look at the API."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from polyscale_cli.context import AppContext
from polyscale_cli.errors import NotFoundError, UsageError
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.known_caches import KnownCaches, known_key
from polyscale_cli.settings.paths import NO_HOME, cache_dir
from polyscale_cli.settings.resolve import Settings

SHORTEST_PREFIX = 6
CACHE_NOT_FOUND = "CACHE_NOT_FOUND"


class Named(Protocol):
    """What has a name and an id: a cache, as the API sends it or as it is remembered."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


AnyCache = TypeVar("AnyCache", bound=Named)


def known_caches(app: AppContext) -> KnownCaches:
    """What is remembered of the API that the settings mean."""
    try:
        directory = cache_dir(app.environ)
    except UsageError as error:
        if error.code != NO_HOME:
            raise
        # Without a home directory nothing is remembered: nothing can be below a file.
        directory = Path(os.devnull) / "nowhere"
    return KnownCaches(directory, known_key(app.settings), text(app.environ, "POLYSCALE_PROFILE"))


@contextmanager
def named(settings: Settings, reference: str | None) -> Iterator[str | None]:
    """The reference, or what the settings name; when that is not found, the error says where it was named."""
    if reference is not None:
        yield reference
        return
    setting = settings.resolve(Key.CACHE)
    try:
        yield setting.value
    except NotFoundError as error:
        if setting.value is not None and error.code == CACHE_NOT_FOUND:
            error.why = f"It is named by {setting.place}. {error.why}"
        raise


def pick(caches: Iterable[AnyCache], reference: str | None) -> AnyCache:
    """Choose by name, id, or the beginning of an id; without any of them, the only one.

    Raises:
        NotFoundError: there is none like that.
        UsageError: several begin like that, or none was named and there are several.
    """
    everything = list(caches)
    if reference is None:
        return _only(everything)
    wanted = reference.strip().lower()
    exact = [one for one in everything if one.name == reference] or [one for one in everything if one.id == wanted]
    if exact:
        return exact[0]
    alike = [one for one in everything if len(wanted) >= SHORTEST_PREFIX and one.id.startswith(wanted)]
    if len(alike) > 1:
        raise UsageError(
            f"{reference!r} begins the ids of several caches.",
            why=_listed(alike),
            fix="Give more of the id, or the name.",
            code="AMBIGUOUS_CACHE",
        )
    if not alike:
        raise NotFoundError(
            f"There is no cache {reference!r}.",
            why=_listed(everything) if everything else "There are no caches yet.",
            fix="See them all: polyscale cache list",
            code=CACHE_NOT_FOUND,
        )
    return alike[0]


def _only(everything: list[AnyCache]) -> AnyCache:
    if not everything:
        raise NotFoundError(
            "There are no caches yet.", fix="Create one: polyscale cache create NAME --from-env", code=CACHE_NOT_FOUND
        )
    if len(everything) > 1:
        raise UsageError(
            "Which cache?",
            why=_listed(everything),
            fix="Name one, or set POLYSCALE_CACHE, or bind this directory to one: polyscale link CACHE.",
            code="CACHE_NOT_NAMED",
        )
    return everything[0]


def _listed(caches: list[AnyCache]) -> str:
    shown = ", ".join(f"{one.name} ({one.id[:8]})" for one in caches[:10])
    return f"Caches: {shown}{', …' if len(caches) > 10 else ''}."
