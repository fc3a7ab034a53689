"""Plays scripts of PostgreSQL's protocol."""

from __future__ import annotations

import base64
import socket
import struct
from dataclasses import dataclass

import psycopg

from tests.e2e.raw import Message, RawClient, message, startup_packet
from tests.servers.process import wait_until
from tests.transparency.postgres.owed import Owed
from tests.transparency.postgres.script import Cancel, Connect, Parameter
from tests.transparency.script import Kill, Step
from tests.transparency.stage import ANSWER_SECONDS, Client, Cutting, Stage

CANCEL_REQUEST = 80877102


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


class _Client(Client):
    """One client of a script."""

    def __init__(self, port: int) -> None:
        self._raw = RawClient(port, timeout=ANSWER_SECONDS).__enter__()
        super().__init__(self._raw.socket, Owed())
        self.key = b""

    @property
    def process_id(self) -> int:
        return int(struct.unpack_from("!i", self.key)[0])

    def receive(self) -> Message:
        return self._raw.receive()

    def kind(self, message: Message) -> str:
        return message.kind


class PostgresStage(Stage):
    """Where they are played; ``control`` is a superuser's connection around the edge."""

    def __init__(self, endpoint: Endpoint, control: psycopg.Connection, cutting: Cutting, seed: int = 0) -> None:
        super().__init__(cutting, seed)
        self._endpoint = endpoint
        self._control = control

    def _meet(self) -> _Client:
        return _Client(self._endpoint.port)

    def _interfere(self, client: _Client, step: Step) -> None:
        if isinstance(step, Cancel):
            self._wait_for(client, running=True)
            self._cancel(client)
        elif isinstance(step, Kill):
            self._wait_for(client, running=step.running)
            self._control.execute("SELECT pg_terminate_backend(%s)", (client.process_id,))

    def _log_in(self, client: _Client, step: Connect) -> None:
        for packet in step.before:
            client.socket.sendall(packet)
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
            client.socket.sendall(message("p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first))
        elif method == 11:
            nonce = request.body[4:].split(b",")[0]
            client.socket.sendall(message("p", b"c=biws," + nonce + b",p=" + base64.b64encode(bytes(32))))
        else:
            client.socket.sendall(message("p", step.password.encode() + b"\0"))
        return True

    def _wait_for(self, client: _Client, *, running: bool) -> None:
        """Wait until the client's statement runs, or until its backend waits for the next."""

        def so() -> bool:
            question = "SELECT wait_event FROM pg_stat_activity WHERE pid = %s"
            row = self._control.execute(question, (client.process_id,)).fetchone()
            return row is None or row[0] == ("PgSleep" if running else "ClientRead")

        wait_until(so, "the statement runs" if running else "the statement is over")

    def _cancel(self, client: _Client) -> None:
        with socket.create_connection(("127.0.0.1", self._endpoint.port), timeout=ANSWER_SECONDS) as other:
            other.sendall(struct.pack("!ii", len(client.key) + 8, CANCEL_REQUEST) + client.key)
            while other.recv(1):
                pass
