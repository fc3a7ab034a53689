"""The steps that only a client of PostgreSQL can take, and scripts of its messages in few words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from tests.servers.postgres import TRUST
from tests.transparency.postgres.frontend import Bind, Execute, Frontend, Parse, Query, Sync
from tests.transparency.script import Message, Opening, Script, Send, Step

PROTOCOL_3_0 = 196608


class Parameter(NamedTuple):
    """One parameter of a StartupMessage."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Connect(Opening):
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
class Cancel(Step):
    """Send a CancelRequest once the client's statement runs."""

    who: str = "a"


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
        request: list[Message] = []
        for message in step.messages:
            request.append(message)
            if isinstance(message, Query | Sync):
                steps.append(Send(tuple(request), step.who))
                request = []
        if request:
            steps.append(Send(tuple(request), step.who))
    return replace(script, steps=tuple(steps))
