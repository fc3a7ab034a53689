"""Statements whose answer depends on the statement before them.

A read that is answered from the cache leaves no trace at the origin: no warnings, no count of rows found. Where the
next statement asks for these, the read has to be sent after all (MySQL manual, section 15.7.7.43, "SHOW WARNINGS", and
section 14.15, "Information Functions").
"""

from __future__ import annotations

import re

# Each of them begins with what the search can skip to. What runs statements that are not in the text may ask anything.
_READS_DIAGNOSTICS = re.compile(
    rb"""
      \b(?:found_rows|row_count|last_insert_id|diagnostics|profiling|call|execute)\b
    | @@[\s`]*(?:(?:session|local)[\s`]*\.[\s`]*)?(?:warning_count|error_count|identity|last_|in_transaction|profil)
    | \bshow\b.*?\b(?:warnings|errors|profiles?|last_\w+)\b
    | /\*M?!
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def reads_diagnostics(text: bytes) -> bool:
    """Whether a statement's answer may depend on the one before it. True when in doubt."""
    return _READS_DIAGNOSTICS.search(text) is not None
