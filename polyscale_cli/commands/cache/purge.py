"""``polyscale purge`` and ``polyscale cache purge``."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from polyscale_cli.client.models import CacheRecord
from polyscale_cli.client.purge import Purged, PurgedPart, Selector
from polyscale_cli.commands.known import named, pick
from polyscale_cli.commands.session import Session, session
from polyscale_cli.commands.statement import check_text
from polyscale_cli.context import AppContext
from polyscale_cli.errors import PolyscaleError, UnavailableError, UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Lines, Problem, Result
from polyscale_cli.output.text import clean
from polyscale_cli.settings.keys import Key

_LOOK_AGAIN_SECONDS = 0.2
_LONGEST_SHOWN = 100
"""Characters of a statement in a line for people."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one cache that was named: purged, or the error that kept it from being."""

    name: str
    id: str | None
    purged: Purged | None = None
    error: PolyscaleError | None = None


def purge(
    ctx: typer.Context,
    caches: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CACHE]...",
            help="Names, ids, or beginnings of ids. Without any: --cache, POLYSCALE_CACHE, what `polyscale link` "
            "chose, or the only one.",
        ),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All caches.")] = False,
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="NAME", help="Only what depends on this table; may be repeated."),
    ] = None,
    templates: Annotated[
        list[str] | None,
        typer.Option(
            "--template", metavar="SQL|ID", help="Only answers of this template: its id, or any of its statements."
        ),
    ] = None,
    queries: Annotated[
        list[str] | None,
        typer.Option("--query", metavar="SQL", help="Only answers to exactly this query; may be repeated."),
    ] = None,
    tags: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="NAME", help="Only answers that their statements' comments have tagged so."),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Return when the edge has confirmed it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Drop nothing; say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask, even at a terminal.")] = False,
) -> Result:
    """Drop what caches hold: everything, or what is named.

    It takes effect at once, and it is safe to repeat: nothing to drop is a success. Of several caches, all are tried;
    the exit code is that of the first failure. A table is found by whatever name a query used: a view of it, its
    partitions, what its foreign keys cascade to. orders means every schema's orders. A table that the edge has never
    met drops everything: it may be a new partition of one that is cached.

    A template is all statements that differ in nothing but their values; `polyscale cache queries` has the ids. A query
    is what was asked by exactly this text, with whatever parameters, over HTTP as well. A tag is what a statement's
    comment says: /* polyscale:tag=NAME */. All that any of these options names goes.

    \b
    Examples:
      polyscale purge shop
      polyscale purge shop --table orders --table public.planets
      polyscale purge shop --template "SELECT * FROM orders" --tag home
      polyscale purge shop blog --wait --json
      polyscale purge --all --dry-run
    """
    app = context_of(ctx)
    if everything and caches:
        raise UsageError("--all and names were both given.", fix="Give one of them.")
    selected = Selector(
        _given("--table", tables), _given("--template", templates), _given("--query", queries), _given("--tag", tags)
    )
    with session(app) as current:
        chosen = _chosen(current, caches or [], everything=everything)
        if not (selected or dry_run or yes):
            _confirm(app, chosen)
        with app.progress("Purging"):
            outcomes = [
                _purged(current, one, selected, wait=wait, dry_run=dry_run) if one.error is None else one
                for one in chosen
            ]
    if len(outcomes) == 1 and outcomes[0].error is not None:
        raise outcomes[0].error
    return _result(outcomes, dry_run=dry_run)


def _given(option: str, values: Sequence[str] | None) -> tuple[str, ...]:
    """What an option was given, each once. Raises UsageError for one that says nothing: it must not mean everything."""
    stripped = tuple(dict.fromkeys(value.strip() for value in values or ()))
    if not all(stripped):
        raise UsageError(
            f"{option} was given without a {'name' if option in ('--table', '--tag') else 'statement'}.",
            fix=f"Name a {option[2:]}, or leave {option} out for everything.",
        )
    for value in stripped:
        check_text(f"What {option} was given", value)
    return stripped


def _chosen(current: Session, references: Sequence[str], *, everything: bool) -> list[_Outcome]:
    """The caches meant, each once; a reference that means none becomes a failure of its own."""
    known = current.caches()
    found: dict[str, _Outcome] = {}

    def add(cache: CacheRecord) -> None:
        found[cache.id] = _Outcome(cache.name, cache.id)

    if everything:
        for cache in known:
            add(cache)
    elif not references:
        with named(current.settings, None) as name:
            add(pick(known, name))
    for reference in references:
        try:
            add(pick(known, reference))
        except PolyscaleError as error:
            found[f"?{reference}"] = _Outcome(reference, None, error=error)
    return list(found.values())


def _confirm(app: AppContext, chosen: Sequence[_Outcome]) -> None:
    """Ask a person, and nobody else: a purge is safe to repeat and costs time at most."""
    names = ", ".join(one.name for one in chosen if one.error is None)
    if not names or not app.interactive:
        return
    from polyscale_cli.output.prompt import DeclinedError, confirm

    if not confirm(app.console, f"This drops everything that {names} holds. Go on?"):
        raise DeclinedError("Aborted: nothing was purged.")


def _purged(current: Session, one: _Outcome, selected: Selector, *, wait: bool, dry_run: bool) -> _Outcome:
    cache_id = one.id or ""
    try:
        before = current.api.metrics(cache_id) if wait and not dry_run else None
        purged = current.api.purge(cache_id, selected, dry_run=dry_run)
        if before is not None:
            _wait(current, one, before, purged)
    except PolyscaleError as error:
        return _Outcome(one.name, one.id, error=error)
    return _Outcome(one.name, one.id, purged)


def _wait(current: Session, one: _Outcome, before: Mapping[str, int], purged: Purged) -> None:
    """Read the edge's own count until it has this purge in it. Raises UnavailableError."""
    seconds = current.settings.seconds(Key.TIMEOUT)
    deadline = time.monotonic() + seconds
    was = before.get("purged", 0)
    while True:
        now = current.api.metrics(one.id or "").get("purged", 0)
        # Counters begin anew with the edge, and so does what it holds.
        if now >= was + purged.entries or now < was:
            return
        if time.monotonic() >= deadline:
            raise UnavailableError(
                f"The purge of {one.name} was not confirmed in {seconds:g} s.",
                why="The edge has answered the purge, and its counters do not show it.",
                fix="Purge again: it is safe to repeat.",
                code="PURGE_NOT_CONFIRMED",
            )
        time.sleep(_LOOK_AGAIN_SECONDS)


def _result(outcomes: Sequence[_Outcome], *, dry_run: bool) -> Result:
    failures = [one.error for one in outcomes if one.error is not None]
    done = [one for one in outcomes if one.purged is not None]
    total = sum(one.purged.entries for one in done if one.purged)
    data = {
        "dry_run": dry_run,
        "purged": 0 if dry_run else total,
        "would_purge": total if dry_run else None,
        "caches": [_data(one, dry_run=dry_run) for one in outcomes],
    }
    return Result(
        data=data if done or not failures else None,
        view=Lines(tuple(line for one in done for line in (_line(one, dry_run=dry_run), *_parts(one)))),
        exit_code=failures[0].exit_code if failures else 0,
        errors=tuple(Problem.of(error) for error in failures),
        notes=tuple(note for one in done for note in _notes(one, dry_run=dry_run)),
        ids=tuple(one.id for one in done if one.id),
    )


def _data(one: _Outcome, *, dry_run: bool) -> dict[str, Any]:
    purged = one.purged or Purged(0)
    entries, tables = purged.entries, purged.tables
    return {
        "id": one.id,
        "name": one.name,
        "purged": 0 if dry_run else entries,
        "would_purge": entries if dry_run else None,
        "tables": [
            {"name": each.name, "matched": list(each.matched), "entries": each.entries, "unknown": each.unknown}
            for each in tables
        ],
        "templates": _counts(purged.templates),
        "queries": _counts(purged.queries),
        "tags": _counts(purged.tags),
        "error": one.error.code if one.error else None,
    }


def _counts(parts: Sequence[PurgedPart]) -> list[dict[str, Any]]:
    return [{"name": each.name, "entries": each.entries} for each in parts]


def _parts(one: _Outcome) -> list[str]:
    """What each name meant, where more than tables were named."""
    purged = one.purged or Purged(0)
    named = (("template", purged.templates), ("query", purged.queries), ("tag", purged.tags))
    if not any(parts for _, parts in named):
        return []
    tables = [f"  table {clean(each.name)}: {each.entries}" for each in purged.tables]
    return tables + [f"  {kind} {_short(each.name)}: {each.entries}" for kind, parts in named for each in parts]


def _short(text: str) -> str:
    line = " ".join(clean(text).split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"


def _line(one: _Outcome, *, dry_run: bool) -> str:
    purged = one.purged or Purged(0)
    count = f"{purged.entries} {'entry' if purged.entries == 1 else 'entries'} of {clean(one.name)}"
    unknown = any(table.unknown and table.entries for table in purged.tables)
    mixed = purged.templates or purged.queries or purged.tags
    names = "" if unknown or mixed else ", ".join(clean(table.name) for table in purged.tables)
    which = f" that depend{'s' if purged.entries == 1 else ''} on {names}" if names else ""
    return f"{'Would purge' if dry_run else 'Purged'} {count}{which}."


def _notes(one: _Outcome, *, dry_run: bool) -> list[str]:
    tables = one.purged.tables if one.purged else ()
    unknown = [table for table in tables if table.unknown and table.entries]
    if unknown:
        count = f"{len(unknown)} unknown table{'' if len(unknown) == 1 else 's'}"
        names = ", ".join(table.name for table in unknown)
        return [f"{one.name}: {count} ({names}): everything {'would be' if dry_run else 'was'} dropped."]
    purged = one.purged or Purged(0)
    kinds = (("of the template", purged.templates), ("to the query", purged.queries), ("with the tag", purged.tags))
    nothing = [
        f"{one.name} holds no answer {kind} {_short(part.name)}."
        for kind, parts in kinds
        for part in parts
        if not part.entries
    ]
    return nothing + [
        f"{one.name}: no cached query has read a table or view called {table.name} since the edge started."
        for table in tables
        if not table.matched
    ]
