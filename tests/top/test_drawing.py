"""Lines of the screen."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from polyscale_cli.top.controls import Controls, Sort
from polyscale_cli.top.drawing import LEAST_HEIGHT, LEAST_WIDTH, Scene, Size, draw
from polyscale_cli.top.rates import Frame, Rates
from tests.top.readings import cache, reading, template


def frame(caches: int = 2, templates: int | None = 30) -> Frame:
    names = ["shöp 東京\x1b[2J", *(f"cache{number}" for number in range(1, caches))][:caches]
    told = None if templates is None else [template(f"col{one} \x1b[31m'東京'", one) for one in range(templates)]
    if told:
        told[0] = template("now()", 1000, hit_ratio=1.0, reason="IN_TRANSACTION", passes=100)
    rates = Rates()
    rates.take(reading(1.0, [cache(name) for name in names], told))
    return rates.take(reading(2.0, [cache(name, hits=12_345, misses=55) for name in names], told))


def drawn(shown: Frame | None, width: int, height: int, *, blocks: bool = True, **scene: object) -> list[str]:
    fields: dict[str, object] = {"controls": Controls(), "failure": None, "clock": "12:00:00", "interval": 1.0}
    found = draw(Scene(shown, **{**fields, **scene}), Size(width, height), blocks=blocks)  # type: ignore[arg-type]
    assert len(found) == height or width < LEAST_WIDTH or height < LEAST_HEIGHT
    return [line.text for line in found]


@pytest.mark.parametrize("width", [1, 20, 40, 57, 80, 200])
@pytest.mark.parametrize("height", [1, 10, 24, 60])
@pytest.mark.parametrize("caches", [0, 1, 30])
def test_nothing_is_wider_or_longer_than_the_screen_or_moves_its_cursor(width: int, height: int, caches: int) -> None:
    for templates in (None, 0, 100):
        for shown in (frame(caches, templates), None):
            for more in ({}, {"failure": "The edge is\nout of reach. " * 9}, {"controls": Controls(help=True)}):
                lines = drawn(shown, width, height, **more)
                assert len(lines) <= height
                assert all(cell_len(line) == width for line in lines)
                assert all(line.isprintable() for line in lines)


def test_a_screen_that_is_too_small_says_so() -> None:
    assert "At least 40 x 10" in drawn(frame(), 39, 24)[0]
    assert "At least 40 x 10" in drawn(frame(), 80, 9)[0]


def test_a_wide_screen_has_every_column_and_a_narrow_one_the_important_ones() -> None:
    wide = "\n".join(drawn(frame(), 160, 24))
    for title in ("CACHE", "HIT %", "ORIGIN ms", "ENTRIES", "MEMORY", "DROPPED/s", "RUNS", "TTL", "WHY NOT", "QUERY"):
        assert title in wide
    assert "10% IN_TRANSACTION" in wide, "a part of its runs, and no more"
    assert "12,400" in wide
    assert "99.6" in wide
    narrow = "\n".join(drawn(frame(), 50, 24))
    assert "MEMORY" not in narrow
    assert {"CACHE", "QUERY", "/s"} <= set(narrow.replace("*", " ").split())


def test_the_order_is_marked_and_followed() -> None:
    for sort, mark in (
        (Sort.RUNS, "*RUNS"),
        (Sort.ORIGIN, "*ORIGIN 95%"),
        (Sort.HIT_RATIO, "*HIT %"),
        (Sort.RATE, "*/s"),
    ):
        lines = drawn(frame(), 160, 40, controls=Controls(sort=sort))
        heading = next(number for number, line in enumerate(lines) if "QUERY" in line)
        assert mark in lines[heading]
        assert "now()" in lines[heading + 1]


def test_the_chosen_cache_is_in_view_however_many_there_are() -> None:
    shown = frame(caches=15)
    chosen = Frame(shown.seconds, shown.caches, 4, "id-cache14", shown.templates)
    lines = drawn(chosen, 80, 24)
    assert any(line.startswith("> cache14") for line in lines)
    assert any(line.startswith("cache14: statements a second") for line in lines)
    assert any("and 11 more" in line for line in lines)


def test_what_was_known_stays_on_the_screen_while_an_edge_is_gone() -> None:
    lines = drawn(frame(), 80, 24, failure="The edge does not answer.")
    assert lines[1].startswith("The edge does not answer. Trying again.")
    assert any("12,400" in line for line in lines)


def test_a_terminal_without_block_characters_gets_none() -> None:
    plain = Rates()
    plain.take(reading(1.0, [cache("shop")]))
    lines = drawn(plain.take(reading(2.0, [cache("shop", hits=5)])), 80, 24, blocks=False)
    assert all(line.isascii() for line in lines)
    assert "@" in "".join(lines)
