"""What people want of a cache, as rules for the engine and, told once more, for the judge."""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.engine.rules import Rule, Rules, RuleType
from tests.simulation.statements import READ_TEXTS


@dataclass(frozen=True, slots=True)
class Wish:
    """For how long answers may be kept.

    Attributes:
        queries, templates: seconds, by query; what is said of a query itself counts.
        automatic: what nothing is said of is kept for as long as automation says, else never.
    """

    queries: tuple[tuple[int, int], ...] = ()
    templates: tuple[tuple[int, int], ...] = ()
    automatic: bool = True

    def rules(self) -> Rules:
        """Give the rules that say so."""
        said = ((RuleType.QUERY, self.queries), (RuleType.TEMPLATE, self.templates))
        rules = (Rule(kind, READ_TEXTS[query].decode(), value) for kind, values in said for query, value in values)
        return Rules(rules, automatic=self.automatic)

    def longest(self, query: int, ttl: float) -> float:
        """Give for how many seconds an answer may be served at most; ``ttl`` bounds automation."""
        said = {**dict(self.templates), **dict(self.queries)}
        return said.get(query, ttl if self.automatic else 0)


NO_WISH = Wish()
