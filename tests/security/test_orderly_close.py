"""Something between edge and origin that says goodbye in order, while the origin is still at work."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import psycopg
import pytest

from tests.e2e.raw import RawClient, query
from tests.servers.edge import EdgeCache, run_edge
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import wait_until

READ = "SELECT name FROM items"


class Between:
    """Passes on what each side says, until it hangs up on the edge, and leaves the server to itself."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.edges: list[socket.socket] = []
        self.servers: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                edge, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self.edges.append(edge)
                self.servers.append(server)
                for source, sink in ((edge, server), (server, edge)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)

    def hang_up(self) -> None:
        """On the edge's last connection; the server's stays as it is."""
        self.edges[-1].shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for each in (self.listener, *self.edges, *self.servers):
            each.close()


@pytest.fixture
def between(postgres: Postgres) -> Iterator[Between]:
    made = Between(postgres.port)
    yield made
    made.close()


@pytest.fixture
def cache(between: Between) -> Iterator[EdgeCache]:
    """Of an edge of its own, for a minute it keeps little of this server."""
    with run_edge() as edge:
        yield edge.create_cache(("127.0.0.1", between.port), originTls="disable")


def test_a_write_whose_connection_ended_in_order_may_still_be_under_way(
    cache: EdgeCache, between: Between, postgres: Postgres, database: str
) -> None:
    postgres.run(
        "CREATE TABLE items (name text); INSERT INTO items VALUES ('old'); GRANT ALL ON items TO public", database
    )
    url = cache.url(TRUST, database, sslmode="disable")
    with (
        psycopg.connect(url, autocommit=True, prepare_threshold=None) as reader,
        psycopg.connect(postgres.dsn(database)) as holder,
    ):
        for _ in range(4):
            reader.execute(READ)
        with RawClient(cache.edge.postgres_port) as writer:
            writer.login(user=TRUST.name, database=database, application_name=cache.id)
            holder.execute("SELECT 1 FROM items FOR UPDATE")
            writer.send(query("UPDATE items SET name = 'new'"))
            waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE items%'"
            wait_until(lambda: bool(postgres.run(waiting)), "the write waits for the row")
            between.hang_up()
            writer.rest()
        for _ in range(4):
            assert reader.execute(READ).fetchone() == ("old",)
        holder.rollback()
        wait_until(lambda: postgres.run(READ, database) == [("new",)], "the write is through")
        for _ in range(4):
            assert reader.execute(READ).fetchone() == ("new",)
