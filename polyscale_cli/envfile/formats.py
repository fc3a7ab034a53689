"""The formats of files that hold environment variables, and one way to read and change all of them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Protocol, Self

from polyscale_cli.envfile import dotenv
from polyscale_cli.envfile.syntax import Syntax


class Document(Protocol):
    """The content of a file: every change gives a new one, and what is not changed is rendered as it was read."""

    def render(self) -> str:
        """The file's text."""

    def get(self, key: str, environ: Mapping[str, str] | None = None, /) -> str | None:
        """A key's value as its readers see it."""

    def occurrences(self, key: str) -> int:
        """How often a key is set."""

    def set(self, key: str, value: str) -> Self:
        """Change one value. Raises UsageError when the format cannot hold it."""


class Format(enum.StrEnum):
    """Who reads the file."""

    DOTENV = "dotenv"
    EXPORT = "export"
    DOCKER = "docker"
    DEV_VARS = "dev-vars"
    WRANGLER = "wrangler"
    JSON = "json"

    @property
    def file(self) -> str:
        """The file's usual name."""
        return _FILES[self]

    @property
    def is_json(self) -> bool:
        """Whether it is one JSON object."""
        return self in {Format.WRANGLER, Format.JSON}

    @property
    def is_for_workers(self) -> bool:
        """Whether a Cloudflare Worker sees the variables, as its secrets."""
        return self in {Format.WRANGLER, Format.DEV_VARS}

    def text(self, pairs: Iterable[tuple[str, str]], *, only_ascii: bool = False) -> str:
        """A whole new file, without comments; JSON can do with ASCII alone. Raises UsageError as `set` does."""
        if not self.is_json:
            return "".join(dotenv.assignment(key, value, _SYNTAXES[self]) for key, value in pairs)
        from polyscale_cli.envfile import jsonfile

        document = jsonfile.JsonFile()
        for key, value in pairs:
            document = document.set(key, value)
        return document.render(only_ascii=only_ascii)

    def parse(self, text: str) -> Document:
        """Read a file of this format. Raises UsageError when it is none."""
        if not self.is_json:
            return dotenv.parse(text, _SYNTAXES[self])
        from polyscale_cli.envfile import jsonfile

        return jsonfile.parse(text)


_FILES = {
    Format.DOTENV: ".env",
    Format.EXPORT: ".env",
    Format.DOCKER: ".env.docker",
    Format.DEV_VARS: ".dev.vars",
    Format.WRANGLER: "secrets.json",
    Format.JSON: "env.json",
}
_SYNTAXES = {
    Format.DOTENV: Syntax.DOTENV,
    Format.EXPORT: Syntax.EXPORT,
    Format.DOCKER: Syntax.DOCKER,
    Format.DEV_VARS: Syntax.DEV_VARS,
}


def format_of_file(name: str) -> Format:
    """The format that a file's name speaks of; without a hint, dotenv."""
    if name.endswith(".json"):
        return Format.WRANGLER if name.startswith("secrets") else Format.JSON
    if name.startswith(Format.DEV_VARS.file):
        return Format.DEV_VARS
    return Format.DOCKER if name == Format.DOCKER.file else Format.DOTENV
