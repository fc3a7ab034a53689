"""Which processor a server may use. Where the system cannot pin, nothing is pinned and the table says so."""

from __future__ import annotations

import contextlib
import enum
import os
import shutil
from pathlib import Path

CAN_PIN = hasattr(os, "sched_setaffinity") and shutil.which("taskset") is not None


class Placement(enum.StrEnum):
    """Where client, target and Postgres run."""

    SAME_CORE = "same core"
    CROSS_CORE = "cross core"
    UNPINNED = "unpinned"


def descendants(pid: int) -> list[int]:
    """A process, its children, theirs, and so on."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                found += descendants(int(child))
    return found


def pin(pid: int, cpus: set[int]) -> None:
    """Confine a process, its threads and its children to some processors."""
    for each in descendants(pid):
        for task in Path(f"/proc/{each}/task").glob("*"):
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(task.name), cpus)


def server_cpus(placement: Placement) -> set[int]:
    """Where the target goes; Postgres goes with it."""
    if placement is Placement.SAME_CORE:
        return {0}
    everything = set(range(os.cpu_count() or 1))
    return everything - {0} if placement is Placement.CROSS_CORE else everything


def client_prefix(placement: Placement) -> tuple[str, ...]:
    """What to start pgbench with."""
    return () if placement is Placement.UNPINNED else ("taskset", "-c", "0")
