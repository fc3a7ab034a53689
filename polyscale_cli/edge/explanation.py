"""What becomes of a statement, and why: whether its answers can be kept, who decides for how long, and what for.

It asks no database. What the text tells is told of a cache that nobody has used; what only the catalog can tell is
told once the statement has run through the cache, and is said to be unknown before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from shlex import quote

from polyscale_cli.edge.cache import Cache, CacheMode, CachingBehaviour
from polyscale_cli.edge.cures import cure_of
from polyscale_cli.edge.engine import Analysis, CacheState, Dialect, Footprint, Name, Reason, Template
from polyscale_cli.edge.engine.automation import CacheHabits
from polyscale_cli.edge.engine.directives import Directives, is_unread, passed_over, read_directives
from polyscale_cli.edge.engine.identity import template_id
from polyscale_cli.edge.engine.rules import (
    DecidedBy,
    Decision,
    Rule,
    Rules,
    RuleType,
    Tables,
    is_template_id,
    plain_query,
)
from polyscale_cli.edge.table_name import spelled
from polyscale_cli.errors import NotFoundError

_OF_FUNCTIONS = (Reason.STABLE_FUNCTION, Reason.VOLATILE_FUNCTION)

_MOST_NAMES = 5

_MOST_OF_A_COMMENT = 200
"""Characters of what means nothing that are told."""

# Of one run and not of the statement: the next may be kept.
_PASSING = {
    Reason.IN_TRANSACTION,
    Reason.AUTOCOMMIT_OFF,
    Reason.SESSION_STATE,
    Reason.CACHING_OFF,
    Reason.BEHIND_OTHERS,
    Reason.NO_KEY,
    Reason.CATALOG_UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to say of one statement.

    Attributes:
        template: its normal form.
        cacheable: None where only the catalog can tell, and has not been asked yet.
        reason: why it is not.
        tables: those that it names.
        ttl: seconds, 0.0 for never; None where it is not cacheable.
        words: sentences.
    """

    template: bytes
    cacheable: bool | None
    reason: Reason | None
    tables: tuple[Name, ...]
    decision: Decision
    ttl: float | None
    words: tuple[str, ...]

    @property
    def template_id(self) -> str:
        """The short name of its template."""
        return template_id(self.template)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """By what statements through a cache are explained.

    Attributes:
        rules: of that cache.
        dialect: of its database.
        state: what the engine knows of the cache; None if nobody has used it.
    """

    cache: Cache
    rules: Rules
    dialect: Dialect
    state: CacheState | None

    def named(self, text: bytes) -> Template | None:
        """Find the template that a text is the id of; None for a text that is no id.

        Raises:
            NotFoundError: the cache has met none of this id.
        """
        identity = text.decode("utf-8", "replace")
        if not is_template_id(identity):
            return None
        found = self.state.templates.find(identity) if self.state is not None else None
        if found is None:
            raise NotFoundError(
                f"No statement of the template {identity} has come through the cache {self.cache.name} since the edge"
                " started.",
                fix=f"`polyscale cache queries {quote(self.cache.name)}` lists the templates with their ids.",
                code="TEMPLATE_NOT_FOUND",
            )
        return found


def explain(known: Knowledge, sql: str) -> Explanation:
    """Say what becomes of a statement, or of all of a template that is called by its id, and why; nothing is run.

    Raises:
        NotFoundError: it is an id, and of no template that the cache has met.
    """
    cache, rules, dialect, state = known.cache, known.rules, known.dialect, known.state
    text = plain_query(sql.encode())
    named = known.named(text)
    if named is not None:
        text = named.text
    normal = dialect.normalise(text).strip() if named is None else named.text
    template = named or (state.templates.known(normal) if state is not None else None)
    analysis = dialect.analyse(text) if template is None else template.analysis
    said = read_directives(text)
    footprints = state.told(template) if state is not None and template is not None else ()
    reason = analysis.refusal or _refused(template, [one.refusal for one in footprints])
    if reason is None and not cache.caching_enabled:
        reason = Reason.CACHING_OFF
    cacheable = (
        False if reason is not None else True if footprints or not analysis.needs_catalog else _was_kept(template)
    )
    automation = _automation(cache, state, template)

    def decide(tables: Tables) -> Decision:
        return rules.decide(normal, lambda: text, lambda: tables, said.ttl)

    tables = [Tables(analysis.reads, analysis.maybe, shows) for shows in _shown(footprints)]
    decisions = {decide(each): each for each in tables}
    decision, *elsewhere = sorted(decisions, key=lambda one: automation if one.ttl is None else one.ttl)
    ttl = None if cacheable is False else automation if decision.ttl is None else decision.ttl
    shown = tuple(name for name in analysis.reads + analysis.writes if name not in analysis.maybe)
    if reason is not None:
        words = _of_refusal(reason, decision, dialect.because(text, reason), analysis.functions)
    else:
        words = (
            _of_cacheability(analysis, cacheable=bool(cacheable)),
            *_of_decision(decision, automation, cache),
            *_of_tables(rules, decision, decisions[decision]),
            *(word for one in elsewhere for word in _of_elsewhere(_of_decision(one, automation, cache))),
            *_of_comments(text, said),
            *_of_mode(cache),
        )
    return Explanation(normal, cacheable, reason, shown, decision, ttl, words)


def _shown(told: Sequence[Footprint]) -> list[tuple[Name, ...]]:
    """Give what the catalog says that a statement shows, by the newest definitions, to sessions whose answers are kept.

    Each time something else where the same name means another table, as with another ``search_path``.
    """
    newest = max((one.version for one in told), default=0)
    known = [one for one in told if one.version == newest]
    kept = [one for one in known if one.keepable] or known
    return list(dict.fromkeys(one.shows for one in kept)) or [()]


def _refused(template: Template | None, told: list[Reason | None]) -> Reason | None:
    """Why the catalog refuses a read, as far as is known; what it allows some session, it does not refuse."""
    if told:
        return None if None in told else told[0]
    passes = template.tally.passes if template is not None else {}
    lasting = {reason: count for reason, count in passes.items() if reason not in _PASSING}
    return max(lasting, key=lambda reason: lasting[reason], default=None)


def _was_kept(template: Template | None) -> bool | None:
    return True if template is not None and template.tally.kept else None


def _automation(cache: Cache, state: CacheState | None, template: Template | None) -> float:
    """Seconds that automation would choose now."""
    if template is not None:
        chosen = template.habits.ttl()
    else:
        chosen = state.habits.ttl if state is not None else CacheHabits().ttl
    return min(chosen, float(cache.ttl_seconds))


def _of_refusal(
    reason: Reason, decision: Decision, because: Sequence[str], functions: Sequence[Name]
) -> tuple[str, ...]:
    refusal = f"Its answers are not kept: {reason.value}{f' ({_listed(because)})' if because else ''}."
    if not because and functions and reason in _OF_FUNCTIONS:
        # The catalog has told that one of them is refused, and not which.
        refusal += f" It calls {_listed([spelled(name) for name in functions])}."
    in_vain = () if decision.rule is None else (f"{_called(decision.rule)} is about it, and changes nothing.",)
    cure = cure_of(reason)
    return (refusal, *in_vain, *(() if cure is None else (cure,)))


def _listed(names: Sequence[str]) -> str:
    return ", ".join([*names[:_MOST_NAMES], *(["…"] if len(names) > _MOST_NAMES else [])])


def _of_cacheability(analysis: Analysis, *, cacheable: bool) -> str:
    if cacheable:
        return "Its answers can be kept."
    asked = [what for what, names in (("tables", analysis.reads), ("functions", analysis.functions)) if names]
    about = f" what its {' and '.join(asked)} are" if asked else ""
    return (
        f"By its text its answers can be kept. The database's catalog must still say{about}: run it once and ask again."
    )


def _of_decision(decision: Decision, automation: float, cache: Cache) -> tuple[str, ...]:
    kept = "nothing is kept" if decision.ttl == 0 else f"an answer is kept for {_seconds(decision.ttl or 0)}"
    if decision.by is DecidedBy.COMMENT:
        return (f"Its own comment decides: {kept}.",)
    if decision.by is DecidedBy.MANUAL:
        return (f"{_called(decision.rule)} switches automation off, and no other rule is about it: {kept}.",)
    if decision.by is DecidedBy.DEFAULT and decision.ttl == 0:
        default = cache.default_caching_behaviour is CachingBehaviour.UNCACHED
        why = "is uncached by default" if default else "has a TTL of 0"
        return (f"No rule is about it, and the cache {cache.name} {why}: {kept}.",)
    if decision.ttl is not None:
        return (f"{_called(decision.rule)} decides: {kept}.",)
    why = "No rule is about it" if decision.rule is None else f"{_called(decision.rule)} leaves it to automation"
    if not cache.ttl_seconds:
        return (f"{why}, and the cache {cache.name} has a TTL of 0: nothing is kept.",)
    now = f"up to {_seconds(automation)} now" if automation else "not at all now, for it changes too often"
    return (f"{why}: automation decides, {now}, and never for longer than {_seconds(cache.ttl_seconds)}.",)


def _of_elsewhere(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"In sessions where its names mean other tables: {word}" for word in words)


def _of_tables(rules: Rules, decision: Decision, tables: Tables) -> tuple[str, ...]:
    """Say which tables lack a rule, where others of the statement have one in vain."""
    if decision.by in (DecidedBy.QUERY, DecidedBy.TEMPLATE, DecidedBy.COMMENT, DecidedBy.TABLE):
        return ()
    named = [name for name in tables.named if name not in tables.maybe]
    without = [one for one in named if rules.of_tables(Tables((one,), shows=tables.shows)) is None]
    if not without or len(without) == len(named):
        return ()
    lacking = ", ".join(spelled(one) for one in without)
    return (f"Rules for tables do not count: each table needs one, and there is none for {lacking}.",)


def _of_comments(text: bytes, said: Directives) -> Iterator[str]:
    if said.tags:
        yield f"Its comment tags the answer: {', '.join(said.tags)}."
    if vain := passed_over(text):
        yield f"In its comment, what means nothing is passed over: {', '.join(vain)[:_MOST_OF_A_COMMENT]}."
    elif is_unread(text):
        yield "It has a comment that names polyscale but is not read, for its place or its form (docs/rules.md)."


def _of_mode(cache: Cache) -> tuple[str, ...]:
    if cache.mode is not CacheMode.OBSERVE:
        return ()
    return ("The cache only observes: what it keeps is compared with the database's answers, and never served.",)


def _called(rule: Rule | None) -> str:
    if rule is None:
        return "A rule"
    own = f" ({rule.name})" if rule.name else ""
    if rule.type is RuleType.TABLE:
        return f"The TABLE rule for {rule.key}{own}"
    return f"Its {rule.type} rule{own}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds < 10 else f"{seconds:.0f} s"
