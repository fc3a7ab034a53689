"""A script: what several clients do, one step after another. It is the same wherever it is played."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tests.servers.postgres import TRUST
from tests.transparency.frontend import Bind, Execute, Frontend, Parse, Query, Sync

PROTOCOL_3_0 = 196608


class Parameter(NamedTuple):
    """One parameter of a StartupMessage."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Connect:
    """Connect and log in.

    Attributes:
        before: packets to send ahead of the StartupMessage, each answered with one byte.
        password: in answer to a request for one; None hangs up instead.
    """

    who: str = "a"
    user: str = TRUST.name
    database: str | None = None
    parameters: tuple[Parameter, ...] = ()
    version: int = PROTOCOL_3_0
    before: tuple[bytes, ...] = ()
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """Send messages, and unless told otherwise await all that they must be answered with."""

    messages: tuple[Frontend, ...]
    who: str = "a"
    awaited: bool = True


@dataclass(frozen=True, slots=True)
class Await:
    """Await what is still owed; or a message that comes unasked, by its letter; or the end, with ``closed``."""

    who: str = "a"
    unasked: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """Send a CancelRequest once the client's statement runs."""

    who: str = "a"


@dataclass(frozen=True, slots=True)
class Kill:
    """Have an administrator end the client's backend: when it runs a statement, or when it is idle."""

    who: str = "a"
    running: bool = False


@dataclass(frozen=True, slots=True)
class HangUp:
    """Send nothing more, and read to the end."""

    who: str = "a"


Step = Connect | Send | Await | Cancel | Kill | HangUp


@dataclass(frozen=True, slots=True)
class Script:
    """Steps, and what is known of them.

    Attributes:
        hits: how many answers come from the cache when all that can be there is there. None where the script writes,
            so that it depends on where it is in its run.
        keeps: the script leaves the tables as they were.
    """

    name: str
    steps: tuple[Step, ...]
    hits: int | None = None
    keeps: bool = field(default=True)

    def __str__(self) -> str:
        lines = "".join(f"        {step!r},\n" for step in self.steps)
        return f"Script(\n    {self.name!r},\n    steps=(\n{lines}    ),\n    keeps={self.keeps},\n)"


def simple(*texts: str, who: str = "a") -> tuple[Send, ...]:
    """One Query after another."""
    return tuple(Send((Query(text),), who) for text in texts)


def pipeline(*messages: Frontend, who: str = "a", end: bool = True) -> Send:
    """Messages in one request, with a Sync behind them."""
    return Send((*messages, Sync()) if end else messages, who)


def usual(text: str, *values: str | bytes | None, results: tuple[int, ...] = (), who: str = "a") -> Send:
    """Parse, Bind, Execute and Sync, all unnamed."""
    return pipeline(Parse(text), Bind(values, results=results), Execute(), who=who)


def session(name: str, *steps: Step | Iterable[Step], hits: int | None = None, keeps: bool = True) -> Script:
    """A script in which client ``a`` is connected first."""
    flat: list[Step] = [Connect()]
    for step in steps:
        flat.extend((step,) if isinstance(step, Step) else step)
    return Script(name, tuple(flat), hits, keeps)


def one_by_one(script: Script) -> Script:
    """The same, but for each request the answer to the one before is awaited."""
    steps: list[Step] = []
    for step in script.steps:
        if not isinstance(step, Send) or not step.awaited:
            steps.append(step)
            continue
        request: list[Frontend] = []
        for message in step.messages:
            request.append(message)
            if isinstance(message, Query | Sync):
                steps.append(Send(tuple(request), step.who))
                request = []
        if request:
            steps.append(Send(tuple(request), step.who))
    return replace(script, steps=tuple(steps))
