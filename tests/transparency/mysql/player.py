"""Plays scripts of MySQL's protocol."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from tests.e2e.raw_mysql import Flag, Packet, RawMySql, framed, login_packet, run
from tests.servers.mysql_like import OPEN
from tests.servers.process import wait_until
from tests.transparency.mysql.frontend import (
    DATABASE,
    BulkExecute,
    ChangeUser,
    Close,
    Execute,
    Fetch,
    InitDb,
    LongData,
    Prepare,
    Query,
    Reset,
)
from tests.transparency.mysql.owed import Owed
from tests.transparency.mysql.script import NO_DATABASE, Connect
from tests.transparency.script import Kill, Message, Step
from tests.transparency.stage import ANSWER_SECONDS, Client, Cutting, Stage

_OK, _SWITCH, _MORE = 0x00, 0xFE, 0x01
UNKNOWN_STATEMENT = 0x7FFFFFFE
READING_FAILED = 1158
_NAMING = (b"prepared statement handler (", b"The statement (")
"""How errors that name a statement begin, and rows of SHOW WARNINGS that tell of these."""


class _Client(Client):
    """One client of a script; whatever proof is asked for, it has none but nothing."""

    owed: Owed

    def __init__(self, port: int, database: str) -> None:
        self._raw = RawMySql(port, timeout=ANSWER_SECONDS)
        self._database = database
        super().__init__(self._raw.socket, Owed(self._raw.flags))

    def receive(self) -> Packet:
        """What a server may say to a client that has hung up is the end, too: who reads it, if it comes at all?"""
        heard = self._raw.receive()
        if heard.is_error and heard.code == READING_FAILED:
            raise EOFError
        return heard

    def kind(self, message: Packet) -> str:
        return f"{message.head:02x}"

    def encoded(self, message: Message) -> bytes:
        """A script counts statements from 1 on, or names them; MariaDB counts them for all sessions together."""
        match message:
            case Execute() | BulkExecute() | Fetch() | LongData() | Reset() | Close():
                known: dict[int | str, int] = dict(enumerate(self.owed.statements, 1))
                known.update(self.owed.names.items())
                message = replace(message, statement=known.get(message.statement, UNKNOWN_STATEMENT))
            case Query(text=text) | Prepare(text=text):
                message = replace(message, text=text.replace(DATABASE, self._database))
            case InitDb(name=name):
                message = replace(message, name=name.replace(DATABASE, self._database))
            case ChangeUser(database=name):
                message = replace(message, database=name.replace(DATABASE, self._database))
        if isinstance(message, Query | Execute) and Flag.QUERY_ATTRIBUTES in self._raw.flags:
            message = replace(message, attributes=message.attributes or ())
        return message.encode()

    def hear(self, step: int) -> Packet | None:
        before = len(self.owed.statements)
        heard: Packet | None = super().hear(step)
        if heard is not None:
            prepared = len(self.owed.statements) > before
            self.record.heard[-1] = (step, self._renumbered(heard, prepared=prepared))
        reply, self.owed.reply = self.owed.reply, b""
        with contextlib.suppress(OSError):  # the server may have closed; what it said before is still to be read
            self.socket.sendall(reply)
        return heard

    def _renumbered(self, packet: Packet, *, prepared: bool) -> Packet:
        """What a script's own count makes of an answer to COM_STMT_PREPARE, or of words that name a statement."""
        body = packet.body
        if prepared:
            return replace(packet, body=body[:1] + len(self.owed.statements).to_bytes(4, "little") + body[5:])
        if any(words in body for words in _NAMING):
            for number, statement in enumerate(self.owed.statements, 1):
                body = body.replace(b"(%d)" % statement, b"(statement %d)" % number)
        return replace(packet, body=body)

    def speak(self, connect: Connect) -> None:
        """Begin to be what the script says."""
        self._raw.flags = connect.flags
        self.owed = Owed(connect.flags)


class MySqlStage(Stage):
    """Where they are played; ``control`` is a superuser's connection around the edge."""

    def __init__(self, port: int, database: str, control: RawMySql, cutting: Cutting, seed: int = 0) -> None:
        super().__init__(cutting, seed)
        self._port = port
        self._database = database
        self._control = control

    def _meet(self) -> _Client:
        return _Client(self._port, self._database)

    def _log_in(self, client: _Client, step: Connect) -> None:
        client.speak(step)
        heard = client.hear(self._step)
        if heard is None or heard.is_error:
            client.record.closed = True
            return
        database = self._database if step.database is None else step.database
        body = login_packet(
            step.user,
            None if database == NO_DATABASE else database,
            step.flags,
            secret=step.secret,
            plugin=step.plugin,
            attributes=step.attributes,
            charset=step.charset,
        )
        self._write(client, [framed(body if step.response is None else step.response, heard.number + 1)])
        while (heard := client.hear(self._step)) is not None and heard.head in {_SWITCH, _MORE}:
            client.socket.sendall(framed(step.secret if heard.head == _SWITCH else b"", heard.number + 1))
        if heard is not None and heard.head != _OK:
            client.owed.ends = True
            client.answers(self._step)

    def _interfere(self, client: _Client, step: Step) -> None:
        """KILL the client's session; no other of its user may be there."""
        assert isinstance(step, Kill)
        busy = "command = 'Query'" if step.running else "command = 'Sleep'"
        question = f"SELECT id FROM information_schema.processlist WHERE user = '{OPEN.name}' AND {busy}"
        found: list[int] = []

        def there() -> bool:
            found[:] = [int(row[0] or 0) for row in self._control.query(question).rows]
            return bool(found)

        wait_until(there, "the session can be killed")
        run(self._control, *(f"KILL {number}" for number in found))
