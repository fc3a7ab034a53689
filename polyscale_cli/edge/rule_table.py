"""The rules in the registry: what is about the same query, template or table is one rule, the one that came last."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from polyscale_cli.edge.engine.rules import Rule, RuleType

_MODE = "MODE"


def subject(rule_type: RuleType) -> str:
    """Give what rules of a type are about; AUTO and MANUAL say the same thing of a template, in two ways."""
    return rule_type if rule_type.has_value else _MODE


def identity(rule: Rule) -> str:
    """Give what a rule's key means, the same for all keys that mean it."""
    return json.dumps([part.casefold() for part in rule.table]) if rule.type is RuleType.TABLE else rule.key


class RuleTable:
    """All rules of all caches. Reads never touch the file; changes block on the disk.

    Args:
        connection: to the registry's file.
        change: makes the statements inside it one durable change, or none.
    """

    def __init__(self, connection: sqlite3.Connection, change: Callable[[], AbstractContextManager[None]]) -> None:
        self._connection = connection
        self._change = change
        self._rules: dict[str, dict[tuple[str, str], Rule]] = {}
        for cache_id, about, name, *row in connection.execute(
            "SELECT cache_id, subject, identity, type, key, value, name FROM rules ORDER BY number"
        ):
            self._rules.setdefault(cache_id, {})[about, name] = _loaded(name, *row)

    def of(self, cache_id: str) -> tuple[Rule, ...]:
        """All rules of a cache, the oldest first."""
        return tuple(self._rules.get(cache_id, {}).values())

    def find(self, cache_id: str, about: str, name: str) -> Rule | None:
        """The rule about one thing."""
        return self._rules.get(cache_id, {}).get((about, name))

    def put(self, cache_id: str, rule: Rule) -> None:
        """Add a rule, in place of one about the same thing."""
        place = (subject(rule.type), identity(rule))
        with self._change():
            self._connection.execute(
                "INSERT INTO rules (cache_id, subject, identity, type, key, value, name) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET type = excluded.type, key = excluded.key, value = excluded.value,"
                " name = excluded.name",
                (cache_id, *place, rule.type, rule.key, rule.value, rule.name),
            )
        self._rules.setdefault(cache_id, {})[place] = rule

    def remove(self, cache_id: str, rule: Rule) -> None:
        """Remove a rule."""
        place = (subject(rule.type), identity(rule))
        with self._change():
            self._connection.execute(
                "DELETE FROM rules WHERE cache_id = ? AND subject = ? AND identity = ?", (cache_id, *place)
            )
        self._rules.get(cache_id, {}).pop(place, None)

    def forget(self, cache_id: str) -> None:
        """Forget the rules of a cache that was deleted, as the file has done."""
        self._rules.pop(cache_id, None)


def _loaded(name: str, rule_type: str, key: str, value: int | None, own_name: str | None) -> Rule:
    kind = RuleType(rule_type)
    return Rule(kind, key, value, own_name, tuple(json.loads(name)) if kind is RuleType.TABLE else ())
