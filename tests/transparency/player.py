"""Plays a script at a server, or at an edge in front of it, and writes down every byte that comes back."""

from __future__ import annotations

import base64
import contextlib
import enum
import random
import select
import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psycopg

from tests.e2e.raw import Message, RawClient, message, startup_packet
from tests.servers.process import wait_until
from tests.transparency.owed import Owed
from tests.transparency.script import Await, Cancel, Connect, HangUp, Kill, Parameter, Script, Send, Step

ANSWER_SECONDS = 10.0
CANCEL_REQUEST = 80877102
MOST_PIECES = 200


class Cutting(enum.Enum):
    """How what is sent is divided."""

    WHOLE = "each step in one piece"
    MESSAGES = "a piece for each message"
    PAUSES = "a piece for each message, and the client is slow about it"
    DRIBBLED = "a few bytes at a time"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to play.

    Attributes:
        parameters: for each StartupMessage, in front of its own.
        prefix: in front of each user's name.
    """

    port: int
    database: str
    parameters: tuple[Parameter, ...] = ()
    prefix: str = ""


@dataclass(slots=True)
class Record:
    """What one client got.

    Attributes:
        heard: messages, each with the number of the step in which it came.
        stuck: the step in which an answer that is owed did not come.
    """

    heard: list[tuple[int, Message]] = field(default_factory=list)
    bytes_before: bytes = b""
    closed: bool = False
    stuck: int | None = None


Transcript = dict[str, Record]


class _Client(RawClient):
    """One client of a script."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint.port, timeout=ANSWER_SECONDS)
        self.endpoint = endpoint
        self.owed = Owed()
        self.record = Record()

    @property
    def process_id(self) -> int:
        return int(struct.unpack_from("!i", self.key)[0])

    def hear(self, step: int) -> Message | None:
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


class Stage:
    """Where scripts are played; ``control`` is a superuser's connection around the edge."""

    def __init__(self, endpoint: Endpoint, control: psycopg.Connection, cutting: Cutting, seed: int = 0) -> None:
        self._endpoint = endpoint
        self._control = control
        self._cutting = cutting
        self._random = random.Random(seed)
        self._clients: dict[str, _Client] = {}
        self._step = 0

    def play(self, script: Script) -> Transcript:
        """Play it to its end, or until an answer does not come."""
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
        if isinstance(step, Connect):
            self._connect(step)
            return
        client = self._clients[step.who]
        match step:
            case Send():
                self._send(client, step)
            case Await():
                self._await(client, step)
            case HangUp():
                client.socket.shutdown(socket.SHUT_WR)
                client.owed.ends = True
                client.answers(self._step)
            case Cancel():
                self._wait_for(client, running=True)
                self._cancel(client)
            case Kill():
                self._wait_for(client, running=step.running)
                self._control.execute("SELECT pg_terminate_backend(%s)", (client.process_id,))

    def _connect(self, step: Connect) -> None:
        client = _Client(self._endpoint)
        self._clients[step.who] = client
        client.__enter__()
        for packet in step.before:
            client.send(packet)
            client.record.bytes_before += client.socket.recv(1)
        parameters = [
            *self._endpoint.parameters,
            Parameter("user", self._endpoint.prefix + step.user),
            Parameter("database", step.database or self._endpoint.database),
            *step.parameters,
        ]
        # A list, not a dictionary: a name may come twice.
        body = b"".join(f"{name}\0{value}\0".encode() for name, value in parameters)
        packet = startup_packet({}, step.version)[4:-1] + body + b"\0"
        self._write(client, [struct.pack("!i", len(packet) + 4) + packet])
        while (heard := client.hear(self._step)) is not None and heard.kind != "Z":
            if heard.kind == "K":
                client.key = heard.body
            elif heard.kind == "R" and heard.body[:4] != b"\0\0\0\0" and not self._authenticate(client, step, heard):
                client.record.closed = True
                return

    def _authenticate(self, client: _Client, step: Connect, request: Message) -> bool:
        """Answer a request for a password, with a proof that is wrong where it is SCRAM. Returns whether it did."""
        if step.password is None:
            return False
        (method,) = struct.unpack_from("!i", request.body)
        if method == 10:
            first = b"n,,n=,r=of-the-client"
            client.send(message("p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first))
        elif method == 11:
            nonce = request.body[4:].split(b",")[0]
            client.send(message("p", b"c=biws," + nonce + b",p=" + base64.b64encode(bytes(32))))
        else:
            client.send(message("p", step.password.encode() + b"\0"))
        return True

    def _send(self, client: _Client, step: Send) -> None:
        if client.over:
            return
        for each in step.messages:
            client.owed.sent(chr(each.encode()[0]))
        self._write(client, [each.encode() for each in step.messages])
        if step.awaited:
            client.answers(self._step)

    def _write(self, client: _Client, messages: Sequence[bytes]) -> None:
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

    def _await(self, client: _Client, step: Await) -> None:
        if step.closed:
            client.owed.ends = True
        if step.unasked:
            known = len(client.record.heard)
            while not client.over and step.unasked not in [heard.kind for _, heard in client.record.heard[known:]]:
                client.hear(self._step)
        client.answers(self._step)

    def _wait_for(self, client: _Client, *, running: bool) -> None:
        """Wait until the client's statement runs, or until its backend waits for the next."""

        def so() -> bool:
            question = "SELECT wait_event FROM pg_stat_activity WHERE pid = %s"
            row = self._control.execute(question, (client.process_id,)).fetchone()
            return row is None or row[0] == ("PgSleep" if running else "ClientRead")

        wait_until(so, "the statement runs" if running else "the statement is over")

    def _cancel(self, client: _Client) -> None:
        with socket.create_connection((client.host, self._endpoint.port), timeout=ANSWER_SECONDS) as other:
            other.sendall(struct.pack("!ii", len(client.key) + 8, CANCEL_REQUEST) + client.key)
            while other.recv(1):
                pass
