"""One walk over the command tree: everything that completions, man page and reference say of a command."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer

from polyscale_cli.app import ENTRIES, GROUPS, root
from polyscale_cli.command_tree import Entry, make_command

PROGRAM = "polyscale"


class Completes(enum.Enum):
    """Where the values of an option or argument come from, beside its choices."""

    NOTHING = enum.auto()
    CACHES = enum.auto()
    FILES = enum.auto()
    DIRECTORIES = enum.auto()
    COMMANDS = enum.auto()


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    Attributes:
        flags: its spellings, those that switch it off last, such as ``--color`` and ``--no-color``.
        metavar: what its value is called; None for a switch, which takes none.
        variable: the environment variable that sets it, too.
    """

    flags: tuple[str, ...]
    help: str
    metavar: str | None
    variable: str | None
    choices: tuple[str, ...]
    completes: Completes
    required: bool
    repeated: bool
    default: str | None


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; ``many`` takes all that follow."""

    metavar: str
    help: str
    choices: tuple[str, ...]
    completes: Completes
    required: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        description: what its help says beyond the summary, paragraphs with empty lines between them.
        examples: command lines.
        alias_of: the path of the command that this is another spelling of.
    """

    path: str
    usage: str
    summary: str
    description: str
    examples: tuple[str, ...]
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...]
    hidden: bool
    alias_of: str | None


@dataclass(frozen=True, slots=True)
class Tree:
    """The whole program: its groups with their summaries, its commands, and the options before any command."""

    groups: dict[str, str]
    commands: tuple[Command, ...]
    options: tuple[Option, ...]

    @property
    def listed(self) -> tuple[Command, ...]:
        """The commands that help shows."""
        return tuple(command for command in self.commands if not command.hidden)

    def children(self, path: str) -> Iterator[tuple[str, str]]:
        """What may follow a path as the next word, with its summary; ``""`` is the program itself."""
        below = [(command.path, command.summary) for command in self.listed]
        yield from _names([*below, *self.groups.items()], path)

    def hidden_children(self, path: str) -> Iterator[str]:
        """What may follow, and is not listed."""
        for name, _ in _names([(command.path, "") for command in self.commands if command.hidden], path):
            yield name


def _names(pairs: list[tuple[str, str]], parent: str) -> Iterator[tuple[str, str]]:
    for path, summary in pairs:
        above, _, name = path.rpartition(" ")
        if above == parent:
            yield name, summary


def walk() -> Tree:
    """Load every command and read what it says of itself."""
    top = root()
    context = typer.Context(top, info_name=PROGRAM)
    options = tuple(_option(parameter, context) for parameter in top.get_params(context))
    return Tree(dict(GROUPS), tuple(map(_command, ENTRIES)), options)


def _command(entry: Entry) -> Command:
    made = make_command(entry)
    context = typer.Context(made, info_name=f"{PROGRAM} {entry.path}")
    # The help option comes with the context, not with the function.
    context.help_option_names = ["-h", "--help"]
    parameters = made.get_params(context)
    head, _, examples = (made.help or "").partition("\b\nExamples:\n")
    summary, _, description = head.partition("\n")
    return Command(
        path=entry.path,
        usage=" ".join([PROGRAM, entry.path, *made.collect_usage_pieces(context)]),
        summary=entry.summary or summary.strip(),
        description=description.replace("\b\n", "").strip(),
        examples=tuple(line.strip() for line in examples.splitlines() if line.strip()),
        arguments=tuple(_argument(one, context) for one in parameters if one.param_type_name == "argument"),
        options=tuple(
            _option(one, context) for one in parameters if one.param_type_name == "option" and not one.hidden
        ),
        hidden=entry.hidden,
        alias_of=entry.alias_of,
    )


def _option(parameter: Any, context: typer.Context) -> Option:
    takes_value = not parameter.is_flag and not parameter.count
    metavar = _metavar(parameter, context) if takes_value else None
    about, _, named = (parameter.help or "").replace("\n", " ").partition(" [env var: ")
    return Option(
        # Those of the help option come in no order.
        flags=tuple(flag for flags in (parameter.opts, parameter.secondary_opts) for flag in sorted(flags, key=len)),
        help=about,
        metavar=metavar,
        # That of a setting is read by the resolver, and only named in the help.
        variable=parameter.envvar or named.rstrip("]") or None,
        choices=_choices(parameter, context) if takes_value else (),
        completes=_completes(parameter, metavar, context) if metavar else Completes.NOTHING,
        required=bool(parameter.required),
        repeated=bool(parameter.multiple),
        default=_default(parameter) if takes_value else None,
    )


def _argument(parameter: Any, context: typer.Context) -> Argument:
    metavar = _metavar(parameter, context)
    return Argument(
        metavar=metavar,
        help=(parameter.help or "").replace("\n", " "),
        choices=_choices(parameter, context),
        completes=_completes(parameter, metavar, context),
        required=bool(parameter.required),
        many=parameter.nargs == -1,
    )


def _metavar(parameter: Any, context: typer.Context) -> str:
    text: str = parameter.metavar or parameter.make_metavar(context)
    # What typer, or a hand, puts around the word: [CACHE], [CACHE]..., {NAME}.
    word = text.removesuffix("...") if text.endswith(("]...", "}...")) else text
    return word[1:-1] if word[0] in "[{" and word[-1] in "]}" else word


def _default(parameter: Any) -> str | None:
    value = parameter.default
    if value is None or callable(value) or isinstance(value, bool | list | tuple):
        return None
    return str(getattr(value, "value", value))


def _choices(parameter: Any, context: typer.Context) -> tuple[str, ...]:
    """The values that the parameter itself offers: those of an enumeration, or of its own completion."""
    offered = parameter.shell_complete(context, "")
    return tuple(str(item.value) for item in offered if item.type == "plain" and item.value)


def _completes(parameter: Any, metavar: str, context: typer.Context) -> Completes:
    if metavar.startswith(("CACHE", "[CACHE]")):
        return Completes.CACHES
    if "CMD" in metavar:
        return Completes.COMMANDS
    kinds = {item.type for item in parameter.shell_complete(context, "")}
    if "dir" in kinds or metavar == "DIR":
        return Completes.DIRECTORIES
    if "file" in kinds or metavar == "FILE":
        return Completes.FILES
    return Completes.NOTHING
