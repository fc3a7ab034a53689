"""A script: what several clients do, one step after another. It is the same wherever it is played."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Message(Protocol):
    """What a client sends, as a value that can be printed and played again."""

    def encode(self) -> bytes:
        """Its bytes."""


class Step:
    """Something that one client does, or that is done to it."""

    __slots__ = ()
    who: str


class Opening(Step):
    """A client connects and logs in, in its protocol's own way."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Send(Step):
    """Send messages, and unless told otherwise await all that they must be answered with."""

    messages: tuple[Message, ...]
    who: str = "a"
    awaited: bool = True


@dataclass(frozen=True, slots=True)
class Await(Step):
    """Await what is still owed; or a message that comes unasked, by its letter; or the end, with ``closed``."""

    who: str = "a"
    unasked: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Kill(Step):
    """Have an administrator end the client's backend: when it runs a statement, or when it is idle."""

    who: str = "a"
    running: bool = False


@dataclass(frozen=True, slots=True)
class HangUp(Step):
    """Send nothing more, and read to the end."""

    who: str = "a"


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
