"""What a profile may be called."""

from __future__ import annotations

import re

from polyscale_cli.errors import UsageError

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"


def is_plain(name: str) -> bool:
    """Whether a name needs no quotes anywhere and can be a file's name."""
    return re.fullmatch(_NAME, name) is not None


def checked_name(name: str, where: str) -> str:
    """The name, if it can be one. Raises UsageError, which names ``where`` it stands."""
    if not is_plain(name):
        raise UsageError(
            f"{name[:80]!r} cannot be a profile's name.",
            why=f"It comes from {where}.",
            fix="Use up to 63 letters, digits, '.', '_' and '-', beginning with a letter or a digit.",
            code="INVALID_PROFILE_NAME",
        )
    return name
