"""``polyscale rules reset``."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import Annotated

import typer

from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.models import CacheRecord
from polyscale_cli.client.rules import RuleRecord
from polyscale_cli.commands.rules import shared
from polyscale_cli.commands.session import session
from polyscale_cli.context import AppContext
from polyscale_cli.errors import ConflictError, NotFoundError, UsageError
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Lines, Result
from polyscale_cli.output.text import clean


def reset(
    ctx: typer.Context,
    cache: CacheRef = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All rules of the cache.")] = False,
    table: shared.TableOption = None,
    template: shared.TemplateOption = None,
    query: shared.QueryOption = None,
    auto: shared.AutoOption = None,
    manual: shared.ManualOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing; say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> Result:
    """Remove rules: automation decides again, or the rules that remain.

    It holds at once, and what the cache holds is dropped. Where one of the rules named is not there, none goes.

    \b
    Examples:
      polyscale rules reset shop --table orders
      polyscale rules reset shop --template 5d41402abc4b2a76
      polyscale rules reset shop --all --dry-run
    """
    app = context_of(ctx)
    about = shared.chosen(table=table, template=template, query=query, auto=auto, manual=manual)
    if everything == bool(about):
        raise UsageError(
            "--all and single rules were both given." if everything else "Which rules to remove was not given.",
            fix="Give --all, or --table, --template, --query, --auto or --manual.",
        )
    with session(app) as current:
        found = current.cache(cache)
        rules: Sequence[RuleRecord] = (
            current.api.rules(found.id) if everything else [_rule(current.api, found, one) for one in about]
        )
        if not dry_run:
            if everything and rules and not yes:
                _confirm(app, found, len(rules))
            for rule in dict.fromkeys(rules):
                current.api.remove_rule(found.id, rule.type, rule.key)
    done = "Would remove" if dry_run else "Removed"
    return Result(
        data={"dry_run": dry_run, "cache": found.name, "rules": [rule.data() for rule in rules]},
        view=Lines(tuple(f"{done} {clean(shared.called(rule))}." for rule in rules)),
        notes=() if rules else (f"{found.name} has no rules.",),
        ids=tuple(rule.key for rule in rules),
    )


def _rule(api: ManagementApi, cache: CacheRecord, one: shared.About) -> RuleRecord:
    try:
        return api.rule(cache.id, one.type, one.key)
    except NotFoundError as error:
        if error.code != "CACHE_TTL_NOT_FOUND":
            raise
        raise NotFoundError(
            f"The cache {cache.name} has no {one.type} rule for {one.key[:200]!r}.",
            fix=f"See those that it has: polyscale rules list {quote(cache.name)}",
            code=error.code,
        ) from None


def _confirm(app: AppContext, cache: CacheRecord, count: int) -> None:
    if not app.interactive:
        raise ConflictError(
            f"The rules of {cache.name} were not removed: nobody is here to confirm it.",
            fix="Add --yes.",
            code="CONFIRMATION_NEEDED",
        )
    from polyscale_cli.output.prompt import DeclinedError, confirm

    rules = "1 rule" if count == 1 else f"{count} rules"
    if not confirm(app.console, f"This removes {rules} of {cache.name}. Go on?"):
        raise DeclinedError("Aborted: no rule was removed.")
