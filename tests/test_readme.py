"""That the README names what there is; tests/docs runs its commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from polyscale_cli.app import ENTRIES
from polyscale_cli.commands import edge_options
from polyscale_cli.connstr.profiles import PROFILES

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_it_names_every_command() -> None:
    for entry in ENTRIES:
        if not entry.hidden:
            group, _, name = entry.path.partition(" ")
            assert re.search(rf"`(?:polyscale )?{group}|polyscale {group}", README), entry.path
            assert not name or re.search(rf"\b{name}\b", README), entry.path


@pytest.mark.parametrize("driver", PROFILES)
def test_it_names_every_driver(driver: str) -> None:
    assert f"`{driver}`" in README


@pytest.mark.parametrize(
    "variable", [value for name, value in vars(edge_options).items() if name.isupper() and not name.startswith("_")]
)
def test_it_names_every_variable_of_the_edge_and_its_option(variable: str) -> None:
    assert f"`{variable}`" in README
    assert f"`--{variable.removeprefix('POLYSCALE_').lower().replace('_', '-')}`" in README
