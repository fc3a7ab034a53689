"""Sessions to play, a file for each part of the protocol."""

from __future__ import annotations

from tests.transparency.postgres.corpus import (
    copying,
    endings,
    extended,
    settings,
    simple,
    startup,
    statements_in_sql,
    transactions,
)

ALL = (
    *startup.SCRIPTS,
    *simple.SCRIPTS,
    *extended.SCRIPTS,
    *transactions.SCRIPTS,
    *copying.SCRIPTS,
    *settings.SCRIPTS,
    *statements_in_sql.SCRIPTS,
    *endings.SCRIPTS,
)
