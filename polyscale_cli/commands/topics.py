"""``polyscale help``: topics beyond a single command, and the help of commands under another spelling."""

from __future__ import annotations

from typing import Annotated

import typer

from polyscale_cli.errors import NotFoundError
from polyscale_cli.output import Lines, Result, Table

_TOPICS = ["environment", "exit-codes", "formatting", "ci"]


def show_help(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TOPIC]", help="A topic, or the words of a command.", autocompletion=lambda: _TOPICS),
    ] = None,
) -> Result:
    """Explain a topic: environment, exit-codes, formatting or ci.

    Without a topic, list them. The words of a command show that command's help.

    \b
    Examples:
      polyscale help environment
      polyscale help exit-codes
      polyscale help cache create
    """
    from polyscale_cli.shell.topics import TOPICS

    if not words:
        rows = tuple((name, about) for name, (about, _) in TOPICS.items())
        return Result(
            data=[{"topic": name, "about": about} for name, about in rows],
            view=Table(("topic", "about"), rows, wraps=True),
            notes=("Read one with: polyscale help TOPIC. The commands are in: polyscale --help",),
        )
    name = " ".join(words)
    text = TOPICS[name][1]() if name in TOPICS else _help_of_command(ctx, name)
    return Result(data={"topic": name, "text": text}, view=Lines(tuple(text.splitlines())))


def _help_of_command(ctx: typer.Context, path: str) -> str:
    from polyscale_cli.app import ENTRIES
    from polyscale_cli.command_tree import make_command

    entry = next((one for one in ENTRIES if one.path == path), None)
    if entry is None:
        raise NotFoundError(
            f"There is no topic and no command {path!r}.",
            fix=f"Topics: {', '.join(_TOPICS)}. Commands: polyscale --help",
            code="TOPIC_NOT_FOUND",
        )
    command = make_command(entry)
    context = typer.Context(command, info_name=f"polyscale {path}")
    context.help_option_names = ["-h", "--help"]
    text: str = command.get_help(context)
    return text
