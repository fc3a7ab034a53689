"""What a view names: its definition, as the server has stored it, read like any other statement."""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.engine.analysis import Analysis, Effect, Name
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.functions import is_built_in, is_listed


@dataclass(frozen=True, slots=True)
class Seen:
    """What reading through some stored text comes to.

    Attributes:
        reads: names of tables, each with its schema, and the maybe ones among them in ``maybe``.
        may_write: it calls what may write tables, or cannot be read.
        moments: columns of these that are turned into dates or times, in lower case.
        refusal: why no answer that depends on it may be kept.
    """

    reads: tuple[tuple[str, str], ...] = ()
    maybe: frozenset[tuple[str, str]] = frozenset()
    moments: frozenset[str] = frozenset()
    may_write: bool = False
    refusal: Reason | None = None


HIDDEN = Seen(may_write=True, refusal=Reason.HIDDEN_VIEW)
"""A view whose definition the user may not see (SHOW VIEW): it may call functions that write."""


def see_through(definition: str, schema: str, dialect: Dialect, flavour: Flavour) -> Seen:
    """Read a view's definition; names without a schema are in the view's own.

    The server stores it with all names qualified but those of common table expressions (MySQL manual, section 28.3.48,
    The INFORMATION_SCHEMA VIEWS Table).
    """
    if not definition:
        return HIDDEN
    analysis = dialect.analyse(definition.encode("utf-8", "surrogateescape"))
    return Seen(
        reads=tuple(qualified(name, schema) for name in analysis.reads),
        maybe=frozenset(qualified(name, schema) for name in analysis.maybe),
        moments=moments_of(analysis),
        may_write=calls_unknown(analysis, flavour),
        refusal=refusal_of(analysis, flavour),
    )


def refusal_of(analysis: Analysis, flavour: Flavour) -> Reason | None:
    """Why an answer must not be kept, as far as the text tells and what it calls."""
    return analysis.refusal or (Reason.VOLATILE_FUNCTION if calls_unknown(analysis, flavour) else None)


def moments_of(analysis: Analysis) -> frozenset[str]:
    """Give the columns that a statement turns into dates or times, in lower case."""
    return frozenset(name.lower() for name, _ in analysis.moments)


def calls_unknown(analysis: Analysis, flavour: Flavour) -> bool:
    """Whether a statement calls what nobody here knows, such as a stored function, or was not understood."""
    return Effect.WRITES_ANYTHING in analysis.effects or any(
        len(name) > 1
        or not is_listed(name[0])
        or not is_built_in(name[0], is_mariadb=flavour.is_mariadb, version=flavour.version)
        for name in analysis.functions
    )


def qualified(name: Name, schema: str) -> tuple[str, str]:
    """Give a name with its schema."""
    return (name[-2] if len(name) > 1 else schema, name[-1])
