"""Whether a statement may be run hundreds of times: only a read may."""

from __future__ import annotations

import re

from polyscale_cli.errors import UsageError

# What may stand before the first word: space, comments, parentheses around a SELECT.
_BEFORE = re.compile(r"(?:\s|\(|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_READS = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "SHOW"})


def refuse_other_than_reads(sql: str) -> None:
    """Refuse a statement that does not begin as a read does.

    What begins like one and writes all the same is refused by the database: it runs there first, in a read-only
    transaction.

    Raises:
        UsageError: it is something else.
    """
    before = _BEFORE.match(sql)
    word = _WORD.match(sql, before.end() if before else 0)
    if word is None or word[0].upper() not in _READS:
        raise not_a_read(f"It begins with {word[0].upper()}." if word else None)


def not_a_read(why: str | None) -> UsageError:
    """The error for a statement that is none."""
    return UsageError(
        "The performance test runs reads alone.",
        why=why,
        fix="Give a SELECT: it is run hundreds of times, and a write would write each time.",
        code="NOT_A_READ",
    )
