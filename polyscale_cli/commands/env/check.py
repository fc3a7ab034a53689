"""``polyscale env check``: whether a file says what ``env write`` would write."""

from __future__ import annotations

from pathlib import Path

import typer

from polyscale_cli.commands import origin
from polyscale_cli.commands.connstr import DriverOption
from polyscale_cli.commands.env.options import (
    CacheOption,
    DirectOption,
    FileOption,
    FormatOption,
    HyperdriveOption,
    PrefixOption,
    PrismaPairOption,
    Request,
    VariableNameOption,
    chosen_format,
    request,
)
from polyscale_cli.commands.env.plan import Plan, State, plan, shadows
from polyscale_cli.commands.env.target import shown, target
from polyscale_cli.commands.env.variables import Way, find_way
from polyscale_cli.connstr.write import goes_through_a_cache
from polyscale_cli.envfile.file import Loaded, look
from polyscale_cli.envfile.formats import Document, Format, format_of_file
from polyscale_cli.errors import CheckFailedError
from polyscale_cli.options import context_of
from polyscale_cli.output import Problem, Result
from polyscale_cli.output.result import Json


def check(
    ctx: typer.Context,
    *,
    cache: CacheOption = None,
    form: FormatOption = None,
    file: FileOption = None,
    name: VariableNameOption = None,
    from_url: origin.FromUrlOption = None,
    prisma: PrismaPairOption = False,
    driver: DriverOption = None,
    hyperdrive: HyperdriveOption = None,
    prefix: PrefixOption = "",
    to_database: DirectOption = False,
) -> Result:
    """Check that a file's connection variables lead through the cache.

    Exits with 7 when the file or a variable is missing, or when `env write` with the same options would change one.
    Changes nothing. Warns when the environment or prisma/.env says something else than the file.

    \b
    Examples:
      polyscale env check --cache shop
      polyscale env check --cache shop --prisma --file .env.production
      polyscale env check --cache shop --format wrangler
    """
    app = context_of(ctx)
    chosen = chosen_format(form, file)
    asked = request(
        form=chosen,
        cache=cache,
        name=name,
        from_url=from_url,
        driver=driver,
        prisma=prisma,
        hyperdrive=hyperdrive,
        prefix=prefix,
        to_database=to_database,
    )
    loaded = look(target(app, chosen, file), chosen.parse)
    command = _command(loaded, app.cwd, chosen, asked, driver=driver, hyperdrive=hyperdrive)
    where = shown(app, loaded.path)
    data: dict[str, Json] = {"file": str(loaded.path), "format": chosen.value, "cache_id": None, "cache": None}
    missing = [key for key in asked.names if not loaded.content.get(key, app.environ)]
    if loaded.found is None or missing:
        problems = [_missing(key, where) for key in missing]
        if loaded.found is None:
            problems = [Problem("FILE_MISSING", f"There is no {where} in {loaded.path.parent}.")]
        return _failed({**data, "keys": dict.fromkeys(missing, State.MISSING.value)}, problems, command)
    way = find_way(app, asked, loaded.content, where)
    planned = plan(app, asked, way, loaded.content)
    for sentence in shadows(app, planned, loaded):
        app.console.warn(sentence)
    data |= {"cache_id": way.cache.id, "cache": way.cache.name}
    data["keys"] = {entry.key: entry.state.value for entry in planned.entries}
    problems = _problems(planned, way, where)
    if problems:
        return _failed(data, problems, command)
    return Result(data=data, notes=(f"{where} is as it should be for the cache {way.cache.name}.",))


def _problems(planned: Plan, way: Way, where: str) -> list[Problem]:
    missing = [_missing(key, where) for key in planned.keys(State.MISSING)]
    stale = planned.keys(State.STALE, State.DIFFERENT)
    return missing + [
        Problem("KEY_STALE", f"{key} in {where} is not as the cache {way.cache.name} needs it.", why=_why(way))
        for key in stale
    ]


def _why(way: Way) -> str:
    reason = way.elsewhere
    if reason is None and not goes_through_a_cache(way.given.url):
        reason = "it leads to the database itself"
    reason = reason or "its address, user or parameters are others than `env write` would write"
    return f"{reason[:1].upper()}{reason[1:]}."


def _missing(key: str, where: str) -> Problem:
    return Problem("KEY_MISSING", f"{where} does not set {key}.")


def _failed(data: Json, problems: list[Problem], command: str) -> Result:
    return Result(data=data, exit_code=CheckFailedError.exit_code, errors=tuple(problems), next_steps=(command,))


def _command(
    loaded: Loaded[Document],
    directory: Path,
    form: Format,
    asked: Request,
    *,
    driver: str | None,
    hyperdrive: str | None,
) -> str:
    """The `env write` that puts the file right, typed in that directory."""
    words = ["polyscale", "env", "write"]
    named = loaded.path != directory / form.file
    given = {
        "--cache": asked.cache,
        "--format": None if form is (format_of_file(loaded.path.name) if named else Format.DOTENV) else form.value,
        "--file": str(loaded.path) if named else None,
        "--driver": driver,
        "--hyperdrive": hyperdrive,
        "--name": None if hyperdrive or asked.name == origin.DEFAULT_NAME else asked.name,
        "--prefix": asked.prefix,
    }
    for option, value in given.items():
        words += [option, value] if value else []
    words += ["--prisma"] if asked.prisma else []
    words += ["--direct"] if asked.to_database else []
    import shlex

    return shlex.join(words)
