"""Where the completion scripts are: beside this module in an installed package, in a checkout at its top."""

from __future__ import annotations

from pathlib import Path

from polyscale_cli.errors import NotFoundError

SCRIPTS = {"bash": "polyscale.bash", "zsh": "_polyscale", "fish": "polyscale.fish", "powershell": "polyscale.ps1"}
DIRECTORY = "completions"


def read_script(shell: str) -> str:
    """The script of a shell. Raises NotFoundError when the installation lacks it."""
    here = Path(__file__).parent
    for directory in (here / DIRECTORY, here.parent.parent / DIRECTORY):
        try:
            return (directory / SCRIPTS[shell]).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
    raise NotFoundError(
        f"The completion script for {shell} is not in this installation.",
        fix="Install polyscale-cli again.",
        code="NO_COMPLETION_SCRIPT",
    )
