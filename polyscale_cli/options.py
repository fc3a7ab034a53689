"""Options that every command has, added by the tree, and those that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperOption

from polyscale_cli.ci.detect import NO_GITHUB
from polyscale_cli.output.form import VARIABLE, OutputForm, parse_form
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.keys import DEFINITIONS, Key

if TYPE_CHECKING:
    from polyscale_cli.context import AppContext


def context_of(ctx: typer.Context) -> AppContext:
    """The application's context behind typer's."""
    app: AppContext = ctx.find_root().obj
    return app


def add_common_options(command: Any) -> None:
    """Give a command the options that all have, such as ``-o`` and ``--profile``, which its function never sees."""
    command.params.extend(
        (
            _option(
                ["-o", "--output"],
                _set_output,
                metavar="FORM",
                envvar=VARIABLE,
                help=_OUTPUT_HELP,
                autocompletion=lambda *_: list(OutputForm),
            ),
            _option(["--json"], _set_json, is_flag=True, help="The same as --output json."),
            _option(
                ["-q", "--quiet"],
                _set_quiet,
                is_flag=True,
                help="No notes; of tables, only the ids.",
            ),
            _option(
                ["--no-input"],
                _set_no_input,
                is_flag=True,
                envvar="POLYSCALE_NO_INPUT",
                help="Never ask, fail instead.",
            ),
            _option(
                ["--color/--no-color"],
                _set_colour,
                is_flag=True,
                default=None,
                help="Force or forbid colour.",
            ),
            # The boundary has looked for it before anything was parsed.
            _option([NO_GITHUB], None, is_flag=True, help="No workflow commands, even under GitHub Actions."),
            _setting_option(Key.PROFILE, "NAME", "The profile to use; see polyscale profile list."),
            _setting_option(Key.TIMEOUT, "SECONDS", "How long to wait for the API."),
        )
    )
    if any(parameter.param_type_name == "argument" and _may_be_a_setting(parameter) for parameter in command.params):
        command.params.append(_setting_option(Key.CACHE, "CACHE", "The cache, in place of the argument."))


def add_fields_option(command: Any) -> None:
    """Give a command that lists things ``--fields``, which its function never sees."""
    command.params.append(
        _option(["--fields"], _set_fields, metavar="NAME,...", help="Only these fields of the data, in this order.")
    )


def add_field_option(command: Any) -> None:
    """Give a command that shows one thing ``--field``, which its function never sees."""
    command.params.append(
        _option(["--field"], _set_field, metavar="NAME", help="Only this field of the data, as a bare line.")
    )


def version_option(version: str) -> TyperOption:
    """``polyscale --version`` when more than that is on the command line."""

    def show(ctx: typer.Context, _: object, value: bool | None) -> None:
        if value:
            typer.echo(f"polyscale {version}")
            ctx.exit(0)

    return _option(["--version"], show, is_flag=True, is_eager=True, help="Print the version.")


_OUTPUT_HELP = f"How to print the answer: {', '.join(OutputForm)}. Without a terminal, table is tab-separated text."


def _option(declarations: list[str], callback: Any, **attributes: Any) -> TyperOption:
    attributes.setdefault("show_envvar", True)
    return TyperOption(param_decls=declarations, callback=callback, expose_value=False, required=False, **attributes)


def _may_be_a_setting(parameter: Any) -> bool:
    return not parameter.required and "CACHE" in (parameter.metavar or "")


def _setting_option(key: Key, metavar: str, about: str) -> TyperOption:
    """An option that gives a setting for this one run; its variable is the resolver's to read."""
    definition = DEFINITIONS[key]

    def keep(ctx: typer.Context, _: object, value: str | None) -> None:
        if value is not None:
            context_of(ctx).options[key] = value

    # A name of its own: the parser would take it for the argument of the same name.
    declarations = [f"--{key}", f"setting_{key}"]
    return _option(declarations, keep, metavar=metavar, help=f"{about} [env var: {definition.variable}]")


def _set_output(ctx: typer.Context, _: object, value: str | None) -> None:
    if value:
        app = context_of(ctx)
        # --json given beside a variable: the command line wins over the environment.
        if value == text(app.environ, VARIABLE) and app.form is OutputForm.JSON:
            return
        app.form = parse_form(value, f"-o/--output or {VARIABLE}")


def _set_json(ctx: typer.Context, _: object, value: bool | None) -> None:
    if value:
        context_of(ctx).form = OutputForm.JSON


def _set_quiet(ctx: typer.Context, _: object, value: bool | None) -> None:
    if value:
        context_of(ctx).console.quiet = True


def _set_no_input(ctx: typer.Context, _: object, value: bool | None) -> None:
    if value:
        context_of(ctx).no_input = True


def _set_colour(ctx: typer.Context, _: object, value: bool | None) -> None:
    if value is not None:
        context_of(ctx).console.colour_flag = value


def _set_fields(ctx: typer.Context, _: object, value: str | None) -> None:
    if value is not None:
        from polyscale_cli.output.select import parse_fields

        context_of(ctx).fields = parse_fields(value)


def _set_field(ctx: typer.Context, _: object, value: str | None) -> None:
    if value is not None:
        context_of(ctx).only_field = value


CacheRef = Annotated[
    str | None,
    typer.Argument(
        metavar="[CACHE]",
        help="Name, id, or the first characters (6 or more) of an id. Without it: --cache, POLYSCALE_CACHE, what "
        "`polyscale link` chose, or the only one.",
    ),
]
