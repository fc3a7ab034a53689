"""Passwords and TLS: the edge passes authentication on, and keeps nothing of it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.e2e.raw import RawClient, startup_packet
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import CLEARTEXT, MD5, PLAIN_ONLY, SCRAM, TLS_ONLY, TRUST, Postgres, Role

MODES = ("disable", "require")


def refusal(url: str) -> str:
    """What the server says, without libpq's words about which address it was."""
    with pytest.raises(psycopg.OperationalError) as failure:
        psycopg.connect(url)
    return str(failure.value).partition("FATAL:")[2].strip()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", [SCRAM, MD5, CLEARTEXT, TRUST], ids=lambda role: role.name)
def test_every_kind_of_password(cache: EdgeCache, role: Role, mode: str) -> None:
    with psycopg.connect(cache.url(role, sslmode=mode)) as connection:
        assert connection.pgconn.ssl_in_use == (mode == "require")
        assert connection.execute("SELECT current_user").fetchone() == (role.name,)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", [SCRAM, MD5, CLEARTEXT], ids=lambda role: role.name)
def test_a_wrong_password_gets_the_origins_own_error(
    cache: EdgeCache, postgres: Postgres, role: Role, mode: str
) -> None:
    wrong = Role(role.name, "wrong", role.hba)
    through = refusal(cache.url(role, password="wrong", sslmode=mode))
    assert through == refusal(postgres.url(wrong, "app", f"?sslmode={mode}"))
    assert role.name in through


def test_an_unknown_role_and_an_unknown_database_get_the_origins_own_error(
    cache: EdgeCache, postgres: Postgres
) -> None:
    nobody = Role("nobody_here", "x", "")
    for role, name in ((nobody, "app"), (SCRAM, "no_such_database")):
        through = refusal(cache.url(role, name, sslmode="require"))
        assert through == refusal(postgres.url(role, name, "?sslmode=require"))


@pytest.mark.parametrize(("setting", "encrypted"), [("disable", False), ("prefer", True), ("require", True)])
def test_tls_to_the_origin_is_the_caches_own(edge: Edge, postgres: Postgres, setting: str, encrypted: bool) -> None:
    cache = edge.create_cache(postgres, originTls=setting)
    with psycopg.connect(cache.url(SCRAM, sslmode="disable")) as connection:
        found = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert found == (encrypted,)
    cache.delete()


def test_verify_full_trusts_the_right_authority_and_name(edge: Edge, postgres: Postgres) -> None:
    cache = edge.create_cache(("localhost", postgres.port), originTls="verify-full")
    with psycopg.connect(cache.url(TLS_ONLY)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    cache.delete()


def test_verify_full_refuses_a_name_that_the_certificate_lacks(edge: Edge, postgres: Postgres) -> None:
    cache = edge.create_cache(("127.0.0.2", postgres.port), originTls="verify-full")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cache.url(TLS_ONLY))
    cache.delete()


def test_require_never_falls_back_to_plain_text(edge: Edge, postgres: Postgres) -> None:
    cache = edge.create_cache(postgres, originTls="require")
    # The origin lets this role in without TLS only; with TLS on the way there it must refuse.
    assert PLAIN_ONLY.name in refusal(cache.url(PLAIN_ONLY))
    cache.delete()


def test_a_certificate_of_ones_own(own_edge: Edge, postgres: Postgres, tmp_path: Path) -> None:
    made = postgres.certificates
    key = tmp_path / "server.key"
    key.write_bytes(made.key.read_bytes())
    key.chmod(0o600)
    own_edge.stop()
    own_edge.arguments = ("--tls-cert", str(made.cert), "--tls-key", str(key))
    own_edge.__post_init__()
    own_edge.start()
    cache = own_edge.create_cache(postgres)
    with psycopg.connect(cache.url(SCRAM, sslmode="verify-full", sslrootcert=str(made.ca))) as connection:
        assert connection.pgconn.ssl_in_use


def test_gss_encryption_is_refused_by_one_byte_and_the_startup_goes_on(cache: EdgeCache) -> None:
    with RawClient(cache.edge.postgres_port) as client:
        client.send((8).to_bytes(4, "big") + (80877104).to_bytes(4, "big"))
        assert client.socket.recv(1) == b"N"
        client.send(startup_packet({"user": TRUST.name, "database": "app", "application_name": cache.id}))
        assert client.until("Z")[-1].kind == "Z"


def test_no_password_is_kept_or_logged(cache: EdgeCache) -> None:
    psycopg.connect(cache.url(CLEARTEXT)).close()
    secret = CLEARTEXT.password.encode()
    kept = [path for path in cache.edge.state_dir.rglob("*") if path.is_file()]
    assert kept
    assert [path.name for path in kept if secret in path.read_bytes()] == []
    assert CLEARTEXT.password not in cache.edge.log
