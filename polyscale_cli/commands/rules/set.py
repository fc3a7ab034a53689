"""``polyscale rules set``."""

from __future__ import annotations

from shlex import quote
from typing import Annotated

import typer

from polyscale_cli.client.rules import RuleRecord
from polyscale_cli.commands.rules import shared
from polyscale_cli.commands.rules.vain import said_of_vain_rules
from polyscale_cli.commands.session import session
from polyscale_cli.errors import PolyscaleError, UsageError
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Lines, Result
from polyscale_cli.output.text import clean

LONGEST_TTL = 365 * 24 * 3600


def set_rules(
    ctx: typer.Context,
    cache: CacheRef = None,
    *,
    ttl: Annotated[
        int | None,
        typer.Option(
            "--ttl", metavar="SECONDS", min=0, max=LONGEST_TTL, help="How long an answer is kept; 0 keeps none."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="Your own words for the rule.")] = None,
    table: shared.TableOption = None,
    template: shared.TemplateOption = None,
    query: shared.QueryOption = None,
    auto: shared.AutoOption = None,
    manual: shared.ManualOption = None,
) -> Result:
    """Set rules, in place of those about the same tables, templates or queries.

    They hold at once, and what the cache holds is dropped. QUERY comes before TEMPLATE, then what the statement's own
    comment says, then TABLE: a query of several tables needs a rule for each, the lowest wins, and one with 0 keeps
    all of it from being kept. Where none says for how long, automation decides, unless --manual forbids it, or the
    cache is uncached by default and no --auto allows it. `polyscale rules explain` says what holds for a statement.

    \b
    Examples:
      polyscale rules set shop --table orders --ttl 30
      polyscale rules set shop --template "SELECT * FROM o WHERE id = 7" --ttl 0
      polyscale rules set shop --query "SELECT count(*) FROM orders" --ttl 3600
      polyscale rules set shop --manual "SELECT * FROM sessions WHERE id = 7"
    """
    about = shared.chosen(table=table, template=template, query=query, auto=auto, manual=manual)
    if not about:
        raise UsageError(
            "What the rule is about was not given.",
            fix="Add --table, --template, --query, --auto or --manual.",
        )
    valued = bool(table or template or query)
    if valued and ttl is None:
        raise UsageError("--ttl is missing: for how long answers are to be kept.", fix="Add --ttl SECONDS; 0 is never.")
    if (auto or manual) and (valued or ttl is not None or name is not None):
        raise UsageError(
            "--auto and --manual say who decides, and take neither --ttl nor --name.",
            fix="Set them by a command of their own.",
        )
    rules: list[RuleRecord] = []
    with session(context_of(ctx)) as current:
        found = current.cache(cache)
        for one in about:
            try:
                rules.append(current.api.set_rule(found.id, one.type, one.key, value=ttl, name=name))
            except PolyscaleError as error:
                if error.what.startswith("key: "):
                    error.what = f"--{one.type.lower()}: {error.what.removeprefix('key: ')}"
                if rules:
                    error.why = f"{error.why or ''} Set before it: {', '.join(map(shared.called, rules))}.".strip()
                raise
        in_vain = said_of_vain_rules(current, found, rules)
    return Result(
        data={"cache": found.name, "rules": [rule.data() for rule in rules]},
        view=Lines(tuple(f"{clean(shared.called(rule))}: kept {shared.keeps(rule)}." for rule in rules)),
        notes=in_vain,
        next_steps=(f"polyscale rules list {quote(found.name)}",),
        ids=tuple(rule.key for rule in rules),
    )
