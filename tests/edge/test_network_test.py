"""The network test against a real Postgres, and against servers that are none."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from polyscale_cli.edge.cache import Cache, DatabaseType, OriginTls
from polyscale_cli.edge.network_test import NetworkTest, run_network_test
from tests.servers.postgres import Postgres
from tests.servers.process import PATIENCE, free_port


def cache_of(
    host: str, port: int, tls: OriginTls = OriginTls.PREFER, database: DatabaseType = DatabaseType.POSTGRES
) -> Cache:
    return Cache(id="c1", name="c", host=host, port=port, database=database, origin_tls=tls)


IMPATIENT = 1.5
"""Seconds for those who never answer. Nobody else is hurried."""


async def run(cache: Cache, step_seconds: float = PATIENCE) -> NetworkTest:
    return await run_network_test(cache, step_seconds=step_seconds)


def outcome(test: NetworkTest) -> list[tuple[str, bool]]:
    return [(step.name, step.ok) for step in test.steps]


@contextlib.contextmanager
def server(says: bytes, *, after: int = 0, keep_open: bool = False) -> Iterator[int]:
    """A server that reads ``after`` bytes, says the same thing to everybody, and closes; its port."""
    done = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                while after and len(connection.recv(after, socket.MSG_PEEK)) < after:
                    pass
                connection.recv(after)
                connection.sendall(says)
                if keep_open:
                    done.wait(30)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            done.set()
            listener.close()
            thread.join()


ALL_THREE = [("resolve", True), ("connect", True), ("greeting", True)]


@pytest.mark.parametrize(
    ("tls", "detail"),
    [
        (OriginTls.DISABLE, "Postgres, TLS on offer and not used"),
        (OriginTls.PREFER, "Postgres, TLSv1.3"),
        (OriginTls.REQUIRE, "Postgres, TLSv1.3"),
    ],
)
async def test_a_postgres_passes_and_every_step_has_its_time(postgres: Postgres, tls: OriginTls, detail: str) -> None:
    test = await run(cache_of("localhost", postgres.port, tls))

    assert (test.ok, test.error, test.tls_offered) == (True, None, True)
    assert outcome(test) == ALL_THREE
    assert all(step.ms > 0 for step in test.steps)
    assert test.source_address == "127.0.0.1"
    assert test.steps[1].detail == f"127.0.0.1:{postgres.port} from 127.0.0.1"
    assert test.steps[2].detail == detail


async def test_a_certificate_is_verified_where_the_cache_demands_it(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = cache_of("localhost", postgres.port, OriginTls.VERIFY_FULL)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    failed = await run(cache)
    monkeypatch.setenv("SSL_CERT_FILE", str(postgres.certificates.ca))
    passed = await run(cache)

    assert outcome(failed) == [*ALL_THREE[:2], ("greeting", False)]
    assert failed.error is not None
    assert failed.error.code == "ORIGIN_CERTIFICATE"
    assert "unable to get local issuer certificate" in str(failed.error.why)
    assert failed.tls_offered
    assert passed.ok
    assert passed.steps[2].detail == "Postgres, TLSv1.3, certificate verified"


@pytest.mark.parametrize("tls", [OriginTls.REQUIRE, OriginTls.VERIFY_FULL])
async def test_an_origin_without_tls_fails_where_the_cache_demands_it(tls: OriginTls) -> None:
    with server(b"N", after=8) as port:
        test = await run(cache_of("127.0.0.1", port, tls))
    assert test.error is not None
    assert test.error.code == "ORIGIN_NO_TLS"
    assert test.tls_offered is False
    assert f"originTls is {tls}" in str(test.error.why)
    assert "polyscale cache update c --origin-tls prefer" in str(test.error.fix)


async def test_an_origin_without_tls_passes_where_the_cache_does_not_mind() -> None:
    with server(b"N", after=8) as port:
        test = await run(cache_of("127.0.0.1", port))
    assert (test.ok, test.tls_offered) == (True, False)


async def test_a_handshake_that_fails_says_so() -> None:
    with server(b"S", after=8) as port:
        test = await run(cache_of("127.0.0.1", port))
    assert test.error is not None
    assert test.error.code == "ORIGIN_TLS"


async def test_a_handshake_that_never_ends_is_given_up() -> None:
    with server(b"S", after=8, keep_open=True) as port:
        test = await run(cache_of("127.0.0.1", port), IMPATIENT)
    assert test.error is not None
    assert test.error.code == "ORIGIN_TLS"
    assert f"{IMPATIENT} s" in str(test.error.why)


async def test_nobody_there_says_what_to_open_and_for_whom() -> None:
    port = free_port()
    # An address that leads here, and whose name does not say so.
    test = await run(cache_of("0.0.0.0", port))

    assert outcome(test) == [("resolve", True), ("connect", False)]
    assert test.error is not None
    assert test.error.code == "ORIGIN_REFUSED"
    assert test.source_address == "127.0.0.1"
    assert f"Open TCP port {port} on 0.0.0.0 for connections from 127.0.0.1" in str(test.error.fix)


async def test_nobody_there_on_this_machine_is_no_matter_of_firewalls_between() -> None:
    test = await run(cache_of("localhost", free_port()))
    assert test.error is not None
    assert str(test.error.fix).startswith("Start the database, or check the port")
    assert "firewall" not in str(test.error.fix)


async def test_an_address_that_swallows_packets_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as full:
        # A listener whose queue is full drops the packets of all who come after, as a firewall would.
        for _ in range(4):
            waiting = full.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        test = await run(cache_of("127.0.0.1", listener.getsockname()[1]), IMPATIENT)
    assert test.error is not None
    assert test.error.code == "ORIGIN_TIMEOUT"
    assert f"{IMPATIENT} s" in str(test.error.why)
    assert "a firewall of this machine" in str(test.error.fix)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "x" * 64 + ".example", "a..b"])
async def test_a_name_that_does_not_exist_is_named(host: str) -> None:
    test = await run(cache_of(host, 5432))
    assert outcome(test) == [("resolve", False)]
    assert test.error is not None
    assert test.error.code == "ORIGIN_NOT_RESOLVED"
    assert host in test.error.what
    assert test.source_address is None


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (b"\x4a\0\0\0\x0a8.0.36\0abcdefgh\0", "it speaks MySQL: 8.0.36"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "it speaks HTTP: HTTP/1.1 400 Bad Request"),
        (b"", "it closed the connection without a word"),
    ],
)
async def test_a_server_of_another_kind_is_named(says: bytes, why: str) -> None:
    with server(says, after=8) as port:
        test = await run(cache_of("127.0.0.1", port))
    assert outcome(test) == [*ALL_THREE[:2], ("greeting", False)]
    assert test.error is not None
    assert test.error.code == "ORIGIN_NOT_POSTGRES"
    assert why in str(test.error.why)


async def test_a_server_that_says_nothing_is_given_up() -> None:
    with server(b"", after=8, keep_open=True) as port:
        test = await run(cache_of("127.0.0.1", port), IMPATIENT)
    assert test.error is not None
    assert "it said nothing" in str(test.error.why)


async def test_a_server_that_refuses_connections_is_quoted() -> None:
    message = b"EFATAL:  the database system is starting up\n\0"
    with server(message, after=8) as port:
        test = await run(cache_of("127.0.0.1", port))
    assert test.error is not None
    assert (test.error.code, test.error.why) == ("ORIGIN_COMPLAINS", "FATAL:  the database system is starting up")


async def test_what_is_not_tested_is_said_to_be_not_tested() -> None:
    with server(b"") as port:
        test = await run(cache_of("127.0.0.1", port, database=DatabaseType.MSSQL))
    assert test.ok
    assert test.steps[2].detail == "not tested: this edge does not speak mssql"
    assert test.tls_offered is None


async def test_each_address_of_a_name_gets_its_turn(postgres: Postgres) -> None:
    # Postgres listens on 127.0.0.1 alone, and localhost may mean ::1 first.
    names = {str(each[4][0]) for each in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)}
    test = await run(cache_of("localhost", postgres.port))
    assert test.ok
    assert set(test.steps[0].detail.split(", ")) == names
