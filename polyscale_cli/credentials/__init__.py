"""Tokens of the management API: where one was found, and how it is shown."""

from polyscale_cli.credentials.token import Token, find_token

__all__ = ["Token", "find_token"]
