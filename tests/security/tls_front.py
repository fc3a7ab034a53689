"""TLS in front of a server that has none, with whatever certificate, version or manners a test wants."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.servers.certificates import Certificates

OLD = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
"""Every cipher that this OpenSSL still has."""


def server_context(certificates: Certificates) -> ssl.SSLContext:
    """A server's side with this certificate, and no opinion about ciphers and versions."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(OLD)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.load_cert_chain(certificates.cert, certificates.key)
    return context


@dataclass(slots=True)
class TlsFront:
    """Answers SSLRequest with ``answer``, does TLS if that begins with S, and relays what is inside to a server.

    Attributes:
        names: what clients asked for by SNI, None where they did not.
        versions: what was agreed on with each.
        alerts: why handshakes failed, in OpenSSL's words.
    """

    target: int
    context: ssl.SSLContext
    answer: bytes = b"S"
    names: list[str | None] = field(default_factory=list)
    versions: list[str | None] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    listener: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.context.sni_callback = lambda _, name, __: self.names.append(name)
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.listener.getsockname()[1])

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.recv(8)
            client.sendall(self.answer)
            inside = client
            if self.answer[:1] == b"S":
                try:
                    inside = self.context.wrap_socket(client, server_side=True)
                except ssl.SSLError as error:
                    self.alerts.append(error.reason or str(error))
                    raise
                self.versions.append(inside.version())
            with inside, socket.create_connection(("127.0.0.1", self.target)) as server:
                threading.Thread(target=_pump, args=(server, inside), daemon=True).start()
                _pump(inside, server)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    for each in (source, sink):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def tls_front(target: int, context: ssl.SSLContext, answer: bytes = b"S") -> Iterator[TlsFront]:
    """Run one on a free port of loopback."""
    front = TlsFront(target, context, answer)
    try:
        yield front
    finally:
        front.listener.close()
