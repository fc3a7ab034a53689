"""The man page, in man(7)'s macros."""

from __future__ import annotations

import re

from polyscale_cli import __version__
from polyscale_cli.errors import EXIT_CODES
from polyscale_cli.shell.topics import VARIABLES, ci, formatting
from polyscale_cli.shell.tree import Argument, Command, Option, Tree

_INTRODUCTION = (
    "PolyScale is a cache in front of a database: programs connect to it instead of the database, with the same "
    "drivers and the same SQL, and reads that repeat are answered from memory. One command runs it (the edge), "
    "creates caches, and prints the connection strings."
)


def page(tree: Tree) -> str:
    """The page, whole."""
    common = common_options(tree)
    lines = [
        r".\" Made from the command tree by `make completions`: change the tree, not this file.",
        f'.TH POLYSCALE 1 "" "polyscale {__version__}" "User Commands"',
        ".SH NAME",
        r"polyscale \- create, test, connect, purge and delete database caches, and run the cache itself",
        ".SH SYNOPSIS",
        ".B polyscale",
        ".I COMMAND",
        "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        _text(_INTRODUCTION),
        ".SH COMMANDS",
        *(line for command in tree.listed for line in _command(command, common)),
        ".SH OPTIONS OF EVERY COMMAND",
        *(line for option in common for line in _option(option)),
        ".SH OUTPUT",
        *_prose(formatting()),
        ".SH EXIT STATUS",
        *(line for code, meaning in EXIT_CODES.items() for line in (".TP", f".B {code}", _text(meaning))),
        ".SH ENVIRONMENT",
        *(line for group in VARIABLES.items() for line in _variables(*group)),
        ".SH CONTINUOUS INTEGRATION",
        *_prose(ci()),
        "",
    ]
    return "\n".join(lines)


def common_options(tree: Tree) -> tuple[Option, ...]:
    """The options that every listed command has."""
    first, *others = tree.listed
    return tuple(option for option in first.options if all(option in other.options for other in others))


def _command(command: Command, common: tuple[Option, ...]) -> list[str]:
    lines = [f".SS {_text(command.usage)}", _text(command.summary)]
    for paragraph in filter(None, command.description.split("\n\n")):
        lines += [".PP", _text(" ".join(paragraph.split()))]
    for argument in command.arguments:
        lines += _argument(argument)
    for option in command.options:
        if option not in common:
            lines += _option(option)
    if command.examples:
        lines += [".PP", "Examples:", *_literal(command.examples)]
    return lines


def _argument(argument: Argument) -> list[str]:
    return [".TP", f".I {_text(argument.metavar)}", _text(argument.help)]


def _option(option: Option) -> list[str]:
    flags = ", ".join(rf"\fB{_text(flag)}\fR" for flag in option.flags)
    value = rf" \fI{_text(option.metavar)}\fR" if option.metavar else ""
    about = [option.help]
    if option.choices:
        about.append(f"One of: {', '.join(option.choices)}.")
    if option.variable:
        about.append(f"Environment: {option.variable}.")
    return [".TP", f"{flags}{value}", _text(" ".join(about))]


def _variables(group: str, variables: dict[str, str]) -> list[str]:
    lines = [f".SS {_text(group)}"]
    for name, about in variables.items():
        lines += [".TP", f".B {_text(name)}", _text(about)]
    return lines


def _prose(text: str) -> list[str]:
    """Paragraphs are filled; what is indented stays as it is."""
    lines: list[str] = []
    for block in re.split(r"\n\n", text):
        rows = block.splitlines()
        lines += _literal(rows) if rows[0].startswith(" ") else [".PP", _text(" ".join(rows))]
    return lines


def _literal(rows: tuple[str, ...] | list[str]) -> list[str]:
    return [".PP", ".RS 4", ".nf", *map(_text, rows), ".fi", ".RE"]


def _text(text: str) -> str:
    """Text as roff takes it: nothing in it is a command, and what is copied from the page can be typed."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    escaped = escaped.replace("^", r"\(ha").replace("~", r"\(ti").replace("…", "...")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped
