"""COPY FROM STDIN in the extended protocol: which Sync the origin answers.

While it waits for data it ignores Sync and Flush (manual, section 55.2.6). Whether a Sync comes to it then follows from
the order of the client's messages and, where the edge sent it before the origin had said that it waits, from that word.
"""

from __future__ import annotations

from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.cycle import Cycle
from polyscale_cli.edge.wire.postgres.request import Request, RequestKind

_IGNORED = frozenset((m.SYNC, m.FLUSH))


def is_no_request(request: Request, last: Cycle | None, *, is_open: bool) -> bool:
    """Whether the origin answers nothing to what the client sent, so that it is only passed on.

    If it ends COPY data, that is noted. ``last`` is what was sent before, if it is not answered; ``is_open`` says that
    it has no Sync yet.
    """
    kind = request.kind
    if kind is RequestKind.COPY_END and last is not None:
        if last.copying:
            last.copying = False
        elif is_open:
            last.copies_ended += 1
    if kind is RequestKind.EXTENDED:
        return last is not None and last.copying and all(code in _IGNORED for code, _, _ in request.parts)
    return kind is RequestKind.RAW or kind is RequestKind.COPY_END


def begin(cycle: Cycle, *, has_synced: bool) -> None:
    """Note the origin's word that it waits for data."""
    cycle.sync_ignored = cycle.copying = False
    if not cycle.extended:
        return
    if cycle.copies_ended:
        cycle.copies_ended -= 1
    elif has_synced:
        cycle.sync_ignored = True
    else:
        cycle.copying = True
