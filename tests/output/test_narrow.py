"""Tables on terminals that are too narrow for them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from polyscale_cli.output import Narrowing, Table
from polyscale_cli.output.narrow import LEAST_WRAPPED, fitted, widths_of

ID = "d278588b-24d1-4070-b5b2-2833d7c68ea0"
CACHES = Table(
    ("name", "id", "origin", "caching"),
    (("shop", ID, "database.example.com:5432", "on"), ("東京", ID, "127.0.0.1:5432", "off")),
    narrowings=(Narrowing("id", 8, marked=False), Narrowing("origin", 15), Narrowing("caching"), Narrowing("gone")),
)


def lines(table: Table, width: int, mark: str = "…") -> list[str] | None:
    titles = tuple(title.upper() for title in table.columns)
    found = fitted(table, [titles, *table.rows], width, mark)
    return None if found is None else ["|".join(row) for row in found]


def test_a_wide_terminal_has_all_of_it() -> None:
    assert lines(CACHES, 200) == ["NAME|ID|ORIGIN|CACHING", *("|".join(row) for row in CACHES.rows)]


def test_columns_are_narrowed_in_their_order_and_no_more_than_is_needed() -> None:
    assert lines(CACHES, 70) == [
        "NAME|ID|ORIGIN|CACHING",
        f"shop|{ID[:8]}|database.example.com:5432|on",
        f"東京|{ID[:8]}|127.0.0.1:5432|off",
    ]
    assert lines(CACHES, 45) == [
        "NAME|ID|ORIGIN|CACHING",
        f"shop|{ID[:8]}|database.example.co…|on",
        f"東京|{ID[:8]}|127.0.0.1:5432|off",
    ]
    assert lines(CACHES, 35) == [
        "NAME|ID|ORIGIN",
        f"shop|{ID[:8]}|database.examp…",
        f"東京|{ID[:8]}|127.0.0.1:5432",
    ]


def test_where_that_is_not_enough_the_table_is_none() -> None:
    assert lines(CACHES, 25) is None
    assert lines(CACHES.replace(narrowings=()), 60) is None


def test_a_mark_is_what_the_terminal_can_show() -> None:
    found = lines(CACHES, 45, "...")
    assert found is not None
    assert "database.example...." in found[1]


CHECKS = Table(
    ("result", "finding"),
    (("ok", "The edge runs."), ("warn", f"It is slow: {'/very/long/path' * 4} is on a disk that is far away.")),
    wraps=True,
)


@pytest.mark.parametrize("width", [32, 40, 79])
def test_the_last_column_is_broken_at_its_words_and_loses_nothing(width: int) -> None:
    found = fitted(CHECKS, [("RESULT", "FINDING"), *CHECKS.rows], width, "…")
    assert found is not None
    assert sum(widths_of(found)) + 2 <= width
    assert [row[0] for row in found if row[0]] == ["RESULT", "ok", "warn"]
    assert "".join("".join(row[1].split()) for row in found[2:]) == "".join(CHECKS.rows[1][1].split())
    assert all(cell_len(row[1]) <= width for row in found)


def test_words_are_not_broken_into_lines_that_nobody_would_read() -> None:
    assert fitted(CHECKS, [("RESULT", "FINDING"), *CHECKS.rows], 8 + LEAST_WRAPPED - 1, "…") is None
