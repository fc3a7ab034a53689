"""Prepared statements, as the client believes them to be.

A statement that a client prepared is in the map from the moment its Parse is sent on; if the origin refuses the Parse,
the map goes back. The unnamed statement needs more care: a hit may answer a request whose Parse the origin never saw,
so that what the client and the origin hold under the empty name can differ. They are brought together before a
request that builds on it is sent on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.postgres.messages import PARSE, QUERY, close_statement, message

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.scope import Scope
    from polyscale_cli.edge.wire.postgres.cycle import Cycle

UNVERIFIED = -1
UNNAMED = b""


class Statement:
    """One prepared statement.

    Attributes:
        key: its Parse without the name: text and parameter types. The same for all sessions.
        template: what it does.
        version: of the definitions when the origin last accepted it. A statement whose result type has changed since
            must fail (manual, PREPARE), so it is served from the cache only under the same version.
        scope: that of the session when it was parsed, and whenever it has been used since; None where that cannot be
            told. Literals are read when a statement is parsed, by the time zone and the like of that moment, and again
            whenever the server finds reason to (``RevalidateCachedQuery`` in its plancache.c): what one means that was
            carried from one scope into another cannot be told.
    """

    __slots__ = ("_moment", "key", "scope", "template", "version")

    def __init__(self, key: bytes, template: Template) -> None:
        self.key = key
        self.template = template
        self.version = UNVERIFIED
        self.scope: Scope | None = None
        self._moment: bool | None = None

    @property
    def names_moment(self) -> bool:
        """Whether its text may name a moment, such as ``'now'``, which it then means as of its Parse."""
        if self._moment is None:
            self._moment = names_moment(self.key)
        return self._moment

    @property
    def text(self) -> bytes:
        """The statement's text."""
        return self.key[: self.key.find(b"\0")]


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a name meant before a message gave it another statement, or none.

    Attributes:
        position: of the message among those of its cycle that have an answer.
        held: what the origin held under the empty name, if it is that.
    """

    position: int
    name: bytes
    after: Statement | None
    before: Statement | None
    held: Statement | None


class Statements:
    """All statements of one session.

    Requests of the usual shapes change the unnamed statement at most, and are so many that they are only remembered;
    ``follow`` takes them in when somebody asks.

    Attributes:
        by_name: what the client believes.
        last: the last usual request, answered from the cache or not; not in ``by_name`` yet.
        last_sent: the last that was sent to the origin.
    """

    __slots__ = ("_origin_unnamed", "_template_of", "by_name", "last", "last_sent")

    def __init__(self, template_of: Callable[[bytes], Template]) -> None:
        self.by_name: dict[bytes, Statement] = {}
        self.last: bytes | None = None
        self.last_sent: bytes | None = None
        self._origin_unnamed: Statement | None = None
        self._template_of = template_of

    def follow(self) -> None:
        """Take in the usual requests since the last time."""
        if self.last_sent is not None:
            self._origin_unnamed = self._defined_by(self.last_sent)
            self.last_sent = None
        if self.last is not None:
            statement = self._defined_by(self.last)
            self.last = None
            if statement is None:
                self.by_name.pop(UNNAMED, None)
            else:
                self.by_name[UNNAMED] = statement

    def _defined_by(self, request: bytes) -> Statement | None:
        """Give the unnamed statement after a usual request: that of its last Parse, and none after a Query."""
        found = None
        pos = 0
        while pos < len(request) and request[0] != QUERY:
            end = pos + 1 + int.from_bytes(request[pos + 1 : pos + 5], "big")
            if request[pos] == PARSE:
                _, text, key = read_parse(request, pos, end)
                found = Statement(key, self._template_of(text))
            pos = end
        return found

    def follow_plan(self, defines: list[tuple[int, bytes, Statement | None]], *, drops_unnamed: bool) -> None:
        """Bring the map up to date with a request that was answered from the cache; it defines the unnamed at most."""
        if drops_unnamed:
            self.by_name.pop(UNNAMED, None)
        for _, name, statement in defines:
            if statement is not None:
                self.by_name[name] = statement

    def define(self, cycle: Cycle, position: int, name: bytes, statement: Statement | None) -> None:
        """Note a Parse, or with no statement a Close, that is about to be sent at a position of its cycle."""
        renaming = Renaming(position, name, statement, self.by_name.get(name), self._origin_unnamed)
        cycle.names = [*(cycle.names or ()), renaming]
        if statement is not None:
            cycle.parses = [*(cycle.parses or ()), statement]
        self._name(name, statement)
        if not name:
            self._origin_unnamed = statement

    def _name(self, name: bytes, statement: Statement | None) -> None:
        if statement is None:
            self.by_name.pop(name, None)
        else:
            self.by_name[name] = statement

    def drop_unnamed(self) -> None:
        """Note a Query, which drops the unnamed statement (manual, section 55.2.3), or that it is unknown."""
        self.last = self.last_sent = None
        self.by_name.pop(UNNAMED, None)
        self._origin_unnamed = None

    def origin_dropped_unnamed(self) -> None:
        """Note a Query of the edge's own, of which the client knows nothing."""
        self.last_sent = None
        self._origin_unnamed = None

    def unsettle(self) -> None:
        """Note that the server's settings have changed at some moment: what any statement means cannot be told."""
        for statement in self.by_name.values():
            statement.scope = None

    def forget(self, text: bytes) -> None:
        """Note that a text makes or drops statements by SQL: what a name means is no longer known."""
        for _, words in lexer.statements(text, lexer.tokens(text)):
            rest = words[1:]
            if rest and words[0].is_word("deallocate") and rest[0].is_word("prepare"):
                rest = rest[1:]
            if not rest or rest[0].is_word("all"):
                # The unnamed statement is none of those that SQL can drop.
                self.by_name = {UNNAMED: self.by_name[UNNAMED]} if UNNAMED in self.by_name else {}
            elif words[0].is_word("deallocate", "prepare"):
                self.by_name.pop(rest[0].text.encode("utf-8", "surrogateescape"), None)

    def restoration(self) -> bytes:
        """Give the message that makes the origin's unnamed statement the client's; nothing if it is already."""
        wanted, held = self.by_name.get(UNNAMED), self._origin_unnamed
        if (wanted and wanted.key) == (held and held.key):
            return b""
        self._origin_unnamed = wanted
        return close_statement(UNNAMED) if wanted is None else message(PARSE, b"\0" + wanted.key)

    def take_back(self, cycle: Cycle, *, is_last: bool) -> None:
        """Take back what a failed cycle did to names: one of a usual shape names the unnamed statement at most."""
        if not cycle.usual:
            self.undo(cycle, is_last=is_last)
        elif not cycle.binds and not cycle.accepted:
            self.drop_unnamed()

    def undo(self, cycle: Cycle, *, is_last: bool) -> None:
        """Take back what a failed cycle's messages did to names, from the one that failed on: the rest was skipped.

        A Parse of the unnamed statement drops the one before, even where it fails itself (manual, section 55.2.3).
        ``is_last`` says that nothing was sent behind the cycle, which would be noted on top of what is taken back.
        """
        for each in reversed(cycle.names or ()):
            if each.position < cycle.answered:
                break
            if self.by_name.get(each.name) is not each.after:
                continue
            failed_itself = each.position == cycle.answered and each.after is not None
            if not each.name and (failed_itself or not is_last):
                self.drop_unnamed()
                continue
            self._name(each.name, each.before)
            if not each.name:
                self._origin_unnamed = each.held


def names_moment(raw: bytes) -> bool:
    """Whether a text, or the parameters in a Bind, may name a moment that is another one each time.

    These inputs of date and time types (manual, table 8.13) are data, not syntax, so that a template cannot show them;
    and a string with escapes, or one that goes on in the next line, can spell them in ways that are not seen.
    """
    folded = raw.lower()
    return (
        b"now" in folded
        or b"today" in folded
        or b"tomorrow" in folded
        or b"yesterday" in folded
        or (b"\\" in raw and b"e'" in folded)
        or b"u&'" in folded
        or lexer.goes_on_in_next_line(raw)
    )


def read_parse(raw: bytes, start: int, end: int) -> tuple[bytes, bytes, bytes]:
    """Read name, text and key of the Parse at ``raw[start:end]``."""
    name_end = _nul(raw, start + 5, end)
    text_end = _nul(raw, name_end + 1, end)
    return raw[start + 5 : name_end], raw[name_end + 1 : text_end], raw[name_end + 1 : end]


def read_bind(raw: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """Read the portal's and the statement's name of a Bind."""
    portal_end = _nul(raw, start + 5, end)
    name_end = _nul(raw, portal_end + 1, end)
    return raw[start + 5 : portal_end], raw[portal_end + 1 : name_end]


def read_execute(raw: bytes, start: int, end: int) -> bytes:
    """Read the portal's name of an Execute."""
    return raw[start + 5 : _nul(raw, start + 5, end)]


def read_target(raw: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """Read the kind (``b"S"`` or ``b"P"``) and name of a Describe or Close."""
    return raw[start + 5 : start + 6], raw[start + 6 : _nul(raw, start + 6, end)]


def _nul(raw: bytes, start: int, end: int) -> int:
    """Find a string's end; a message without one ends it itself, and the origin will refuse it."""
    found = raw.find(b"\0", start, end)
    return found if found >= 0 else end
