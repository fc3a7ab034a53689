"""Why a query is answered from the cache, or not, or no longer: the story of its answers, for people.

Of writes it tells templates alone, never a value that somebody sent.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from polyscale_cli.edge.cache import CacheMode
from polyscale_cli.edge.cures import cure_of
from polyscale_cli.edge.engine import CacheState, Entry, Reason, Template
from polyscale_cli.edge.engine.rules import plain_query
from polyscale_cli.edge.engine.story import Ending, How, Story
from polyscale_cli.edge.explanation import Explanation, Knowledge, explain
from polyscale_cli.edge.observe.redaction import shown
from polyscale_cli.edge.observe.span import written
from polyscale_cli.edge.table_name import spelled

MOST_TOLD = 50
"""Answers that are held, and as many that went."""

MOST_IN_WORDS = 3
"""The same, of those that sentences are about."""


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that is held; times are seconds since 1970.

    Attributes:
        filled_by: whose read it answered first.
        hits: how often it was served, in whatever form.
        bytes: charged for it, with its other forms.
        looked_at: from when on a reader may be sent to the database to see whether it has changed; None for not before
            it ends.
        ends: when it is served no more.
    """

    filled: float
    filled_by: str
    hits: int
    bytes: int
    looked_at: float | None
    ends: float
    tables: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """An answer that went; times are seconds since 1970.

    Attributes:
        by: whose deed it was, ``statement`` the template of the write; both are empty where that is not known.
    """

    filled: float
    filled_by: str
    went: float
    hits: int
    how: How
    by: str
    statement: str


@dataclass(frozen=True, slots=True)
class Why:
    """All there is to say of one query.

    Attributes:
        reason: why nothing is kept.
        runs: of statements of its template, however they were answered.
        is_new: nothing hinders it but that it was not asked often enough yet.
        words: the same in sentences.
    """

    explanation: Explanation
    held: tuple[Held, ...]
    gone: tuple[Gone, ...]
    reason: Reason | None
    runs: int
    is_new: bool
    words: tuple[str, ...]


_NOTHING = Story(None, (), (), None)


def why(known: Knowledge, sql: str) -> Why:
    """Tell what became of the answers to a query, or to those of a template that is called by its id; nothing is run.

    Raises:
        NotFoundError: it is an id, and of no template that the cache has met.
    """
    explained = explain(known, sql)
    state = known.state
    named = known.named(plain_query(sql.encode()))
    story = _NOTHING if state is None else state.story(sql.encode()) if named is None else state.story_of(named)
    held: tuple[Held, ...] = ()
    gone: tuple[Gone, ...] = ()
    if state is not None:
        # The engine's clock began at some moment that nobody knows: only differences mean anything.
        began = time.time() - state.clock()
        entries = sorted(story.entries, key=lambda entry: entry.kept_at, reverse=True)
        held = tuple(_held(state, entry, began) for entry in entries[:MOST_TOLD])
        gone = tuple(_gone(ending, began) for ending in story.endings[:MOST_TOLD])
    never = not (held or gone)
    tally = story.template.tally if story.template is not None else None
    reason = explained.reason or (story.refusal if never and tally is not None and not tally.kept else None)
    is_new = never and reason is None and explained.ttl != 0
    observed = known.cache.mode is CacheMode.OBSERVE
    words = (
        *(sentence for one in held[:MOST_IN_WORDS] for sentence in _of_held(one, observed=observed)),
        *_more(len(held), "answer is held", "answers are held"),
        *(_of_gone(one, observed=observed) for one in gone[:MOST_IN_WORDS]),
        *_more(len(gone), "answer went", "answers went"),
        *(_of_newness(story, _alike(known, explained)) if is_new else ()),
        *(_of_reason(reason) if reason is not None and explained.reason is None else ()),
        *explained.words,
    )
    return Why(explained, held, gone, reason, tally.runs if tally is not None else 0, is_new, words)


def _held(state: CacheState, entry: Entry, began: float) -> Held:
    forms = [form for form in entry.forms or () if form.size]
    tables = {spelled(name[-2:]) for name in state.origin.names(entry.tables)}
    return Held(
        filled=began + entry.kept_at,
        filled_by=entry.author,
        hits=entry.hits + sum(form.hits for form in entry.forms or ()),
        bytes=entry.size + sum(form.size for form in forms),
        looked_at=began + entry.expires if entry.expires < entry.until else None,
        ends=began + entry.until,
        tables=tuple(sorted(tables)),
        tags=state.tags.names(entry.tables),
    )


def _gone(ending: Ending, began: float) -> Gone:
    return Gone(
        filled=began + ending.kept_at,
        filled_by=ending.author,
        went=began + ending.at,
        hits=ending.hits,
        how=ending.cause.how,
        by=ending.cause.session,
        statement=shown(ending.cause.statement),
    )


def _of_held(one: Held, *, observed: bool) -> Iterator[str]:
    served = f"was {_served(one.hits)}"
    if observed:
        served = f"would have been {_served(one.hits)}" if one.hits else "would never have been served"
    yield f"It was kept at {written(one.filled)}{_by(one.filled_by)} and {served} since."
    is_served, is_sent = ("would be served", "would be sent") if observed else ("is served", "is sent")
    if one.ends <= time.time():
        yield f"It expired at {written(one.ends)}: the next read asks the database again."
    elif one.looked_at is not None:
        yield (
            f"It {is_served} until {written(one.ends)}; from {written(one.looked_at)} on, a reader now and then"
            f" {is_sent} to the database to see whether it has changed."
        )
    else:
        yield f"It {is_served} until {written(one.ends)}."


def _of_gone(one: Gone, *, observed: bool) -> str:
    # Before its mode was changed the cache may have served it: nobody remembers that.
    hits = (
        f", with {one.hits:,} hit{'' if one.hits == 1 else 's'} counted," if observed else f" and {_served(one.hits)}"
    )
    told = f"An answer that was kept at {written(one.filled)}{_by(one.filled_by)}{hits}"
    who = ": ".join(part for part in (one.by, one.statement) if part)
    return f"{told} went at {written(one.went)}: {one.how.value}{f' ({who})' if who else ''}."


def _alike(known: Knowledge, explained: Explanation) -> Template | None:
    """Find a template that people may mean: it differs in nothing but spaces, and in the case of its letters."""
    wanted = _folded(explained.template)
    templates = known.state.templates.all() if known.state is not None else ()
    return next((one for one in templates if _folded(one.text) == wanted), None)


def _folded(text: bytes) -> bytes:
    return b"".join(text.lower().split())


def _of_newness(story: Story, alike: Template | None) -> Iterator[str]:
    template = story.template
    if template is None:
        yield "No statement of its template has come through the cache since the edge started."
        if alike is not None:
            runs = _times(alike.tally.runs)
            yield f"Did you mean the template {alike.id}? It differs in spaces or case alone, and has run {runs}."
    elif not template.tally.runs:
        yield "It is new: no statement of its template has run yet."
    elif template.runs <= 1:
        yield f"It is new: statements of its template have run {_times(template.tally.runs)}."
    else:
        runs = _times(template.tally.runs)
        yield f"Statements of its template have run {runs}, but no answer to this one is kept yet."
    if template is not None and template.seldom_again:
        yield "Queries of its template seldom come again, so that one has to be asked twice before its answer is kept."
    yield "A new query is served from about its third run, and another one of the same template from its second."


def _of_reason(reason: Reason) -> Iterator[str]:
    yield f"Nothing was kept so far: {reason.value}."
    if (cure := cure_of(reason)) is not None:
        yield cure


def _more(count: int, one: str, several: str) -> tuple[str, ...]:
    more = count - MOST_IN_WORDS
    return (f"{more} more {one if more == 1 else several}.",) if more > 0 else ()


def _by(author: str) -> str:
    return f" by a read of {author}" if author else ""


def _served(hits: int) -> str:
    return f"served {_times(hits)}" if hits else "never served"


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count:,} times")
