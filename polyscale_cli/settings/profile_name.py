"""What a profile may be called."""

from __future__ import annotations

import re

from polyscale_cli.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def checked_name(name: str, where: str) -> str:
    """The name, if it can be one. Raises UsageError, which names ``where`` it stands."""
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"{name[:80]!r} cannot be a profile's name.",
            why=f"It comes from {where}.",
            fix="Use up to 63 letters, digits, '.', '_' and '-', beginning with a letter or a digit.",
            code="INVALID_PROFILE_NAME",
        )
    return name
