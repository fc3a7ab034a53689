"""Type the commands of docs/session.md on a throw-away PostgreSQL, and put what they print below them.

``python -m tests.docs.record`` does it; words and commands are the page's own. test_pages.py tells when it is due.
"""

from __future__ import annotations

import re

from tests.docs.pages import SESSION, Kind, blocks
from tests.docs.world import World, run_origin, run_world

CACHE_ID = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"
# What is of one machine and one moment.
_REPLACED = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", CACHE_ID),
    (r"\([0-9a-f]{8}\)", f"({CACHE_ID[:8]})"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "2026-01-31T12:00:00.000Z"),
    (r"[ \t]+$", ""),
)


def record(world: World) -> str:
    """The page, with what its commands print now."""
    fence = f"```{Kind.TERMINAL.value}\n"
    page = SESSION.read_text(encoding="utf-8")
    for block in blocks(SESSION):
        typed = [f"$ {one.text}{_printed(one.text, world)}" for one in block.commands()]
        page = page.replace(f"{fence}{block.text}```", f"{fence}{''.join(typed)}```", 1)
    return page


def _printed(command: str, world: World) -> str:
    printed = world.places.said(world.type(command, at_terminal=True).printed)
    for pattern, name in _REPLACED:
        printed = re.sub(pattern, name, printed, flags=re.MULTILINE)
    return printed


if __name__ == "__main__":
    with run_origin() as origin, run_world(origin) as reader:
        SESSION.write_text(record(reader), encoding="utf-8")
