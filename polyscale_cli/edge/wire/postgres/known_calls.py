"""Built-in functions whose answers are never kept and whose names tell as much, before the catalog is asked.

A name that is not one of the catalog's own may mean something else, where somebody's function comes before it in the
search path: then too much is refused, and never too little (PostgreSQL manual, sections 9.9.5, 9.3, 9.14 and 9.17).
"""

from __future__ import annotations

from collections.abc import Iterable

from polyscale_cli.edge.engine.analysis import Name
from polyscale_cli.edge.engine.reason import Reason

_REFUSED = {
    **dict.fromkeys(
        ("now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday"), Reason.READS_CLOCK
    ),
    **dict.fromkeys(
        ("random", "gen_random_uuid", "nextval", "setval", "currval", "lastval", "setseed", "pg_sleep"),
        Reason.VOLATILE_FUNCTION,
    ),
}


def reason_of(call: Name) -> Reason | None:
    """Why no statement is kept that makes this call; None where only the catalog can tell."""
    *schema, name = call
    return _REFUSED.get(name) if schema in ([], ["pg_catalog"]) else None


def reason_against(calls: Iterable[Name]) -> Reason | None:
    """Why a statement is not kept that makes these calls, as far as their names tell."""
    return next((reason for call in calls if (reason := reason_of(call)) is not None), None)
