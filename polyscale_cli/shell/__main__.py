"""``python -m polyscale_cli.shell``: write everything that is made from the command tree and the drivers, at the
top of a checkout.

With ``--check`` it writes nothing, names what is not current, and ends with 1 when there is anything.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from polyscale_cli.connstr import templates
from polyscale_cli.shell import bash, fish, manpage, powershell, reference, zsh
from polyscale_cli.shell.scripts import DIRECTORY, SCRIPTS
from polyscale_cli.shell.tree import walk

ROOT = Path(__file__).parent.parent.parent
_GENERATORS = {"bash": bash, "zsh": zsh, "fish": fish, "powershell": powershell}


def files() -> Iterator[tuple[Path, str]]:
    """Every generated file, and what belongs in it."""
    tree = walk()
    for shell, generator in _GENERATORS.items():
        yield ROOT / DIRECTORY / SCRIPTS[shell], generator.script(tree)
    yield ROOT / "share/man/man1/polyscale.1", manpage.page(tree)
    yield ROOT / "docs/reference.md", reference.page(tree)
    yield ROOT / "polyscale_cli/edge/console/drivers.json", templates.tables()


def main(arguments: list[str]) -> int:
    """Write what is not current, or only name it."""
    stale = [(path, text) for path, text in files() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path, text in stale:
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
