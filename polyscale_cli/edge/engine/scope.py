"""A scope: everything that a session's answers depend on besides the SQL."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.footprint import (
    FRESH_SECONDS,
    NO_TABLES,
    STALE_SECONDS,
    Footprint,
    Powers,
    Resolution,
)
from polyscale_cli.edge.engine.question import Question
from polyscale_cli.edge.engine.store import Entry

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.cachestate import CacheState
    from polyscale_cli.edge.engine.fence import Table
    from polyscale_cli.edge.engine.store import Key
    from polyscale_cli.edge.engine.template import Template


class Scope:
    """What sessions of the same user, database and settings share.

    Attributes:
        entries: the map that a hit reads. What is in it may be served until it expires.
        kept: where entries are kept: there, or apart from what may be served, in a cache that only observes.
        fills: the latest fill under way for each key.
        powers: of users' functions, as the catalog told last.
        shared: whether answers may be kept at all; False for a session whose state nobody can describe, which has a
            scope to itself only so that its writes can be told apart.
    """

    __slots__ = ("_footprints", "_questions", "cache", "entries", "fills", "identity", "kept", "powers", "shared")

    def __init__(self, cache: CacheState, identity: Hashable, *, shared: bool) -> None:
        self.cache = cache
        self.identity = identity
        self.shared = shared
        self.entries: dict[Key, Entry] = {}
        self.kept: dict[Key, Entry] = {}
        self.follow_mode()
        self._footprints: dict[Template, Footprint] = {}
        self.fills: dict[Key, Fill] = {}
        self.powers: Powers | None = None
        self._questions: dict[Template, Question] = {}

    def follow_mode(self) -> None:
        """Note that the cache serves or observes from now on; nothing is kept at that moment."""
        self.kept = {} if self.cache.observes else self.entries

    def footprint(self, template: Template) -> Footprint | None:
        """Give what the template touches, if the catalog was asked recently enough, or need not be asked."""
        footprint = self._footprints.get(template)
        if footprint is None:
            # The text alone can tell that it is no such read: BEGIN, SET, DO, current_date.
            return None if template.needs_catalog or not template.is_plain_read else NO_TABLES
        cache = self.cache
        if footprint.version == cache.definitions.version and footprint.fresh_until >= cache.clock():
            return footprint
        del self._footprints[template]
        return None

    def told(self, template: Template) -> Footprint | None:
        """Give what the catalog said of a template last, however long ago."""
        return self._footprints.get(template)

    def is_stale(self, template: Template) -> bool:
        """Whether the catalog should be asked about the template at the next opportunity."""
        footprint = self._footprints.get(template)
        return (
            footprint is None
            or footprint.version != self.cache.origin.everything.version
            or footprint.fresh_until - FRESH_SECONDS + STALE_SECONDS < self.cache.clock()
        )

    def is_worth_asking(self, template: Template) -> bool:
        """Whether the catalog should be asked what a read touches, which can as well go on without being kept.

        Not while somebody else asks the same, nor while definitions may be changing, nor too often.
        """
        if self.cache.definitions.fences or not self.cache.may_keep(template):
            return False
        return self.question(template) is None and self.cache.origin.may_be_asked

    def question(self, template: Template) -> Question | None:
        """Give the question about a template that is under way, if its answer will be as good as that to a new one."""
        question = self._questions.get(template)
        return question if question is not None and question.is_current() else None

    def ask(self, template: Template) -> Question:
        """Note that the catalog is being asked, now. Returns what must be ended when it has answered, or cannot."""
        self.cache.origin.is_asked()
        earlier = self._questions.get(template)
        question = self._questions[template] = Question(self, template)
        if earlier is not None:
            earlier.end()  # it came too late, or too early: this one is what is worth waiting for
        return question

    def was_answered(self, template: Template) -> None:
        """Note that the catalog has answered the latest question about a template, in whatever way."""
        question = self._questions.get(template)
        if question is not None:
            question.end()

    def end_question(self, template: Template, question: Question) -> None:
        """Forget a question that is over; a later one about the same stays."""
        if self._questions.get(template) is question:
            del self._questions[template]

    def learn(self, template: Template, resolution: Resolution, version: int) -> bool:
        """Take the catalog's answer, unless something may have changed since ``version``, when it was asked.

        Returns whether it was taken.
        """
        everything = self.cache.origin.everything
        if everything.version != version or everything.fences:
            return False
        self.cache.origin.call(resolution.names)
        table = self.cache.origin.table
        now = self.cache.clock()
        footprint = Footprint(
            reads=tuple(table(identity) for identity in resolution.reads),
            writes=tuple(table(identity) for identity in resolution.writes),
            writes_anything=resolution.writes_anything,
            writes_any_table=resolution.writes_any_table,
            unsettles=resolution.unsettles,
            refusal=resolution.refusal,
            version=version,
            fresh_until=now + FRESH_SECONDS,
            keepable=resolution.refusal is None
            and not (resolution.writes or resolution.writes_anything or resolution.writes_any_table)
            and not resolution.unsettles,
            shows=self.cache.origin.shared_names(resolution.shows),
        )
        self.cache.footprints.add(self._footprints, template, footprint, now)
        return True

    def find(self, key: Key) -> Entry | None:
        """Give the entry with which a query may be answered now, if its reader need not ask the origin anew."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        now = self.cache.clock()
        return entry if entry.expires > now or entry.may_be_served(now) else None

    def fill_under_way(self, key: Key) -> Fill | None:
        """Give the fill that already asks the origin for this key, if its answer will be as good as a new one."""
        if self.cache.observes:
            return None
        fill = self.fills.get(key)
        return fill if fill is not None and fill.is_current() else None

    def is_worth_keeping(self, template: Template, key: Key) -> bool:
        """Whether the answer to a query may be of use again; it is noted that the query was asked."""
        return not template.seldom_again or self.cache.doorkeeper.has_seen(key)

    def start_fill(
        self, key: Key, tables: tuple[Table, ...], template: Template | None = None, author: str = ""
    ) -> Fill | None:
        """Begin to record an answer: call it when the read is sent, not later.

        ``template`` is the one whose answer this is, if it is one's, and ``author`` whose read. Returns None where the
        answer could not be admitted anyway.
        """
        cache = self.cache
        definitions, contents = cache.definitions, cache.contents
        if not self.shared or not cache.caches or definitions.fences or contents.fences:
            return None
        old = self.kept.get(key)
        ttl = None
        if template is None:
            if cache.rules:
                return None  # each rule is about one statement
        else:
            if cache.rules or template.speaks:
                told = self.told(template)
                ruling = cache.ruling(template, key, told.shows if told is not None else ())
                ttl, tags = ruling.ttl, ruling.tags
                if tags:
                    tables += tags
                if ttl == 0:
                    return None
            if ttl is None and not cache.automation_keeps(template, old):
                return None
        versions = definitions.version + contents.version
        for table in tables:
            if table.fences:
                return None
            versions += table.version
        fill = self.fills[key] = Fill(self, key, tables, versions, template)
        fill.ttl, fill.author, fill.old = ttl, author, old
        if old is not None and old.until > fill.sent:
            if cache.observes:
                old.hits += 1
                fill.rehearsed = old
            old.expires = old.until  # one reader looks at it anew, the others are served
        return fill

    def derive(self, source: Entry, key: Key, response: bytes) -> Entry | None:
        """Keep another form of an answer that is kept: it may be served exactly as long as that.

        Sound because an entry that is in the map may be served now, and whatever could make it wrong removes all that
        depends on its tables. Returns None where ``source`` is gone by now, or this form does not fit.
        """
        cache = self.cache
        if cache.observes:
            return None  # nobody would be served it, and what it would have been is told by its source
        if not source.size or source.scope.cache is not cache or not self.shared or len(response) > cache.entry_limit:
            return None
        entry = Entry(self, key, response, source.tables, expires=source.expires, tally=source.tally)
        entry.kept_at, entry.sent, entry.author = source.kept_at, source.sent, source.author
        entry.until, entry.habits, entry.evidence = source.until, source.habits, source.evidence
        if not cache.store.add(entry):
            return None
        source.derived(entry)
        return entry

    def end_fill(self, fill: Fill) -> None:
        """Forget a fill that is over; a later one for the same key stays."""
        if self.fills.get(fill.key) is fill:
            del self.fills[fill.key]
