"""Writes and reads of which a statement's text says nothing."""

from __future__ import annotations

from dataclasses import dataclass

from tests.freshness.through import Rows, Through, ask

NAME = "SELECT name FROM items WHERE id = 1"
NEW: Rows = [("new",)]
DELETE = "DELETE FROM parts"
ONE, NONE = [(1,)], [(0,)]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is made first, what is read, what is written, and what must be read then."""

    setup: str
    question: str
    write: str
    answer: Rows

    def must_show(self, through: Through) -> None:
        """Have it read until it hits, write, and ask again: by whoever read, by whoever wrote and by another."""
        if self.setup:
            through.around(self.setup)
            through.around("GRANT ALL ON ALL TABLES IN SCHEMA public TO public")
        reader, other, writer = through.connect(), through.connect(), through.connect()
        for _ in range(5):
            assert ask(reader, self.question) != self.answer
        writer.execute(self.write.encode())
        for connection in (other, reader, writer):
            assert ask(connection, self.question) == self.answer


def reads(name: str, arguments: str = "", returns: str = "bigint", select: str = "count(*)") -> str:
    """A STABLE function that reads parts, of which nobody can know."""
    return f"CREATE FUNCTION {name}({arguments}) RETURNS {returns} STABLE LANGUAGE sql AS 'SELECT {select} FROM parts';"


def writes(name: str, arguments: str = "", returns: str = "int") -> str:
    """A VOLATILE function that writes items."""
    body = "BEGIN UPDATE items SET name = ''new'' WHERE id = 1; RETURN 1; END"
    return f"CREATE FUNCTION {name}({arguments}) RETURNS {returns} LANGUAGE plpgsql AS '{body}';"
