"""What a pool lends: one logged-in connection, in whatever protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from polyscale_cli.edge.engine import Entry
from polyscale_cli.edge.serverless.statement import Statement


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement came to.

    Attributes:
        document: a JSON array, UTF-8: one object for each row; several statements give an array of such arrays.
        entry: the cache's entry that this is a form of; None where no entry holds the same answer.
        was_hit: whether it came from the cache.
        why_not: why it is not kept, in a word or a few, where that is known; for ``Cache-Status``.
    """

    document: bytes
    entry: Entry | None = None
    was_hit: bool = False
    why_not: str | None = None


class Backend(Protocol):
    """One connection. At most one of ``run``, ``reset`` and ``check`` is under way."""

    @property
    def is_usable(self) -> bool:
        """Whether another statement may be run on it: it is connected, idle, and in no transaction."""

    async def run(self, statement: Statement) -> Answer:
        """Run a statement.

        Raises:
            QueryFailed: the database refused it; the connection is as good as before.
            ConnectionLost: it was lost before the answer was complete, so that nobody knows whether it was carried out.
        """

    async def reset(self) -> None:
        """Make the session as it was after its login: no transaction, no settings, no temporary tables, no locks.

        Raises:
            ConnectionLost: it could not be.
        """

    async def check(self) -> None:
        """See that the origin is still there.

        Raises:
            ConnectionLost: it is not.
        """

    def cancel(self) -> None:
        """Ask the origin to give up the statement under way; ``run`` ends soon after, in whatever way."""

    def close(self) -> None:
        """Say good-bye and close, at once; a statement under way ends with ConnectionLost."""


class QueryFailed(Exception):
    """The database's own error.

    Attributes:
        code: the database's own: SQLSTATE ("42P01") of PostgreSQL, the number ("1146") of MySQL and MariaDB.
        message: the database's own words.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def left_open() -> QueryFailed:
    """Make the error for a statement behind which a transaction was open, and was rolled back."""
    return QueryFailed(
        "TRANSACTION_LEFT_OPEN",
        "the statement left a transaction open, which was rolled back: a request is a session of its own, so send all"
        " statements of a transaction in one, up to its COMMIT",
    )


def result_too_large(most_bytes: int) -> QueryFailed:
    """Make the error for an answer that was given up."""
    return QueryFailed(
        "RESULT_TOO_LARGE", f"the answer has more than {most_bytes:,} bytes, and was given up: ask for fewer rows"
    )


def not_utf8() -> QueryFailed:
    """Make the error for an answer in another encoding, for JSON is UTF-8 (RFC 8259, section 8.1)."""
    return QueryFailed(
        "22021",
        "the answer has text that is not UTF-8, as JSON is: let the session's encoding be as it is (client_encoding,"
        " SET NAMES), and convert text that the database has in none, as by convert_from(column::bytea, 'LATIN1')",
    )


class Refused(Exception):
    """No connection: the origin does not take these credentials, or there is no such database.

    Attributes:
        code, message: the database's own.
        by_credentials: whether user and password are what was refused.
    """

    def __init__(self, code: str, message: str, *, by_credentials: bool) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.by_credentials = by_credentials


class Unreachable(Exception):
    """No connection, for another reason; the text says why, and how to cure it."""


class ConnectionLost(Exception):
    """The connection is gone."""
