"""Percent-encoding for connection strings.

In user, password and database everything is encoded but the unreserved characters of RFC 3986 §2.3: what is left can be
misread by no URL parser, no shell, and no reader of ``.env`` files.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from polyscale_cli.errors import UsageError

_BROKEN_ESCAPE = r"%(?![0-9A-Fa-f]{2})"


def encode(text: str) -> str:
    """Encode one user, password or database name; a space becomes ``%20``, never ``+``."""
    return quote(text, safe="", errors="surrogateescape")


def encode_value(text: str) -> str:
    """Encode the value of a parameter; ``/``, ``:`` and ``,`` stay readable."""
    return quote(text, safe="/:,", errors="surrogateescape")


def decode(text: str, where: str) -> str:
    """Decode ``%XX``; bytes that are no UTF-8 survive `encode`. ``+`` means itself, as libpq has it.

    Raises:
        UsageError: an escape is broken. ``where`` names the part; the part itself may be a secret.
    """
    if re.search(_BROKEN_ESCAPE, text):
        raise UsageError(
            f"The {where} in the connection string holds a % that begins no escape.",
            fix="Write a percent sign as %25.",
            code="INVALID_URL",
        )
    decoded = unquote(text, errors="surrogateescape")
    if "\0" in decoded:
        raise UsageError(f"The {where} in the connection string holds a zero byte.", code="INVALID_URL")
    return decoded
