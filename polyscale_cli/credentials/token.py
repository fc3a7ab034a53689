"""The API token: ``POLYSCALE_TOKEN``, else, for the local edge, the file that it keeps in its state directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from polyscale_cli.settings.environment import text
from polyscale_cli.settings.local_edge import TOKEN_FILE, read_local_token

VARIABLE = "POLYSCALE_TOKEN"


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it comes from; the secret stays out of ``repr``."""

    secret: str = field(repr=False)
    source: str


def find_token(environ: Mapping[str, str], local_state: Path | None) -> Token | None:
    """The token to use, or None. ``local_state`` is the state directory when the API is the local edge's."""
    given = text(environ, VARIABLE)
    if given:
        return Token(given.strip(), f"the variable {VARIABLE}")
    if local_state is not None:
        stored = read_local_token(local_state)
        if stored:
            return Token(stored, f"the file {local_state / TOKEN_FILE}")
    return None
