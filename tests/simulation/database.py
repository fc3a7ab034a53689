"""A database of four tables of which only the versions matter, and one definition that changes what things mean."""

from __future__ import annotations

from dataclasses import dataclass

TABLES = 4
DEFINITION = TABLES
"""Where the definition's own version stands in a state."""

USUAL = 40
"""Bytes of an answer at most, but for a few that are too large to be kept."""

State = tuple[int, ...]
"""The versions of all tables, and of the definition."""

READS: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((0,), (1,), (0, 1), (0, 2), (3,)),
    ((0,), (1,), (0, 1), (1, 2), (3,)),
)
"""By the definition's version, even or odd: the tables that each query reads. Query 3 reads a view."""

QUERIES = len(READS[0])

SPREADS: tuple[dict[int, tuple[int, ...]], ...] = ({}, {0: (3,), 1: (2,)})
"""By the definition's version, even or odd: the tables that change along with one, as by a trigger."""


def reads(query: int, definition: int) -> tuple[int, ...]:
    """The tables that a query reads under a version of the definition."""
    return READS[definition & 1][query]


def writes(tables: tuple[int, ...], definition: int) -> tuple[int, ...]:
    """The tables that a write of these changes under a version of the definition."""
    spread = SPREADS[definition & 1]
    return tuple(sorted({*tables, *(other for table in tables for other in spread.get(table, ()))}))


@dataclass(slots=True)
class Answer:
    """What the database said to one read.

    Attributes:
        place: whose answer it is: the cache's and the scope's identity.
        state: that its snapshot saw.
        at: when it was complete; of one that was given again, when it was last kept.
    """

    query: int
    place: tuple[object, ...]
    state: State
    at: float


class Database:
    """What is committed.

    Attributes:
        now: the versions.
        repeats: the same rows are the same bytes, and not told apart by when they were read.
        answers: all that were given; a response names one.
        unfenced: for each table, the versions that no fence stood for: written around the edge, or by a trigger that
            was made while the write was under way.
    """

    __slots__ = ("_given", "answers", "now", "repeats", "unfenced")

    def __init__(self, *, repeats: bool = False) -> None:
        self.repeats = repeats
        self._given: dict[tuple[object, ...], bytes] = {}
        self.now = [0] * (TABLES + 1)
        self.answers: list[Answer] = []
        self.unfenced: tuple[set[int], ...] = tuple(set() for _ in self.now)

    def commit(self, places: tuple[int, ...], fenced: frozenset[int]) -> list[tuple[int, int]]:
        """Change tables, or the definition. Returns each with its new version."""
        changed = []
        for place in places:
            self.now[place] += 1
            changed.append((place, self.now[place]))
            if place not in fenced:
                self.unfenced[place].add(self.now[place])
        return changed

    def respond(self, answer: Answer, padding: int) -> bytes:
        """Give the bytes of an answer, the same for the same rows if it repeats itself."""
        definition = answer.state[DEFINITION]
        rows = tuple(answer.state[table] for table in reads(answer.query, definition))
        key = (answer.query, answer.place, definition, rows, padding > USUAL)
        given = self._given.get(key) if self.repeats else None
        if given is None:
            self.answers.append(answer)
            given = self._given[key] = (len(self.answers) - 1).to_bytes(4, "big") + bytes(padding)
        return given

    def answer(self, response: bytes) -> Answer:
        """Give the answer that a response is."""
        return self.answers[int.from_bytes(response[:4], "big")]
