"""One cache inside the engine: its scopes, tables, templates and counters."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.analysis import Name
from polyscale_cli.edge.engine.automation import CacheHabits
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.directives import NO_DIRECTIVES, read_directives
from polyscale_cli.edge.engine.doorkeeper import Doorkeeper
from polyscale_cli.edge.engine.fence import Table
from polyscale_cli.edge.engine.footprint import Footprint, Footprints
from polyscale_cli.edge.engine.metrics import CacheMetrics, Observed
from polyscale_cli.edge.engine.origin import Origin
from polyscale_cli.edge.engine.purging import PURGED
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.rules import Decision, Rules, Tables, plain_query
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.store import Store
from polyscale_cli.edge.engine.story import Cause, Endings, How, Story, tell
from polyscale_cli.edge.engine.tags import Tags
from polyscale_cli.edge.engine.tally import Tally
from polyscale_cli.edge.engine.template import Templates

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.store import Entry, Key
    from polyscale_cli.edge.engine.template import Template

MOST_SCOPES = 10_000
"""Settings pasted into SET make scopes without end; beyond this the oldest empty ones are dropped."""


_OTHER_SETTINGS = Cause(How.SETTINGS)


@dataclass(frozen=True, slots=True)
class Settings:
    """What people want of a cache.

    Attributes:
        caches: whether answers are kept at all.
        ttl_seconds: the longest that automation may choose; 0 is never, and says nothing of rules.
        observes: whether they are only compared with the origin's, and never served.
    """

    caches: bool = True
    ttl_seconds: float = 60.0
    observes: bool = False
    rules: Rules = Rules()  # noqa: RUF009  (immutable)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What rules want done with an answer: for how long it is kept, None where automation says it, and its tags."""

    ttl: float | None
    tags: tuple[Table, ...]


_NEVER = Ruling(0.0, ())


class CacheState:
    """Everything that the engine knows about one cache.

    Attributes:
        origin: its tables, shared with other caches in front of it.
        definitions, contents: ``origin.everything`` and ``origin.contents``, at hand because each miss looks at their
            versions.
        doorkeeper: remembers the queries of templates that are seldom asked the same query again.
        endings: what became of entries that went.
        footprints: what its scopes know of templates.
        caches: whether answers are kept at all.
        observes: they are kept apart and never served, only compared with those of the origin.
        ttl: seconds, the longest that automation may choose.
        rules: what people have said of it.
        habits: what automation has learnt of it.
        misses, passes, invalidated, purged: see ``CacheMetrics``; reasons are those of ``passes``.
        tags: what entries are tagged with.
        several: the tally of answers to several statements at once.
    """

    __slots__ = (
        "_dialect",
        "_misses_before",
        "_reads_observed",
        "_scopes",
        "_sessions",
        "bytes",
        "caches",
        "clock",
        "contents",
        "definitions",
        "doorkeeper",
        "endings",
        "entry_limit",
        "footprints",
        "habits",
        "invalidated",
        "misses",
        "observes",
        "origin",
        "passes",
        "purged",
        "reasons",
        "rules",
        "several",
        "store",
        "tags",
        "templates",
        "ttl",
    )

    def __init__(
        self,
        origin: Origin,
        dialect: Dialect,
        store: Store,
        clock: Callable[[], float],
        *,
        entry_limit: int,
        settings: Settings,
    ) -> None:
        self.origin = origin
        self.definitions = origin.everything
        self.contents = origin.contents
        origin.caches.append(self)
        self.store = store
        self.tags = Tags(origin)
        self.clock = clock
        self.entry_limit = entry_limit
        self.habits = CacheHabits()
        self.templates = Templates(dialect, self.habits)
        self.doorkeeper = Doorkeeper()
        self.endings = Endings(dialect)
        self.footprints = Footprints()
        self.bytes = 0
        self.misses = self.passes = self.invalidated = self.purged = 0
        # Reads of the times when it observed, and where the count of misses stood when the latest began.
        self._reads_observed = self._misses_before = 0
        self.observes = False
        self._follow(settings)
        self.reasons: dict[Reason, int] = {}
        self.several = Tally()
        self._dialect = dialect
        self._scopes: dict[Hashable, Scope] = {}
        self._sessions = 0

    @property
    def serves(self) -> bool:
        """Whether answers are kept, and served."""
        return self.caches and not self.observes

    def configure(self, settings: Settings) -> None:
        """Follow what people want, at once: what was kept under other settings goes."""
        self.purge(_OTHER_SETTINGS)
        self._follow(settings)
        for scope in self._scopes.values():
            scope.follow_mode()

    def _follow(self, settings: Settings) -> None:
        self._reads_observed = self._observed_reads
        self._misses_before = self.misses
        self.caches, self.observes = settings.caches, settings.observes
        self.ttl, self.rules = settings.ttl_seconds, settings.rules

    def scope(self, identity: Hashable) -> Scope:
        """Find or make the scope that sessions with this identity share."""
        scope = self._scopes.get(identity)
        if scope is None:
            if len(self._scopes) >= MOST_SCOPES:
                self._drop_scopes()
            scope = self._scopes[identity] = Scope(self, identity, shared=True)
        return scope

    def private_scope(self) -> Scope:
        """Make a scope for one session whose state cannot be described; it keeps no answers."""
        return Scope(self, None, shared=False)

    @property
    def hits(self) -> int:
        """Statements answered from the cache."""
        told_apart = sum(template.tally.hits for template in self.templates.all())
        return told_apart + sum(tally.hits for tally in self.unlisted())

    @property
    def _observed_reads(self) -> int:
        return self._reads_observed + (self.misses - self._misses_before if self.observes else 0)

    @property
    def observed(self) -> Observed:
        """What it would have done while it only observed."""
        tallies = [*(template.tally for template in self.templates.all()), *self.unlisted()]
        return Observed(
            reads=self._observed_reads,
            would_hit=sum(tally.would_hit for tally in tallies),
            would_be_stale=sum(tally.would_be_stale for tally in tallies),
            would_save=sum(tally.would_save for tally in tallies),
        )

    def unlisted(self) -> tuple[Tally, ...]:
        """Give the counts of all that belongs to no template which is told apart."""
        return (self.several, *self.templates.unlisted())

    def pass_by(self, template: Template | None, reason: Reason) -> None:
        """Count a statement that is no candidate; None stands for what has no template, such as a held BEGIN."""
        self.passes += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if template is not None:
            template.tally.pass_by(reason)

    def refusal(self, template: Template, scope: Scope | None, *, keyed: bool = True) -> Reason:
        """Say why a statement is no candidate, which is known to be none; ``keyed``: an entry could be found again."""
        refusal = template.analysis.refusal
        if refusal is not None:
            return refusal
        if not self.caches:
            return Reason.CACHING_OFF
        if scope is None or not scope.shared:
            return Reason.SESSION_STATE
        footprint = scope.footprint(template)
        if footprint is not None and not footprint.keepable:
            return footprint.refusal or Reason.WRITES
        return Reason.SESSION_STATE if keyed else Reason.NO_KEY

    def name_session(self, user: str) -> str:
        """Give a session the name by which its deeds are told."""
        self._sessions += 1
        return f"session {self._sessions} of {user}"

    def may_keep(self, template: Template) -> bool:
        """Whether any answer of a template may be kept, as far as rules tell: then its tables are worth a question."""
        return self.rules.automatic or bool(self.rules.rules) or template.speaks

    def automation_keeps(self, template: Template, old: Entry | None) -> bool:
        """Whether automation has an answer kept, be it only to compare it with the next; ``old`` was kept before it."""
        own = old.evidence if old is not None else None
        return self.ttl > 0 and template.habits.keeps(self.clock(), own)

    def ruling(self, template: Template, key: Key, shows: Iterable[Name]) -> Ruling:
        """Say what rules, and the statement's own comment, want done with an answer; ``shows`` as in ``Resolution``."""
        text = self._dialect.text_of(key)
        if text is None and (template.speaks or self.rules.name_queries):
            return _NEVER  # what was said of it cannot be known
        said = read_directives(text) if template.speaks and text is not None else NO_DIRECTIVES
        decision = self.decide(template, text, lambda: shows, said.ttl)
        return Ruling(decision.ttl, self.tags.of(said.tags))

    def decide(
        self,
        template: Template,
        text: bytes | None,
        shows: Callable[[], Iterable[Name]],
        comment_ttl: float | None = None,
    ) -> Decision:
        """Say who decides for how long the answer to a query is kept; ``shows`` is asked only if that matters."""
        analysis = template.analysis

        def found() -> Tables:
            return Tables(analysis.reads, analysis.maybe, shows())

        return self.rules.decide(template.text, lambda: text, found, comment_ttl)

    def purge(self, cause: Cause = PURGED) -> int:
        """Drop every entry and refuse every fill under way. Returns how many entries went."""
        self.origin.everything.version += 1
        for entry in self.all_entries():
            entry.tally.purged += 1
        dropped = self.drop_entries(cause)
        self.purged += dropped
        return dropped

    def all_entries(self) -> dict[Entry, None]:
        """Give all that are held."""
        return dict.fromkeys(entry for scope in self._scopes.values() for entry in scope.kept.values())

    def entries_of(self, template: Template) -> dict[Entry, None]:
        """Give the entries that are answers to a template's statements."""
        return {entry: None for entry in self.all_entries() if entry.tally is template.tally}

    def entries_untold(self) -> dict[Entry, None]:
        """Give the entries of templates that are told apart no more."""
        told = {id(template.tally) for template in self.templates.all()}
        return {entry: None for entry in self.all_entries() if id(entry.tally) not in told}

    def entries_of_query(self, text: bytes, *, unsure: bool) -> dict[Entry, None]:
        """Give the answers to a query, whatever its parameters; ``unsure`` includes those that may be answers to it.

        Of an answer in another form it is not known of which of its template's queries it is.
        """
        wanted, text_of = plain_query(text), self._dialect.text_of
        templates = self.templates_of(text)
        held = [entry for template in templates for entry in self.entries_of(template)]
        if unsure and (templates or self.templates.dropped):
            held += self.entries_untold()
        found = ((entry, text_of(entry.key) if entry.tally is not self.several else None) for entry in held)
        return {entry: None for entry, its in found if (unsure if its is None else plain_query(its) == wanted)}

    def templates_of(self, text: bytes) -> list[Template]:
        """Give the templates of a query: with semicolons and spaces, it has others."""
        wanted = {plain_query(self.templates.normal_form(one)) for one in (text, plain_query(text))}
        return [template for template in self.templates.all() if plain_query(template.text) in wanted]

    def story(self, text: bytes) -> Story:
        """Tell what became of the answers to a query."""
        entries = tuple(self.entries_of_query(text, unsure=False))
        template = next(iter(self.templates_of(text)), None)
        refusal = template.usual_refusal if template is not None else None
        return Story(template, entries, self.endings.of(plain_query(text)), refusal)

    def story_of(self, template: Template) -> Story:
        """Tell what became of the answers to a template's queries, but for those that went: they tell their query."""
        return Story(template, tuple(self.entries_of(template)), (), template.usual_refusal)

    @property
    def entries(self) -> int:
        """How many entries are held."""
        return sum(len(scope.kept) for scope in self._scopes.values())

    def told(self, template: Template) -> list[Footprint]:
        """Give what the catalog said of a template last, to each kind of session."""
        return [found for scope in self._scopes.values() if (found := scope.told(template)) is not None]

    def hindrances(self) -> tuple[str, ...]:
        """Give the names of functions for whose sake no answer is kept, as far as sessions have been told."""
        known = [scope.powers for scope in self._scopes.values() if scope.powers is not None]
        return tuple(sorted({name for powers in known for name in powers.hindrances}))

    def metrics(self) -> CacheMetrics:
        """Give the counters as they stand."""
        return CacheMetrics(
            hits=self.hits,
            misses=self.misses,
            passes=self.passes,
            entries=self.entries,
            bytes=self.bytes,
            invalidated=self.invalidated,
            purged=self.purged,
            observed=self.observed,
        )

    def drop_entries(self, cause: Cause = PURGED) -> int:
        """Drop every entry. Returns how many went."""
        dropped = self.all_entries()
        self.drop(dropped, cause)
        return len(dropped)

    def invalidate(self, cause: Cause) -> None:
        """Drop every entry because of a write, or another server."""
        dropped = self.all_entries()
        for entry in dropped:
            entry.tally.invalidated += 1
        self.drop(dropped, cause)
        self.invalidated += len(dropped)

    def drop(self, entries: Iterable[Entry], cause: Cause) -> None:
        """Drop entries of this cache."""
        tell(entries, cause, self.clock())
        for entry in entries:
            self.store.remove(entry)

    def _drop_scopes(self) -> None:
        """Forget the older half. Sessions that still use one keep it; nothing finds its entries to invalidate them,
        so they are removed and the scope keeps no more.
        """
        for identity in list(self._scopes)[: MOST_SCOPES // 2]:
            scope = self._scopes.pop(identity)
            scope.shared = False
            for entry in tuple(scope.kept.values()):
                self.store.remove(entry)
