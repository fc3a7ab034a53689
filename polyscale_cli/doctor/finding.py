"""What a check found."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from polyscale_cli.errors import PolyscaleError


class Level(enum.StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, why it is so, and what to do about it.

    Attributes:
        check: the short name of the check, the same in every run.
        code: a stable word for programs, of a failure.
    """

    check: str
    level: Level
    what: str
    why: str | None = None
    fix: str | None = None
    code: str | None = None


def ok(check: str, what: str) -> Finding:
    """In order."""
    return Finding(check, Level.OK, what)


def warn(check: str, what: str, *, why: str | None = None, fix: str | None = None) -> Finding:
    """It works, and may not for long, or not as its user believes."""
    return Finding(check, Level.WARN, what, why, fix)


def fail(check: str, what: str, *, code: str, why: str | None = None, fix: str | None = None) -> Finding:
    """It does not work."""
    return Finding(check, Level.FAIL, what, why, fix, code)


def failed_by(check: str, error: PolyscaleError) -> Finding:
    """What an error says, as a finding."""
    return fail(check, error.what, why=error.why, fix=error.fix, code=error.code)
