"""Variables, sizes and directories."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.environment import is_ci, is_on
from polyscale_cli.settings.paths import cache_dir, state_dir
from polyscale_cli.settings.size import parse_size


@pytest.mark.parametrize("value", ["", "0", "false", "No", "OFF"])
def test_off_is_said_in_several_ways(value: str) -> None:
    assert not is_ci({"CI": value})


@pytest.mark.parametrize("value", ["1", "true", "yes", "woodpecker"])
def test_anything_else_is_on(value: str) -> None:
    assert is_ci({"CI": value})
    assert is_on({}, "X", default=True)


@pytest.mark.parametrize(
    ("text", "size"),
    [("1048576", 1 << 20), ("256MiB", 256 << 20), ("64k", 64 << 10), ("1.5 GB", 3 << 29), ("10b", 10)],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert parse_size(text, "--memory") == size


@pytest.mark.parametrize("text", ["", "0", "-1", "many", "1TB", "1 M B"])
def test_what_is_no_size_is_refused_with_its_origin(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_size(text, "--memory")
    assert caught.value.why == "It comes from --memory."


def test_the_state_directory_can_be_moved() -> None:
    assert state_dir({"HOME": "/h", "POLYSCALE_STATE_DIR": "/s"}) == Path("/s")
    assert state_dir({"HOME": "/h", "XDG_DATA_HOME": "/d"}) == Path("/d/polyscale")
    assert cache_dir({"HOME": "/h", "XDG_CACHE_HOME": "/c"}) == Path("/c/polyscale")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has other places")
def test_without_variables_the_state_directory_follows_the_specification() -> None:
    assert state_dir({"HOME": "/h"}) == Path("/h/.local/share/polyscale")
    assert state_dir({"HOME": "/h", "XDG_DATA_HOME": "relative"}) == Path("/h/.local/share/polyscale")
