"""What came out of each test of a suite, and where two runs of it differ."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

Outcomes = Mapping[str, str]
"""Of each test: passed, skipped, or failed and with what; the same test may be there twice."""

_RUN_DEPENDENT = re.compile(r"0x[0-9a-f]+|\b[0-9]+\.[0-9]{3,}\b|\bport \d+|:\d{4,5}\b|\bpid \d+")


@dataclass(frozen=True, slots=True)
class Difference:
    """A test that came out otherwise through the edge."""

    test: str
    direct: str
    edge: str

    def __str__(self) -> str:
        return f"{self.test}\n  direct: {self.direct}\n  edge:   {self.edge}"


def read_junit(path: Path) -> Outcomes:
    """Read pytest's --junitxml. What differs in any two runs (addresses, ports, times) is taken out of messages."""
    found: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for case in ET.parse(path).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        seen[name] += 1
        key = name if seen[name] == 1 else f"{name} ({seen[name]})"
        found[key] = "passed"
        for child in case:
            if child.tag in {"failure", "error", "skipped"}:
                found[key] = f"{child.tag}: {_RUN_DEPENDENT.sub('…', child.get('message') or '')}"
    return found


def counts(outcomes: Outcomes) -> str:
    """How many passed, were skipped and failed, in words."""
    kinds = Counter(outcome.partition(":")[0] for outcome in outcomes.values())
    return ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))


def differences(direct: Outcomes, edge: Outcomes, unsteady: Collection[str] = ()) -> list[Difference]:
    """Every test whose outcome, message included, is not the same in both; a test that only one has, too.

    Of those that are ``unsteady``, which come out now one way and now the other without an edge, too, it is asked
    only that both have them.
    """
    left_out = direct.keys() & edge.keys() & set(unsteady)
    return [
        Difference(test, direct.get(test, "did not run"), edge.get(test, "did not run"))
        for test in sorted({*direct, *edge, *unsteady} - left_out)
        if test in unsteady or direct.get(test) != edge.get(test)
    ]
