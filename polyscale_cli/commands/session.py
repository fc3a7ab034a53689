"""Reach the API for one command: find the edge, start it if that is allowed, and name caches as people do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.models import CacheRecord, DeletedCache
from polyscale_cli.client.target import VARIABLE as API_URL
from polyscale_cli.client.target import Target, find_target
from polyscale_cli.commands.known import known_caches, named, pick
from polyscale_cli.context import AppContext
from polyscale_cli.errors import PolyscaleError, UnavailableError
from polyscale_cli.settings.environment import is_ci, is_on
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.known_caches import KnownCaches
from polyscale_cli.settings.resolve import Origin, Settings

if TYPE_CHECKING:
    from polyscale_cli.client.http import HttpClient


@dataclass(frozen=True, slots=True)
class Session:
    """The API, and what this command remembers of its caches."""

    api: ManagementApi
    http: HttpClient
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

    def deleted_caches(self) -> tuple[DeletedCache, ...]:
        """The caches that were deleted, the latest first; an older edge remembers none."""
        from polyscale_cli.client.deleted import deleted_caches

        return deleted_caches(self.api)

    def counters(self, cache_id: str) -> Mapping[str, int] | None:
        """What a cache has counted; a token that may not know it does not keep a statement from running."""
        try:
            return self.api.metrics(cache_id)
        except PolyscaleError:
            return None

    def observes(self, cache_id: str) -> bool:
        """Whether a cache serves nothing and only counts what it would have served; no, where we may not know."""
        try:
            return self.api.cache(cache_id).observes
        except PolyscaleError:
            return False

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
    target = find_target(app.settings) or started(app)
    app.console.redact.learn([target.token.secret])
    http = HttpClient(target, app.settings, app.console.debug if app.debug else None)
    try:
        yield Session(ManagementApi(http), http, target, known_caches(app), app.settings)
    finally:
        http.close()


def _warn_of_variable(app: AppContext) -> None:
    """Say so where a profile was asked for, and a variable leads elsewhere all the same."""
    if Key.PROFILE in app.options and app.settings.resolve(Key.API_URL).origin is Origin.ENVIRONMENT:
        app.console.warn(f"{API_URL} is set, and comes before the API of the profile {app.settings.profile}.")


def forbids_start(app: AppContext) -> str | None:
    """What keeps commands from starting the local edge by themselves; None where they may."""
    if is_ci(app.environ):
        return "CI is set"
    return None if is_on(app.environ, "POLYSCALE_AUTOSTART", default=True) else "POLYSCALE_AUTOSTART forbids it"


def started(app: AppContext) -> Target:
    """Start the local edge, and say so. Raises UnavailableError where that is forbidden."""
    forbidden = forbids_start(app)
    if forbidden is not None:
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
