"""The rules of all caches: what a key means, and what becomes of a change.

A change is first durable and then in force, like all others (`polyscale_cli.edge.server`).
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine import Dialect
from polyscale_cli.edge.engine.identity import template_id
from polyscale_cli.edge.engine.rules import (
    Rule,
    Rules,
    RuleType,
    is_template_id,
    plain_query,
    plain_template,
)
from polyscale_cli.edge.registry import Registry
from polyscale_cli.edge.rule_table import identity, subject
from polyscale_cli.edge.table_name import read_table
from polyscale_cli.errors import ConflictError, NotFoundError, UsageError

_log = logging.getLogger(__name__)
MOST_RULES = 10_000
"""Of one cache."""

LONGEST_TABLE = 1000
"""Characters of a table's name as it is written; databases allow some hundred, in all its parts and quotes."""

_QUOTED = re.compile(r""""[^"]*"|`[^`]*`""")
_IN_QUOTES_ALONE = re.compile(r"[*,;()=<>]")

_BY_SPECIFICITY = (RuleType.QUERY, RuleType.TEMPLATE, RuleType.TABLE, RuleType.AUTO)
"""One of the types of each subject, in the order in which rules decide."""


@dataclass(frozen=True, slots=True)
class Spellings:
    """Which rule is meant.

    Attributes:
        keys: what its key may be, the likeliest first; ids of queries and templates among them.
        type: None for the one that decides first.
    """

    keys: Sequence[str]
    type: RuleType | None = None


class RuleBook:
    """Finds and changes rules.

    Args:
        registry: where they are kept.
        dialect: gives the SQL of a cache's database, None where this edge does not speak it.
        changing: held while something changes.
        apply: puts what is wanted of a cache in force.
    """

    def __init__(
        self,
        registry: Registry,
        dialect: Callable[[Cache], Dialect | None],
        changing: asyncio.Lock,
        apply: Callable[[Cache], None],
    ) -> None:
        self._registry = registry
        self._dialect = dialect
        self._changing = changing
        self._apply = apply

    def of(self, cache: Cache) -> Rules:
        """Give all that decides for how long a cache's answers are kept."""
        return Rules(self._registry.rules.of(cache.id), automatic=cache.automatic)

    def read(self, cache: Cache, rule_type: RuleType, key: str) -> Rule:
        """Say what a key means in a rule of this type; the rule has no value yet.

        Raises:
            UsageError: it means nothing.
        """
        if rule_type is RuleType.TABLE:
            try:
                return Rule(rule_type, key.strip(), table=read_table(key)[-2:])
            except ValueError:
                raise _no_table() from None
        meant = self._plain(cache, rule_type, key)
        if not meant:
            raise UsageError("key: there is no statement in it.")
        return Rule(rule_type, meant)

    def _plain(self, cache: Cache, rule_type: RuleType, key: str) -> str:
        text = plain_query(key.encode())
        if rule_type is RuleType.QUERY or is_template_id(text.decode()):
            return text.decode()
        dialect = self._dialect(cache)
        # What is a template already stays as it is: there is no literal in it.
        return plain_template(text if dialect is None else dialect.normalise(text)).decode("utf-8", "replace")

    def _id_of_spelling(self, cache: Cache, key: str) -> str:
        """Give the id of a statement's template, by which there may be a rule for that one spelling."""
        dialect = self._dialect(cache)
        text = plain_query(key.encode())
        return template_id(text if dialect is None else dialect.normalise(text).strip())

    def find(self, cache: Cache, wanted: Spellings) -> Rule:
        """Find a rule by any spelling of its key.

        Raises:
            NotFoundError: there is none.
        """
        for key in wanted.keys:
            for found in self._meant(cache, key, wanted.type):
                return found
        raise NotFoundError(
            f"The cache {cache.name} has no {f'{wanted.type} rule' if wanted.type else 'rule'} for"
            f" {wanted.keys[0][:200]!r}.",
            fix="GET /v1/caches/{id}/cache-ttls lists those it has.",
            code="CACHE_TTL_NOT_FOUND",
        )

    def _meant(self, cache: Cache, key: str, rule_type: RuleType | None) -> Iterator[Rule]:
        rules = self._registry.rules
        for one in _BY_SPECIFICITY if rule_type is None else (rule_type,):
            try:
                meant = self.read(cache, one, key)
            except UsageError:
                continue
            about = subject(one)
            candidates = [rules.find(cache.id, about, identity(meant))]
            if one not in (RuleType.TABLE, RuleType.QUERY):
                candidates.append(rules.find(cache.id, about, self._id_of_spelling(cache, key)))
            if is_template_id(key) and one is not RuleType.TABLE:
                candidates += [
                    rule for rule in rules.of(cache.id) if subject(rule.type) == about and _id_of(rule) == key
                ]
            yield from (rule for rule in candidates if rule is not None and rule_type in (None, rule.type))

    async def put(self, cache_id: str, rule: Rule) -> None:
        """Add a rule, in place of one about the same query, template or table.

        Raises:
            UsageError: no table can be called so.
            NotFoundError: there is no such cache.
            ConflictError: it has too many.
        """
        if rule.type is RuleType.TABLE and (
            len(rule.key) > LONGEST_TABLE or _IN_QUOTES_ALONE.search(_QUOTED.sub("", rule.key))
        ):
            raise _no_table()  # a list of names, a pattern, a statement: it would be about nothing
        async with self._changing:
            await self._put(self._cache(cache_id), rule)

    async def change(self, cache_id: str, wanted: Spellings, changes: Mapping[str, Any]) -> Rule:
        """Change the value or the name of a rule.

        Raises:
            NotFoundError: there is no such cache or rule.
            UsageError: it is an AUTO or MANUAL rule, which has neither.
        """
        async with self._changing:
            cache = self._cache(cache_id)
            rule = self.find(cache, wanted)
            check(rule.type, **changes)
            rule = dataclasses.replace(rule, **changes)
            await self._put(cache, rule)
        return rule

    async def remove(self, cache_id: str, wanted: Spellings) -> None:
        """Remove a rule.

        Raises:
            NotFoundError: there is no such cache or rule.
        """
        async with self._changing:
            cache = self._cache(cache_id)
            rule = self.find(cache, wanted)
            await asyncio.to_thread(self._registry.rules.remove, cache.id, rule)
            self._apply(cache)
        _log.info("cache %s (%s): a %s rule was removed", cache.name, cache.id, rule.type)

    def _cache(self, cache_id: str) -> Cache:
        found = self._registry.find(cache_id)
        if found is None:
            raise NotFoundError(f"There is no cache {cache_id!r}.", code="CACHE_NOT_FOUND")
        return found

    async def _put(self, cache: Cache, rule: Rule) -> None:
        rules = self._registry.rules
        is_new = rules.find(cache.id, subject(rule.type), identity(rule)) is None
        if is_new and len(rules.of(cache.id)) >= MOST_RULES:
            raise ConflictError(
                f"The cache {cache.name} has {MOST_RULES} rules already.",
                fix="Remove some, or set one for a template or a table in place of many for queries.",
                code="TOO_MANY_RULES",
            )
        await asyncio.to_thread(rules.put, cache.id, rule)
        self._apply(cache)
        _log.info("cache %s (%s): a %s rule was set", cache.name, cache.id, rule.type)


def check(rule_type: RuleType, *, value: int | None = None, name: str | None = None) -> None:
    """Check that a rule of this type may have this value and name.

    Raises:
        UsageError: AUTO and MANUAL have neither.
    """
    for field, given in (("value", value), ("name", name)):
        if given is not None and not rule_type.has_value:
            raise UsageError(
                f"{field}: {rule_type} has none.",
                why="It says who decides for how long answers of the template are kept, and not for how long.",
            )


def _no_table() -> UsageError:
    return UsageError(
        "key: must be the name of one table, with or without its schema, as purge takes it.",
        fix='What has one of *,;()=<> in it goes in quotes: "odd,name".',
        code="INVALID_KEY",
    )


def _id_of(rule: Rule) -> str:
    return template_id(rule.key.encode())
