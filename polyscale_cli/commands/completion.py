"""``polyscale completion``: the script that makes a shell complete this command."""

from __future__ import annotations

import enum
from typing import Annotated

import typer

from polyscale_cli.output import Lines, Result


class Shell(enum.StrEnum):
    """The shells that there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def completion(
    ctx: typer.Context,
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
) -> Result:
    """Print the script that makes a shell complete polyscale.

    A Tab starts no program: the script knows commands, options and values, and reads the names of caches from a file
    that the commands about caches keep. An installed package brings the scripts for bash, zsh and fish with it.

    \b
    Examples:
      source <(polyscale completion bash)
      polyscale completion zsh > ~/.zfunc/_polyscale
      autoload -U compinit; compinit; source <(polyscale completion zsh)
      polyscale completion fish > ~/.config/fish/completions/polyscale.fish
      polyscale completion powershell | Out-String | Invoke-Expression
    """
    from polyscale_cli.shell.scripts import read_script

    text = read_script(shell.value)
    return Result(data={"shell": shell.value, "script": text}, view=Lines(tuple(text.splitlines())))
