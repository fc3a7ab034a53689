"""The cache itself: templates, entries, fences, admission, purge.

It knows no protocol and does no I/O; time comes from the clock it is given. What may be touched here is guarded by one
sentence, from which everything else follows: *an entry in the map may be served*. Whatever could make an entry wrong
removes it first, so that a hit is one look-up.

    Engine ─┬─ CacheState, one per cache ─┬─ Scope ── entries: key -> Entry
            │                             └─ Template ── analysis and Tally
            ├─ Origin, one per database server ── Table ── version, fences, the entries that depend on it
            └─ Store ── the byte budget and SIEVE, over all caches
"""

from __future__ import annotations

from polyscale_cli.edge.engine.analysis import Analysis, Effect, Name
from polyscale_cli.edge.engine.cachestate import CacheState, Settings
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.engine import Engine
from polyscale_cli.edge.engine.fence import Fence, Table
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.footprint import Footprint, Resolution
from polyscale_cli.edge.engine.metrics import CacheMetrics
from polyscale_cli.edge.engine.origin import Origin, Watcher
from polyscale_cli.edge.engine.purging import Purged, PurgedTable, Selection
from polyscale_cli.edge.engine.question import Question
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.store import Entry, Key
from polyscale_cli.edge.engine.tally import Tally
from polyscale_cli.edge.engine.template import Template

__all__ = [
    "Analysis",
    "CacheMetrics",
    "CacheState",
    "Dialect",
    "Effect",
    "Engine",
    "Entry",
    "Fence",
    "Fill",
    "Footprint",
    "Key",
    "Name",
    "Origin",
    "Purged",
    "PurgedTable",
    "Question",
    "Reason",
    "Resolution",
    "Scope",
    "Selection",
    "Settings",
    "Table",
    "Tally",
    "Template",
    "Watcher",
]
