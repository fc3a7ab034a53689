"""``polyscale rules list``."""

from __future__ import annotations

from shlex import quote

import typer

from polyscale_cli.commands.rules import shared
from polyscale_cli.commands.session import session
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Narrowing, Result, Table


def list_rules(ctx: typer.Context, cache: CacheRef = None) -> Result:
    """List a cache's rules, the oldest first.

    \b
    Examples:
      polyscale rules list shop
      polyscale rules list shop --fields type,key,value -o csv
    """
    with session(context_of(ctx)) as current:
        found = current.cache(cache)
        rules = current.api.rules(found.id)
    return Result(
        data=[rule.data() for rule in rules],
        view=Table(
            ("type", "kept", "name", "about"),
            tuple((rule.type, shared.keeps(rule), rule.name or "", rule.key) for rule in rules),
            empty=f"{found.name} has no rules. Set one: polyscale rules set {quote(found.name)} --table NAME"
            " --ttl SECONDS",
            narrowings=(Narrowing("about", 40), Narrowing("name", 12), Narrowing("about", 16)),
        ),
        ids=tuple(rule.key for rule in rules),
    )
