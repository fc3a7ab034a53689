"""The least that can stand around a login: sockets and TLS, and then the bytes as they come, changes of user apart."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.wire.mysql.change_user import ChangeUser
from polyscale_cli.edge.wire.mysql.login import Do, Login, LoginError, Step
from polyscale_cli.edge.wire.mysql.packets import HEADER, Command
from tests.servers.certificates import Certificates
from tests.servers.mysql_like import MySqlLike

CACHE_ID = "01234567-89ab-cdef-0123-456789abcdef"
MYSQL = "8.0.36-polyscale"
MARIADB = "5.5.5-10.11.0-MariaDB-polyscale"
_CHUNK = 1 << 16


@dataclass(slots=True)
class Setting:
    """What the edge around a login is like."""

    origin: tuple[str, int]
    version: str = MARIADB
    tls_to_client: ssl.SSLContext | None = None
    tls_to_origin: OriginTls = OriginTls.PREFER
    relays_greeting: bool = False


@dataclass(slots=True)
class Pump:
    """A listener.

    Attributes:
        logins: that were begun, in their order.
        changes: of user, in their order.
        errors: what logins raised.
        seen: what came from the two sides in the latest login, by who sent it, before the TLS of a leg and after.
    """

    setting: Setting
    port: int = 0
    logins: list[Login] = field(default_factory=list)
    changes: list[ChangeUser] = field(default_factory=list)
    errors: list[LoginError] = field(default_factory=list)
    seen: list[tuple[str, bytes]] = field(default_factory=list)


def context_of(certificates: Certificates) -> ssl.SSLContext:
    """A server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert, certificates.key)
    return context


def setting_of(server: MySqlLike, *, tls_to_client: bool = False, **more: object) -> Setting:
    """In front of this server."""
    setting = Setting((server.host, server.port), version=MARIADB if server.kind == "mariadb" else MYSQL)
    if tls_to_client:
        setting.tls_to_client = context_of(server.certificates)
    for name, value in more.items():
        setattr(setting, name, value)
    return setting


class _Wire:
    """A stream that may become encrypted after any byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._coming = ssl.MemoryBIO()
        self._going = ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None

    async def encrypt(self, context: ssl.SSLContext, early: bytes, *, server_side: bool) -> None:
        self._coming.write(early)
        tls = context.wrap_bio(self._coming, self._going, server_side=server_side)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._writer.write(self._going.read())
                self._coming.write(await self._reader.read(_CHUNK))
        self._writer.write(self._going.read())
        self._tls = tls

    async def read(self) -> bytes:
        while self._tls is not None:
            try:
                return self._tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                data = await self._reader.read(_CHUNK)
                if not data:
                    return b""
                self._coming.write(data)
            except ssl.SSLZeroReturnError:
                return b""
        return await self._reader.read(_CHUNK)

    def write(self, data: bytes) -> None:
        if self._tls is not None and data:
            self._tls.write(data)
            data = self._going.read()
        self._writer.write(data)

    async def close(self) -> None:
        with contextlib.suppress(OSError):
            self._writer.close()
            await self._writer.wait_closed()


async def _connect(address: tuple[str, int]) -> _Wire:
    return _Wire(*await asyncio.open_connection(*address))


class _Connection:
    """One client and its origin."""

    def __init__(self, pump: Pump, client: _Wire, number: int) -> None:
        setting = pump.setting
        self._pump = pump
        self._setting = setting
        self._wires = {"client": client}
        self._reads: dict[asyncio.Task[bytes], str] = {}
        self._change: ChangeUser | None = None
        self.login = Login(
            version=setting.version,
            thread_id=number,
            tls_to_client=setting.tls_to_client is not None,
            tls_to_origin=setting.tls_to_origin,
            relays_greeting=setting.relays_greeting,
        )
        pump.logins.append(self.login)

    async def run(self) -> None:
        try:
            if await self._log_in():
                await self._copy_all()
        except LoginError as error:
            self._pump.errors.append(error)
            self._wires["client"].write(self.login.error(error))
        except OSError:
            pass
        finally:
            if "origin" in self._wires:
                self._wires["origin"].write(self.login.farewell())
            for wire in self._wires.values():
                await wire.close()

    async def _log_in(self) -> bool:
        self._wires["client"].write(self.login.start())
        if self._setting.relays_greeting:
            self._wires["origin"] = await _connect(self._setting.origin)
        try:
            while True:
                side, data = await self._next()
                if not data:
                    return False
                self._pump.seen.append((side, data))
                step = self.login.client_sent(data) if side == "client" else self.login.origin_sent(data)
                while await self._take(step):
                    step = (
                        self.login.client_encrypted() if step.do is Do.ENCRYPT_CLIENT else self.login.origin_encrypted()
                    )
                if step.do in {Do.READY, Do.REFUSED}:
                    return step.do is Do.READY
        finally:
            await self._stop_reading(*self._wires)

    async def _next(self) -> tuple[str, bytes]:
        for side, wire in self._wires.items():
            if side not in self._reads.values():
                self._reads[asyncio.ensure_future(wire.read())] = side
        done, _ = await asyncio.wait(self._reads, return_when=asyncio.FIRST_COMPLETED)
        task = done.pop()
        return self._reads.pop(task), task.result()

    async def _stop_reading(self, *sides: str) -> None:
        for task in [task for task, side in self._reads.items() if side in sides]:
            del self._reads[task]
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _take(self, step: Step) -> bool:
        """Send a step's bytes and do what it says; whether a leg is encrypted now."""
        self._wires["client"].write(step.to_client)
        if step.to_origin:
            self._wires["origin"].write(step.to_origin)
        if step.do is Do.CONNECT:
            self._wires["origin"] = await _connect(self._setting.origin)
        elif step.do is Do.ENCRYPT_CLIENT:
            context = self._setting.tls_to_client
            assert context is not None
            await self._stop_reading("client")
            await self._wires["client"].encrypt(context, self.login.leftover_client, server_side=True)
            return True
        elif step.do is Do.ENCRYPT_ORIGIN:
            await self._stop_reading("origin")
            await self._wires["origin"].encrypt(ssl._create_unverified_context(), b"", server_side=False)
            return True
        return False

    async def _copy_all(self) -> None:
        client, origin = self._wires["client"], self._wires["origin"]
        origin.write(self.login.leftover_client)
        client.write(self.login.leftover_origin)
        await asyncio.gather(self._copy("client", origin), self._copy("origin", client))

    async def _copy(self, side: str, target: _Wire) -> None:
        while data := await self._wires[side].read():
            if side == "client" and data[3 : HEADER + 1] == bytes((0, Command.CHANGE_USER)):
                self._change = change = ChangeUser(
                    data[HEADER:], capabilities=self.login.capabilities, encrypted=self.login.encrypted
                )
                self._pump.changes.append(change)
                self._relay(change.start())
            elif self._change is not None:
                self._relay(self._change.client_sent(data) if side == "client" else self._change.origin_sent(data))
            else:
                target.write(data)
        await target.close()

    def _relay(self, step: Step) -> None:
        for side, data in (("client", step.to_client), ("origin", step.to_origin)):
            self._wires[side].write(data)
        if step.do is not Do.NOTHING:
            self._change = None


@contextlib.asynccontextmanager
async def pumping(setting: Setting) -> AsyncIterator[Pump]:
    """Listen on a free port until the block is left, and wait for those who are connected to go."""
    pump = Pump(setting)
    numbers = itertools.count(1)
    running: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pump.seen.clear()
        running.add(asyncio.ensure_future(_Connection(pump, _Wire(reader, writer), next(numbers)).run()))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    pump.port = server.sockets[0].getsockname()[1]
    try:
        yield pump
    finally:
        server.close()
        await asyncio.gather(*running)
