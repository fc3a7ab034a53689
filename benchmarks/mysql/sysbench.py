"""One run of sysbench's oltp_point_select, and what it measured."""

from __future__ import annotations

import enum
import re
import subprocess

from benchmarks.mysql.targets import DATABASE, KEYS
from benchmarks.target import Target
from benchmarks.work import HOT_KEYS, Cell, Kept, Measured, Work
from tests.servers.process import ServerError, system_program


class Protocol(enum.StrEnum):
    """COM_QUERY, or COM_STMT_EXECUTE of a statement prepared once."""

    TEXT = "text"
    PREPARED = "prepared"


# sysbench's --table-size is the range of keys that it asks for.
_KEYS = {Work.HOT: HOT_KEYS, Work.MISS: KEYS}
_PS_MODE = {Protocol.TEXT: "disable", Protocol.PREPARED: "auto"}
# Enough for each of the hot keys to have been asked for many times.
WARM_UP = (f"--events={HOT_KEYS * 48}", "--time=0")
WARM_UP_THREADS = 8

_TRANSACTIONS = re.compile(r"^\s*transactions:\s+(\d+)\s+\(([\d.]+) per sec\.\)", re.MULTILINE)
_ERRORS = re.compile(r"^\s*(?:ignored errors|reconnects):\s+(\d+)", re.MULTILINE)
# The middle of a bucket in milliseconds, a bar, how many fell into it. The buckets are 2 % wide.
_BUCKET = re.compile(r"^\s*([\d.]+) \|\**\s+(\d+)$", re.MULTILINE)


def run_sysbench(
    target: Target,
    work: Work,
    protocol: str,
    threads: int,
    *,
    length: tuple[str, ...],
    prefix: tuple[str, ...] = (),
    histogram: bool = False,
) -> Measured:
    """Run it.

    Args:
        length: --time or --events.
        prefix: a command to run it under.
        histogram: keep the latencies.
    Raises ServerError with sysbench's own words when it fails, loses a connection or is told of an error.
    """
    command = [*prefix, system_program("sysbench"), "oltp_point_select", "--db-driver=mysql", "--mysql-host=127.0.0.1"]
    command += [f"--mysql-port={target.port}", f"--mysql-user={target.user}", f"--mysql-db={DATABASE}"]
    command += [f"--table-size={_KEYS[work]}", "--rand-type=uniform", f"--db-ps-mode={_PS_MODE[Protocol(protocol)]}"]
    command += [f"--threads={threads}", "--skip-trx=on", "--histogram=on", *length, "run"]
    done = subprocess.run(command, capture_output=True, text=True)
    found = _TRANSACTIONS.search(done.stdout)
    if done.returncode or found is None or any(int(count) for count in _ERRORS.findall(done.stdout)):
        raise ServerError(f"sysbench, {protocol}, to {target.name} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    latencies: list[float] = []
    if histogram:
        for milliseconds, count in _BUCKET.findall(done.stdout):
            latencies += [float(milliseconds) / 1000] * int(count)
    return Measured(float(found[2]), int(found[1]), latencies)


class Sysbench:
    """As the load of benchmarks.throughput."""

    def run(self, target: Target, cell: Cell, seconds: int, prefix: tuple[str, ...]) -> Measured:
        return run_sysbench(
            target,
            cell.work,
            cell.protocol,
            cell.clients,
            length=(f"--time={seconds}",),
            prefix=prefix,
            histogram=Kept.LATENCY in cell.kept,
        )

    def warm_up(self, target: Target, protocol: str) -> None:
        run_sysbench(target, Work.HOT, protocol, WARM_UP_THREADS, length=WARM_UP)
