"""What is right: versions between what was told and what was begun, all alike in an answer, never backwards."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

from tests.freshness.checker.trap import Trap

STORY = 40
"""Events of a group that are kept for the story of a failure."""


@dataclass(slots=True)
class Group:
    """One instance of a trap, written by one writer alone.

    Attributes:
        told: the last version of which anybody was told that it is committed.
        issued: the last version that a write was begun for; after a fault it may or may not be committed.
        ways: which of its trap's writes made each version that was told.
    """

    number: int
    trap: Trap
    told: int = 0
    issued: int = 0
    story: deque[str] = field(default_factory=lambda: deque(maxlen=STORY))
    ways: dict[int, int] = field(default_factory=dict)

    def note(self, at: float, what: str) -> None:
        """Keep an event for the story."""
        self.story.append(f"{at:10.4f} {what}")


@dataclass(slots=True)
class Verdict:
    """What came out. ``wrong`` tells each failure, the first with their groups' stories.

    Attributes:
        made: writes that were told, by trap and way of writing.
        missed: those of them after which somebody was answered from before.
    """

    reads: int = 0
    writes: int = 0
    lost: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    made: Counter[tuple[str, int]] = field(default_factory=Counter)
    missed: dict[tuple[str, int], set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))


MOST_TOLD = 10


class Judge:
    """Judges every answer."""

    def __init__(self) -> None:
        self.verdict = Verdict()

    def read(
        self,
        at: float,
        group: Group,
        least: int,
        values: list[int],
        *,
        reader: str,
        how: str,
        exactly: int | None = None,
    ) -> int:
        """Judge an answer to a read that began when ``least`` was the version told. Returns the version it shows.

        ``exactly``: the version that it must show, for a session that wrote it or that has one snapshot.
        """
        self.verdict.reads += 1
        version = values[0] if values else -1
        wrong = ""
        if not values:
            wrong = "no row"
        elif version < least:
            wrong = f"stale: {version}, and {least} had been told"
            self._miss(group, version, least)
        elif version > group.issued:
            wrong = f"from nowhere: {version}, and {group.issued} is the last that was begun"
        elif any(value != version for value in values):
            wrong = f"torn: {values}"
        elif exactly is not None and version != exactly:
            wrong = f"{version} instead of {exactly}"
        if wrong:
            self._tell(at, group, f"{reader} by {how!r}: {wrong}")
        return version

    def told(self, group: Group, version: int, way: int) -> None:
        """Note that a write was acknowledged."""
        group.told = version
        group.ways[version] = way
        self.verdict.writes += 1
        self.verdict.made[group.trap.name, way] += 1

    def _miss(self, group: Group, shown: int, least: int) -> None:
        for version in range(shown + 1, least + 1):
            way = group.ways.get(version)
            if way is not None:
                self.verdict.missed[group.trap.name, way].add((group.number, version))

    def _tell(self, at: float, group: Group, what: str) -> None:
        story = "\n    ".join(("", *group.story)) if len(self.verdict.wrong) < MOST_TOLD else ""
        self.verdict.wrong.append(f"{at:.4f} {group.trap.name} {group.number}: {what}{story}")

    def surprise(self, what: str) -> None:
        """Note an error that no fault explains."""
        if len(self.verdict.surprises) < MOST_TOLD:
            self.verdict.surprises.append(what)

    def fault(self, name: str) -> None:
        """Count an injected fault."""
        self.verdict.faults[name] = self.verdict.faults.get(name, 0) + 1
