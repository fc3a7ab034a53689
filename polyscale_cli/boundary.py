"""The error boundary: every way a command can end becomes an exit code here, and nowhere else.

The codes are those of `polyscale_cli.errors.EXIT_CODES`. A traceback shows only under ``POLYSCALE_DEBUG``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from polyscale_cli.app import root
from polyscale_cli.ci.detect import on_github
from polyscale_cli.context import AppContext, of_process
from polyscale_cli.errors import PolyscaleError, UsageError
from polyscale_cli.output.form import requested_form
from polyscale_cli.output.render import show, show_error
from polyscale_cli.output.result import Problem, Result
from polyscale_cli.output.streams import silence

INTERRUPTED = 130
PIPE_CLOSED = 141


def run(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code; never raises what a person should not see."""
    complain = sys.unraisablehook
    sys.unraisablehook = lambda about: None if _is_half_made(about) else complain(about)
    try:
        return _ended(argv)
    finally:
        sys.unraisablehook = complain


def _is_half_made(about: sys.UnraisableHookArgs) -> bool:
    """Whether an event loop that Ctrl-C found half made complains of what it lacks; typer frees it before we see it."""
    return about.exc_type is AttributeError and getattr(about.object, "__qualname__", "") == "BaseEventLoop.__del__"


def _ended(argv: Sequence[str]) -> int:
    app = of_process(os.environ)
    app.form = requested_form(argv, app.environ)
    if on_github(app.environ, argv):
        from polyscale_cli.ci.github import Workflow

        app.workflow = Workflow.attach(app)
    try:
        return _run(app, argv)
    except KeyboardInterrupt:
        app.console.aside("\n")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # typer itself leaves by SystemExit for one reason: nobody reads what it prints.
        return _pipe_closed(app)
    except Exception as error:  # noqa: BLE001 - the boundary: whatever it is, a person gets a sentence
        return _fail(app, _explained(app, error))


def _run(app: AppContext, argv: Sequence[str]) -> int:
    outcome = root().main(args=list(argv), prog_name="polyscale", standalone_mode=False, obj=app)
    if isinstance(outcome, Result):
        show(_selected(app, outcome), command=app.command, form=app.form, console=app.console)
        if app.workflow is not None:
            app.workflow.finished(outcome)
        return outcome.exit_code
    app.console.out.flush()
    if outcome == INTERRUPTED:
        app.console.aside("\n")
    return outcome if isinstance(outcome, int) else 0


def _selected(app: AppContext, result: Result) -> Result:
    """The answer, reduced to the fields that were asked for."""
    if not app.fields and app.only_field is None:
        return result
    from polyscale_cli.output.select import select_field, select_fields

    return select_fields(result, app.fields) if app.only_field is None else select_field(result, app.only_field)


def _fail(app: AppContext, error: PolyscaleError) -> int:
    if app.debug and error.__cause__ is not None:
        _trace(app, error)
    if app.workflow is not None:
        app.workflow.failed(Problem.of(error))
    try:
        show_error(error, command=app.command, form=app.form, console=app.console)
    except BrokenPipeError:
        return _pipe_closed(app)
    except PolyscaleError as worse:
        # Not even the error could be written where it was wanted: stderr is left.
        app.console.error(error)
        app.console.error(worse)
    return error.exit_code


def _explained(app: AppContext, error: Exception) -> PolyscaleError:
    """Any exception as one of our own tree."""
    if isinstance(error, PolyscaleError):
        return error
    if isinstance(error, typer.Abort):
        return PolyscaleError("Aborted.", code="ABORTED")
    if isinstance(error, typer.TyperException):
        return _usage_error(app, error)
    if isinstance(error, OSError):
        return _refused_by_system(app, error)
    return _unexpected(app, error)


def _usage_error(app: AppContext, error: typer.TyperException) -> PolyscaleError:
    """Put a mistake on the command line into our own words and tree."""
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "polyscale")
    app.command = app.command or path.removeprefix("polyscale").strip()
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    return UsageError(message, fix=f"See: {path} --help")


def _refused_by_system(app: AppContext, error: OSError) -> PolyscaleError:
    """What no command foresaw of files, disks and processes; the system's own words are the best there are."""
    if app.debug:
        _trace(app, error)
    reason = error.strerror or str(error) or type(error).__name__
    where = f" {error.filename}:" if error.filename is not None else ""
    return PolyscaleError(f"The system refused:{where} {reason}.", code="SYSTEM")


def _unexpected(app: AppContext, error: Exception) -> PolyscaleError:
    if app.debug:
        _trace(app, error)
    return PolyscaleError(
        f"Unexpected {type(error).__name__}: {error}",
        why="This is a fault in polyscale itself.",
        fix="Run the command again with POLYSCALE_DEBUG=1 and report what it prints.",
        code="INTERNAL",
    )


def _trace(app: AppContext, error: BaseException) -> None:
    import traceback

    app.console.debug("".join(traceback.format_exception(error)).rstrip("\n"))


def _pipe_closed(app: AppContext) -> int:
    """Leave quietly; the interpreter's own flush at exit must not complain either."""
    silence(app.console.out)
    return PIPE_CLOSED
