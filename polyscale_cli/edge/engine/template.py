"""Templates: statements with their literals taken out, each analysed once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from polyscale_cli.edge.engine.analysis import Analysis
from polyscale_cli.edge.engine.automation import CacheHabits, TemplateHabits
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.directives import may_speak
from polyscale_cli.edge.engine.identity import template_id
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.tally import Tally

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.store import Entry

MOST_TEMPLATES = 20_000
"""Beyond this the oldest are forgotten: a program that pastes names into SQL makes templates without end."""

MOST_BYTES = 32 << 20
"""Of all templates of a cache together: a dump's INSERT of a megabyte is a template of half a megabyte, and the next
one, of some rows more, another."""

MOST_TEXTS = 20_000
"""How many exact texts are remembered, so that a statement which comes again is not even normalised."""

MOST_BYTES_OF_TEXTS = 8 << 20
"""Of all those together: a list of numbers pasted into each makes texts that are long, and never the same."""

LONGEST_REMEMBERED = 8 * 1024
"""Bytes of a text that is remembered."""

Value = TypeVar("Value")

_DIGITS = b"0123456789"
_NUMBER = re.compile(rb"\d+")
_HAS_BASE = re.compile(rb"0[xXbB]")
MOST_NUMBERS = 12
"""Runs of digits in a text of which it is found out whether they belong to names."""

_ZEROS = bytes.maketrans(_DIGITS, b"0" * 10)

RUNS_BEFORE_KEEPING = 1
"""A template's answers are kept from its second run on, so that a query is served from its third run, and another
query of the same template from its second."""

SAMPLE = 64
"""So many answers of a template are kept before it is judged whether its queries come again."""


class Template:
    """A statement without its literals.

    Attributes:
        text: the normal form.
        analysis: what it does, by its text.
        needs_catalog: its effects or its tables are known only with the catalog's help.
        is_plain_read: by its text it may be kept.
        runs: how often it was read without being a hit.
        seldom_again: its queries rarely come again, so that one has to be asked twice before its answer is kept.
        tally: what has happened to it.
        habits: how often its answers change, and so for how long they are kept.
        speaks: some of its texts have a comment for the cache (``directives``).
    """

    __slots__ = (
        "_sample",
        "analysis",
        "habits",
        "is_plain_read",
        "needs_catalog",
        "runs",
        "seldom_again",
        "speaks",
        "tally",
        "text",
    )

    def __init__(self, text: bytes, analysis: Analysis, habits: CacheHabits | None = None) -> None:
        self.text = text
        self.analysis = analysis
        # Read on every miss, so not computed there.
        self.needs_catalog = analysis.needs_catalog
        self.is_plain_read = analysis.is_plain_read
        self.runs = 0
        self.seldom_again = False
        self.speaks = False
        self.tally = Tally()
        self.habits = TemplateHabits(habits or CacheHabits())
        self._sample: list[Entry] = []

    @property
    def id(self) -> str:
        """A short name (``identity``)."""
        return template_id(self.text)

    @property
    def usual_refusal(self) -> Reason | None:
        """Why its statements are not kept, mostly, as far as that is known."""
        passes = self.tally.passes
        return self.analysis.refusal or max(passes, key=lambda reason: passes[reason], default=None)

    def kept(self, entry: Entry) -> None:
        """Note that an answer was kept, and judge by the last ones, of which hits have left their mark."""
        self._sample.append(entry)
        if len(self._sample) == SAMPLE:
            again = sum(entry.came_again for entry in self._sample)
            if not again:
                self.seldom_again = True
            elif 2 * again >= SAMPLE:
                self.seldom_again = False
            self._sample.clear()


class _Remembered(dict[bytes, Value]):
    """What was found out about texts: all is forgotten where they are too many or too long."""

    __slots__ = ("_bytes",)

    def __init__(self) -> None:
        super().__init__()
        self._bytes = 0

    def remember(self, text: bytes, value: Value) -> None:
        """Remember what was not known of a text."""
        if len(self) >= MOST_TEXTS or self._bytes >= MOST_BYTES_OF_TEXTS:
            self.clear()
            self._bytes = 0
        self._bytes += len(text)
        self[text] = value


class Templates:
    """The templates of one cache.

    Attributes:
        dropped: how many were forgotten because there were too many.
        remembered: by id, the habits of templates that an earlier edge has met and this one has not yet.
    """

    __slots__ = (
        "_bytes",
        "_dialect",
        "_habits",
        "_heads",
        "_interned",
        "_leavers",
        "_left",
        "_most_leavers",
        "_named",
        "_normalise",
        "_shapes",
        "_templates",
        "_texts",
        "dropped",
        "remembered",
    )

    def __init__(self, dialect: Dialect, habits: CacheHabits | None = None) -> None:
        self._dialect = dialect
        self._habits = habits or CacheHabits()
        self._normalise = dialect.normalise
        self._interned: _Remembered[bytes] = _Remembered()
        self._shapes: _Remembered[Template] = _Remembered()
        # Of shapes of which names have digits: up to where these stand, or 0; and templates by that much of the text.
        self._heads: _Remembered[int] = _Remembered()
        self._named: _Remembered[Template] = _Remembered()
        self._templates: dict[bytes, Template] = {}
        self._texts: _Remembered[Template] = _Remembered()
        self._bytes = 0
        self.dropped = 0
        self.remembered: dict[str, object] = {}
        # What was counted of those that are forgotten; answers of some of them may still be hit.
        self._left = Tally()
        self._leavers: list[Tally] = []
        self._most_leavers = MOST_TEMPLATES

    def all(self) -> Iterable[Template]:
        """Give all that are remembered, the oldest first."""
        return tuple(self._templates.values())

    def find(self, identity: str) -> Template | None:
        """Give the template of this short name, if it is remembered."""
        return next((template for template in self._templates.values() if template.id == identity), None)

    def normal_form(self, text: bytes) -> bytes:
        """Give what would be the text of a statement's template, and remember nothing."""
        return self._normalise(text).strip()

    def known(self, normal: bytes) -> Template | None:
        """Give the template of this normal form, if it is remembered."""
        return self._templates.get(normal)

    def unlisted(self) -> tuple[Tally, ...]:
        """Give the counts of templates that were forgotten."""
        staying = []
        for tally in self._leavers:
            if tally.held:
                staying.append(tally)
            else:
                self._left.absorb(tally)
        self._leavers = staying
        return (self._left, *staying)

    def of_text(self, text: bytes) -> Template:
        """Find or make the template of a text that is not expected to come again.

        Texts that differ in nothing but the digits of their literals are recognised by that, which costs a tenth of
        normalising them.
        """
        shape = text.translate(_ZEROS)
        template = self._shapes.get(shape)
        if template is not None:
            return template
        head = self._heads.get(shape)
        named = text[:head] + shape[head:] if head else b""
        if head:
            template = self._named.get(named)
            if template is not None:
                return template
        normal = self._normalise(text)
        # A comment leaves a space: in front or at the end, where tools put theirs, it makes no other statement.
        identity = normal.strip()
        template = self._templates.get(identity)
        if template is None:
            template = Template(identity, self._dialect.analyse(text), self._habits)
            if self.remembered:
                template.habits.restore(self.remembered.pop(template.id, None))
            self._remember(template)
        if may_speak(text):
            template.speaks = True
        # Where no digit is left, all were part of literals: but for 0x and 0b, no dialect tells one from another.
        # A text with quotes would hardly have its shape again.
        if b"'" in text or len(text) > LONGEST_REMEMBERED or _HAS_BASE.search(text):
            return template
        if normal.translate(None, _DIGITS) == normal:
            self._shapes.remember(shape, template)
        elif head is None:
            self._heads.remember(shape, self._head(text, normal))
        elif head:
            self._named.remember(named, template)
        return template

    def _head(self, text: bytes, normal: bytes) -> int:
        """Give the length of the beginning of a text in which all its names with digits are and no literal.

        0 where there is none such, or nothing but names has digits.
        """
        ends = [number.end() for number in _NUMBER.finditer(text)]
        if len(ends) > MOST_NUMBERS:
            return 0
        for end in ends[:-1]:
            head, tail = text[:end], self._normalise(text[end:])
            if tail.translate(None, _DIGITS) == tail:
                return end if self._normalise(head) == head and head + tail == normal else 0
        return 0

    def _remember(self, template: Template) -> None:
        """Keep a template, and forget the oldest for it where there are too many or they are too long."""
        self._templates[template.text] = template
        self._bytes += len(template.text)
        while len(self._templates) > MOST_TEMPLATES or (self._bytes > MOST_BYTES and len(self._templates) > 1):
            oldest = next(iter(self._templates))
            self._leave(self._templates.pop(oldest))
            self._bytes -= len(oldest)

    def _leave(self, template: Template) -> None:
        """Tell a template apart no more. Sessions may still use it; its entries may still be hit."""
        self.dropped += 1
        tally, template.tally = template.tally, self._left
        if tally.held:
            self._leavers.append(tally)
            if len(self._leavers) > self._most_leavers:
                self.unlisted()
                # Twice as many as had to stay: else each new template would have to walk them all.
                self._most_leavers = max(MOST_TEMPLATES, 2 * len(self._leavers))
        else:
            self._left.absorb(tally)

    def of_statement(self, text: bytes) -> Template:
        """Find or make the template of a text with parameters, which is expected to come again unchanged."""
        template = self._texts.get(text)
        if template is None:
            template = self.of_text(text)
            if len(text) <= LONGEST_REMEMBERED:
                self._texts.remember(text, template)
        return template

    def intern(self, key: bytes) -> bytes:
        """Give one and the same object for equal keys, so that the entries of a statement share it."""
        one = self._interned.get(key)
        if one is None:
            self._interned.remember(key, key)
        return key if one is None else one
