"""What ran through the edge, for each driver and suite, gathered from all test processes and listed at a run's end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version

import pytest

PROPERTY = "through the edge"


@dataclass(frozen=True, slots=True)
class Tally:
    """What one test, or one suite, adds to the line of its subject.

    Attributes:
        subject: the driver or suite.
        version: what was tried, as it says itself.
        tests: tests that ran through the edge.
        hits: answers that came from the cache meanwhile.
        differences: what went otherwise than without the edge.
    """

    subject: str
    version: str
    tests: int
    hits: int
    differences: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.subject,
            self.version if other.version in self.version else f"{self.version}, {other.version}",
            self.tests + other.tests,
            self.hits + other.hits,
            self.differences + other.differences,
        )


def totals(tallies: Iterable[Tally]) -> list[Tally]:
    """One for each subject, in the order of their names."""
    found: dict[str, Tally] = {}
    for each in tallies:
        found[each.subject] = found[each.subject] + each if each.subject in found else each
    return [found[subject] for subject in sorted(found)]


def table(tallies: Iterable[Tally]) -> list[str]:
    """The lines of a table."""
    rows = [("through the edge", "version", "tests", "hits", "differences")]
    rows += [(t.subject, t.version, str(t.tests), str(t.hits), str(t.differences or "none")) for t in totals(tallies)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def of_packages(*names: str) -> str:
    """The installed versions of Python packages."""
    return ", ".join(f"{name} {version(name)}" for name in names) if len(names) > 1 else version(names[0])


class Tallies:
    """The plugin: tests record, and whoever reports has the sum."""

    def __init__(self) -> None:
        self.recorded: list[Tally] = []
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        if report.when == "teardown":
            said = [Tally(**json.loads(str(text))) for name, text in report.user_properties if name == PROPERTY]
            # A comparison of whole suites has counted its differences; of a single test there is one or none.
            least = int(report.nodeid in self.failed)
            self.recorded += [replace(each, differences=max(each.differences, least)) for each in said]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.recorded:
            terminalreporter.section("drivers and suites")
            for line in table(self.recorded):
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    """Listen in the process that reports."""
    config.pluginmanager.register(Tallies(), "tallies")


@pytest.fixture
def record_tally(record_property: Callable[[str, object], None]) -> Callable[[Tally], None]:
    """Add to the line of a driver or suite."""
    return lambda tally: record_property(PROPERTY, json.dumps(asdict(tally)))
