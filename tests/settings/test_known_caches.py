"""What the command remembers, and that it can always be forgotten."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from polyscale_cli.settings.known_caches import FILE, KnownCache, KnownCaches

SHOP = KnownCache("id-1", "shop", "postgres", "db", 5432, None, "127.0.0.1", 9010, "prefer")
BLOG = SHOP.replace(id="id-2", name="blog")


def test_what_is_remembered_is_known_by_its_api_only(tmp_path: Path) -> None:
    here, there = KnownCaches(tmp_path, "local:/a"), KnownCaches(tmp_path, "https://b")
    here.replace([SHOP])
    there.remember(BLOG)
    assert (here.all(), there.all()) == ((SHOP,), (BLOG,))


def test_a_cache_is_remembered_once_and_can_be_forgotten(tmp_path: Path) -> None:
    known = KnownCaches(tmp_path, "k")
    known.remember(SHOP)
    known.remember(BLOG)
    renamed = SHOP.replace(name="store")
    known.remember(renamed)
    assert known.all() == (BLOG, renamed)
    known.forget("id-2")
    assert known.all() == (renamed,)


def test_a_name_belongs_to_the_cache_that_had_it_last(tmp_path: Path) -> None:
    known = KnownCaches(tmp_path, "k")
    known.remember(SHOP)
    again = BLOG.replace(name="shop")
    known.remember(again)
    assert known.all() == (again,)


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    KnownCaches(tmp_path / "new", "k").remember(SHOP)
    assert stat.S_IMODE((tmp_path / "new" / FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 99, "caches": {"k": []}}', '{"version": 1, "caches": {"k": [{}]}}']
)
def test_a_file_that_makes_no_sense_knows_nothing_and_is_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    known = KnownCaches(tmp_path, "k")
    assert known.all() == ()
    known.replace([SHOP])
    assert known.all() == (SHOP,)


def test_a_place_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    known = KnownCaches(tmp_path / "file" / "below", "k")
    known.remember(SHOP)
    assert known.all() == ()
