"""The outcomes as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.automation.cases import Outcome
from polyscale_cli.edge.engine.assumptions import STALE_SHARE

AUTOMATED, FIXED, ORACLE, BOUND = "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728"


def draw(outcomes: Sequence[Outcome], turns: Sequence[Outcome], path: Path) -> None:
    """Draw stale answers and hits over the rate of change, and the TTL where the rate changes; write it as PNG.

    Args:
        outcomes: of worlds with one rate each, at one number of reads.
        turns: of worlds whose rate changes halfway.
        path: the file; its directory must exist.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.6), dpi=80, layout="constrained")
    stale, hits, ttls = figure.subplots(1, 3)
    rates = [outcome.case.world.templates[0].rate for outcome in outcomes]
    reads = outcomes[0].case.world.reads_per_second

    stale.axhline(STALE_SHARE * 100, color=BOUND, linestyle="--", label="bound")
    stale.plot(
        rates, [100 * each.automated.stale_share for each in outcomes], "o-", color=AUTOMATED, label="automation"
    )
    stale.plot(rates, [100 * each.fixed.stale_share for each in outcomes], "s:", color=FIXED, label="best fixed TTL")
    stale.set(title="stale answers, % of all", ylim=(0, 1.4 * STALE_SHARE * 100))

    hits.plot(rates, [100 * each.oracle.hit_ratio for each in outcomes], "^-", color=ORACLE, label="oracle")
    hits.plot(rates, [100 * each.automated.hit_ratio for each in outcomes], "o-", color=AUTOMATED, label="automation")
    hits.plot(rates, [100 * each.fixed.hit_ratio for each in outcomes], "s:", color=FIXED, label="best fixed TTL")
    hits.set(title=f"hits, % of all answers ({reads:g} reads/s)", ylim=(0, 102))
    for axes in (stale, hits):
        axes.set(xscale="log", xlabel="unseen changes of each answer per second")

    for outcome, colour in zip(turns, (AUTOMATED, ORACLE), strict=True):
        template = outcome.case.world.templates[0]
        moments = [moment / 60 for moment, _ in outcome.ttls]
        seconds = [max(ttl, 0.001) for _, ttl in outcome.ttls]
        label = f"{template.rate:g}/s, then {template.later_rate:g}/s"
        ttls.plot(moments, seconds, color=colour, linewidth=1, label=label)
    ttls.set(title="TTL where the rate changes halfway, s", yscale="log", xlabel="minutes")

    for axes in (stale, hits, ttls):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(path)
