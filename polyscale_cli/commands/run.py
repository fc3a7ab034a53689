"""``polyscale run``: a program with its connection variables in the environment, and nothing on disk."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from polyscale_cli.commands.connstr import DriverOption
from polyscale_cli.commands.env.options import (
    CacheOption,
    HyperdriveOption,
    PrismaPairOption,
    VariableNameOption,
    request,
)
from polyscale_cli.commands.env.variables import find_way, variables
from polyscale_cli.context import AppContext
from polyscale_cli.errors import PolyscaleError, UsageError
from polyscale_cli.options import context_of


class ProgramNotFound(PolyscaleError):
    """There is no such program; a shell's own exit code for it."""

    exit_code = 127
    default_code = "PROGRAM_NOT_FOUND"


class ProgramNotRunnable(PolyscaleError):
    """The program is there and cannot be started; a shell's own exit code for it."""

    exit_code = 126
    default_code = "PROGRAM_NOT_RUNNABLE"


def run(
    ctx: typer.Context,
    command: Annotated[
        list[str] | None, typer.Argument(metavar="-- CMD…", help="The program and its arguments, after --.")
    ] = None,
    *,
    cache: CacheOption = None,
    name: VariableNameOption = None,
    prisma: PrismaPairOption = False,
    driver: DriverOption = None,
    hyperdrive: HyperdriveOption = None,
) -> int:
    """Run a program with DATABASE_URL through the cache.

    The program takes this command's place: terminal, pipes, signals and exit code are its own, and nothing is written
    to disk. The connection string comes from the environment, else from .env here; the program's own .env does not
    override it. Where no edge runs on this machine, one is started.

    \b
    Examples:
      polyscale run --cache shop -- npm run dev
      polyscale run --prisma -- npx prisma migrate deploy
      polyscale run --hyperdrive DB -- npx wrangler dev
    """
    app = context_of(ctx)
    if not command or not command[0]:
        raise UsageError("There is no program to run.", fix="Name it after --: polyscale run -- npm run dev")
    asked = request(cache=cache, name=name, driver=driver, prisma=prisma, hyperdrive=hyperdrive)
    way = find_way(app, asked, for_use_now=True)
    way.insist()
    found = variables(app, asked, way)
    return _become(app, command, {**app.environ, **dict(found.pairs)})


def _become(app: AppContext, command: list[str], environ: Mapping[str, str]) -> int:
    """Replace this process by the program, so that nothing stands between it and whoever waits for it.

    Returns only where processes cannot be replaced, with the program's exit code.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        if sys.platform == "win32":
            import subprocess

            # What looks like exec there starts another process, for which nobody waits.
            program = shutil.which(command[0]) or command[0]
            return subprocess.run([program, *command[1:]], env=environ, check=False).returncode  # noqa: S603
        # Python ignores these two, and an ignored signal stays ignored in the program that follows.
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(ignored, signal.SIG_DFL)
        os.execvpe(command[0], command, environ)  # noqa: S606 - the program is the user's own words
    except OSError as error:
        raise _not_started(app, command[0], error) from error


def _not_started(app: AppContext, program: str, error: OSError) -> PolyscaleError:
    found = shutil.which(program, path=app.environ.get("PATH"))
    reason = error.strerror or str(error)
    if isinstance(error, FileNotFoundError) and found is None:
        return ProgramNotFound(
            f"There is no program {program!r}.",
            why="It is in no directory of PATH." if os.sep not in program else "The file does not exist.",
            fix="Check its name, or give its whole path.",
        )
    if isinstance(error, FileNotFoundError):
        return ProgramNotFound(
            f"{program!r} cannot be run.",
            why="The interpreter that its first line names does not exist.",
            fix=f"Look at the first line of {found}.",
        )
    return ProgramNotRunnable(f"{program!r} cannot be run.", why=f"{reason}.", fix="Check that it is a program.")
