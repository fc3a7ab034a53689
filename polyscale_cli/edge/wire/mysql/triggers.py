"""What a trigger does, as far as its text tells.

A trigger cannot change definitions, nor commit (MySQL manual, section 27.8, Restrictions on Stored Programs). What is
not understood of it may write any table.
"""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.engine.analysis import Effect
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.views import calls_unknown, qualified

Names = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """What one trigger does.

    Attributes:
        writes: tables, each with its schema.
        reads: tables that it reads on the way; views among them may call functions.
        understood: that is all it does.
    """

    writes: Names = ()
    reads: Names = ()
    understood: bool = False


_OTHER_LEXICON = ("ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ORACLE")
"""Parts of a sql_mode under which a text is read by other rules than the dialect's."""


def fired_by(statement: str, sql_mode: str, schema: str, dialect: Dialect, flavour: Flavour) -> Fired:
    """Read a trigger's statement; names without a schema are in its table's own."""
    if any(mode in sql_mode.split(",") for mode in _OTHER_LEXICON):
        return Fired()
    analysis = dialect.analyse(statement.encode("utf-8", "surrogateescape"))
    if not analysis.writes or analysis.effects != Effect.NONE or calls_unknown(analysis, flavour):
        return Fired()
    return Fired(
        writes=tuple(qualified(name, schema) for name in analysis.writes),
        reads=tuple(qualified(name, schema) for name in analysis.reads),
        understood=True,
    )
