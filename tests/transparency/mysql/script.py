"""The steps that only a client of MySQL's protocol takes, and scripts of its packets in few words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.e2e.raw_mysql import USUAL, UTF8MB4, Flag
from tests.servers.mysql_like import OPEN
from tests.transparency.mysql.frontend import Execute, Frontend, Prepare, Query
from tests.transparency.script import Opening, Script, Send, Step

NO_DATABASE = ""


@dataclass(frozen=True, slots=True)
class Connect(Opening):
    """Connect and log in.

    Attributes:
        database: None for that of the tables.
        secret: the proof that goes along; it is wrong for a user who has no password.
        attributes: of the connection, as they are on the wire.
        response: sent in place of a HandshakeResponse, as it is.
    """

    who: str = "a"
    user: str = OPEN.name
    database: str | None = None
    flags: Flag = USUAL
    secret: bytes = b""
    plugin: str = "mysql_native_password"
    attributes: bytes = b""
    charset: int = UTF8MB4
    response: bytes | None = None


def texts(*sql: str, who: str = "a") -> tuple[Send, ...]:
    """One COM_QUERY after another."""
    return tuple(Send((Query(text),), who) for text in sql)


def send(*messages: Frontend, who: str = "a") -> tuple[Send, ...]:
    """One command after another."""
    return tuple(Send((message,), who) for message in messages)


def at_once(*messages: Frontend, who: str = "a") -> Send:
    """All commands before the first answer is read."""
    return Send(messages, who)


def prepared(sql: str, *values: tuple[str | bytes | None, ...], number: int = 1) -> tuple[Send, ...]:
    """Prepare a statement, and execute it with each of some values."""
    return send(Prepare(sql), *(Execute(number, each) for each in values))


def session(name: str, *steps: Step | Iterable[Step], hits: int | None = None, keeps: bool = True) -> Script:
    """A script in which client ``a`` is connected first."""
    return session_with(name, Connect(), *steps, hits=hits, keeps=keeps)


def session_with(
    name: str, connect: Connect, *steps: Step | Iterable[Step], hits: int | None = None, keeps: bool = True
) -> Script:
    """The same, connected in a certain way."""
    flat: list[Step] = [connect]
    for step in steps:
        flat.extend((step,) if isinstance(step, Step) else step)
    return Script(name, tuple(flat), hits, keeps)


def with_flags(script: Script, flags: Flag) -> Script:
    """The same script by clients with other capabilities."""
    steps = tuple(replace(step, flags=flags) if isinstance(step, Connect) else step for step in script.steps)
    return replace(script, name=f"{script.name}, {flags.name or flags!r}", steps=steps)
