"""The network test: from this edge to one origin, step by step, each with its time.

Resolve the name, open a TCP connection, exchange the protocol's own greeting. It needs no user and no password, and so
ends before login; the server's version is what it says by then or, of Postgres, what relayed sessions have been told.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import socket
import ssl
import time
import uuid
from collections.abc import Awaitable
from dataclasses import dataclass
from shlex import quote
from typing import Any, TypeVar

from polyscale_cli.edge.cache import Cache, OriginTls
from polyscale_cli.edge.clock import now
from polyscale_cli.edge.introductions import (
    INTRODUCTIONS,
    LONGEST_GREETING,
    Contact,
    Greeted,
    Introduction,
)
from polyscale_cli.edge.runtime import address, is_loopback
from polyscale_cli.edge.wire.origin import tls_context
from polyscale_cli.edge.wire.strangers import Stranger
from polyscale_cli.errors import CheckFailedError

STEP_SECONDS = 5.0
_T = TypeVar("_T")
_Address = tuple[int, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``resolve``, ``connect`` or ``greeting``. ``ms`` is its time in milliseconds."""

    name: str
    ok: bool
    ms: float
    detail: str


@dataclass(frozen=True, slots=True)
class NetworkTest:
    """The outcome.

    Attributes:
        source_address: the address the connection left from, where one could be told.
        hindrances: functions in the database, as sessions have been told of them, that keep answers from being kept
            wherever statements may call them unseen.
    """

    id: str
    cache_id: str
    started_at: str
    ok: bool
    source_address: str | None
    server_version: str | None
    tls_offered: bool | None
    steps: tuple[Step, ...]
    error: CheckFailedError | None
    hindrances: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As the API answers it."""
        error = self.error
        return {
            "id": self.id,
            "cacheId": self.cache_id,
            "startedAt": self.started_at,
            "ok": self.ok,
            "sourceAddress": self.source_address,
            "serverVersion": self.server_version,
            "tlsOffered": self.tls_offered,
            "steps": [{"name": s.name, "ok": s.ok, "ms": s.ms, "detail": s.detail} for s in self.steps],
            "error": error and {"code": error.code, "what": error.what, "why": error.why, "fix": error.fix},
            "hindrances": list(self.hindrances),
        }

    def to_json(self) -> str:
        """The document as text, which is how the registry keeps it."""
        return json.dumps(self.document())


async def run_network_test(
    cache: Cache, *, server_version: str | None = None, step_seconds: float = STEP_SECONDS
) -> NetworkTest:
    """Test the way from this machine to the origin of ``cache``; a failed test is a result, not an exception."""
    return await _Run(cache, server_version, step_seconds).result()


class _Run:
    """One test under way."""

    def __init__(self, cache: Cache, server_version: str | None, step_seconds: float) -> None:
        self._cache = cache
        self._seconds = step_seconds
        self._origin = address(cache.host, cache.port)
        self._steps: list[Step] = []
        self._source: str | None = None
        self._version = server_version
        self._tls_offered: bool | None = None

    async def result(self) -> NetworkTest:
        started = now()
        error: CheckFailedError | None = None
        try:
            addresses = await self._step("resolve", self._resolve())
            with await self._step("connect", self._connect(addresses)) as connection:
                await self._step("greeting", self._greet(connection))
        except CheckFailedError as failed:
            error = failed
        return NetworkTest(
            id=str(uuid.uuid4()),
            cache_id=self._cache.id,
            started_at=started,
            ok=error is None,
            source_address=self._source,
            server_version=self._version,
            tls_offered=self._tls_offered,
            steps=tuple(self._steps),
            error=error,
        )

    async def _step(self, name: str, work: Awaitable[tuple[_T, str]]) -> _T:
        began = time.perf_counter()
        try:
            value, detail = await work
        except CheckFailedError as failed:
            self._steps.append(Step(name, False, _milliseconds(began), failed.why or failed.what))
            raise
        self._steps.append(Step(name, True, _milliseconds(began), detail))
        return value

    async def _resolve(self) -> tuple[list[_Address], str]:
        host = self._cache.host
        try:
            async with asyncio.timeout(self._seconds):
                found = await asyncio.get_running_loop().getaddrinfo(host, self._cache.port, type=socket.SOCK_STREAM)
        except TimeoutError:
            why = f"No name server answered in {self._seconds:g} s."
        except (OSError, UnicodeError) as error:  # UnicodeError: a name that cannot be written in DNS
            why = f"{getattr(error, 'strerror', None) or error}."
        else:
            addresses: list[_Address] = [(family, sockaddr) for family, _, _, _, sockaddr in found]
            return addresses, ", ".join(dict.fromkeys(str(sockaddr[0]) for _, sockaddr in addresses))
        raise CheckFailedError(
            f"The origin's name {host} cannot be resolved.",
            why=why,
            fix="Check the spelling of the host, and that the machine of the edge may ask a name server that knows it.",
            code="ORIGIN_NOT_RESOLVED",
        )

    async def _connect(self, addresses: list[_Address]) -> tuple[socket.socket, str]:
        deadline = time.monotonic() + self._seconds
        failure: OSError = TimeoutError()
        for number, (family, sockaddr) in enumerate(addresses):
            # An address that never answers must not use up the time of those after it.
            share = (deadline - time.monotonic()) / (len(addresses) - number)
            connection = socket.socket(family, socket.SOCK_STREAM)
            connection.setblocking(False)
            try:
                async with asyncio.timeout(max(share, 0)):
                    await asyncio.get_running_loop().sock_connect(connection, sockaddr)
            except OSError as error:  # TimeoutError is one
                connection.close()
                failure = error
            except BaseException:
                connection.close()
                raise
            else:
                self._source = connection.getsockname()[0]
                return connection, f"{address(str(sockaddr[0]), self._cache.port)} from {self._source}"
        self._source = _source_address(*addresses[0])
        raise self._not_connected(failure)

    def _not_connected(self, failure: OSError) -> CheckFailedError:
        source = self._source or "the address of this machine"
        fix = (
            f"Open TCP port {self._cache.port} on {self._cache.host} for connections from {source} (firewall, security"
            " group or allow-list; behind NAT, the public address of this network), and check host and port."
        )
        start = f"Start the database, or let it listen on an address that {source} can reach. {fix}"
        if is_loopback(self._cache.host):
            fix = "Look at a firewall of this machine, and check the port."
            start = "Start the database, or check the port: it is looked for on the edge's own machine."
        if isinstance(failure, TimeoutError):
            return CheckFailedError(
                f"The origin {self._origin} did not answer.",
                why=f"No TCP connection in {self._seconds:g} s, as where a firewall drops the packets.",
                fix=fix,
                code="ORIGIN_TIMEOUT",
            )
        if failure.errno == errno.ECONNREFUSED:
            return CheckFailedError(
                f"The origin {self._origin} refused the connection.",
                why="Nothing listens on that address and port, or a firewall rejects the connection.",
                fix=start,
                code="ORIGIN_REFUSED",
            )
        return CheckFailedError(
            f"The origin {self._origin} cannot be reached.",
            why=f"{failure.strerror or failure}.",
            fix=fix,
            code="ORIGIN_UNREACHABLE",
        )

    async def _greet(self, connection: socket.socket) -> tuple[None, str]:
        introduction = INTRODUCTIONS.get(self._cache.database)
        if introduction is None:
            return None, f"not tested: this edge does not speak {self._cache.database}"
        reader, writer = await asyncio.open_connection(sock=connection, limit=LONGEST_GREETING)
        try:
            greeting = await self._first_words(introduction, reader, writer)
            self._tls_offered = greeting.tls_offered
            self._version = greeting.version or self._version
            encrypted, detail = await self._try_tls(introduction, greeting, writer)
            with contextlib.suppress(OSError, TimeoutError):  # whatever it says then, the test is over
                async with asyncio.timeout(self._seconds):
                    await introduction.leave(Contact(reader, writer, encrypted))
            return None, detail
        finally:
            writer.transport.abort()

    async def _first_words(
        self, introduction: Introduction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Greeted:
        data = b""
        greeting: Greeted | Stranger | None = None
        try:
            async with asyncio.timeout(self._seconds):
                writer.write(introduction.opening)
                while greeting is None:
                    more = await reader.read(LONGEST_GREETING)
                    if not more:
                        done = "closed the connection without a word" if not data else "closed the connection halfway"
                        raise self._wrong_greeting(introduction, f"it {done}")
                    data += more
                    greeting = introduction.read(data)
        except TimeoutError:
            raise self._wrong_greeting(introduction, introduction.silence) from None
        except OSError as error:
            why = f"it broke the connection off ({error.strerror or error})"
            raise self._wrong_greeting(introduction, why) from error
        if isinstance(greeting, Stranger):
            said = f": {greeting.says}" if greeting.says else ""
            raise self._wrong_greeting(introduction, f"it speaks {greeting.speaks}{said}")
        if greeting.complaint is not None:
            raise CheckFailedError(
                f"The origin {self._origin} is {greeting.speaks} and refuses connections.",
                why=greeting.complaint,
                fix="The message is the origin's own; its log says more.",
                code="ORIGIN_COMPLAINS",
            )
        return greeting

    def _update(self, origin_tls: str) -> str:
        return f"polyscale cache update {quote(self._cache.name)} --origin-tls {origin_tls}"

    async def _try_tls(
        self, introduction: Introduction, greeting: Greeted, writer: asyncio.StreamWriter
    ) -> tuple[bool, str]:
        """Begin TLS as the cache has it; whether it was begun, and the outcome in words."""
        mode = self._cache.origin_tls
        kind = f"{greeting.speaks} {greeting.version}" if greeting.version else greeting.speaks
        if not greeting.tls_offered:
            if mode in {OriginTls.REQUIRE, OriginTls.VERIFY_FULL}:
                raise CheckFailedError(
                    f"The origin {self._origin} offers no TLS, and the cache demands it.",
                    why=f"The cache's originTls is {mode}.",
                    fix=f"Switch TLS on at the origin ({introduction.offer_tls}), or do without it:"
                    f" {self._update('prefer')}",
                    code="ORIGIN_NO_TLS",
                )
            return False, f"{kind}, without TLS"
        if mode is OriginTls.DISABLE:
            return False, f"{kind}, TLS on offer and not used"
        try:
            async with asyncio.timeout(self._seconds):
                writer.write(introduction.tls_request)
                await writer.start_tls(tls_context(mode), server_hostname=self._cache.host)
        except ssl.SSLCertVerificationError as error:
            raise CheckFailedError(
                f"The certificate of the origin {self._origin} cannot be verified.",
                why=f"{error.verify_message or error}.",
                fix="Add its authority to the system's store (or SSL_CERT_FILE) and give the cache the host name that"
                f" the certificate bears, or encrypt without verifying: {self._update('require')}",
                code="ORIGIN_CERTIFICATE",
            ) from error
        except (OSError, TimeoutError) as error:  # ssl.SSLError is an OSError
            why = getattr(error, "reason", None) or str(error) or f"No handshake in {self._seconds:g} s"
            raise CheckFailedError(
                f"The TLS handshake with the origin {self._origin} failed.",
                why=f"{why}.",
                fix=f"Check the origin's TLS settings, or do without: {self._update('disable')}",
                code="ORIGIN_TLS",
            ) from error
        spoken = writer.get_extra_info("ssl_object")
        verified = ", certificate verified" if mode is OriginTls.VERIFY_FULL else ""
        return True, f"{kind}, {spoken.version() if spoken else 'TLS'}{verified}"

    def _wrong_greeting(self, introduction: Introduction, why: str) -> CheckFailedError:
        return CheckFailedError(
            f"The server at {self._origin} did not answer as {introduction.name} does.",
            why=f"Asked for a greeting of {introduction.name}, {why}.",
            fix="Check the cache's host, port and database type: another server may be listening there.",
            code=introduction.code,
        )


def _source_address(family: int, sockaddr: tuple[Any, ...]) -> str | None:
    """The address that this machine would send from. Connecting a datagram socket asks the routes and sends nothing."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(sockaddr)
        except OSError:
            return None
        name: str = probe.getsockname()[0]
        return name


def _milliseconds(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
