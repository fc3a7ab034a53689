"""A group of commands that knows their names and help without importing them."""

from __future__ import annotations

import enum
import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from polyscale_cli.options import add_common_options, add_field_option, add_fields_option
from polyscale_cli.value import Value

if TYPE_CHECKING:
    from polyscale_cli.context import AppContext

CONTEXT_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Answers(enum.Enum):
    """What a command's data is, as far as options can choose from it."""

    ANYTHING = enum.auto()
    RECORD = enum.auto()  # one thing: it takes --field
    ROWS = enum.auto()  # a list of things: it takes --fields


class Entry(Value):
    """One command.

    Attributes:
        path: its place in the tree, such as ``cache create``.
        target: ``module:function``.
        summary: one line of help, the same as the function's first.
        hidden: works, but is not listed.
        alias_of: the path that results name, when this one is another spelling.
        answers: what its data is.
    """

    path: str
    target: str
    summary: str
    hidden: bool = False
    alias_of: str | None = None
    answers: Answers = Answers.ANYTHING

    @property
    def name(self) -> str:
        """The last word of the path."""
        return self.path.rpartition(" ")[2]

    def load(self) -> Callable[..., Any]:
        """Import the function."""
        module, _, function = self.target.partition(":")
        loaded: Callable[..., Any] = getattr(importlib.import_module(module), function)
        return loaded


class CommandTree(TyperGroup):
    """A group whose commands are loaded one at a time, when they are run.

    The types of typer's own Click are private to it; where they are passed through they are ``Any`` here.
    """

    def __init__(self, path: str, entries: tuple[Entry, ...], groups: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(name=path.rpartition(" ")[2] or "polyscale", rich_markup_mode=None, **attributes)
        self._path = path
        self._all_groups = groups
        self._groups = {
            group.rpartition(" ")[2]: text for group, text in groups.items() if group.rpartition(" ")[0] == path
        }
        self._entries = entries
        self._own = {entry.name: entry for entry in entries if entry.path == f"{path} {entry.name}".strip()}
        # What "did you mean" looks through; the values are never used.
        self.commands = dict.fromkeys([*self._groups, *self._own], cast("Any", None))

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the table; hidden ones too."""
        return [*self._own, *self._groups]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load one command, or make the group of that name."""
        if cmd_name in self._groups:
            inner = f"{self._path} {cmd_name}".strip()
            return CommandTree(inner, self._entries, self._all_groups, help=self._groups[cmd_name])
        entry = self._own.get(cmd_name)
        if entry is None:
            return None
        app: AppContext | None = ctx.find_root().obj
        if app is not None:
            app.command = entry.alias_of or entry.path
        return make_command(entry)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands with the help of the table."""
        rows = [(name, text) for name, text in self._groups.items()]
        rows += [(entry.name, entry.summary) for entry in self._own.values() if not entry.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Without a command, show the help."""
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit(0)
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


class _Command(TyperCommand):
    """A command whose usage line writes a required argument without braces around it."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The words of the usage line."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]


def make_command(entry: Entry) -> Any:
    """Import a command and give it the options that it has in common with the others."""
    single = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    single.command(name=entry.name, cls=_Command)(entry.load())
    command = typer.main.get_command(single)
    add_common_options(command)
    if entry.answers is Answers.ROWS:
        add_fields_option(command)
    elif entry.answers is Answers.RECORD:
        add_field_option(command)
    return command
