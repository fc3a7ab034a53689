"""Templates: statements with their literals taken out, each analysed once."""

from __future__ import annotations

from polyscale_cli.edge.engine.analysis import Analysis
from polyscale_cli.edge.engine.dialect import Dialect

MOST_TEMPLATES = 20_000
"""Beyond this the oldest are forgotten: a program that pastes names into SQL makes templates without end."""

MOST_TEXTS = 20_000
"""How many exact texts are remembered, so that a statement which comes again is not even normalised."""


LONGEST_REMEMBERED = 8 * 1024
"""Bytes of a text that is remembered."""


class Template:
    """A statement without its literals.

    Attributes:
        text: the normal form.
        analysis: what it does, by its text.
        needs_catalog: its effects or its tables are known only with the catalog's help.
        is_plain_read: by its text it may be kept.
        runs: how often it was read without being a hit.
    """

    __slots__ = ("analysis", "is_plain_read", "needs_catalog", "runs", "text")

    def __init__(self, text: bytes, analysis: Analysis) -> None:
        self.text = text
        self.analysis = analysis
        # Read on every miss, so not computed there.
        self.needs_catalog = analysis.needs_catalog
        self.is_plain_read = analysis.is_plain_read
        self.runs = 0


class Templates:
    """The templates of one cache."""

    __slots__ = ("_dialect", "_interned", "_normalise", "_templates", "_texts")

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._normalise = dialect.normalise
        self._interned: dict[bytes, bytes] = {}
        self._templates: dict[bytes, Template] = {}
        self._texts: dict[bytes, Template] = {}

    def of_text(self, text: bytes) -> Template:
        """Find or make the template of a text that is not expected to come again."""
        normal = self._normalise(text)
        template = self._templates.get(normal)
        if template is None:
            if len(self._templates) >= MOST_TEMPLATES:
                del self._templates[next(iter(self._templates))]
            template = self._templates[normal] = Template(normal, self._dialect.analyse(text))
        return template

    def of_statement(self, text: bytes) -> Template:
        """Find or make the template of a text with parameters, which is expected to come again unchanged."""
        template = self._texts.get(text)
        if template is None:
            template = self.of_text(text)
            if len(text) <= LONGEST_REMEMBERED:
                if len(self._texts) >= MOST_TEXTS:
                    self._texts.clear()
                self._texts[text] = template
        return template

    def intern(self, key: bytes) -> bytes:
        """Give one and the same object for equal keys, so that the entries of a statement share it."""
        if len(self._interned) >= MOST_TEXTS:
            self._interned.clear()
        return self._interned.setdefault(key, key)
