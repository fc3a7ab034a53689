"""What passes through the edge leaves no trace in what it writes, shows or is started with."""

from __future__ import annotations

import contextlib
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from polyscale_cli.edge.api.table import ROUTES
from tests.e2e.raw import SYNC, RawClient, bind, execute, message, parse, query, startup_packet
from tests.security.serving import until_served
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.postgres import CLEARTEXT, MD5, SCRAM, TRUST, Postgres, Role

PLANTED = "planted-a7f3"
"""In everything that nobody but client and origin should see."""

PASSWORDS = (SCRAM.password, MD5.password, CLEARTEXT.password)


@pytest.fixture(scope="module")
def loud_edge(postgres: Postgres) -> Iterator[Edge]:
    """An edge that logs all it can."""
    with run_edge("--log-level", "debug", environment={"SSL_CERT_FILE": str(postgres.certificates.ca)}) as running:
        yield running


@pytest.fixture(scope="module")
def used(loud_edge: Edge, postgres: Postgres) -> EdgeCache:
    """A cache through which secrets went in every way that they can."""
    cache = loud_edge.create_cache(postgres)
    log_in(cache)
    fail_to_log_in(cache)
    work(cache)
    break_off(cache)
    return cache


def log_in(cache: EdgeCache) -> None:
    """Every kind of password, with and without TLS."""
    for role in (SCRAM, MD5, CLEARTEXT):
        for mode in ("disable", "require"):
            psycopg.connect(cache.url(role, sslmode=mode)).close()


def fail_to_log_in(cache: EdgeCache) -> None:
    """Wrong passwords, misplaced ones, and ones out of any shape."""
    for role in (SCRAM, MD5, CLEARTEXT, Role("nobody_here", "", "")):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(cache.url(role, password=f"{PLANTED}-wrong"))
    startup = startup_packet({"user": CLEARTEXT.name, "database": "app", "application_name": cache.id})
    for sent in (
        message("p", PLANTED.encode() * 10_000),
        message("Q", PLANTED.encode() + b"\0") * 5_000,
        message("p", PLANTED.encode()),
        b"\xff" + PLANTED.encode(),
    ):
        with RawClient(cache.edge.postgres_port) as client, contextlib.suppress(ConnectionError):
            client.send(startup, sent)
            client.socket.shutdown(1)
            client.rest()
    for first in (f"{PLANTED} HTTP/1.1\r\n".encode(), startup_packet({"user": PLANTED, "password": PLANTED})):
        with RawClient(cache.edge.postgres_port) as client:
            client.send(first)
            client.rest()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cache.url(CLEARTEXT, options=f"-c work_mem={PLANTED}"))


def work(cache: EdgeCache) -> None:
    """Literals, parameters, rows, keys in errors, COPY, notices, prepared statements; hits and misses of each."""
    with psycopg.connect(cache.url(SCRAM), autocommit=True) as session:
        session.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept (v text PRIMARY KEY)")
        session.execute("INSERT INTO kept VALUES (%s)", (f"{PLANTED} row",))
        with pytest.raises(psycopg.errors.UniqueViolation) as shown:
            session.execute("INSERT INTO kept VALUES (%s)", (f"{PLANTED} row",))
        assert PLANTED in str(shown.value)
        assert until_served(cache, session, f"SELECT v, '{PLANTED} literal' FROM kept") != []
        for _ in range(8):
            session.execute("SELECT v FROM kept WHERE v <> %s", (f"{PLANTED} parameter",)).fetchall()
            session.execute("SELECT v FROM kept WHERE v <> %b", (f"{PLANTED} binary",)).fetchall()
        with session.cursor().copy("COPY kept FROM STDIN") as copy:
            copy.write(f"{PLANTED} copied\n")
        session.execute(f"DO $$ BEGIN RAISE WARNING '{PLANTED} notice'; END $$")
        # Names are no secrets: statistics tell which tables are asked for.
        for wrong in (f"SELEC '{PLANTED}'", f"SELECT '{PLANTED}'::int", f"SELECT '{PLANTED}' FROM nowhere"):
            with pytest.raises(psycopg.Error):
                session.execute(wrong.encode())
        session.execute(f"ALTER ROLE app_scram PASSWORD '{PLANTED}'")
        session.execute("ALTER ROLE app_scram PASSWORD '{}'".format(SCRAM.password.replace("'", "''")).encode())
        session.execute(f"SET app.token = '{PLANTED}'")
        session.execute(f"PREPARE p AS SELECT '{PLANTED}'; EXECUTE p; NOTIFY x, '{PLANTED}'")


def break_off(cache: EdgeCache) -> None:
    """Messages that no client should send, in the midst of a session."""
    for last in (
        message("?", PLANTED.encode()),
        b"Q\0\0\0\3" + PLANTED.encode(),
        query(f"SELECT '{PLANTED}")[:-4],
        parse(f"SELECT '{PLANTED}'") + bind(PLANTED) + execute() + SYNC,
        message("B", PLANTED.encode()) + SYNC,
        message("F", PLANTED.encode()) + message("d", PLANTED.encode()),
    ):
        with RawClient(cache.edge.postgres_port) as client, contextlib.suppress(ConnectionError):
            client.login(user=TRUST.name, database="app", application_name=cache.id)
            client.send(last)
            client.socket.shutdown(1)
            client.rest()


def needles(data: bytes) -> list[bytes]:
    """Which of the secrets are in there, and what SCRAM and MD5 make of them."""
    secrets = [PLANTED, *PASSWORDS, "n=,r=", "SCRAM-SHA-256$", "biws"]
    return [secret.encode() for secret in secrets if secret.encode() in data]


def test_nothing_of_it_is_in_a_file(used: EdgeCache) -> None:
    assert "DEBUG" in used.edge.log or "INFO" in used.edge.log
    files = [path for path in used.edge.home.rglob("*") if path.is_file()]
    assert {"edge.db", "edge.log", "edge-output.log"} <= {path.name for path in files}
    assert {path.name: found for path in files if (found := needles(path.read_bytes()))} == {}


def test_nothing_of_it_is_told_by_the_api(used: EdgeCache) -> None:
    told = {}
    for route in ROUTES:
        if route.method == "GET":
            answer = used.edge.api.get(route.path.replace("{cacheId}", used.id).replace("{keyId}", "none"))
            told[route.path] = needles(answer.content) + needles(str(answer.headers).encode())
    assert len(told) > 5
    assert {path: found for path, found in told.items() if found} == {}


def test_nothing_of_it_and_no_token_is_in_the_list_of_processes(used: EdgeCache) -> None:
    process = Path(f"/proc/{used.edge.process.pid}")
    for shown in (process / "cmdline", process / "environ", process / "comm"):
        data = shown.read_bytes()
        assert needles(data) == []
        assert used.edge.token.encode() not in data
    listed = subprocess.run(["ps", "axww"], capture_output=True, check=True).stdout
    assert used.edge.token.encode() not in listed


def test_what_the_edge_keeps_is_its_owners_alone(used: EdgeCache) -> None:
    state = used.edge.state_dir
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in state.rglob("*")}
    assert {name for name, mode in modes.items() if mode & 0o077} <= {"tls.crt"}, modes
