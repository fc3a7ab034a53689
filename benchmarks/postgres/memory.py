"""How much memory the edge takes: for 100,000 small entries, and under a scan that never asks twice."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable

import psycopg

from benchmarks.postgres.targets import KEYS, dsn, edge_target
from benchmarks.report import Figure, Part, Row, number, progress
from tests.servers.edge import run_edge
from tests.servers.postgres import Postgres
from tests.servers.process import ServerError, resident_bytes

ENTRIES = 100_000
ENTRIES_LIMIT = 150_000_000
SCANNED = 1_000_000
SCAN_BUDGET_MIB = 32
# The third run is a hit: enough for an entry to be there.
RUNS = 3


def _statement(aid: int) -> bytes:
    text = b"SELECT abalance FROM pgbench_accounts WHERE aid = %d\0" % aid
    return b"Q" + (len(text) + 4).to_bytes(4, "big") + text


def _answered(connection: socket.socket) -> None:
    """Read up to ReadyForQuery. Raises ServerError at an error or the end of the connection."""
    data = b""
    while not data.endswith(b"Z\0\0\0\x05I"):
        more = connection.recv(1 << 16)
        if not more:
            raise ServerError("the edge closed the connection")
        data += more
    if data[0] == 0x45:
        raise ServerError(data.decode(errors="replace"))


def ask(where: str, statements: Iterable[bytes], runs: int, watch: Callable[[int], None] | None = None) -> None:
    """Send simple queries one by one, each `runs` times; `watch` is told now and then how many were sent."""
    # psycopg logs in; after that no driver is in the way.
    with psycopg.connect(where, autocommit=True) as session:
        connection = socket.socket(fileno=os.dup(session.pgconn.socket))
        connection.setblocking(True)
        for sent, statement in enumerate(statements, 1):
            for _ in range(runs):
                connection.sendall(statement)
                _answered(connection)
            if watch is not None and sent % 50_000 == 0:
                watch(sent)
        connection.close()


def _row(work: str, unit: str, value: float) -> Row:
    return Row("edge", work, "simple", 1, "unpinned", unit, [value])


def entries(origin: Postgres) -> Part:
    """Resident memory with ENTRIES small entries."""
    progress(f"memory: {ENTRIES:,} entries")
    with run_edge() as edge:
        cache = edge.create_cache(origin, "bench", defaultTtl=3600, originTls="disable")
        ask(dsn(edge_target(edge, cache)), map(_statement, range(1, ENTRIES + 1)), RUNS)
        kept = cache.metrics().entries
        if kept < ENTRIES:
            raise ServerError(f"the edge kept {kept} of {ENTRIES} entries")
        resident = resident_bytes(edge.process.pid)
    rows = [_row("100k entries", "bytes", resident)]
    goal = number(ENTRIES_LIMIT, "bytes")
    what = f"edge: resident memory with {ENTRIES:,} small entries"
    return rows, [Figure(what, f"<= {goal}", number(resident, "bytes"), resident <= ENTRIES_LIMIT)]


def scan(origin: Postgres) -> Part:
    """The bytes in the cache while SCANNED distinct queries pass by; they could fill the budget many times over."""
    progress(f"memory: a scan of {SCANNED:,} distinct queries, budget {SCAN_BUDGET_MIB} MiB")
    budget = SCAN_BUDGET_MIB << 20
    most = resident = 0
    with run_edge("--memory", f"{SCAN_BUDGET_MIB}MiB") as edge:
        cache = edge.create_cache(origin, "bench", defaultTtl=3600, originTls="disable")
        where = dsn(edge_target(edge, cache))
        # First fill the budget, so that the scan has something to push out.
        ask(where, map(_statement, range(1, ENTRIES + 1)), RUNS)

        def watch(sent: int) -> None:
            nonlocal most, resident
            most = max(most, cache.metrics().bytes)
            resident = max(resident, resident_bytes(edge.process.pid))
            if sent % 250_000 == 0:
                progress(f"memory: {sent:,} sent, {number(most, 'bytes')} in entries")

        watch(0)
        ask(where, (_statement(aid % KEYS + 1) for aid in range(ENTRIES, ENTRIES + SCANNED)), 1, watch)
        if not cache.metrics().entries:
            raise ServerError("the scan left no entry: the budget was never filled")
    rows = [_row("scan, entries", "bytes", most), _row("scan, resident", "bytes", resident)]
    what = f"edge: bytes in entries under a scan of {SCANNED:,} queries"
    return rows, [Figure(what, f"<= {number(budget, 'bytes')}", number(most, "bytes"), most <= budget)]
