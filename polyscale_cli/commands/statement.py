"""A statement as commands are given one: the last word, or all of stdin, and before it the cache."""

from __future__ import annotations

from polyscale_cli.context import AppContext
from polyscale_cli.errors import UsageError

STDIN = "-"
_MOST_WORDS = 2


def cache_and_statement(app: AppContext, words: list[str], example: str) -> tuple[str | None, str]:
    """Read ``[CACHE] SQL``; ``example`` is a command line that shows how.

    Raises:
        UsageError: there is no statement, or too much, or it is no text.
    """
    if not 1 <= len(words) <= _MOST_WORDS:
        raise UsageError(
            "A statement is needed, and before it at most the name of a cache.",
            why=f"{len(words)} words were given." if words else None,
            fix=f"Put the statement in quotes: {example}",
        )
    if len(words) == 1 and _names_cache(app, words[0]):
        raise UsageError(
            f"The statement is missing: {words[0]} is a cache.",
            fix=f"Give both, the statement in quotes: {example}",
            code="NO_STATEMENT",
        )
    sql = app.stdin.read() if words[-1] == STDIN else words[-1]
    if not sql.strip():
        raise UsageError("The statement is empty.", code="NO_STATEMENT")
    check_text("The statement", sql)
    return words[0] if len(words) == _MOST_WORDS else None, sql


def _names_cache(app: AppContext, word: str) -> bool:
    """Whether a word is the name of a cache that is known here, and not SQL that somebody meant."""
    from polyscale_cli.commands.known import known_caches

    return any(word == one.name for one in known_caches(app).all())


def check_text(what: str, text: str) -> None:
    """Refuse what no database can be sent as text. Raises UsageError."""
    if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise UsageError(
            f"{what} is no text.",
            why="It has bytes that are not UTF-8, or a zero byte.",
            fix="Write it in UTF-8; bytes go as '\\x00ff'::bytea.",
            code="NOT_TEXT",
        )
