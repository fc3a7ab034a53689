"""``polyscale env write``: make the variables in a file lead through a cache."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

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
from polyscale_cli.commands.env.variables import find_way
from polyscale_cli.context import AppContext
from polyscale_cli.envfile.file import NEW_FILE_MODE, load, save
from polyscale_cli.envfile.formats import Format
from polyscale_cli.errors import ConflictError
from polyscale_cli.options import context_of
from polyscale_cli.output import Result
from polyscale_cli.output.result import Json


def write(
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
    force: Annotated[
        bool, typer.Option("--force", help="Replace other values, and write even if git tracks the file.")
    ] = False,
    gitignore: Annotated[bool, typer.Option("--gitignore", help="Have git ignore the file: one line, once.")] = False,
    chmod: Annotated[bool, typer.Option("--chmod", help="Let only its owner read the file, if others may.")] = False,
) -> Result:
    """Write connection variables to a file, through the cache.

    Takes the connection string from the file, the environment or .env, and changes where it leads. Everything else in
    the file stays as it is. Run again, it changes nothing. Values are never shown.

    For wrangler and dev-vars it writes the Serverless client's CACHE_ID, USERNAME, PASSWORD and DATABASE_NAME, unless
    --name, --prisma or --driver ask for a connection string.

    \b
    Examples:
      polyscale env write --cache shop --gitignore
      polyscale env write --cache shop --prisma --file .env.local
      polyscale env write --cache shop --format wrangler
      polyscale env write --cache shop --direct
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
    path = target(app, chosen, file)
    where = shown(app, path)
    loaded = load(path, chosen.parse)
    way = find_way(app, asked, loaded.content, where)
    if not force:
        way.insist("Name the right cache with --cache, or replace the URL with --force.")
    planned = plan(app, asked, way, loaded.content)
    content = planned.applied(loaded.content)
    changed = planned.keys(State.MISSING, State.STALE, State.DIFFERENT)
    for sentence in shadows(app, planned, loaded):
        app.console.warn(sentence)
    if changed:
        _ask_to_replace(app, planned, where, force=force)
    if changed or gitignore:
        _guard(app, path, force=force, gitignore=gitignore)
    if changed:
        save(loaded, content, mode=NEW_FILE_MODE if chmod else None)
    elif chmod and loaded.open_to_others:
        path.chmod(NEW_FILE_MODE)
    # Said where a secret is added to such a file, and not of one that its owner has kept there all the time.
    if planned.keys(State.MISSING) and loaded.open_to_others and not chmod:
        app.console.warn(f"{where} can be read by other users of this machine: chmod 600 {where}, or --chmod.")
    data: dict[str, Json] = {
        "file": str(path),
        "format": chosen.value,
        "changed": bool(changed),
        "keys": sorted(changed),
        "cache_id": way.cache.id,
        "cache": way.cache.name,
    }
    notes = tuple(_notes(planned, where, asked, way.cache.name, changed=changed))
    return Result(data=data, notes=notes, next_steps=_next(chosen, where, asked) if changed else ())


def _ask_to_replace(app: AppContext, planned: Plan, where: str, *, force: bool) -> None:
    keys = ", ".join(planned.keys(State.DIFFERENT))
    if not keys or force:
        return
    if app.interactive:
        from polyscale_cli.output.prompt import DeclinedError, confirm

        if confirm(app.console, f"{where} has another value for {keys}. Replace it?"):
            return
        raise DeclinedError("Aborted: nothing was changed.")
    raise ConflictError(
        f"{where} has another value for {keys}, and replacing it would lose that.",
        fix="Replace it with --force, or write another variable with --name.",
        code="VALUE_DIFFERS",
    )


def _guard(app: AppContext, path: Path, *, force: bool, gitignore: bool) -> None:
    from polyscale_cli.envfile.gitguard import GitState, git_state, ignore

    state = git_state(path)
    if state is GitState.TRACKED and not force:
        raise ConflictError(
            f"git tracks {path.name}, and a password is to be written there.",
            fix=f"Take it out with `git rm --cached {path.name}`, or write anyway with --force.",
            code="TRACKED_BY_GIT",
        )
    if state is not GitState.NOT_IGNORED:
        return
    if not gitignore and app.interactive:
        from polyscale_cli.output.prompt import confirm

        gitignore = confirm(app.console, f"git does not ignore {path.name}. Add it to .gitignore?")
    if gitignore:
        changed = ignore(path)
        if changed is not None:
            app.console.note(f"Added {path.name} to {changed}.")
        state = git_state(path)
    if state is GitState.NOT_IGNORED:
        advice = "a rule takes it back" if gitignore else "add --gitignore, or do it before the next commit"
        app.console.warn(f"git does not ignore {path.name}: {advice}.")


def _notes(planned: Plan, where: str, asked: Request, cache: str, *, changed: tuple[str, ...]) -> Iterator[str]:
    direction = "leads to its database" if asked.to_database else f"goes through the cache {cache}"
    subject = "What the Serverless client reads" if asked.serverless else planned.entries[0].key
    first = f"{subject} in {where} {direction}"
    if not changed:
        yield f"{first} already; nothing was changed."
        return
    yield f"{first} now. Written: {', '.join(sorted(changed))}."
    for key in planned.keys(State.KEPT):
        yield f"{key} is there already, and stays."
    yield from planned.notes


def _next(form: Format, where: str, asked: Request) -> tuple[str, ...]:
    """What a person would type now, in today's spelling."""
    import shlex

    name = shlex.quote(where)
    if form is Format.WRANGLER:
        return (f"npx wrangler secret bulk {name}",)
    if form is Format.DEV_VARS or asked.for_hyperdrive:
        return ("npx wrangler dev",)
    if form is Format.EXPORT:
        return (f". {name if Path(where).is_absolute() else f'./{name}'}",)
    if form is Format.DOCKER:
        return (f"docker run --env-file {name} IMAGE",)
    return ()
