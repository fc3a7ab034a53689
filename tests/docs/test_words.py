"""Commands that a page only mentions exist as it spells them; and the comparison of the pages finds what it is for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from polyscale_cli.shell.tree import walk
from tests.docs.pages import ROOT, Kind, blocks, name_of
from tests.docs.places import agrees

TREE = walk()
OPTIONS = {command.path: {flag for one in command.options for flag in one.flags} for command in TREE.commands}
STEMS = {*OPTIONS, *TREE.groups, ""}
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_command_that_is_mentioned_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for mentioned in re.findall(r"`polyscale ([^`]+)`", text):
        words = mentioned.partition(" -- ")[0].split()
        path = ""
        while words and f"{path} {words[0]}".strip() in STEMS:
            path = f"{path} {words.pop(0)}".strip()
        assert path or words[0] in ("COMMAND", "--version", "--help"), mentioned
        if path in OPTIONS:
            assert {word for word in words if word.startswith("--")} <= OPTIONS[path], mentioned
        else:
            assert path == "" or words == [], mentioned


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_are_in_blocks_that_are_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^```(?:bash|shell|zsh|sh-session|shell-session)\b", text, re.MULTILINE) == []
    assert [one.where for one in blocks(page) if one.kind is not Kind.FILE and not one.commands()] == []


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    missing = [page for page in (ROOT / "docs").rglob("*.md") if f"({page.relative_to(ROOT / 'docs')})" not in index]
    assert missing == [ROOT / "docs/README.md"]


PRINTED = "NAME  ID\nshop  d1600a62-6dcf-4492-ad6c-22292526c52e\nreached in 33 ms\n"


@pytest.mark.parametrize(
    "shown",
    [
        "NAME ID\nshop 0ab23c45-6789-4de1-a34f-abc5d67e8f90\nreached in 4.1 ms\n",
        "…\nreached in 1 ms\n",
        "NAME  ID\n…\n",
        "NAME  ID\nshop  …\nreached …\n",
        "…\n",
    ],
)
def test_what_changes_and_what_is_left_out_agrees(shown: str) -> None:
    assert agrees(shown, PRINTED)


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "NAME  ID\n",
        "NAME  ID\nblog  0ab23c45-6789-4de1-a34f-abc5d67e8f90\nreached in 33 ms\n",
        "NAME  ID\nshop  0ab23c45\nreached in 33 ms\n",
        "…\nreached in 33 ms, TLS offered\n",
    ],
)
def test_a_line_that_is_wrong_or_missing_does_not_agree(shown: str) -> None:
    assert not agrees(shown, PRINTED)


def test_nothing_shown_is_nothing_printed() -> None:
    assert agrees("", "")
    assert agrees("…\n", "")
    assert not agrees("done\n", "")
