"""The reference of all commands, as a page of the documentation."""

from __future__ import annotations

from polyscale_cli.errors import EXIT_CODES
from polyscale_cli.shell.manpage import common_options
from polyscale_cli.shell.topics import VARIABLES, formatting
from polyscale_cli.shell.tree import Command, Option, Tree

_HEAD = """\
<!-- Made from the command tree by `make completions`: change the tree, not this page. -->
# Reference

Every command, option, variable and exit code. The same is in `polyscale COMMAND --help`, `polyscale help` and
`man polyscale`.
"""


def page(tree: Tree) -> str:
    """The page, whole."""
    common = common_options(tree)
    parts = [_HEAD, _contents(tree), "## Options of every command\n", _options(common)]
    for group, summary in {"": "", **tree.groups}.items():
        commands = [one for one in tree.listed if one.path.rpartition(" ")[0] == group]
        if group:
            parts.append(f"## polyscale {group}\n\n{summary}\n")
        parts += [_command(command, common) for command in commands]
    parts += ["## Output\n", f"```text\n{formatting()}\n```\n", "## Exit codes\n", _exit_codes()]
    parts += ["## Environment variables\n", *(_variables(*group) for group in VARIABLES.items())]
    return "\n".join(parts)


def _contents(tree: Tree) -> str:
    rows = [f"| [`{command.path}`](#{_anchor(command.path)}) | {_cell(command.summary)} |" for command in tree.listed]
    return "\n".join(["| command | |", "| --- | --- |", *rows, ""])


def _anchor(path: str) -> str:
    return f"polyscale-{path.replace(' ', '-')}"


def _command(command: Command, common: tuple[Option, ...]) -> str:
    parts = [f"### polyscale {command.path}\n", f"{command.summary}\n"]
    if command.description:
        parts.append(f"{command.description}\n")
    parts.append(f"```text\n{command.usage}\n```\n")
    if command.arguments:
        rows = [f"| `{argument.metavar}` | {_cell(argument.help)} |" for argument in command.arguments]
        parts.append("\n".join(["| argument | |", "| --- | --- |", *rows, ""]))
    own = tuple(option for option in command.options if option not in common)
    if own:
        parts.append(_options(own))
    if command.examples:
        parts.append("\n".join(["Examples:", "", "```text", *command.examples, "```", ""]))
    return "\n".join(parts)


def _options(options: tuple[Option, ...]) -> str:
    rows = []
    for option in options:
        flags = ", ".join(f"`{flag}`" for flag in option.flags)
        value = f" `{option.metavar}`" if option.metavar else ""
        about = [option.help]
        if option.default is not None:
            about.append(f"Default: {option.default}.")
        rows.append(
            f"| {flags}{value} | {_cell(' '.join(about))} | {f'`{option.variable}`' if option.variable else ''} |"
        )
    return "\n".join(["| option | | variable |", "| --- | --- | --- |", *rows, ""])


def _exit_codes() -> str:
    rows = [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    return "\n".join(["| code | meaning |", "| --- | --- |", *rows, ""])


def _variables(group: str, variables: dict[str, str]) -> str:
    rows = [f"| `{name}` | {_cell(about)} |" for name, about in variables.items()]
    return "\n".join([f"{group}:", "", "| variable | |", "| --- | --- |", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
