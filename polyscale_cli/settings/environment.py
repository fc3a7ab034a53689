"""Read environment variables the same way everywhere: an empty one is unset."""

from __future__ import annotations

from collections.abc import Mapping

_FALSE = {"", "0", "false", "no", "off"}


def text(environ: Mapping[str, str], name: str) -> str | None:
    """A variable's value, None when unset or empty."""
    return environ.get(name) or None


def is_on(environ: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """A variable as a switch: ``0``, ``false``, ``no`` and ``off`` are off, anything else on."""
    value = text(environ, name)
    return default if value is None else value.strip().lower() not in _FALSE


def is_ci(environ: Mapping[str, str]) -> bool:
    """Whether this runs in continuous integration, where nobody answers and nothing starts by itself."""
    return is_on(environ, "CI")
