"""What the clients of a crowd ask, and how they leave."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.e2e.raw import SYNC, bind, close, describe, execute, parse, query
from tests.load.connection import Connection, Place

ROWS = 100_000
HOT = 50
COUNTERS = 100
SCHEMA = f"""
CREATE TABLE items (id int PRIMARY KEY, v int NOT NULL);
INSERT INTO items SELECT id, id * 7 FROM generate_series(1, {ROWS}) id;
CREATE TABLE counters (id int PRIMARY KEY, v int NOT NULL);
INSERT INTO counters SELECT id, 0 FROM generate_series(0, {COUNTERS - 1}) id;
GRANT ALL ON ALL TABLES IN SCHEMA public TO public;
"""

Step = tuple[bytes, bytes]
"""A request, and what must be in its answer."""

Kind = Callable[[int], list[Step]]
"""Makes what a client does in one turn out of a number."""


class WrongAnswer(AssertionError):
    """A client was told something else than the database would tell it."""


def row(value: object) -> bytes:
    """A DataRow of one column (manual, section 55.7)."""
    text = str(value).encode()
    return b"D" + struct.pack("!ihi", 10 + len(text), 1, len(text)) + text


def hit(number: int) -> list[Step]:
    """One of few."""
    key = number % HOT + 1
    return [(query(f"SELECT v FROM items WHERE id = {key}"), row(key * 7))]


def miss(number: int) -> list[Step]:
    """One of many."""
    key = number * 7919 % ROWS + 1
    return [(query(f"SELECT v FROM items WHERE id = {key}"), row(key * 7))]


def prepared(number: int) -> list[Step]:
    """A statement with a name of its own, made, used and closed."""
    key, name = number % ROWS + 1, f"s{number}"
    made = parse("SELECT v FROM items WHERE id = $1", name) + SYNC
    used = bind(str(key), statement=name) + describe() + execute() + SYNC
    return [(made, b"1\0\0\0\4"), (used, row(key * 7)), (used, row(key * 7)), (close(name) + SYNC, b"3\0\0\0\4")]


def abandoned(number: int) -> list[Step]:
    """A statement with a name that is never closed; the session keeps it to its end."""
    return [(parse(f"SELECT v + {number} FROM items WHERE id = $1", f"kept{number}") + SYNC, b"1\0\0\0\4")]


def closed(number: int) -> list[Step]:
    """A statement of a text that nobody else has, closed again."""
    name = f"s{number}"
    made = parse(f"SELECT v - {number} FROM items WHERE id = $1", name) + SYNC
    return [(made, b"1\0\0\0\4"), (close(name) + SYNC, b"3\0\0\0\4")]


def distinct(number: int) -> list[Step]:
    """A text that nobody has sent before and nobody will again."""
    key = number % ROWS + 1
    return [(query(f"SELECT v AS c{number} FROM items WHERE id = {key}"), row(key * 7))]


def failing(number: int) -> list[Step]:
    """An error, at the execution or before it."""
    if number % 100 == 0:
        # Nobody knows what this would have done, so that it costs all entries.
        return [(query(f"SELEC {number}"), b"C42601\0")]
    return [(query("SELECT 1/0"), b"C22012\0") if number & 1 else (query("SELECT nothing FROM items"), b"C42703\0")]


def writing(number: int) -> list[Step]:
    """A write."""
    return [(query(f"UPDATE counters SET v = v + 1 WHERE id = {number % COUNTERS}"), b"UPDATE 1\0")]


def transaction(number: int) -> list[Step]:
    """A transaction that reads, and perhaps writes, and is kept or not."""
    end = (query("COMMIT"), b"COMMIT\0") if number & 1 else (query("ROLLBACK"), b"ROLLBACK\0")
    write = writing(number) if number & 2 else []
    return [(query("BEGIN"), b"BEGIN\0"), *hit(number), *write, end]


def settling(number: int) -> list[Step]:
    """Settings that hardly anybody else has."""
    setting = query(f"SET work_mem = '{64 + number % 5000}kB'")
    return [(setting, b"SET\0"), *hit(number), (query("RESET work_mem"), b"RESET\0")]


KINDS: tuple[Kind, ...] = (
    *((hit,) * 8),
    *((miss,) * 4),
    *((prepared,) * 2),
    abandoned,
    *((distinct,) * 2),
    failing,
    writing,
    transaction,
    settling,
)
FILLING: tuple[Kind, ...] = (distinct, distinct, closed, closed, settling)
"""Those of which the edge remembers each, up to its limits."""

REPEATED: tuple[Kind, ...] = (hit, hit, hit, miss, failing, writing, transaction)
"""Those of which nothing is ever new, so that memory may not grow from the start."""

LEAVING = 0.004
"""After so many of a client's turns it leaves, and another comes."""


@dataclass(slots=True)
class Numbers:
    """A number for each statement of a whole crowd, up to the last.

    Attributes:
        made: how many were taken.
    """

    last: int
    made: int = 0

    @property
    def are_left(self) -> bool:
        """Whether the crowd goes on."""
        return self.made < self.last

    def take(self) -> int:
        """Give the next one."""
        self.made += 1
        return self.made


async def ask(connection: Connection, step: Step) -> None:
    """Send one request and look at its answer.

    Raises:
        WrongAnswer: something else was answered.
    """
    request, expected = step
    answer = await connection.ask(request)
    if expected not in answer:
        raise WrongAnswer(f"{request!r} was answered {answer!r}, without {expected!r}")


async def play(place: Place, connection: Connection, numbers: Numbers, kinds: Sequence[Kind]) -> None:
    """Be one client after the other, as long as there are numbers; the first is there already.

    Raises:
        WrongAnswer: something else was answered than the database would.
    """
    chance = random.Random(numbers.take())
    while numbers.are_left:
        steps = chance.choice(kinds)(numbers.take())
        leaves = chance.random() < LEAVING
        for done, step in enumerate(steps):
            if leaves and done == len(steps) - 1:
                # In the middle of a statement, or of a transaction.
                connection.writer.write(step[0][: chance.randrange(1, len(step[0]))])
                break
            await ask(connection, step)
            numbers.take()
        if leaves:
            connection.drop() if chance.random() < 0.5 else connection.close()
            connection = await Connection.open(place)
    connection.close()
