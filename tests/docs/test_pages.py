"""Every command of the README and of docs/, typed in its order against a real PostgreSQL and a real edge.

What is shown after a command is compared with what it prints. What is not run appears in pytest's summary as skipped,
with the reason that the page gives; places.py has the table of what stands in the pages for what.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, Kind, blocks, name_of, pages
from tests.docs.places import agrees
from tests.docs.world import World, has

# Where each block that is not run begins, so that nobody leaves commands out by accident.
LEFT_OUT = {
    "make demo",
    "polyscale edge stop\nsystemctl --user",
    "launchctl bootstrap",
    "pipx install .",
    "polyscale profile add staging",
    "polyscale cache create wiki",
    "npx wrangler hyperdrive create planets",
    "polyscale run --cache shop --hyperdrive DB -- npx wrangler dev",
    "polyscale connstr shop --from-env --driver postgres.js | npx wrangler secret put",
    'printf %s "$(polyscale connstr shop --from-env)" | koyeb secrets create',
    "npx prisma migrate deploy",
}
ALL = [block for page in pages() for block in blocks(page)]
NOT_RUN = [block for block in ALL if block.not_run is not None]


@pytest.mark.parametrize(
    "page", [page for page in pages() if any(not one.not_run for one in blocks(page))], ids=name_of
)
def test_its_commands_do_what_it_says(page: Path, world: World) -> None:
    for block in blocks(page):
        if block.file is not None:
            world.write(block.file, block.text)
        elif block.not_run is None and has(block.needs):
            follow(block, world)


def follow(block: Block, world: World) -> None:
    """Type a block, command by command."""
    commands = block.commands()
    for command, after in zip(commands, [*commands[1:], None], strict=True):
        done = world.type(command.text, at_terminal=block.kind is Kind.TERMINAL)
        what = f"{block.where}: {command.text}\nprinted, with {done.status}:\n{done.printed}"
        asks_for_status = after is not None and after.text.strip() == "echo $?"
        assert done.status == 0 or asks_for_status, what
        if command.shown is not None:
            assert agrees(world.places.real(command.shown), done.printed), f"{what}\nshown:\n{command.shown}"


@pytest.mark.parametrize("block", NOT_RUN, ids=lambda block: block.where)
def test_what_is_not_run_says_why(block: Block) -> None:
    assert block.not_run
    pytest.skip(f"{block.where} is not run: {block.not_run}")


@pytest.mark.parametrize("program", sorted({block.needs for block in ALL if block.needs}))
def test_what_a_block_needs_is_here(program: str) -> None:
    if not has(program):
        pytest.skip(f"what needs {program} was left out: {', '.join(one.where for one in ALL if one.needs == program)}")


def test_what_is_not_run_is_listed() -> None:
    assert len(NOT_RUN) == len(LEFT_OUT)
    assert [block.where for block in NOT_RUN if not any(block.text.startswith(start) for start in LEFT_OUT)] == []


@pytest.mark.parametrize(
    "page",
    sorted(
        [
            *(ROOT / "docs").rglob("*.md"),
            *(ROOT / "examples").glob("**/README.md"),
            ROOT / "README.md",
            ROOT / "CHANGELOG.md",
        ]
    ),
    ids=name_of,
)
def test_what_a_page_points_at_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)|\bsrc(?:set)?=\"(?!https?:)([^\"]+)", text)
    paths = re.findall(r"`((?:tests|docs|examples|benchmarks|polyscale_cli)/[\w/.-]*)`", text)
    missing = [link for link in map("".join, links) if not (page.parent / link).exists()]
    assert missing + [path for path in paths if not (ROOT / path).exists()] == []
