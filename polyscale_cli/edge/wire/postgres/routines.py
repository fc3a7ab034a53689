"""Functions that users have made, and what they may do where their source can be read.

A name in a body means what the search path makes of it at the moment of the call: the session's, the function's own, or
that of a function around it. None of these need be known, because a name without a schema is taken for every table,
view and function of that name in whatever schema; so a body may be thought to do more than it does, and never less.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from polyscale_cli.edge.engine.analysis import UNKNOWN, Analysis, Effect, merge
from polyscale_cli.edge.wire.postgres.functions import Function, Judgement, Volatility, judge
from polyscale_cli.edge.wire.postgres.plpgsql import read_body, read_statements

LONGEST_SOURCE = 20_000
"""Characters of a source that is asked for."""

MOST_REMEMBERED = 1000

# What a function may set for itself without a change of what its text means.
_HARMLESS_SETTINGS = frozenset({"search_path", "statement_timeout", "lock_timeout", "work_mem", "timezone"})

# The server's own functions that anybody may have as a trigger; they look at the row that is written, and at no other.
_OWN_ROW = frozenset(
    {"tsvector_update_trigger", "tsvector_update_trigger_column", "suppress_redundant_updates_trigger"}
)

# What outlasts the call in the session: SET at the beginning of a statement, be it one in a string, and its kin; and
# tables that hide others.
_MAY_SET = re.compile(
    r"\b(?:set_config|reset|discard|temp|temporary|pg_temp\w*)\b|(?:^|[;'$]|\b(?:begin|then|else|loop)\b)\s*set\s",
    re.IGNORECASE,
)

NO_BODIES = Analysis()


@dataclass(frozen=True, slots=True)
class Routine:
    """A function that may write: a trigger's, or a VOLATILE one that is called.

    Attributes:
        own: the statement calls it itself, or may do so; not a trigger, nor a function that it calls.
        fired: it is a trigger's.
        language: ``pg_language.lanname``.
        settings: names of what it sets for itself (``SET`` in its definition).
        source: ``pg_proc.prosrc``; None if it is too long, or if it is not all that a call does.
    """

    own: bool
    fired: bool
    schema: str
    name: str
    language: str
    settings: tuple[str, ...]
    source: str | None

    @property
    def body(self) -> Analysis:
        """What it does; ``UNKNOWN`` if that cannot be told."""
        if self.fired and self.schema == "pg_catalog" and self.name in _OWN_ROW:
            return NO_BODIES
        if not self.fired and self._judged is not Judgement.ANYTHING:
            return NO_BODIES
        if not self.source or not _HARMLESS_SETTINGS.issuperset(name.lower() for name in self.settings):
            return UNKNOWN
        return _read(self.language, self.source)

    @property
    def _judged(self) -> Judgement:
        return judge(Function(self.schema, self.name, Volatility.VOLATILE, self.language))

    @property
    def may_do_anything(self) -> bool:
        """Whether what it does cannot be told."""
        return Effect.WRITES_ANYTHING in self.body.effects

    @property
    def judgement(self) -> Judgement:
        """What a call of it means, that is no trigger's."""
        return Judgement.ANYTHING if self.own and self.may_do_anything else Judgement.VOLATILE

    @property
    def may_set(self) -> bool:
        """Whether one that may do anything seems to change the session: its settings, or what its names mean.

        Of what the statement itself does not call the words of the source decide: a session whose state cannot be
        told has no use of the cache any more. A function in C has no words.
        """
        if self.own:
            return True
        if self.language in ("c", "internal"):
            return False
        return self.source is None or _MAY_SET.search(self.source) is not None


def merge_bodies(routines: Iterable[Routine]) -> Analysis:
    """Give all that functions name, as far as that can be told."""
    return merge([NO_BODIES, *(routine.body for routine in routines if not routine.may_do_anything)])


def covers(asked: Analysis, found: Analysis) -> bool:
    """Whether all names that were found were asked about."""
    return (
        set(found.reads) <= set(asked.reads)
        and set(found.writes) <= set(asked.writes)
        and set(found.functions) <= set(asked.functions)
        and set(found.attributes) <= set(asked.attributes)
        and set(found.operators) <= set(asked.operators)
    )


@functools.lru_cache(MOST_REMEMBERED)
def _read(language: str, source: str) -> Analysis:
    text = source.encode("utf-8", "surrogateescape")
    if language == "plpgsql":
        return read_body(text)
    return read_statements(text) if language == "sql" else UNKNOWN
