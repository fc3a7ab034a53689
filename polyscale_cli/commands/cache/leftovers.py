"""What in this project still names a cache that is being deleted, and how to put it right."""

from __future__ import annotations

from collections.abc import Iterator

from polyscale_cli.client.models import CacheRecord
from polyscale_cli.commands import origin
from polyscale_cli.commands.known import pick
from polyscale_cli.connstr.write import cache_id_in
from polyscale_cli.context import AppContext
from polyscale_cli.errors import PolyscaleError, UsageError
from polyscale_cli.settings.project_file import FILE, read_project_file
from polyscale_cli.value import Value


class Leftover(Value):
    """One place that names the cache, and the command that mends it."""

    what: str
    command: str


def leftovers(app: AppContext, cache: CacheRecord) -> tuple[Leftover, ...]:
    """The variables that lead through a cache, and the project file that names it; what cannot be read is left out."""
    return (*_variables(app, cache), *_project(app, cache))


def _variables(app: AppContext, cache: CacheRecord) -> Iterator[Leftover]:
    import shlex

    from polyscale_cli.envfile.file import read

    if _leads_through(app, app.environ.get(origin.DEFAULT_NAME), cache):
        yield Leftover(f"{origin.DEFAULT_NAME} in the environment leads", "polyscale env print --direct")
    for file in origin.ENV_FILES:
        try:
            content = read(app.cwd / file)
        except UsageError:
            continue
        for key in sorted(content.keys) if content is not None else ():
            if content is not None and _leads_through(app, content.get(key, app.environ), cache):
                words = ["polyscale", "env", "write", "--direct"]
                words += [] if file == origin.ENV_FILES[0] else ["--file", file]
                words += [] if key == origin.DEFAULT_NAME else ["--name", key]
                yield Leftover(f"{key} in {file} leads", shlex.join(words))


def _project(app: AppContext, cache: CacheRecord) -> Iterator[Leftover]:
    try:
        path = app.settings.project_path()
        named = None if path is None else read_project_file(path).cache
        if named is not None:
            pick([cache], named)
            yield Leftover(f"{FILE} leads commands here", "polyscale unlink")
    except PolyscaleError:
        return


def _leads_through(app: AppContext, value: str | None, cache: CacheRecord) -> bool:
    if not value or cache.id not in value.lower():
        return False
    try:
        return cache_id_in(origin.understood(app, value, "a variable").url) == cache.id
    except UsageError:
        return False
