"""The answer of a command: its data for programs, its view for people, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.value import Value

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None


class Narrowing(Value):
    """What may be done to one column of a table where the terminal is too narrow for all of it.

    Attributes:
        least: characters that the longest cells are cut to at most; 0 leaves the column out.
        marked: whether a cell that was cut ends with a mark. The beginning of an id is as good as all of it.
    """

    column: str
    least: int = 0
    marked: bool = True


class Table(Value):
    """Rows under column titles.

    Attributes:
        empty: is said on stderr when there are no rows.
        narrowings: what is done for a narrow terminal, one after the other, until the table fits. Without any, or where
            all of it is not enough, each row becomes lines.
        wraps: the last column may be broken at its words.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""
    narrowings: tuple[Narrowing, ...] = ()
    wraps: bool = False


class Fields(Value):
    """One thing, as label and value pairs."""

    pairs: tuple[tuple[str, str], ...]


class Spread(Value):
    """A table, and under it for a person at a terminal how the times of each series (label, seconds) are spread."""

    table: Table
    series: tuple[tuple[str, tuple[float, ...]], ...]


class Lines(Value):
    """Lines to be shown as they are."""

    lines: tuple[str, ...]


class Line(Value):
    """One bare line: no colour, no wrapping, nothing replaced. What ``$(polyscale …)`` reads."""

    text: str


View: TypeAlias = Table | Fields | Spread | Lines | Line | None


class Problem(Value):
    """An error as it stands in a result: the fields of `PolyscaleError` that travel to programs."""

    code: str
    message: str
    why: str | None = None
    fix: str | None = None

    @classmethod
    def of(cls, error: PolyscaleError) -> Problem:
        """Take over what an exception says."""
        return cls(code=error.code, message=error.what, why=error.why, fix=error.fix)


class Result(Value):
    """What a command answers.

    Attributes:
        data: for programs; snake_case keys, times RFC 3339 in UTC, durations in milliseconds.
        view: for people, on stdout. None shows nothing there.
        exit_code: see `polyscale_cli.errors`; 0 is success.
        errors: what went wrong although there is an answer, such as a failed check.
        notes: sentences for stderr.
        next_steps: commands that may come next, complete enough to be typed.
        ids: what ``--quiet`` prints instead of the view, one per line.
    """

    data: Json = None
    view: View = None
    exit_code: int = 0
    errors: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None

    @property
    def status(self) -> str:
        """``success``, ``partial`` (an answer, and something wrong with it) or ``error``."""
        if self.exit_code == 0:
            return "success"
        return "error" if self.data is None else "partial"
