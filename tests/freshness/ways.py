"""The ways in which a client can send the same statements, and ask the same question, message by message."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from tests.e2e.raw import SYNC, Message, RawClient, bind, describe, errors, execute, parse, query, rows

PREPARED = "kept"
"""The name of the statement that ``Question.prepare`` makes."""


class Way(enum.Enum):
    """How statements are sent."""

    SIMPLE = "each in a Query"
    EXTENDED = "each with Parse, Bind, Execute and Sync"
    BLOCK = "in a transaction block that has read before"
    PIPELINED = "all at once, the question behind them"


EVERY_WAY = tuple(Way)
OUTSIDE_OF_BLOCKS = (Way.SIMPLE, Way.EXTENDED, Way.PIPELINED)


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows in text, or the state of the error that came instead."""

    rows: tuple[tuple[str | None, ...], ...] = ()
    error: str | None = None


def answer(messages: Sequence[Message]) -> Answer:
    """What a request was answered."""
    failed = errors(messages)
    return Answer(tuple(tuple(row) for row in rows(messages)), failed[0] if failed else None)


def extended(sql: str) -> bytes:
    return parse(sql) + bind() + describe() + execute() + SYNC


def send(client: RawClient, request: bytes) -> list[Message]:
    """Send one request and read its whole answer."""
    client.send(request)
    return client.until("Z")


def run(client: RawClient, *statements: str) -> None:
    """Have statements carried out, each in a Query.

    Raises:
        StatementFailed: the server refused one.
    """
    for sql in statements:
        _succeeded(sql, send(client, query(sql)))


@dataclass(frozen=True, slots=True)
class Question:
    """A read, to be asked in several ways."""

    sql: str

    def plainly(self, client: RawClient) -> Answer:
        """Ask it in a Query."""
        return answer(send(client, query(self.sql)))

    def prepare(self, client: RawClient) -> None:
        """Have the statement that ``prepared`` executes."""
        assert not errors(send(client, parse(self.sql, PREPARED) + SYNC))

    def prepared(self, client: RawClient) -> Answer:
        """Execute the statement that was prepared before."""
        return answer(send(client, bind(statement=PREPARED) + describe() + execute() + SYNC))


class StatementFailed(AssertionError):
    """A statement that should have been carried out was refused."""


def carry_out(client: RawClient, statements: Sequence[str], way: Way, question: Question) -> Answer | None:
    """Send statements in one way; where the question goes along with them, give its answer.

    Raises:
        StatementFailed: the server refused one.
    """
    if way is Way.PIPELINED:
        client.send(*(extended(sql) for sql in statements), query(question.sql))
        for sql in statements:
            _succeeded(sql, client.until("Z"))
        return answer(client.until("Z"))
    if way is Way.BLOCK:
        statements = ("BEGIN", question.sql, *statements, "COMMIT")
    for sql in statements:
        _succeeded(sql, send(client, extended(sql) if way is Way.EXTENDED else query(sql)))
    return None


def _succeeded(sql: str, messages: Sequence[Message]) -> None:
    for each in messages:
        if each.kind == "E":
            raise StatementFailed(f"{sql}: {each.fields['M']}")
