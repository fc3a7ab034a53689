"""Plays a script at a server, or at an edge in front of it, and writes down every byte that comes back."""

from __future__ import annotations

import contextlib
import enum
import random
import select
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.servers.process import PATIENCE
from tests.transparency.script import Await, HangUp, Message, Opening, Script, Send, Step

ANSWER_SECONDS = PATIENCE
MOST_PIECES = 200


class Cutting(enum.Enum):
    """How what is sent is divided."""

    WHOLE = "each step in one piece"
    MESSAGES = "a piece for each message"
    PAUSES = "a piece for each message, and the client is slow about it"
    DRIBBLED = "a few bytes at a time"


@dataclass(slots=True)
class Record:
    """What one client got.

    Attributes:
        heard: messages of the protocol, each with the number of the step in which it came.
        stuck: the step in which an answer that is owed did not come.
    """

    heard: list[tuple[int, Any]] = field(default_factory=list)
    bytes_before: bytes = b""
    closed: bool = False
    stuck: int | None = None


Transcript = dict[str, Record]


class Owed(Protocol):
    """What a server still owes a client for what it has been sent: so it is known when an answer is complete.

    Attributes:
        ends: the server must close the connection.
    """

    ends: bool

    def sent(self, message: Message) -> None:
        """Note a message of the client."""

    def received(self, message: Any) -> None:
        """Note a message of the server."""

    @property
    def nothing(self) -> bool:
        """Whether nothing is owed."""


class Client(ABC):
    """One client of a script, connected."""

    def __init__(self, connected: socket.socket, owed: Owed) -> None:
        self.socket = connected
        self.owed = owed
        self.record = Record()

    @abstractmethod
    def receive(self) -> Any:
        """The server's next message. Raises EOFError at the end of the stream."""

    def encoded(self, message: Message) -> bytes:
        """A message's bytes in this session."""
        return message.encode()

    @abstractmethod
    def kind(self, message: Any) -> str:
        """What ``Await`` calls a message that comes unasked."""

    def hear(self, step: int) -> Any:
        """Take the next message down; None at the end of the stream."""
        try:
            heard = self.receive()
        except TimeoutError:
            self.record.stuck = step
            return None
        except (EOFError, ConnectionResetError):
            self.record.closed = True
            return None
        self.record.heard.append((step, heard))
        self.owed.received(heard)
        return heard

    def answers(self, step: int) -> None:
        """Take down all that is owed, the end of the connection included."""
        while not self.over and (self.owed.ends or not self.owed.nothing):
            self.hear(step)

    @property
    def over(self) -> bool:
        return self.record.closed or self.record.stuck is not None


class Stage(ABC):
    """Where scripts are played."""

    def __init__(self, cutting: Cutting, seed: int = 0) -> None:
        self._cutting = cutting
        self._random = random.Random(seed)
        self._clients: dict[str, Client] = {}
        self._step = 0

    @abstractmethod
    def _meet(self) -> Client:
        """Connect a client."""

    @abstractmethod
    def _log_in(self, client: Any, step: Any) -> None:
        """Take down all that is said until the client may send, or is refused."""

    @abstractmethod
    def _interfere(self, client: Any, step: Step) -> None:
        """Take a step that is none of the client's own: it is cancelled, or killed."""

    def play(self, script: Script) -> Transcript:
        """Play it to its end, or until an answer does not come."""
        self._clients = {}
        try:
            for self._step, step in enumerate(script.steps):
                self._take(step)
                if any(client.record.stuck is not None for client in self._clients.values()):
                    break
            return {who: client.record for who, client in self._clients.items()}
        finally:
            for client in self._clients.values():
                client.socket.close()

    def _take(self, step: Step) -> None:
        if isinstance(step, Opening):
            client = self._clients[step.who] = self._meet()
            self._log_in(client, step)
            return
        client = self._clients[step.who]
        match step:
            case Send():
                self._send(client, step)
            case Await():
                self._await(client, step)
            case HangUp():
                with contextlib.suppress(OSError):  # the server may have been first
                    client.socket.shutdown(socket.SHUT_WR)
                client.owed.ends = True
                client.answers(self._step)
            case _:
                self._interfere(client, step)

    def _send(self, client: Client, step: Send) -> None:
        if client.over:
            return
        for each in step.messages:
            client.owed.sent(each)
        self._write(client, [client.encoded(each) for each in step.messages])
        if step.awaited:
            client.answers(self._step)

    def _write(self, client: Client, messages: Sequence[bytes]) -> None:
        # Where the server has closed, what it said before is still to be read.
        with contextlib.suppress(OSError):
            for piece in self._pieces(messages):
                client.socket.sendall(piece)
                if self._cutting is Cutting.PAUSES:
                    # Longer than the edge waits for a Sync; an answer that comes meanwhile ends the pause.
                    select.select([client.socket], [], [], 0.004)

    def _pieces(self, messages: Sequence[bytes]) -> Iterator[bytes]:
        whole = b"".join(messages)
        if self._cutting is Cutting.WHOLE:
            yield whole
        elif self._cutting is Cutting.DRIBBLED:
            most = max(7, 2 * len(whole) // MOST_PIECES)
            while whole:
                size = self._random.randint(1, most)
                yield whole[:size]
                whole = whole[size:]
        else:
            yield from messages

    def _await(self, client: Client, step: Await) -> None:
        if step.closed:
            client.owed.ends = True
        if step.unasked:
            known = len(client.record.heard)
            while not client.over and step.unasked not in [
                client.kind(heard) for _, heard in client.record.heard[known:]
            ]:
                client.hear(self._step)
        client.answers(self._step)
