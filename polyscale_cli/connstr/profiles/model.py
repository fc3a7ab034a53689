"""What a profile is: one driver or framework, and how to write a connection for it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import TypeAlias

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.parameters import ALL, NONE, Vocabulary
from polyscale_cli.connstr.route import Route
from polyscale_cli.value import Value

# Takes the route, and a list to which it adds what the reader should know. Raises UsageError, code UNREPRESENTABLE.
Writer: TypeAlias = Callable[[Route, list[str]], str]


class Identity(enum.Enum):
    """How the cache's id travels with Postgres; the others have no place for it but the user's name."""

    APPLICATION_NAME = enum.auto()
    USER_PREFIX = enum.auto()
    SEPARATE = enum.auto()


class Profile(Value):
    """One driver or framework.

    Attributes:
        writer: ``module:function`` under `polyscale_cli.connstr.profiles`; imported when it is used.
        one_line: whether it is one line, such as a URL, or several of source code.
        takes_bytes: whether it can say what is no UTF-8.
        parameters: which of the URL's own parameters it is given, by database where that matters.
        aliases: other names for it.
        scheme_driver: what follows ``+`` in the scheme of a URL that is this one's.
        for_any: no driver was named, so that the URL has to work in as many as possible.
    """

    name: str
    summary: str
    databases: tuple[Database, ...]
    writer: str
    one_line: bool = True
    takes_bytes: bool = False
    parameters: Vocabulary | Mapping[Database, Vocabulary] = ALL
    identity: Identity = Identity.APPLICATION_NAME
    aliases: tuple[str, ...] = ()
    scheme_driver: str | None = None
    for_any: bool = False

    def vocabulary(self, database: Database) -> Vocabulary:
        """What it makes of the parameters of a URL of that database."""
        return self.parameters if isinstance(self.parameters, Vocabulary) else self.parameters.get(database, NONE)

    def load(self) -> Writer:
        """Import what writes it."""
        from importlib import import_module

        module, _, function = self.writer.partition(":")
        loaded: Writer = getattr(import_module(f"polyscale_cli.connstr.profiles.{module}"), function)
        return loaded
