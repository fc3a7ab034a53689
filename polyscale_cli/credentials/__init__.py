"""Tokens of the management API: where one is found, where it is kept, and how it is shown."""

from polyscale_cli.credentials.token import Kind, Token

__all__ = ["Kind", "Token"]
