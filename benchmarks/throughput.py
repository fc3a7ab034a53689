"""Hits, misses and latency under pgbench: interleaved, so that a noisy minute falls on every target alike."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.affinity import CAN_PIN, Placement, client_prefix, pin, server_cpus
from benchmarks.pgbench import HOT_KEYS, WARM_UP_SECONDS, Measured, Protocol, Work, run_pgbench
from benchmarks.report import Row, progress
from benchmarks.strangers import KNOWN, Strangers
from benchmarks.targets import Target
from tests.servers.postgres import Postgres
from tests.servers.process import ServerError

# Enough for each of the hot keys to have been asked for many times by every protocol.
WARM_UP = ("-t", str(HOT_KEYS * 6))
CLIENTS = 8
LATENCY_CLIENTS = 32
MISS_LATENCY_CLIENTS = 1
# A run is repeated when others took more than this share of the processor.
DISTURBED = 0.03
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing to measure of every target."""

    work: Work
    protocol: Protocol
    clients: int
    placement: Placement
    latency: bool = False

    def takes(self, target: Target) -> bool:
        """The limit keeps nothing and asks nobody, so it has no misses; latencies are of the edge and two beside it."""
        if self.latency:
            return target.name in {"edge", "pgbouncer", "direct" if self.work is Work.MISS else "canned"}
        return self.work is Work.HOT or target.name != "canned"


def cells(protocols: Sequence[Protocol], works: set[str], placements: Sequence[Placement]) -> list[Cell]:
    """What to measure, in order; `works` out of hot, miss, p99 and latency."""
    placed = list(itertools.product(placements, protocols))
    made = [Cell(Work.HOT, protocol, CLIENTS, placement) for placement, protocol in placed if "hot" in works]
    made += [Cell(Work.MISS, protocol, CLIENTS, placement) for placement, protocol in placed if "miss" in works]
    made += [
        Cell(Work.HOT, protocol, LATENCY_CLIENTS, placement, latency=True)
        for placement, protocol in placed
        if "p99" in works
    ]
    made += [
        Cell(Work.MISS, protocol, MISS_LATENCY_CLIENTS, placement, latency=True)
        for placement, protocol in placed
        if "latency" in works
    ]
    return made


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Throughput:
    """Measures cells and keeps what came out."""

    def __init__(self, targets: Sequence[Target], origin: Postgres, seconds: int) -> None:
        self.targets = targets
        self.origin = origin
        self.seconds = seconds
        self.rows: dict[tuple[str, Cell, str], Row] = {}
        self.hit_shares: dict[tuple[str, Cell], list[float]] = {}
        self.disturbed = 0
        self.worst = 0.0

    def run(self, plan: Sequence[Cell], repeats: int) -> list[Row]:
        """Every cell of every target, `repeats` times, the targets taking turns at being first."""
        for target, protocol in itertools.product(self.targets, {cell.protocol for cell in plan}):
            run_pgbench(target.dsn, Work.HOT, protocol, CLIENTS, length=WARM_UP)
        for repeat in range(repeats):
            for done, cell in enumerate(plan):
                first = repeat % len(self.targets)
                order = [*self.targets[first:], *self.targets[:first]]
                progress(
                    f"round {repeat + 1} of {repeats}, {done + 1} of {len(plan)}: {cell.work} {cell.protocol} "
                    f"{cell.clients} clients{' with latency' if cell.latency else ''}, {cell.placement}"
                )
                for target in order:
                    if cell.takes(target):
                        self._measure(target, cell)
        progress(f"{self.disturbed} runs repeated or given up for other processes; at worst they took {self.worst:.0%}")
        return sorted(self.rows.values(), key=lambda row: (row.unit, row.placement, row.work, row.protocol))

    def hit_share(self, target: str, cell: Cell) -> float | None:
        """The share of answers that the target's cache gave; None when it has none."""
        shares = self.hit_shares.get((target, cell))
        return statistics.median(shares) if shares else None

    def _measure(self, target: Target, cell: Cell) -> None:
        if CAN_PIN:
            for process in (self.origin.process, target.process):
                pin(process.pid, server_cpus(cell.placement))
        before = target.hits() if target.hits is not None else 0
        measured, transactions = self._undisturbed(target, cell)
        if target.hits is not None:
            share = (target.hits() - before) / max(1, transactions)
            self.hit_shares.setdefault((target.name, cell), []).append(share)
        if cell.work is Work.MISS and target.fresh is not None:
            # Drop what the misses left, and bring the hot keys back, so that the next round's hits are hits.
            target.fresh()
            for protocol in Protocol:
                run_pgbench(target.dsn, Work.HOT, protocol, CLIENTS, length=WARM_UP)
        self._keep(target, cell, measured)

    def _undisturbed(self, target: Target, cell: Cell) -> tuple[Measured, int]:
        """Run pgbench, again if others took part of the processor; the least disturbed, and how many ran in all."""
        best: tuple[float, Measured] | None = None
        transactions = 0
        for _ in range(ATTEMPTS):
            if cell.work is Work.MISS and target.fresh is not None:
                target.fresh()
            strangers = Strangers([self.origin.process.pid, target.process.pid]) if KNOWN else None
            measured = run_pgbench(
                target.dsn,
                cell.work,
                cell.protocol,
                cell.clients,
                length=("-T", str(self.seconds + WARM_UP_SECONDS)),
                prefix=client_prefix(cell.placement) if CAN_PIN else (),
                log=cell.latency,
            )
            transactions += measured.transactions
            share = strangers.share() if strangers is not None and cell.placement is Placement.SAME_CORE else 0.0
            if best is None or share < best[0]:
                best = share, measured
            if share <= DISTURBED:
                break
            self.disturbed += 1
        assert best is not None
        self.worst = max(self.worst, best[0])
        return best[1], transactions

    def _keep(self, target: Target, cell: Cell, measured: Measured) -> None:
        if not cell.latency:
            self._row(target, cell, str(cell.work), "tps").values.append(measured.tps)
            return
        if not measured.latencies:
            raise ServerError("pgbench wrote no log of latencies")
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            value = percentile(measured.latencies, share) * 1000
            self._row(target, cell, f"{cell.work} {name}", "ms").values.append(value)

    def _row(self, target: Target, cell: Cell, work: str, unit: str) -> Row:
        made = Row(target.name, work, str(cell.protocol), cell.clients, str(cell.placement), unit)
        return self.rows.setdefault((target.name, cell, work), made)
