"""Which of the two servers an origin is, and how old: what it can be asked goes by that."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flavour:
    """One server's kind.

    Attributes:
        version: its numbers, ``(10, 11, 6)``.
    """

    is_mariadb: bool
    version: tuple[int, ...]

    @classmethod
    def of(cls, version: str, *, is_mariadb: bool) -> Flavour:
        """Take the version as the greeting gives it, without what MariaDB puts before it."""
        numbers = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
        return cls(is_mariadb, tuple(map(int, numbers[0].split("."))) if numbers is not None else ())

    @property
    def has_dictionary(self) -> bool:
        """Whether definitions are in tables that are read as others are, by the transaction's snapshot (MySQL 8.0).

        There, whoever may touch a table or a column of it is told of all its foreign keys.
        """
        return not self.is_mariadb and self.version >= (8,)

    @property
    def has_roles(self) -> bool:
        """Whether there is CURRENT_ROLE()."""
        return self.is_mariadb or self.version >= (8,)

    @property
    def has_partial_revokes(self) -> bool:
        """Whether privileges on everything can be without some schemas (MySQL 8.0.16)."""
        return not self.is_mariadb and self.version >= (8, 0, 16)
