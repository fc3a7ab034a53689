"""Sizes as people write them: ``256MiB``, ``64k``, ``1048576``."""

from __future__ import annotations

import re

from polyscale_cli.errors import UsageError

_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[kmg]?)(?:i?b)?", re.IGNORECASE)
_FACTORS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def parse_size(text: str, where: str) -> int:
    """Read a size in bytes; k, M and G are powers of 1024. Raises UsageError, which names ``where`` it was given."""
    match = _SIZE.fullmatch(text.strip())
    size = float(match["number"]) * _FACTORS[match["unit"].lower()] if match else 0
    # Four hundred digits are infinity.
    if not 1 <= size < 1 << 62:
        raise UsageError(f"{text!r} is not a size.", why=f"It comes from {where}.", fix="Write it like 256MiB or 512k.")
    return int(size)
