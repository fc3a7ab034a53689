"""The outcomes as tables, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.automation.cases import Outcome


def rates(outcomes: Iterable[Outcome]) -> str:
    """Give the table of worlds in which everything changes at one rate."""
    head = ["changes/s", "reads/s", *_HEAD]
    rows = [[each.case.name, f"{each.case.world.reads_per_second:g}", *_figures(each)] for each in outcomes]
    return _table(head, rows, left=0)


def populations(outcomes: Iterable[Outcome]) -> str:
    """Give the table of the other worlds."""
    head = ["population", "reads/s", *_HEAD]
    rows = [[each.case.name, f"{each.case.world.reads_per_second:g}", *_figures(each)] for each in outcomes]
    return _table(head, rows, left=1)


def first_hits(found: Iterable[tuple[float, tuple[int, int]]]) -> str:
    """Give the table of runs until the first hit, by the pause between runs in seconds."""
    head = ["a run every", "first hit of a new query", "of another query of its template"]
    rows = [[f"{pause:g} s", f"run {new}", f"run {known}"] for pause, (new, known) in found]
    return _table(head, rows, left=0)


_HEAD = (
    "stale",
    "stale hits",
    "after 10 min",
    "hit ratio",
    "best fixed TTL",
    "its stale hits",
    "its hit ratio",
    "oracle's hit ratio",
)


def _figures(outcome: Outcome) -> list[str]:
    return [
        f"{outcome.automated.stale_share:.2%}",
        f"{outcome.automated.stale_hits:.1%}",
        f"{outcome.automated_learnt.stale_hits:.1%}",
        f"{outcome.automated.hit_ratio:.1%}",
        f"{outcome.fixed_ttl:.3g} s",
        f"{outcome.fixed.stale_hits:.1%}",
        f"{outcome.fixed.hit_ratio:.1%}",
        f"{outcome.oracle.hit_ratio:.1%}",
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int) -> str:
    rule = ["---"] * left + ["--:"] * (len(head) - left)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
