"""The only place that asks a person at a terminal."""

from __future__ import annotations

import sys

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.output.console import Console


class DeclinedError(PolyscaleError):
    """The person said no, or closed the input."""

    default_code = "ABORTED"


def ask(console: Console, question: str, *, default: str = "") -> str:
    """Ask for one line on stderr; an empty answer means the default. Raises DeclinedError at the end of input."""
    suffix = f" [{default}]" if default else ""
    console.aside(f"{question}{suffix}: ")
    line = sys.stdin.readline()
    if not line:
        console.aside("\n")
        raise DeclinedError("Aborted: the input ended.")
    return line.strip() or default


def ask_secret(console: Console, question: str) -> str:
    """Ask for a secret; what is typed or pasted is not shown."""
    import getpass

    try:
        return getpass.getpass(f"{question} (input hidden): ", stream=console.err)
    except EOFError:
        raise DeclinedError("Aborted: the input ended.") from None


def confirm(console: Console, question: str) -> bool:
    """Ask a yes or no question; anything but yes is no."""
    return ask(console, f"{question} [y/N]").lower() in {"y", "yes"}


def confirm_by_name(console: Console, what: str, name: str) -> None:
    """Have the person type the name of what is to be destroyed. Raises DeclinedError when it differs."""
    if ask(console, f"{what} Type {name} to confirm") != name:
        raise DeclinedError("Aborted: the name differs, nothing was changed.")
