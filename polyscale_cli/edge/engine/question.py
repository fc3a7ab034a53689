"""A question: the catalog is being asked about one template, and others of the scope may wait for what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.scope import Scope
    from polyscale_cli.edge.engine.template import Template

ASKING_SECONDS = 1.0
"""How long other sessions leave a question to the one that has asked it."""


class Question:
    """Ends once, however that comes: the catalog has answered, or never will, for the session that asked is gone.

    What the answer says is no business of this one's: it is in the scope then (``Scope.learn``), or it was of no use.
    """

    __slots__ = ("_over", "_scope", "_template", "_until", "_version", "_waiters")

    def __init__(self, scope: Scope, template: Template) -> None:
        self._scope = scope
        self._template = template
        self._version = scope.cache.definitions.version
        self._until = scope.cache.clock() + ASKING_SECONDS
        self._waiters: list[Callable[[], None]] = []
        self._over = False

    def is_current(self) -> bool:
        """Whether the answer will be as good as that to a new one, and can still be hoped for."""
        cache = self._scope.cache
        return not self._over and self._version == cache.definitions.version and self._until >= cache.clock()

    def wait(self, waiter: Callable[[], None]) -> None:
        """Have ``waiter`` called when it is over, and then it must look whether the scope knows now."""
        self._waiters.append(waiter)

    def end(self) -> None:
        """Wake whoever waits."""
        if self._over:
            return
        self._over = True
        self._scope.end_question(self._template, self)
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter()
