"""What to do about a statement that is not kept, or an answer that went: the one table that all views share."""

from __future__ import annotations

from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.story import How

_NOTHING = "There is nothing to do: it is read from the database each time."
_FUNCTION = (
    "In PostgreSQL, a function of your own whose result depends on its arguments alone can be declared IMMUTABLE."
)

_OF_REASONS = {
    Reason.NOT_A_READ: "There is nothing to do: only reads have answers that can be kept.",
    Reason.NOT_UNDERSTOOD: (
        "The edge does not know this syntax. Where the query can be written in another way, that may be kept."
    ),
    Reason.SEVERAL_STATEMENTS: "Send each statement by itself.",
    Reason.LOCKS_ROWS: "Leave out FOR UPDATE or FOR SHARE where the rows need no lock.",
    Reason.WRITES: "There is nothing to do: it must reach the database each time.",
    Reason.READS_CLOCK: (
        "Let the program send the moment as a parameter, rounded to a minute or an hour: queries with the same value"
        " share an answer."
    ),
    Reason.READS_SESSION: "Let the program send the value itself in place of what the query reads.",
    Reason.VOLATILE_FUNCTION: f"Without the function, the query may be kept. {_FUNCTION}",
    Reason.HIDDEN_FUNCTION: f"`polyscale cache test` names such functions. {_FUNCTION}",
    Reason.STABLE_FUNCTION: f"Without the function, the query may be kept. {_FUNCTION}",
    Reason.UNKNOWN_TABLE: "See whether the table is there, and whether the user of the session finds it by this name.",
    Reason.SYSTEM_TABLE: _NOTHING,
    Reason.TEMPORARY_TABLE: "Where an ordinary table does as well, its answers can be kept.",
    Reason.FOREIGN_TABLE: (
        "The edge does not see writes to it. Where the program can ask the database that holds it, give that one a"
        " cache."
    ),
    Reason.SEQUENCE: _NOTHING,
    Reason.ROW_SECURITY: _NOTHING,
    Reason.HIDDEN_VIEW: "Let the user see the view's definition: in MySQL and MariaDB by the privilege SHOW VIEW.",
    Reason.UNFENCED_TABLE: "In a table of InnoDB, or another engine that keeps its own data, the edge sees each write.",
    Reason.CATALOG_UNREADABLE: (
        "It is tried again when the query next runs. If it stays so, the edge's log says more: polyscale edge logs"
    ),
    Reason.IN_TRANSACTION: (
        "Use READ COMMITTED, and read before the transaction writes or changes anything, or outside of it: such reads"
        " are served."
    ),
    Reason.AUTOCOMMIT_OFF: (
        "Switch autocommit on (in Python autocommit=True), or use READ COMMITTED: without either, each read belongs to"
        " a transaction that may not see what others have committed since it began."
    ),
    Reason.BEHIND_OTHERS: (
        "Where the program waits for the answers to what it sent before, or asks on another connection, it can be"
        " served."
    ),
    Reason.NO_KEY: "A shorter text, or a query without a cursor and not fetched in parts, can be kept.",
    Reason.SESSION_STATE: "On a connection whose settings the program has not changed, it can be kept.",
    Reason.CACHING_OFF: "Switch it on: polyscale cache update NAME --caching",
    Reason.SAMPLES_ROWS: _NOTHING,
    Reason.ROW_VERSION: "Without ctid, xmax, cmin and cmax it can be kept.",
}

# One that was purged, or dropped for settings or for another server, comes back by itself.
_OF_ENDINGS = {
    How.WRITE: (
        "See which table the write shares with the query. A write that the edge cannot see through drops more than it"
        " changes."
    ),
    How.EVICTED: "Give the edge more memory: polyscale edge start --memory SIZE",
}


def cure_of(cause: Reason | How) -> str | None:
    """Give what to do, in a sentence or two; None where it needs nothing done."""
    return _OF_REASONS[cause] if isinstance(cause, Reason) else _OF_ENDINGS.get(cause)
