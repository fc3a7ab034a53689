"""TLS between the edge and its origins: what each mode demands, and what it does not put up with."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from polyscale_cli.edge.tls import make_certificate
from tests.e2e.origins import listener_that
from tests.e2e.raw import RawClient, startup_packet
from tests.security.tls_front import OLD, TlsFront, server_context, tls_front
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.edge import Edge, run_edge
from tests.servers.postgres import SCRAM, TRUST, Postgres

DAY = datetime.timedelta(days=1)
KINDS = ("right", "another name", "expired", "not yet valid", "another authority", "self-signed")


def self_signed(directory: Path) -> Certificates:
    """What the edge makes for itself."""
    made = Certificates(directory / "own.crt", directory / "own.crt", directory / "own.key")
    make_certificate(made.cert, made.key)
    return made


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Certificates]:
    """Of each kind one; all authorities but one are trusted by the edge."""

    def make(
        kind: str, *hosts: str, valid: tuple[datetime.timedelta, datetime.timedelta] = (-DAY, DAY)
    ) -> Certificates:
        return make_certificates(tmp_path_factory.mktemp(kind.replace(" ", "-")), hosts, valid=valid)

    return {
        "right": make("right", "localhost"),
        "another name": make("another", "elsewhere.example", "localhost.example", "*.localhost"),
        "expired": make("expired", "localhost", valid=(-2 * DAY, -DAY)),
        "not yet valid": make("early", "localhost", valid=(DAY, 2 * DAY)),
        "another authority": make("unknown", "localhost"),
        "self-signed": self_signed(tmp_path_factory.mktemp("self")),
    }


@pytest.fixture(scope="module")
def edge(certificates: dict[str, Certificates], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    trusted = tmp_path_factory.mktemp("trusted") / "authorities.pem"
    trusted.write_text(
        "".join(
            made.ca.read_text()
            for kind, made in certificates.items()
            if kind not in ("another authority", "self-signed")
        )
    )
    with run_edge(environment={"SSL_CERT_FILE": str(trusted)}) as running:
        yield running


Front = Callable[..., TlsFront]


@pytest.fixture
def front(postgres: Postgres, certificates: dict[str, Certificates]) -> Iterator[Front]:
    """Puts TLS in front of the server; stopped afterwards."""
    fronts = []

    def make(kind: str = "right", answer: bytes = b"S", **limits: object) -> TlsFront:
        context = server_context(certificates[kind])
        for name, value in limits.items():
            setattr(context, name, value)
        manager = tls_front(postgres.port, context, answer)
        fronts.append(manager)
        return manager.__enter__()

    yield make
    for manager in fronts:
        manager.__exit__(None, None, None)


def login(edge: Edge, port: int, mode: str, host: str = "localhost") -> str:
    """Log in through a cache with this mode; what the client is told if it may not, nothing if it may."""
    cache = edge.create_cache((host, port), originTls=mode)
    try:
        with psycopg.connect(cache.url(SCRAM, sslmode="disable")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            return ""
    except psycopg.OperationalError as error:
        return str(error)
    finally:
        cache.delete()


@pytest.mark.parametrize("kind", KINDS)
def test_verify_full_takes_the_right_certificate_and_no_other(edge: Edge, front: Front, kind: str) -> None:
    told = login(edge, front(kind).port, "verify-full")
    if kind == "right":
        assert told == ""
        return
    assert "FATAL" in told
    assert "certificate of the origin" in told
    assert {
        "another name": "ostname",
        "expired": "expired",
        "not yet valid": "not yet valid",
        "another authority": "issuer",
        "self-signed": "self",
    }[kind] in told


@pytest.mark.parametrize("mode", ["require", "prefer"])
@pytest.mark.parametrize("kind", KINDS)
def test_other_modes_encrypt_and_ask_for_no_certificate_as_libpqs_do(
    edge: Edge, front: Front, kind: str, mode: str
) -> None:
    made = front(kind)
    assert login(edge, made.port, mode) == ""
    assert made.versions == ["TLSv1.3"]
    with psycopg.connect(f"host=localhost port={made.port} user={TRUST.name} dbname=app sslmode={mode}"):
        assert len(made.versions) == 2


@pytest.mark.parametrize(("mode", "gets_in"), [("verify-full", False), ("require", False), ("prefer", True)])
def test_an_origin_without_tls_is_used_by_prefer_alone(edge: Edge, front: Front, mode: str, gets_in: bool) -> None:
    told = login(edge, front(answer=b"N").port, mode)
    assert (told == "") is gets_in
    assert gets_in or "offers no TLS" in told


def test_the_name_is_told_to_the_origin_and_an_address_is_not(edge: Edge, front: Front) -> None:
    for mode in ("prefer", "require", "verify-full"):
        made = front()
        assert login(edge, made.port, mode) == ""
        assert login(edge, made.port, mode, host="127.0.0.1") == ""
        assert made.names == ["localhost", None]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("mode", ["prefer", "require", "verify-full"])
def test_old_versions_of_tls_are_refused(edge: Edge, front: Front, mode: str) -> None:
    made = front(maximum_version=ssl.TLSVersion.TLSv1_1)
    lenient = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lenient.check_hostname, lenient.verify_mode = False, ssl.CERT_NONE
    lenient.set_ciphers(OLD)
    lenient.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with socket.create_connection(("127.0.0.1", made.port)) as plain:
        plain.sendall(b"\0\0\0\x08\x04\xd2\x16\x2f")
        assert plain.recv(1) == b"S"
        with lenient.wrap_socket(plain) as agreed:
            assert agreed.version() == "TLSv1.1", "whoever would take it could have it"
    told = login(edge, made.port, mode)
    assert "FATAL" in told
    assert "TLS with the origin" in told
    assert made.versions == ["TLSv1.1"]


@pytest.mark.parametrize(
    "cipher", ["NULL-SHA256", "ECDHE-ECDSA-AES128-SHA", "ADH-AES128-SHA256", "ECDHE-ECDSA-NULL-SHA"]
)
def test_weak_ciphers_are_refused(edge: Edge, front: Front, cipher: str) -> None:
    made = front(maximum_version=ssl.TLSVersion.TLSv1_2)
    made.context.set_ciphers(f"{cipher}:@SECLEVEL=0")
    assert "TLS with the origin" in login(edge, made.port, "require")
    assert made.versions == []


def test_what_somebody_puts_behind_the_offer_is_not_taken_for_the_origins(edge: Edge, front: Front) -> None:
    """CVE-2021-23222: bytes that came before the encryption began must not count as sent under it."""
    error = b"E" + (17).to_bytes(4, "big") + b"SFATAL\0Mplant\0\0"
    for mode in ("prefer", "require", "verify-full"):
        told = login(edge, front(answer=b"S" + error).port, mode)
        assert "FATAL" in told
        assert "plant" not in told


def test_an_error_before_the_encryption_is_told_as_the_edges_own_words(edge: Edge) -> None:
    """CVE-2024-10977: whoever stands on the way may write an error; it must not look like the server's."""

    def complain(client: socket.socket) -> None:
        client.recv(8)
        client.sendall(b"E" + (26).to_bytes(4, "big") + b"SFATAL\0Mgo to \x1b[31mevil\0\0")
        client.recv(1)

    with listener_that(complain) as port:
        told = login(edge, port, "require")
    assert "refuses connections" in told
    assert "\x1b" not in told


def test_an_origin_that_stops_in_the_handshake_holds_nobody_else_up(edge: Edge, postgres: Postgres) -> None:
    def fall_silent(client: socket.socket) -> None:
        client.recv(8)
        client.sendall(b"S")
        while client.recv(1 << 16):
            pass

    with listener_that(fall_silent) as port:
        stuck = edge.create_cache(("127.0.0.1", port), originTls="require")
        with RawClient(edge.postgres_port) as waiting:
            waiting.send(startup_packet({"user": TRUST.name, "database": "app", "application_name": stuck.id}))
            assert login(edge, postgres.port, "disable", "127.0.0.1") == ""
        stuck.delete()
