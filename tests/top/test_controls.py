"""What keys change."""

from __future__ import annotations

from polyscale_cli.top.controls import Controls, Sort
from polyscale_cli.top.rates import TemplateRow
from tests.top.readings import template

CACHES = ["id-shop", "id-blog", "id-wiki"]


def pressed(*keys: str, caches: list[str] = CACHES) -> Controls:
    controls = Controls()
    for key in keys:
        controls = controls.press(key, caches)
    return controls


def test_arrows_and_numbers_choose_a_cache_within_what_there_is() -> None:
    assert pressed("down").chosen == "id-blog"
    assert pressed("down", "down", "down", "up").chosen == "id-blog"
    assert pressed("up").chosen is None
    assert pressed("3").chosen == "id-wiki"
    assert pressed("9", "x", "\x00", "²").chosen is None
    assert pressed("down", caches=[]).chosen is None


def test_any_key_takes_the_help_away_and_does_nothing_else() -> None:
    assert pressed("?").help
    assert pressed("?", "p") == Controls()
    assert pressed("?", "q").done


def test_s_goes_through_all_orders() -> None:
    assert [pressed(*"s" * times).sort for times in range(5)] == [*Sort, Sort.RATE]
    assert pressed("p").paused
    assert not pressed("p", "p").paused


def test_rows_without_a_value_come_last() -> None:
    rows = [
        TemplateRow(None, template("a", 20, hit_ratio=None, p95=None)),
        TemplateRow(1.0, template("b", 9, hit_ratio=0.0, p95=0.1)),
        TemplateRow(1.0, template("c", 10, hit_ratio=1.0, p95=0.2)),
    ]
    for sort in Sort:
        expected = ["a", "c", "b"] if sort is Sort.RUNS else ["c", "b", "a"]
        assert [row.reading.id for row in sort.ordered(rows)] == expected
