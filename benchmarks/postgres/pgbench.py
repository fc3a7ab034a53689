"""One run of pgbench, and what it measured."""

from __future__ import annotations

import enum
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

from benchmarks.postgres.targets import KEYS, dsn
from benchmarks.target import Target
from benchmarks.work import HOT_KEYS, Cell, Kept, Measured, Work
from tests.servers.postgres import postgres_bin
from tests.servers.process import ServerError


class Protocol(enum.StrEnum):
    """pgbench -M."""

    SIMPLE = "simple"
    EXTENDED = "extended"
    PREPARED = "prepared"


READ = "SELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n"
SCRIPTS = {
    Work.HOT: f"\\set aid random(1, {HOT_KEYS})\n{READ}",
    Work.MISS: f"\\set aid random(1, {KEYS})\n{READ}",
}


# Enough for each of the hot keys to have been asked for many times.
WARM_UP = ("-t", str(HOT_KEYS * 6))
WARM_UP_CLIENTS = 8
WARM_UP_SECONDS = 1
"""The backends of a new connection first fill their own caches with the catalog; a pooler, whose backends have been
there for long, is spared that, and it says nothing of what passes a query on."""

_PROGRESS = re.compile(r"^progress: ([\d.]+) s, ([\d.]+) tps", re.MULTILINE)


def run_pgbench(
    target: Target,
    work: Work,
    protocol: str,
    clients: int,
    *,
    length: tuple[str, ...],
    prefix: tuple[str, ...] = (),
    log: bool = False,
) -> Measured:
    """Run it on one thread.

    Args:
        length: ("-T", seconds) or ("-t", transactions of each client). Where it runs long enough for a report each
            second, the first is not counted in ``tps``.
        prefix: a command to run it under.
        log: note every transaction's latency.
    Raises ServerError with pgbench's own words when it fails or a client aborts.
    """
    with tempfile.TemporaryDirectory(prefix="polyscale-pgbench-") as place:
        script = Path(place) / "script.sql"
        script.write_text(SCRIPTS[work])
        command = [*prefix, str(postgres_bin() / "pgbench"), "--no-vacuum", "--file", str(script)]
        command += ["--protocol", protocol, "--client", str(clients), "--jobs", "1", "--progress", "1", *length]
        if log:
            command += ["--log", "--log-prefix", str(Path(place) / "log")]
        done = subprocess.run([*command, dsn(target)], capture_output=True, text=True, cwd=place)
        if done.returncode != 0 or "aborted" in done.stderr:
            raise ServerError(f"pgbench -M {protocol} failed:\n{done.stderr[-2000:]}")
        latencies = [int(line.split(" ", 3)[2]) / 1e6 for path in Path(place).glob("log.*") for line in path.open()]
    tps = re.search(r"tps = ([\d.]+)", done.stdout)
    transactions = re.search(r"transactions actually processed: (\d+)", done.stdout)
    if tps is None or transactions is None:
        raise ServerError(f"pgbench said something unexpected:\n{done.stdout}")
    warm = [float(rate) for second, rate in _PROGRESS.findall(done.stderr) if float(second) > WARM_UP_SECONDS + 0.5]
    return Measured(statistics.fmean(warm) if warm else float(tps[1]), int(transactions[1]), latencies)


class PgBench:
    """As the load of benchmarks.throughput."""

    def run(self, target: Target, cell: Cell, seconds: int, prefix: tuple[str, ...]) -> Measured:
        return run_pgbench(
            target,
            cell.work,
            cell.protocol,
            cell.clients,
            length=("-T", str(seconds + WARM_UP_SECONDS)),
            prefix=prefix,
            log=Kept.LATENCY in cell.kept,
        )

    def warm_up(self, target: Target, protocol: str) -> None:
        run_pgbench(target, Work.HOT, protocol, WARM_UP_CLIENTS, length=WARM_UP)
