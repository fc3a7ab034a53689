"""That the answers being measured are right."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg import pq

from benchmarks.postgres.pgbench import Protocol
from benchmarks.postgres.targets import KEYS, dsn
from benchmarks.target import Target
from tests.servers.process import ServerError

SAMPLE = (1, 2, 42, 99, 100, 500, 1000, 77_000, KEYS)


def expected(aid: int) -> int:
    """What `prepare_data` wrote for that key."""
    return aid if aid <= 100 or aid % 1000 == 0 else 0


PREPARE_DATA = "UPDATE pgbench_accounts SET abalance = aid WHERE aid <= 100 OR aid % 1000 = 0"


def read(connection: psycopg.Connection, protocol: str, aid: int) -> int:
    """One key, by the very messages that pgbench sends, so that a hit of pgbench's is what comes back."""
    low, key = connection.pgconn, str(aid).encode()
    if protocol == Protocol.SIMPLE:
        result = low.exec_(b"SELECT abalance FROM pgbench_accounts WHERE aid = " + key + b";")
    elif protocol == Protocol.EXTENDED:
        result = low.exec_params(b"SELECT abalance FROM pgbench_accounts WHERE aid = $1;", [key])
    else:
        name = b"P0_1"
        low.prepare(name, b"SELECT abalance FROM pgbench_accounts WHERE aid = $1;")
        result = low.exec_prepared(name, [key])
        low.exec_(b'DEALLOCATE "P0_1"')
    value = result.get_value(0, 0) if result.status == pq.ExecStatus.TUPLES_OK else None
    if value is None:
        raise ServerError(f"reading {aid} failed: {result.error_message.decode(errors='replace')}")
    return int(value)


def check_answers(targets: Sequence[Target], protocols: Sequence[str]) -> None:
    """Read some keys back through every target but the limit. Raises ServerError at the first wrong one."""
    for target in targets:
        if target.name == "canned":
            continue
        with psycopg.connect(dsn(target), autocommit=True) as connection:
            for protocol in protocols:
                for aid in SAMPLE:
                    found = read(connection, protocol, aid)
                    if found != expected(aid):
                        raise ServerError(f"{target.name}, {protocol}: key {aid} is {found}, not {expected(aid)}")
