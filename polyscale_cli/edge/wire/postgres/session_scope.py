"""Which scope a session is in: how it started, what it has set since, and whether that can be told at all."""

from __future__ import annotations

import json

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.footprint import Powers
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.postgres.plan import ANYTHING
from polyscale_cli.edge.wire.postgres.settings import Change, ChangeKind, apply, leads_to_temporary

# In these, a byte below 0x80 can be the second half of a character, so that a quote need not be a quote
# (manual, table 24.3: encodings that only clients may use).
_NOT_ASCII_SAFE = frozenset({"BIG5", "GB18030", "GBK", "JOHAB", "SHIFT_JIS_2004", "SJIS", "UHC"})

# Settings that may change the default isolation level.
_LEVEL_SETTINGS = frozenset({"default_transaction_isolation", "transaction_isolation", "session characteristics"})


class SessionScope:
    """Follows the session's state.

    Attributes:
        listens: it has asked for notifications, which come between transactions and never within one.
        reads_all: every text follows the lexical rules that the analysis knows.
        scope: None while nothing is known of the session, and for good if the origin would not say.
    """

    __slots__ = (
        "_base",
        "_begins_in_role",
        "_cache",
        "_level",
        "_path",
        "_powers",
        "_readable",
        "_reported",
        "_settings",
        "_settled",
        "_wanted",
        "author",
        "listens",
        "reads_all",
        "scope",
    )

    def __init__(self, cache: CacheState, reported: dict[str, str]) -> None:
        self._cache = cache
        self.author = cache.name_session(reported.get("session_authorization", ""))
        self._reported = {name: value for name, value in reported.items() if name != "application_name"}
        self._base: str | None = None
        self._begins_in_role = False
        self._settings: dict[str, str] = {}
        self._wanted: list[Change] = []
        self._settled = True
        self._powers: Powers | None = None
        self._level = ""
        self._path = ""
        self.listens = False
        self.scope: Scope | None = None
        self._renew()

    def start(self, base: str, version: int) -> None:
        """Begin: ``base`` is the origin's word on how the session started, a JSON object.

        ``version`` is that of the definitions when it was asked.

        Raises:
            ValueError, KeyError, TypeError: it is something else.
        """
        told = json.loads(base)
        self._powers = Powers(bool(told["hides_writes"]), bool(told["defines"]), version)
        if told.get("server") is not None:
            self._cache.origin.identify(str(told["server"]))
        start = told.pop("started", None)
        if start is not None:
            self._cache.origin.meet(str(start))
        if told.get("at_login"):
            # A trigger has run, before anything could be fenced (manual, section 40.1: since version 17).
            self._cache.origin.fence((), anything=bool(told["defines"]), any_table=True).release()
        self._level = str(told.get("isolation"))
        self._path = str(told.get("path"))
        self._begins_in_role = told.get("user") != told.get("session_user")
        self._base = json.dumps(told, sort_keys=True)
        self._renew()

    @property
    def hides_writes(self) -> bool:
        """Whether a read may write without showing it, by definitions of now."""
        powers = self._powers_now
        return powers is None or powers.hide_writes

    @property
    def functions_define(self) -> bool:
        """Whether a function that a statement calls, or a trigger that it fires, may change definitions."""
        powers = self._powers_now
        return powers is None or powers.define

    @property
    def _powers_now(self) -> Powers | None:
        """What is known under the definitions of now; what one session has learnt holds for all of its scope."""
        version = self._cache.origin.everything.version
        for powers in (self._powers, self.scope.powers if self.scope is not None else None):
            if powers is not None and powers.version == version:
                return powers
        return None

    @property
    def server_version(self) -> str:
        """What the server calls its version; empty if it does not say."""
        return self._reported.get("server_version", "")

    @property
    def reads_committed(self) -> bool:
        """Whether each statement of a transaction sees what was committed before it, by the session's default."""
        return self._level == "read committed" and not self._settings.keys() & _LEVEL_SETTINGS

    @property
    def creates_temporary(self) -> bool:
        """Whether what it creates may be temporary without saying so, because its search path leads there."""
        if any(change.leads_to_temporary for change in self._wanted):
            return True
        return leads_to_temporary(self._settings.get("search_path", self._path))

    def learn(self, powers: Powers) -> None:
        """Take the catalog's word on users' functions, unless definitions may have changed since it was asked."""
        everything = self._cache.origin.everything
        if everything.version == powers.version and not everything.fences:
            self._powers = powers
            if self.scope is not None:
                known = self.scope.powers
                if known is not None and known.version == powers.version:
                    powers = powers.beside(known)
                self.scope.powers = powers

    def can_read(self, text: bytes) -> bool:
        """Whether a text follows the lexical rules that the analysis knows."""
        return self._readable and (self.reads_all or text.isascii())

    def of_text(self, text: bytes) -> Template:
        """Find the template of a Query's text."""
        return self._cache.templates.of_text(text) if self.reads_all or self.can_read(text) else ANYTHING

    def of_statement(self, text: bytes) -> Template:
        """Find the template of a Parse's text."""
        return self._cache.templates.of_statement(text) if self.reads_all or self.can_read(text) else ANYTHING

    def intern(self, key: bytes) -> bytes:
        """Give the one copy of a statement's key."""
        return self._cache.templates.intern(key)

    def report(self, name: str, value: str) -> bool:
        """Take a ParameterStatus. Returns whether it tells of something new that shapes answers."""
        if name == "application_name" or self._reported.get(name) == value:
            return False
        self._reported[name] = value
        self._renew()
        return True

    def want(self, changes: list[Change]) -> None:
        """Note changes that take effect when the transaction they were made in commits."""
        self._wanted += changes

    def end_transaction(self, *, committed: bool) -> None:
        """Apply or forget the changes noted since the transaction began."""
        if not self._wanted:
            return
        if committed:
            for change in self._wanted:
                apply(self._settings, change, begins_in_role=self._begins_in_role)
                self._settled = self._settled or change.kind is ChangeKind.DISCARD_ALL
            self._renew()
        elif self._has_role and any(change.name == "session_authorization" for change in self._wanted):
            self.unsettle()  # older servers do not take back that it put the role off
        self._wanted = []

    @property
    def _has_role(self) -> bool:
        return self._begins_in_role or "role" in self._settings

    @property
    def wants_changes(self) -> bool:
        """Whether changes wait for the end of a transaction."""
        return bool(self._wanted)

    def unsettle(self) -> None:
        """Give up telling the session's state, until DISCARD ALL clears it."""
        self._settled = False
        self._renew()

    def _renew(self) -> None:
        reported = self._reported
        encoding = reported.get("client_encoding", "UTF8")
        # In other encodings the server folds more letters than ASCII's, by its locale.
        self._readable = (
            reported.get("standard_conforming_strings", "on") == "on"
            and reported.get("server_encoding", "UTF8") == "UTF8"
            and encoding not in _NOT_ASCII_SAFE
        )
        self.reads_all = self._readable and encoding == "UTF8"
        if self._base is None or not self._readable:
            self.scope = None
        elif not self._settled:
            self.scope = self._cache.private_scope()
        else:
            identity = tuple(sorted(reported.items()))
            self.scope = self._cache.scope((self._base, identity, tuple(sorted(self._settings.items()))))
