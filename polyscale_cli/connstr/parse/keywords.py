"""libpq's keywords: ``host=db user=me password='it''s'`` (PostgreSQL manual, 34.1.1.1)."""

from __future__ import annotations

import re

from polyscale_cli.connstr.model import DEFAULT_PORTS, Database, DatabaseUrl
from polyscale_cli.connstr.parse.faults import invalid, no_host
from polyscale_cli.connstr.parse.lift import lift_parameters

# A value in quotes, or bare up to the next blank; a backslash takes the next character as it is in both.
_PAIR = re.compile(
    r"\s*(?P<key>\w+)\s*=\s*(?:'(?P<quoted>(?:[^'\\]|\\.)*)'|(?P<bare>(?:[^\s'\\]|\\.)*))(?=\s|\Z)", re.DOTALL
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def parse_keywords(text: str) -> DatabaseUrl:
    """Take it apart. Raises UsageError with code INVALID_URL."""
    pairs, position = [], 0
    while position < len(text.rstrip()):
        match = _PAIR.match(text, position)
        if match is None:
            raise invalid(
                "Its keywords end in something that is no key=value.",
                "Quote a value with a space as 'a b', and write ' and \\ in it as \\' and \\\\.",
            )
        value = match["quoted"] if match["quoted"] is not None else match["bare"]
        pairs.append((match["key"], _ESCAPE.sub(r"\1", value)))
        position = match.end()
    url = DatabaseUrl(Database.POSTGRES, "postgresql", "", DEFAULT_PORTS[Database.POSTGRES], query=tuple(pairs))
    lifted = lift_parameters(url)
    if not lifted.host:
        raise no_host()
    return lifted
