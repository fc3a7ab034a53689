"""Whether to colour: flag, then ``NO_COLOR``, then ``FORCE_COLOR``, then whether a terminal reads."""

from __future__ import annotations

from collections.abc import Mapping


def wants_colour(flag: bool | None, environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Decide for one stream. ``flag`` is ``--color`` or ``--no-color``, None when neither was given."""
    if flag is not None:
        return flag
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in {"", "0"} or environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return is_terminal and environ.get("TERM", "") != "dumb"


def paint(text: str, code: str, *, colour: bool) -> str:
    """Wrap text in one SGR sequence, such as ``1;31`` for bold red."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
