"""Rates and latencies under a load: interleaved, so that a noisy minute falls on every target alike."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from benchmarks.affinity import CAN_PIN, Placement, client_prefix, pin, server_cpus
from benchmarks.report import Row, progress
from benchmarks.strangers import KNOWN, Strangers
from benchmarks.target import Target
from benchmarks.work import Cell, Kept, Load, Measured, Work
from tests.servers.process import ServerError, ServerProcess

# A run is repeated when others took more than this share of the processor.
DISTURBED = 0.03
ATTEMPTS = 3
# Of a cache's answers to hot keys, so many must be hits, or it is not the cache that was measured.
HIT_SHARE = 0.98


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Throughput:
    """Measures cells and keeps what came out."""

    def __init__(self, targets: Sequence[Target], origin: ServerProcess, load: Load, seconds: int) -> None:
        self.targets = targets
        self.origin = origin
        self.load = load
        self.seconds = seconds
        self.protocols: list[str] = []
        self.rows: dict[tuple[str, Cell, str], Row] = {}
        self.hit_shares: dict[tuple[str, Cell], list[float]] = {}
        self.disturbed = 0
        self.worst = 0.0

    def run(self, plan: Sequence[Cell], repeats: int) -> list[Row]:
        """Every cell of every target, `repeats` times, the targets taking turns at being first."""
        self.protocols = sorted({cell.protocol for cell in plan})
        for target in self.targets:
            self._warm_up(target)
        for repeat in range(repeats):
            for done, cell in enumerate(plan):
                first = repeat % len(self.targets)
                order = [*self.targets[first:], *self.targets[:first]]
                progress(
                    f"round {repeat + 1} of {repeats}, {done + 1} of {len(plan)}: {cell.work} {cell.protocol} "
                    f"{cell.clients} clients{' with latency' if Kept.LATENCY in cell.kept else ''}, {cell.placement}"
                )
                for target in order:
                    if target.name in cell.targets:
                        self._measure(target, cell)
        progress(f"{self.disturbed} runs repeated or given up for other processes; at worst they took {self.worst:.0%}")
        return sorted(
            self.rows.values(), key=lambda row: (row.unit, row.placement, row.work, row.protocol, row.clients)
        )

    def hit_share(self, target: str, cell: Cell) -> float | None:
        """The share of answers that the target's cache gave; None when it has none."""
        shares = self.hit_shares.get((target, cell))
        return statistics.median(shares) if shares else None

    def check_hits(self, plan: Sequence[Cell], of: Iterable[str] = ("edge",)) -> None:
        """Say how many answers came from a cache.

        Raises ServerError when those that are named here answered too few of the hot keys from theirs.
        """
        for cell in plan:
            shares = {target.name: self.hit_share(target.name, cell) for target in self.targets}
            said = ", ".join(f"{name} {share:.1%}" for name, share in shares.items() if share is not None)
            if said:
                progress(f"from the cache, {cell.work} {cell.protocol} {cell.clients} clients: {said}")
            for name in of:
                share = shares.get(name)
                if cell.work is Work.HOT and share is not None and share < HIT_SHARE:
                    raise ServerError(f"only {share:.1%} of {name}'s answers to {cell.work} {cell.protocol} were hits")

    def _warm_up(self, target: Target) -> None:
        for protocol in self.protocols:
            self.load.warm_up(target, protocol)

    def _measure(self, target: Target, cell: Cell) -> None:
        if CAN_PIN:
            for process in (self.origin, target.process):
                pin(process.pid, server_cpus(cell.placement))
        before = target.hits() if target.hits is not None else 0
        measured, transactions = self._undisturbed(target, cell)
        if target.hits is not None:
            share = (target.hits() - before) / max(1, transactions)
            self.hit_shares.setdefault((target.name, cell), []).append(share)
        if cell.work is Work.MISS and target.fresh is not None:
            # Drop what the misses left, and bring the hot keys back, so that the next round's hits are hits.
            target.fresh()
            self._warm_up(target)
        self._keep(target, cell, measured)

    def _undisturbed(self, target: Target, cell: Cell) -> tuple[Measured, int]:
        """Run the load, again if others took part of the processor; the least disturbed, and how many ran in all."""
        best: tuple[float, Measured] | None = None
        transactions = 0
        for _ in range(ATTEMPTS):
            if cell.work is Work.MISS and target.fresh is not None:
                target.fresh()
            # The database may be the target itself, and must be counted once.
            strangers = Strangers([*{self.origin.pid, target.process.pid}]) if KNOWN else None
            prefix = client_prefix(cell.placement) if CAN_PIN else ()
            measured = self.load.run(target, cell, self.seconds, prefix)
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
        if Kept.RATE in cell.kept:
            self._row(target, cell, str(cell.work), "tps").values.append(measured.tps)
        if Kept.LATENCY in cell.kept:
            if not measured.latencies:
                raise ServerError("the load noted no latencies")
            for name, share in (("p50", 0.5), ("p99", 0.99)):
                value = percentile(measured.latencies, share) * 1000
                self._row(target, cell, f"{cell.work} {name}", "ms").values.append(value)

    def _row(self, target: Target, cell: Cell, work: str, unit: str) -> Row:
        made = Row(target.name, work, cell.protocol, cell.clients, str(cell.placement), unit)
        return self.rows.setdefault((target.name, cell, work), made)
