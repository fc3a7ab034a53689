"""`polyscale console`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.servers.edge import Edge


@pytest.fixture
def browser_of_the_user(tmp_path: Path) -> tuple[Path, Path]:
    """A program in place of a browser, and where it writes what it was given."""
    seen = tmp_path / "seen"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{seen}"\n')
    program.chmod(0o700)
    return program, seen


def test_the_address_is_printed_without_the_token(edge: Edge) -> None:
    done = edge.command("console")
    assert done.stdout == f"{edge.api.base_url}/\n"
    assert "polyscale edge token" in done.stderr
    assert edge.token not in done.stdout + done.stderr


def test_a_browser_is_handed_the_token_and_the_terminal_is_not(
    edge: Edge, browser_of_the_user: tuple[Path, Path]
) -> None:
    program, seen = browser_of_the_user
    done = edge.command("console", "--open", "--json", env={"BROWSER": f"{program} %s", "POLYSCALE_DEBUG": "1"})
    assert seen.read_text() == f"{edge.api.base_url}/#token={edge.token}"
    assert json.loads(done.stdout)["data"] == {"url": f"{edge.api.base_url}/", "opened": True}
    assert edge.token not in done.stdout + done.stderr + edge.log


def test_where_no_browser_starts_the_address_is_printed_all_the_same(edge: Edge) -> None:
    done = edge.command("console", "--open", env={"BROWSER": "/nowhere/browser %s", "PATH": "/nowhere", "DISPLAY": ""})
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{edge.api.base_url}/\n"
    assert "No browser could be started" in done.stderr
