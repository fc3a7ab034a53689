"""The commands of a Markdown page, with what the page says that they print.

Two kinds of blocks are commands. ```sh is typed as it stands, and none of it may fail. ```console is a terminal: ``$ ``
begins a command, and the lines after it are what it prints; ``…`` in them stands for anything, and alone on a line for
any number of lines. A command that fails there is followed by ``$ echo $?``.

A comment before a block says what else is to be known of it: ``<!-- not run: REASON -->`` leaves it out, and
``<!-- needs PROGRAM -->`` does where there is no such program; ``<!-- file NAME -->`` makes it a file. And
``<!-- given: COMMANDS -->`` is typed where it stands, for what a page takes for granted.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SESSION = ROOT / "docs/session.md"
_BLOCK = re.compile(
    r"^<!-- given: (?P<given>[^>]*?) -->$|"
    r"^(?:<!-- (?P<marker>[^>]*?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_NOT_RUN, _NEEDS, _FILE = "not run: ", "needs ", "file "


class Kind(enum.Enum):
    """What a block is to whoever follows the page."""

    COMMANDS = "sh"
    TERMINAL = "console"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Command:
    """One command and the lines that it is said to print; None where the page shows nothing."""

    text: str
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page.

    Attributes:
        where: page and line.
        not_run: why it is not run.
        needs: a program that not every machine has.
        file: the file that it is, for a block that is one.
    """

    where: str
    kind: Kind
    text: str
    not_run: str | None = None
    needs: str | None = None
    file: str | None = None

    def commands(self) -> list[Command]:
        """What is typed, in its order."""
        if self.kind is Kind.COMMANDS:
            return [Command(self.text)]
        found = []
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            typed, shown = _cut_after_continuations(part)
            found.append(Command(typed, shown))
        return found


def pages() -> list[Path]:
    """The README and all of docs whose commands are followed here."""
    others = {
        ROOT / "docs/reference.md",  # made from the command tree
        ROOT / "docs/ci.md",  # tests/ci/test_docs.py runs it as a pipeline
    }
    return [ROOT / "README.md", *sorted(page for page in (ROOT / "docs").rglob("*.md") if page not in others)]


def name_of(page: Path) -> str:
    """Its path from the root, for people."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """Its commands and files, in their order. Raises ValueError for a marker that is none."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        marker = match["marker"] or ""
        where = f"{name_of(page)}:{text.count(chr(10), 0, match.start()) + 1}"
        if match["given"]:
            found.append(Block(where, Kind.COMMANDS, match["given"]))
        elif marker.startswith(_FILE):
            found.append(Block(where, Kind.FILE, match["text"], file=marker.removeprefix(_FILE)))
        elif match["language"] in (Kind.COMMANDS.value, Kind.TERMINAL.value):
            found.append(_commands(where, Kind(match["language"]), match["text"], marker))
    return found


def _commands(where: str, kind: Kind, text: str, marker: str) -> Block:
    if marker.startswith(_NOT_RUN):
        return Block(where, kind, text, not_run=marker.removeprefix(_NOT_RUN))
    if marker.startswith(_NEEDS):
        return Block(where, kind, text, needs=marker.removeprefix(_NEEDS))
    if marker:
        raise ValueError(f"{where}: no such marker: {marker}")
    return Block(where, kind, text)


def _cut_after_continuations(part: str) -> tuple[str, str]:
    """Cut after the first line that does not end in a backslash."""
    lines = part.splitlines(keepends=True)
    end = next(number for number, line in enumerate(lines, 1) if not line.endswith("\\\n"))
    return "".join(lines[:end]), "".join(lines[end:])
