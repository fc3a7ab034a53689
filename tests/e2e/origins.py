"""Origins with faults that no real server can be made to show: a relay that cuts, listeners that say wrong things."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


class Relay:
    """Passes TCP on to a server, and can cut every connection after so many bytes of its answers."""

    def __init__(self, target_port: int) -> None:
        self.target = ("127.0.0.1", target_port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.answer_bytes_left: int | None = None
        self.fatal_words: bytes | None = None
        self.connections = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, answer_bytes: int) -> None:
        """From now on, let that many bytes of the server pass and then reset both sides."""
        with self._lock:
            self.answer_bytes_left = answer_bytes

    def cut_before(self, words: bytes) -> None:
        """From now on, reset both sides instead of passing on an answer with these bytes in it."""
        with self._lock:
            self.fatal_words = words

    def heal(self) -> None:
        """Pass everything on again."""
        with self._lock:
            self.answer_bytes_left = self.fatal_words = None

    def close(self) -> None:
        """Refuse new connections."""
        self.listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.target)
                self.connections += 1
                threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _allowed(self, data: bytes) -> int:
        with self._lock:
            if self.fatal_words is not None and self.fatal_words in data:
                return 0
            if self.answer_bytes_left is None:
                return len(data)
            allowed = min(len(data), self.answer_bytes_left)
            self.answer_bytes_left -= allowed
            return allowed

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                allowed = self._allowed(data) if answers else len(data)
                sink.sendall(data[:allowed])
                if allowed < len(data):
                    break
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextlib.contextmanager
def relay_to(port: int) -> Iterator[Relay]:
    """A relay in front of a server on loopback."""
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()


@contextlib.contextmanager
def listener_that(serves: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where each connection is handed to `serves`, then closed."""
    listener = socket.create_server(("127.0.0.1", 0))

    def one(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            serves(client)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=one, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()
