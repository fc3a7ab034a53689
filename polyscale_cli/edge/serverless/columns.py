"""Names of columns, each once: an object can hold a name no more than once."""

from __future__ import annotations

from collections.abc import Iterable


def unique_names(names: Iterable[str]) -> list[str]:
    """Give every column a name of its own: the first keeps its own, the next is ``name_1``, ``name_2`` and so on.

    A number is passed over where another column has that name by itself.
    """
    wanted = list(names)
    taken = set(wanted)
    seen: set[str] = set()
    found = []
    for name in wanted:
        unique, number = name, 0
        while unique in (seen if number == 0 else taken):
            number += 1
            unique = f"{name}_{number}"
        seen.add(unique)
        taken.add(unique)
        found.append(unique)
    return found
