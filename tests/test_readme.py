"""README's commands, typed in its order against a real Postgres; and that it names what there is.

A block of commands is preceded by a comment that says whether it is run. What is not run is listed here as well, so
that nobody leaves a block out by accident.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from polyscale_cli.app import ENTRIES
from polyscale_cli.commands import edge_options
from polyscale_cli.connstr.profiles import PROFILES
from tests.servers.postgres import SCRAM, Postgres
from tests.servers.process import free_port, server_directory

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_RUN = {
    "make demo": "it is what runs this test",
    "pipx install .": "the environment of the tests has it already",
    "polyscale profile add staging": "there is no such edge",
    "export POLYSCALE_API_URL=https://edge.example.com": "there is no such edge",
}
_BLOCK = re.compile(r"(?:<!-- (?P<marker>[^>]*?) -->\n)?```sh\n(?P<text>.*?)```", re.DOTALL)
_NEEDS = re.compile(r"run(?:, needs (?P<program>\w+))?")


@dataclass(frozen=True, slots=True)
class Block:
    """Commands of the README; ``needs`` is a program that not every machine has."""

    text: str
    needs: str | None = None


def blocks() -> list[Block]:
    """Those that are run, in their order."""
    found = []
    for match in _BLOCK.finditer(README):
        run = _NEEDS.fullmatch(match["marker"] or "")
        if run:
            found.append(Block(match["text"], run["program"]))
    return found


def test_every_block_of_commands_says_whether_it_is_run() -> None:
    left_out = {}
    for match in _BLOCK.finditer(README):
        marker = match["marker"] or ""
        if not _NEEDS.fullmatch(marker):
            assert marker.startswith("not run: "), match["text"]
            left_out[match["text"]] = marker.removeprefix("not run: ")
    assert len(left_out) == len(NOT_RUN)
    for text, reason in left_out.items():
        assert [why for start, why in NOT_RUN.items() if text.startswith(start)] == [reason]
    assert len(blocks()) >= 8


@pytest.fixture
def project(postgres: Postgres, database: str) -> Iterator[Path]:
    """A new user's project: a directory with DATABASE_URL in .env."""
    with server_directory("readme") as directory:
        (directory / ".env").write_text(f'# mine\nDATABASE_URL="{postgres.url(SCRAM, database)}"\n')
        yield directory


@pytest.fixture
def surroundings(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A new user's environment, on ports that are free; the edge that the README starts is ended."""
    monkeypatch.delenv("POLYSCALE_AUTOSTART")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "POLYSCALE_HTTP_PORT": str(free_port()),
        "POLYSCALE_POSTGRES_PORT": str(free_port()),
        "POLYSCALE_STATE_DIR": str(isolated / "state"),
    }
    yield environment
    subprocess.run(["polyscale", "edge", "stop"], env=environment, capture_output=True, check=True)


def test_its_commands_do_what_it_says(project: Path, surroundings: dict[str, str]) -> None:
    said = {}
    for block in blocks():
        if block.needs is not None and shutil.which(block.needs) is None:
            continue
        # -e and -u: no command may fail, no variable may be one of another block's.
        done = subprocess.run(
            ["sh", "-eu", "-c", block.text], capture_output=True, text=True, cwd=project, env=surroundings, timeout=100
        )
        assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
        said[block.text.splitlines()[0]] = done.stdout
        if "cache show" in block.text:
            assert re.search(r"^hits\t[1-9]", done.stdout, re.MULTILINE), done.stdout
            assert "Mars" in done.stdout
        if "env write" in block.text:
            assert (project / ".env").read_text().startswith("# mine\n")
    url = said["polyscale connstr shop --from-env"]
    assert f"127.0.0.1:{surroundings['POLYSCALE_POSTGRES_PORT']}" in url
    assert re.search(r"application_name=[0-9a-f-]{36}&channel_binding=disable", url)
    assert "Purged 1 entry" in said["polyscale purge shop"]


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
    "variable", [value for name, value in vars(edge_options).items() if name.isupper() and isinstance(value, str)]
)
def test_it_names_every_variable_of_the_edge_and_its_option(variable: str) -> None:
    assert f"`{variable}`" in README
    assert f"`--{variable.removeprefix('POLYSCALE_').lower().replace('_', '-')}`" in README


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md", "docs/decisions.md", "CHANGELOG.md"])
def test_what_a_page_points_at_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    paths = re.findall(r"`((?:tests|docs|benchmarks|polyscale_cli)/[\w/.-]*)`", text)
    missing = [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]
    assert missing + [path for path in paths if not (ROOT / path).exists()] == []
