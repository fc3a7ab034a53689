"""Reach the API for one command: find the edge, start it if that is allowed, and name caches as people do."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.models import CacheRecord
from polyscale_cli.client.target import VARIABLE as API_URL
from polyscale_cli.client.target import Target, find_target, known_key
from polyscale_cli.context import AppContext
from polyscale_cli.errors import NotFoundError, UnavailableError, UsageError
from polyscale_cli.settings.environment import is_ci, is_on, text
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.known_caches import KnownCaches
from polyscale_cli.settings.paths import NO_HOME, cache_dir
from polyscale_cli.settings.resolve import Origin, Settings

SHORTEST_PREFIX = 6
CACHE_NOT_FOUND = "CACHE_NOT_FOUND"


class Named(Protocol):
    """What has a name and an id: a cache, as the API sends it or as it is remembered."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


AnyCache = TypeVar("AnyCache", bound=Named)


@dataclass(frozen=True, slots=True)
class Session:
    """The API, and what this command remembers of its caches."""

    api: ManagementApi
    target: Target
    known: KnownCaches
    settings: Settings

    def caches(self) -> tuple[CacheRecord, ...]:
        """All caches; they are remembered."""
        found = self.api.caches()
        self.known.replace(known for known in map(CacheRecord.known, found) if known is not None)
        return found

    def cache(self, reference: str | None) -> CacheRecord:
        """The cache that a person means, or, without a reference, the settings. Raises NotFoundError or UsageError."""
        with named(self.settings, reference) as name:
            return pick(self.caches(), name)

    def remember(self, cache: CacheRecord) -> None:
        """Keep what changed for later commands."""
        known = cache.known()
        if known is not None:
            self.known.remember(known)


@contextmanager
def session(app: AppContext) -> Iterator[Session]:
    """The API of the configured edge, or of the local one, which is started when nothing forbids it.

    Raises:
        UnavailableError: no edge runs and none may be started.
    """
    from polyscale_cli.client.http import HttpClient

    _warn_of_variable(app)
    target = find_target(app.settings) or _started(app)
    app.console.redact.learn([target.token.secret])
    http = HttpClient(target, app.settings, app.console.debug if app.debug else None)
    try:
        yield Session(ManagementApi(http), target, known_caches(app), app.settings)
    finally:
        http.close()


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


def _warn_of_variable(app: AppContext) -> None:
    """Say so where a profile was asked for, and a variable leads elsewhere all the same."""
    if Key.PROFILE in app.options and app.settings.resolve(Key.API_URL).origin is Origin.ENVIRONMENT:
        app.console.warn(f"{API_URL} is set, and comes before the API of the profile {app.settings.profile}.")


def _started(app: AppContext) -> Target:
    if is_ci(app.environ) or not is_on(app.environ, "POLYSCALE_AUTOSTART", default=True):
        forbidden = "CI is set" if is_ci(app.environ) else "POLYSCALE_AUTOSTART forbids it"
        raise UnavailableError(
            "No edge is running.",
            why=f"None was started, because {forbidden}.",
            fix="Start one with `polyscale edge start`, or set POLYSCALE_API_URL and POLYSCALE_TOKEN.",
            code="EDGE_NOT_RUNNING",
            next_steps=("polyscale edge start",),
        )
    from polyscale_cli.commands.edge import start_for

    with app.progress("Starting the local edge"):
        start_for(app)
    target = find_target(app.settings)
    if target is None:
        raise UnavailableError("The edge ended as soon as it had started.", next_steps=("polyscale edge logs",))
    app.console.note(f"Started the local edge at {target.url}. `polyscale edge stop` ends it.")
    return target
