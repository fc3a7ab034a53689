"""Read environment variables the same way everywhere: an empty one is unset."""

from __future__ import annotations

from collections.abc import Mapping

from polyscale_cli.errors import UsageError

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


def seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    """A variable as a duration in seconds. Raises UsageError for anything but a positive number."""
    value = text(environ, name)
    if value is None:
        return default
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < 86_400:
        raise UsageError(
            f"{name}={value!r} is not a number of seconds.", fix=f"Use a positive number, or unset {name}."
        )
    return number
