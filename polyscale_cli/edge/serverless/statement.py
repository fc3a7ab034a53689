"""One statement, as it goes to a database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Scalar = str | int | Decimal | bool | None
"""A JSON value. Numbers that are not whole are Decimals, so that no digit is lost."""

Value = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A text and what its placeholders stand for.

    Attributes:
        text: in the database's own words: ``$1``, ``$2`` (PostgreSQL) or ``?`` (MySQL, MariaDB) where a parameter is.
            Without parameters it may be several statements.
        parameters: in order. Only PostgreSQL has arrays.
    """

    text: str
    parameters: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks, in which database of the origin."""

    username: str
    password: str
    database: str

    def __repr__(self) -> str:
        return f"Credentials({self.username!r}, ..., {self.database!r})"
