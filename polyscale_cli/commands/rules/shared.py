"""What the commands about rules share: the options that say what a rule is about, and how one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from polyscale_cli.client.rules import RuleRecord
from polyscale_cli.commands.statement import check_text
from polyscale_cli.errors import UsageError

TableOption = Annotated[
    list[str] | None,
    typer.Option("--table", metavar="NAME", help="All queries of a table, with or without its schema."),
]
TemplateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--template", metavar="SQL|ID", help="All queries alike but for their literals: one of them, or the id."
    ),
]
QueryOption = Annotated[list[str] | None, typer.Option("--query", metavar="SQL", help="This very text.")]
AutoOption = Annotated[
    list[str] | None,
    typer.Option("--auto", metavar="SQL|ID", help="A template whose answers automation decides about."),
]
ManualOption = Annotated[
    list[str] | None, typer.Option("--manual", metavar="SQL|ID", help="A template that automation must leave alone.")
]


@dataclass(frozen=True, slots=True)
class About:
    """What a rule is, or is to be, about."""

    type: str
    key: str


def chosen(
    *,
    table: Sequence[str] | None,
    template: Sequence[str] | None,
    query: Sequence[str] | None,
    auto: Sequence[str] | None,
    manual: Sequence[str] | None,
) -> tuple[About, ...]:
    """What was named, each once. Raises UsageError for one that is empty or no text."""
    given = {"TABLE": table, "TEMPLATE": template, "QUERY": query, "AUTO": auto, "MANUAL": manual}
    found = [About(kind, key.strip()) for kind, keys in given.items() for key in keys or ()]
    for one in found:
        if not one.key:
            raise UsageError(f"--{one.type.lower()} is empty.", fix="Say what the rule is about.")
        check_text(f"--{one.type.lower()}", one.key)
    return tuple(dict.fromkeys(found))


def keeps(rule: RuleRecord) -> str:
    """For how long a rule has answers kept, in a few words."""
    if rule.value is None:
        return "as automation decides" if rule.type == "AUTO" else "not, but by other rules"
    return f"{rule.value} s" if rule.value else "never"


def called(rule: RuleRecord) -> str:
    """A rule in a few words."""
    named = f" ({rule.name})" if rule.name else ""
    return f"{rule.type} {rule.key}{named}"
