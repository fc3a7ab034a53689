"""Entries, and the byte budget that they share.

Eviction is SIEVE ("SIEVE is Simpler than LRU", Zhang et al., NSDI 2024): one queue in order of arrival, one mark that
a hit leaves, one hand that walks from the oldest to the newest, clears the marks it meets and evicts the first entry
without one. A hit moves nothing, and a scan cannot push out what is being read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.story import Cause, How

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.automation import QueryEvidence, TemplateHabits
    from polyscale_cli.edge.engine.fence import Table
    from polyscale_cli.edge.engine.scope import Scope
    from polyscale_cli.edge.engine.tally import Tally

Key = bytes | tuple[bytes, bytes]
"""The raw request; for a named prepared statement its text and the request without the name."""

ENTRY_OVERHEAD = 480
"""Bytes that an entry costs besides its key and response: the object, its slots in the scope's map and in its tables'
lists, its times, and the headers of two byte strings. Measured on CPython 3.11 over 100,000 entries."""


LARGEST_PART = 1 / 8
"""Of the budget, that one entry may take: a few large answers must not push out everything else."""


MOST_REMOVED = 64
"""How many removed entries a table may remember, besides as many as it holds."""


_EVICTED = Cause(How.EVICTED)


class Entry:
    """One stored response. ``hits``, and those of its tally, are all that a hit writes.

    Attributes:
        response: the exact bytes that the origin sent.
        tally: of its template.
        expires: on the engine's clock; may be served before it without a question.
        until: may be served before this, if nobody is to look at it anew before (``may_be_served``).
        kept_at: when it was kept, for a read that was sent at ``sent``.
        author: whose read it answered.
        habits, evidence: of its template and of its query, where automation decides how long it lives.
        size: bytes charged to the budget; 0 once it is removed.
        forms: other forms of it (``Scope.derive``), whose hits are hits of this answer, too.
    """

    __slots__ = (
        "_seen",
        "author",
        "evidence",
        "expires",
        "forms",
        "habits",
        "hits",
        "kept_at",
        "key",
        "newer",
        "older",
        "response",
        "scope",
        "sent",
        "size",
        "tables",
        "tally",
        "until",
    )

    def __init__(
        self, scope: Scope, key: Key, response: bytes, tables: tuple[Table, ...], *, expires: float, tally: Tally
    ) -> None:
        self.scope = scope
        self.key = key
        self.response = response
        self.tables = tables
        self.expires = self.until = expires
        self.kept_at = self.sent = 0.0
        self.author = ""
        self.habits: TemplateHabits | None = None
        self.evidence: QueryEvidence | None = None
        self.tally = tally
        self.hits = self._seen = 0
        self.forms: list[Entry] | None = None
        length = len(key) if isinstance(key, bytes) else len(key[1]) + 56
        self.size = length + len(response) + ENTRY_OVERHEAD
        self.newer: Entry | None = None
        self.older: Entry | None = None

    def live(self, now: float, seconds: float, habits: TemplateHabits | None = None) -> None:
        """Be served from now on for so many seconds; where automation has said how many, it is looked at meanwhile."""
        self.kept_at = now
        self.expires = self.until = now + seconds
        if habits is not None:
            self.habits = habits
            self.expires = now + habits.first_look(seconds, self.evidence)

    def may_be_served(self, now: float) -> bool:
        """Whether it may be served although it is to be looked at (``expires``), and by others than this reader.

        An answer that is popular and about to expire, or older than all experience with it, is looked at anew by the
        reader who comes next, and that one alone.
        """
        if self.until <= now:
            return False
        if self.habits is None or self.key in self.scope.fills:
            return True
        age = now - self.kept_at
        at = self.habits.next_look(age, self.until - self.kept_at, self.hits, self.evidence)
        self.expires = min(self.kept_at + at, self.until)
        return at > age

    def derived(self, form: Entry) -> None:
        """Note another form of it."""
        forms = self.forms or []
        if not len(forms) & (len(forms) - 1):
            forms = [each for each in forms if each.size]
        forms.append(form)
        self.forms = forms

    @property
    def came_again(self) -> bool:
        """Whether the answer was of use, in whatever form."""
        return bool(self.hits or any(form.hits for form in self.forms or ()))

    def was_visited(self) -> bool:
        """Whether it was hit since this was last asked: SIEVE's bit, which the hand clears where it passes."""
        if self.hits == self._seen:
            return False
        self._seen = self.hits
        return True


class Store:
    """All entries of all caches, in order of arrival, under one budget in bytes."""

    __slots__ = ("_hand", "_largest", "_newest", "_oldest", "budget", "evicted", "used")

    def __init__(self, budget: int, largest_part: float = LARGEST_PART) -> None:
        self.budget = budget
        self._largest = budget * largest_part
        self.used = 0
        self.evicted = 0
        self._newest: Entry | None = None
        self._oldest: Entry | None = None
        self._hand: Entry | None = None

    def add(self, entry: Entry) -> bool:
        """Put an entry in its scope's map, in place of one with the same key; evict what no longer fits.

        Returns False for one that would take too large a part of the budget, and does nothing.
        """
        if entry.size > self._largest:
            return False
        old = entry.scope.kept.get(entry.key)
        if old is not None:
            self.remove(old)
            for form in old.forms or ():
                if form.size:
                    self.remove(form)
        while self.used + entry.size > self.budget and self._oldest is not None:
            self._evict()
        entry.scope.kept[entry.key] = entry
        for table in entry.tables:
            table.entries.append(entry)
            table.held += 1
        entry.older = self._newest
        if self._newest is not None:
            self._newest.newer = entry
        else:
            self._oldest = entry
        self._newest = entry
        self.used += entry.size
        entry.scope.cache.bytes += entry.size
        entry.tally.held += 1
        return True

    def remove(self, entry: Entry) -> None:
        """Take an entry out, everywhere. It must be in."""
        del entry.scope.kept[entry.key]
        for table in entry.tables:
            table.held -= 1
            if len(table.entries) > 2 * table.held + MOST_REMOVED:
                table.sweep()
        if self._hand is entry:
            self._hand = entry.newer
        if entry.newer is not None:
            entry.newer.older = entry.older
        else:
            self._newest = entry.older
        if entry.older is not None:
            entry.older.newer = entry.newer
        else:
            self._oldest = entry.newer
        self.used -= entry.size
        entry.scope.cache.bytes -= entry.size
        entry.tally.held -= 1
        entry.newer = entry.older = None
        entry.key = entry.response = b""
        entry.size = 0

    def _evict(self) -> None:
        hand = self._hand or self._oldest
        while hand is not None and hand.was_visited():
            hand = hand.newer or self._oldest
        if hand is not None:
            self._hand = hand.newer
            if hand.hits:
                cache = hand.scope.cache
                cache.endings.tell(hand, _EVICTED, cache.clock())
            self.remove(hand)
            self.evicted += 1
