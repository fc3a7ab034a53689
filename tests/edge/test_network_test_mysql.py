"""The network test against a real MariaDB, and against servers that are none."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.cache import DatabaseType, OriginTls
from polyscale_cli.edge.wire.mysql.packets import err, packet
from tests.edge.test_network_test import ALL_THREE, IMPATIENT, cache_of, outcome, run, server
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres

WITHOUT_TLS = packet(b"\x0a8.0.36\0" + b"\x08\0\0\0abcdefgh\0" + b"\0" * 24, 0)


def status(mariadb: MariaDb, variable: str) -> int:
    """A counter of the server."""
    return int(mariadb.run(f"SHOW GLOBAL STATUS LIKE '{variable}'").split()[-1])


@pytest.mark.parametrize("database", [DatabaseType.MARIADB, DatabaseType.MYSQL])
@pytest.mark.parametrize(
    ("tls", "detail"),
    [
        (OriginTls.DISABLE, "TLS on offer and not used"),
        (OriginTls.PREFER, "TLSv1.3"),
        (OriginTls.REQUIRE, "TLSv1.3"),
    ],
)
async def test_a_mariadb_passes_with_its_version_and_counts_no_broken_conversation(
    mariadb: MariaDb, tls: OriginTls, detail: str, database: DatabaseType
) -> None:
    broken, refused = (status(mariadb, name) for name in ("Aborted_connects_preauth", "Access_denied_errors"))
    test = await run(cache_of("localhost", mariadb.port, tls, database))

    version = mariadb.run("SELECT version()").split()[-1]
    assert (test.ok, test.error, test.tls_offered) == (True, None, True)
    assert outcome(test) == ALL_THREE
    assert test.server_version == version
    assert test.steps[2].detail == f"MariaDB {version}, {detail}"
    # What breaks off counts towards max_connect_errors, after which a server lets nobody in from there.
    assert status(mariadb, "Aborted_connects_preauth") == broken
    assert status(mariadb, "Access_denied_errors") == refused + 1


async def test_a_certificate_is_verified_where_the_cache_demands_it(
    mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = cache_of("localhost", mariadb.port, OriginTls.VERIFY_FULL, DatabaseType.MARIADB)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    failed = await run(cache)
    monkeypatch.setenv("SSL_CERT_FILE", str(mariadb.certificates.ca))
    passed = await run(cache)

    assert failed.error is not None
    assert failed.error.code == "ORIGIN_CERTIFICATE"
    assert passed.ok
    assert passed.steps[2].detail.endswith("TLSv1.3, certificate verified")


@pytest.mark.parametrize("tls", [OriginTls.REQUIRE, OriginTls.VERIFY_FULL])
async def test_an_origin_without_tls_fails_where_the_cache_demands_it(tls: OriginTls) -> None:
    with server(WITHOUT_TLS) as port:
        test = await run(cache_of("127.0.0.1", port, tls, DatabaseType.MYSQL))
    assert test.error is not None
    assert (test.error.code, test.tls_offered, test.server_version) == ("ORIGIN_NO_TLS", False, "8.0.36")
    assert "ssl_cert" in str(test.error.fix)


async def test_a_server_that_goes_after_its_greeting_has_passed() -> None:
    with server(WITHOUT_TLS) as port:
        test = await run(cache_of("127.0.0.1", port, database=DatabaseType.MYSQL))
    assert (test.ok, test.steps[2].detail) == (True, "MySQL 8.0.36, without TLS")


async def test_a_server_that_refuses_connections_is_quoted() -> None:
    with server(err(1129, "", "Host '10.0.0.1' is blocked", 0)) as port:
        test = await run(cache_of("127.0.0.1", port, database=DatabaseType.MYSQL))
    assert test.error is not None
    assert (test.error.code, test.error.why) == ("ORIGIN_COMPLAINS", "Host '10.0.0.1' is blocked")


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "it speaks SSH: SSH-2.0-OpenSSH_9.2"),
        (b"", "it closed the connection without a word"),
        (WITHOUT_TLS[:20], "it closed the connection halfway"),
    ],
)
async def test_a_server_of_another_kind_is_named(says: bytes, why: str) -> None:
    with server(says) as port:
        test = await run(cache_of("127.0.0.1", port, database=DatabaseType.MARIADB))
    assert test.error is not None
    assert test.error.code == "ORIGIN_NOT_MYSQL"
    assert why in str(test.error.why)


async def test_a_postgres_waits_for_the_first_word_and_is_guessed_from_that(postgres: Postgres) -> None:
    test = await run(cache_of("127.0.0.1", postgres.port, database=DatabaseType.MYSQL), IMPATIENT)
    assert test.error is not None
    assert test.error.code == "ORIGIN_NOT_MYSQL"
    assert "such as Postgres" in str(test.error.why)


async def test_a_mariadb_is_named_where_postgres_was_expected(mariadb: MariaDb) -> None:
    test = await run(cache_of("127.0.0.1", mariadb.port))
    assert test.error is not None
    assert "it speaks MariaDB" in str(test.error.why)
