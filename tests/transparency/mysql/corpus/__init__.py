"""Sessions to play, a file for each part of the protocol."""

from __future__ import annotations

from tests.transparency.mysql.corpus import endings, prepared, results, settings, startup, statements, transactions

ALL = (
    *startup.SCRIPTS,
    *statements.SCRIPTS,
    *results.SCRIPTS,
    *prepared.SCRIPTS,
    *transactions.SCRIPTS,
    *settings.SCRIPTS,
    *endings.SCRIPTS,
)
