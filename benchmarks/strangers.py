"""How much of a processor others took while something was measured: what they took is missing from the result."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.affinity import descendants

KNOWN = Path("/proc/stat").exists()
_TICK = os.sysconf("SC_CLK_TCK") if KNOWN else 100
# proc(5), /proc/stat: idle and iowait are the fourth and fifth, guest time is counted in user time already.
_IDLE = (3, 4)
_COUNTED = 8


def _busy_seconds(cpu: int) -> float:
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name == f"cpu{cpu}":
            return sum(int(value) for at, value in enumerate(fields[:_COUNTED]) if at not in _IDLE) / _TICK
    return 0.0


def _process_seconds(pid: int) -> float:
    """Time of a process, its living descendants, and those it has waited for."""
    total = 0
    for each in descendants(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # proc(5), /proc/pid/stat: utime, stime, cutime and cstime are fields 14 to 17; the third comes first here.
        total += sum(int(value) for value in fields[11:15])
    return total / _TICK


@dataclass(slots=True)
class Strangers:
    """Watches one processor from its making on. `pids` are ours, besides the children that end meanwhile."""

    pids: Sequence[int]
    cpu: int = 0
    began: float = 0.0
    busy: float = 0.0
    ours: float = 0.0

    def __post_init__(self) -> None:
        self.began, self.busy, self.ours = time.monotonic(), _busy_seconds(self.cpu), self._ours()

    def _ours(self) -> float:
        spent = os.times()
        return spent.children_user + spent.children_system + sum(_process_seconds(pid) for pid in self.pids)

    def share(self) -> float:
        """What share of the processor went to others since then, from 0 to 1."""
        elapsed = max(1e-3, time.monotonic() - self.began)
        others = (_busy_seconds(self.cpu) - self.busy) - (self._ours() - self.ours)
        return min(1.0, max(0.0, others / elapsed))
