"""What caches have done over time, for ``polyscale stats --since``: figures, and a line of bars for the time itself."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from polyscale_cli.client.models import CacheRecord
from polyscale_cli.client.statistics import Counted, History, Times
from polyscale_cli.commands.session import Session
from polyscale_cli.context import AppContext
from polyscale_cli.output import Fields, Result, Table
from polyscale_cli.output.form import OutputForm
from polyscale_cli.output.plots.terminal import BLOCKS, duration, sparkline
from polyscale_cli.output.streams import can_encode

NO_CACHES = "There are no caches yet. Create one: polyscale cache create NAME --from-env"
MOST_REASONS = 5
_MARGIN = 20
"""Characters beside a line of bars, for its label and its scale."""


def over_time(app: AppContext, current: Session, caches: Sequence[CacheRecord], since: str) -> Result:
    """What each of some caches has done since a time, as the answer of a command."""
    found = [(cache, current.api.history(cache.id, since)) for cache in caches]
    data = [{"id": cache.id, "name": cache.name, **history.data()} for cache, history in found]
    notes = tuple(dict.fromkeys(note for _, history in found for note in history.notes))
    ids = tuple(cache.id for cache in caches)
    if len(found) == 1:
        ((cache, history),) = found
        pairs = (("name", cache.name), *_pairs(history), *_plots(app, history))
        return Result(data=data[0], view=Fields(pairs), notes=notes, ids=ids)
    rows = tuple((cache.name, *(value for _, value in _figures(history))) for cache, history in found)
    columns = ("name", "runs", "hit rate", "hits", "misses", "passes", "invalidated", "origin p95", "hit p95", "saved")
    return Result(data=data, view=Table(columns, rows, empty=NO_CACHES), notes=notes, ids=ids)


def _figures(history: History) -> tuple[tuple[str, str], ...]:
    total = history.total
    return (
        ("runs", f"{total.runs:,}"),
        ("hit rate", f"{total.hit_rate:.1%}" if total.hit_rate is not None else "-"),
        ("hits", f"{total.hits:,}"),
        ("misses", f"{total.misses:,}"),
        ("passes", f"{total.passes:,}"),
        ("invalidated", f"{total.invalidated:,}"),
        ("origin p95", shown_p95(total.origin)),
        ("hit p95", shown_p95(total.hit)),
        ("time saved", duration(total.saved) if total.saved else "-"),
    )


def _pairs(history: History) -> tuple[tuple[str, str], ...]:
    reasons = history.total.passes_by_reason
    told = [f"{code} {passes:,}" for code, passes in reasons[:MOST_REASONS]]
    more = len(reasons) - len(told)
    return (
        ("since", history.since),
        *_figures(history),
        ("passes by reason", ", ".join([*told, *([f"{more} more"] if more > 0 else [])]) or "-"),
    )


def _plots(app: AppContext, history: History) -> tuple[tuple[str, str], ...]:
    """The time itself, for a person at a terminal: runs up to their most, hit rates up to all."""
    if app.form is not OutputForm.TABLE or not app.console.out_is_terminal:
        return ()
    blocks = can_encode(app.console.out, BLOCKS)
    width = max(shutil.get_terminal_size().columns - _MARGIN, 10)
    groups = _grouped([counted for _, counted in history.points], width)
    runs = [float(sum(one.runs for one in group)) for group in groups]
    hits = [sum(one.hits for one in group) for group in groups]
    reads = [sum(one.hits + one.misses for one in group) for group in groups]
    rates = [hit / read if read else 0.0 for hit, read in zip(hits, reads, strict=True)]
    # The last stands for all hits, so that the others are drawn against it, and is not shown.
    against_all = sparkline([*rates, 1.0], width=len(rates) + 1, blocks=blocks)[:-1]
    return (
        ("runs over time", sparkline(runs, width=width, blocks=blocks)),
        ("hit rate over time", against_all),
    )


def _grouped(points: Sequence[Counted], width: int) -> list[Sequence[Counted]]:
    """Put neighbours together until there are no more than fit."""
    size = -(-len(points) // width)
    return [points[at : at + size] for at in range(0, len(points), size)] if size else []


def shown_p95(times: Times | None) -> str:
    """What 95 % stay within."""
    return duration(times.p95) if times is not None else "-"
