"""Compare a file with what it should say: what ``env write`` would change is what ``env check`` objects to."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from pathlib import Path

from polyscale_cli.commands import origin
from polyscale_cli.commands.env.options import Request
from polyscale_cli.commands.env.target import shown
from polyscale_cli.commands.env.variables import Way, variables
from polyscale_cli.commands.way import leads_elsewhere
from polyscale_cli.connstr.variables import DIRECT_NAME
from polyscale_cli.connstr.write import goes_through_a_cache
from polyscale_cli.context import AppContext
from polyscale_cli.envfile.file import Loaded, read
from polyscale_cli.envfile.formats import Document
from polyscale_cli.errors import UsageError
from polyscale_cli.settings.environment import text
from polyscale_cli.value import Value


class State(enum.Enum):
    """What a file makes of one variable."""

    CURRENT = "current"
    MISSING = "missing"
    STALE = "stale"  # the same user, password and database, led another way: nothing is lost by changing it
    DIFFERENT = "different"
    KEPT = "kept"  # somebody's own choice


class Entry(Value):
    """One variable: what it should be, and what the file makes of it."""

    key: str
    value: str
    state: State

    def __repr__(self) -> str:
        return f"Entry({self.key}, {self.state})"


class Plan(Value):
    """Everything that was asked for, and what its reader should know."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()

    def keys(self, *states: State) -> tuple[str, ...]:
        """The variables in one of these states."""
        return tuple(entry.key for entry in self.entries if entry.state in states)

    def applied(self, document: Document) -> Document:
        """The document as it should be. Raises UsageError when its format cannot hold a value."""
        for entry in self.entries:
            if entry.state not in {State.CURRENT, State.KEPT}:
                document = document.set(entry.key, entry.value)
        return document


def plan(app: AppContext, request: Request, way: Way, document: Document) -> Plan:
    """Compare. Raises UsageError when what was asked for cannot be written."""
    wanted = variables(app, request, way)
    entries = []
    for key, value in wanted.pairs:
        present = document.get(key, app.environ)
        if not present:
            state = State.MISSING
        elif present == value:
            state = State.CURRENT
        else:
            state = State.DIFFERENT if request.serverless else _state_of_url(app, request, way, (key, value), present)
        entries.append(Entry(key, value, state))
    # What is said of a DIRECT_URL that was made is not true of one that stays.
    kept = any(entry.state is State.KEPT for entry in entries)
    return Plan(tuple(entries), tuple(note for note in wanted.notes if not (kept and note.startswith(DIRECT_NAME))))


def _state_of_url(app: AppContext, request: Request, way: Way, wanted: tuple[str, str], present: str) -> State:
    key, value = wanted
    try:
        url = origin.understood(app, present, key).url
        if request.prisma and key == DIRECT_NAME and not goes_through_a_cache(url):
            return State.KEPT
        if leads_elsewhere(url, way.cache):
            return State.DIFFERENT
        moved = dict(variables(app, request, way, url).pairs)
    except UsageError:
        # It is no connection string, or none that could be led that way.
        return State.DIFFERENT
    return State.STALE if moved[key] == value else State.DIFFERENT


def shadows(app: AppContext, plan: Plan, loaded: Loaded[Document]) -> Iterator[str]:
    """Why a program may not get what the file says: sentences about the environment, other files and doubles."""
    where = shown(app, loaded.path)
    prisma = app.cwd / "prisma" / ".env"
    elsewhere = frozenset() if loaded.path == prisma else _keys(prisma)
    for entry in plan.entries:
        if loaded.content.occurrences(entry.key) > 1:
            yield f"{where} sets {entry.key} more than once; the last one counts."
        if text(app.environ, entry.key) not in {None, entry.value}:
            yield f"{entry.key} is also set in the environment, which most programs prefer to {where}."
        if entry.key in elsewhere:
            yield f"prisma/.env sets {entry.key}, too: Prisma before 7 refuses to choose between the two."


def _keys(path: Path) -> frozenset[str]:
    try:
        content = read(path)
    except UsageError:
        # It is not the file that was asked about.
        return frozenset()
    return frozenset() if content is None else content.keys
