"""Rules that change nothing, or nothing yet: said where they are set, so that nobody relies on them."""

from __future__ import annotations

from collections.abc import Sequence

from polyscale_cli.client.models import CacheRecord
from polyscale_cli.client.purge import Selector
from polyscale_cli.client.rules import RuleRecord
from polyscale_cli.commands.rules.shared import called
from polyscale_cli.commands.session import Session
from polyscale_cli.errors import NotFoundError, PolyscaleError
from polyscale_cli.output.text import brief, clean

_ABOUT_STATEMENTS = {"QUERY", "TEMPLATE", "AUTO"}
"""A MANUAL rule keeps answers from being kept, and cannot be in vain for that."""


def said_of_vain_rules(current: Session, cache: CacheRecord, rules: Sequence[RuleRecord]) -> tuple[str, ...]:
    """Say which rules have no effect, and why. A token that may not ask is told nothing."""
    statements = [rule for rule in rules if rule.type in _ABOUT_STATEMENTS and rule.value != 0]
    tables = tuple(rule.key for rule in rules if rule.type == "TABLE")
    said = [sentence for rule in statements for sentence in _of_statement(current, cache, rule)]
    return (*said, *(_of_tables(current, cache, tables) if tables else ()))


def _of_statement(current: Session, cache: CacheRecord, rule: RuleRecord) -> tuple[str, ...]:
    name = clean(brief(called(rule)))
    try:
        reason = current.api.explain(cache.id, rule.key).reason
    except NotFoundError:
        return (f"{name} waits: no statement of it has come through {cache.name} since the edge started.",)
    except PolyscaleError:
        return ()
    if reason is None:
        return ()
    cure = f" {reason.cure}" if reason.cure else ""
    return (f"{name} has no effect, for its answers are never kept: {reason.text} ({reason.code}).{cure}",)


def _of_tables(current: Session, cache: CacheRecord, tables: tuple[str, ...]) -> tuple[str, ...]:
    try:
        found = current.api.purge(cache.id, Selector(tables=tables), dry_run=True)
    except PolyscaleError:
        return ()
    return tuple(
        f"TABLE {clean(one.name)} waits: no query has read a table or view of that name through {cache.name} since the"
        " edge started."
        for one in found.tables
        if not one.matched
    )
