"""The one error of this room."""

from __future__ import annotations

from polyscale_cli.edge.serverless.failures import BadRequest


def unfit(message: str) -> BadRequest:
    """Make the error for a text and bindings that do not go together; ``message`` says which, and never a value."""
    return BadRequest("INVALID_BINDINGS", message)
