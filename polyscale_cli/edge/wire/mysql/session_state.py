"""Which scope a session is in: what the origin says of it, and whether that can be told at all."""

from __future__ import annotations

from collections.abc import Hashable

from polyscale_cli.edge.engine.analysis import UNKNOWN
from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.mysql.capabilities import SHAPES_ANSWERS
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.session_question import SessionFacts
from polyscale_cli.edge.wire.mysql.statements import Statement

ANYTHING = Template(b"", UNKNOWN)
"""Of a text that cannot be read: it may do anything."""

THE_SERVERS = -1
"""In place of the number of a collation: that of the server, by which new sessions begin that ask for none."""

_READ_WHOLE = frozenset({"utf8", "utf8mb3", "utf8mb4"})

# In these, a byte below 0x80 can be a part of another character, so that a quote need not be a quote (MySQL manual,
# section 12.10, Supported Character Sets and Collations).
_NOT_ASCII_SAFE = frozenset({"big5", "cp932", "gb18030", "gbk", "sjis", "swe7", "ucs2", "utf16", "utf16le", "utf32"})

# Under these, texts follow other lexical rules than those that the analysis knows.
_OTHER_RULES = frozenset({"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ORACLE", "MSSQL", "DB2", "POSTGRESQL", "MAXDB"})

# A read may be shared where it sees what was committed before it and nothing else.
_SHARED_LEVELS = frozenset({"READ-COMMITTED", "REPEATABLE-READ", "SERIALIZABLE"})


class SessionState:
    """Follows the session's state.

    Attributes:
        scope: None while it is not known, because the session has just begun or may have changed.
        charset_was_set: the character set of answers is no longer that of the login, whose collation no variable tells.
        next_is_odd: the next transaction goes another way than those after it. Until that is over nothing is asked, for
            a question could be it.
        reads_committed: each statement of a transaction sees what was committed before it: of the open one, or of the
            next.
        plain_transactions: as ``SessionFacts`` has it.
        is_as_at_login: whether the origin's latest word on the session was its first.
    """

    __slots__ = (
        "_at_login",
        "_base",
        "_cache",
        "_charset",
        "_collation",
        "_collation_at_login",
        "_keeps_charset",
        "_next_reads_committed",
        "_reading",
        "_reads",
        "_rights",
        "_settled",
        "_shaping",
        "_was_reset",
        "author",
        "charset_was_set",
        "is_as_at_login",
        "next_is_odd",
        "plain_transactions",
        "reads_committed",
        "scope",
    )

    def __init__(self, cache: CacheState, login: LoggedIn) -> None:
        self._cache = cache
        self.author = cache.name_session(login.user.decode("utf-8", "replace"))
        self._base = (login.user, int(login.capabilities & SHAPES_ANSWERS), login.flavour.is_mariadb)
        self._keeps_charset = login.flavour.is_mariadb
        self._collation_at_login = self._collation = login.charset
        self._was_reset = False
        self._rights = cache.origin.rights
        self._at_login: tuple[str | None, ...] | None = None
        self.is_as_at_login = False
        self.charset_was_set = self.next_is_odd = False
        self._settled = True
        self._reads = False
        self._charset = ""
        self._reading: Hashable = None
        self._shaping: Hashable = None
        self.reads_committed = self._next_reads_committed = self.plain_transactions = False
        self.scope: Scope | None = None

    def take(self, facts: SessionFacts, *, in_transaction: bool) -> None:
        """Take the origin's word on the session as it is now. A transaction that is open keeps the level it has."""
        if self._was_reset and facts.identity != self._at_login:
            self._collation = THE_SERVERS
        self._was_reset = False
        self._at_login = self._at_login or facts.identity
        self.is_as_at_login = facts.identity == self._at_login
        self._charset = facts.client_charset
        self._reading = facts.reading
        if self._shaping != facts.shaping:  # the same object as long as it is equal: each miss compares it
            self._shaping = facts.shaping
        self._next_reads_committed = facts.isolation == "READ-COMMITTED"
        self.reads_committed = self._next_reads_committed and (self.reads_committed or not in_transaction)
        self.plain_transactions = facts.plain_transactions
        self._reads = self._charset not in _NOT_ASCII_SAFE and facts.sql_mode.isdisjoint(_OTHER_RULES)
        is_odd = facts.sets_clock or facts.finds_insert
        if self._settled and self._reads and not is_odd and facts.isolation in _SHARED_LEVELS:
            collation = None if self.charset_was_set else self._collation
            self.scope = self._cache.scope((self._base, self._rights, collation, facts.identity))
        else:
            self.scope = self._cache.private_scope()

    @property
    def has_rights_of_now(self) -> bool:
        """Whether the session may do what the grants say: a server reads most of them at the login alone (MySQL manual,
        section 8.2.13, "When Privilege Changes Take Effect").
        """
        return self._rights == self._cache.origin.rights

    def give_up(self) -> None:
        """Note that the origin does not answer questions: the session is not read and not served."""
        self._reads = self.is_as_at_login = False
        self.scope = self._cache.private_scope()

    def forget(self) -> None:
        """Note that the session may have changed: the origin must be asked again."""
        self.scope = None

    def transaction_is_over(self) -> None:
        """Note that the next one goes by the session's level."""
        self.next_is_odd = False
        self.reads_committed = self._next_reads_committed

    def unsettle(self) -> None:
        """Note that something was left behind that the origin cannot be asked about, until the session begins anew."""
        self._settled = False
        self.scope = None

    def reset(self) -> None:
        """Note that the session is as it was at its beginning, but for its character set: MySQL takes the server's."""
        self.begin_anew()
        self._was_reset = not self._keeps_charset

    def begin_anew(self) -> None:
        """Note that the session is as it was at its beginning."""
        self._settled = True
        self._collation, self._was_reset = self._collation_at_login, False
        self.charset_was_set = self.next_is_odd = False
        self.reads_committed = self._next_reads_committed = self.plain_transactions = False
        self.scope = None

    def change_user(self, user: bytes, charset: int | None) -> None:
        """Note that somebody else has logged in, to a session as new; without a ``charset`` it is the server's."""
        self._base = (user, *self._base[1:])
        self.author = self._cache.name_session(user.decode("utf-8", "replace"))
        self._rights = self._cache.origin.rights
        self._collation_at_login = THE_SERVERS if charset is None else charset
        self._at_login = None
        self.begin_anew()

    def of_text(self, text: bytes) -> Template:
        """Find the template of a text."""
        return self._cache.templates.of_text(text) if self._can_read(text) else ANYTHING

    def of_prepared(self, statement: Statement) -> Template:
        """Find the template of a prepared statement, which means what it meant when it was prepared."""
        text = statement.text
        if self._can_read(text) and statement.reading == self._reading:
            return self._cache.templates.of_statement(text)
        return ANYTHING

    def may_share(self, statement: Statement) -> bool:
        """Whether a prepared statement answers as one does that is prepared now.

        What shapes an answer is in part settled when it is prepared (literals' collations, and in MySQL all that
        follows from types), and once more wherever the server prepares it anew: where the session was ever another
        one, nobody can tell.
        """
        shaping = self._shaping
        if self.scope is not None and statement.shaping is not shaping and statement.shaping != shaping:
            statement.shaping = None
        return statement.shaping is not None

    def has_prepared(self, statement: Statement) -> None:
        """Note how the session stands while the server prepares a statement, where that is known."""
        if self._reads and self.scope is not None:
            statement.reading, statement.shaping = self._reading, self._shaping

    def _can_read(self, text: bytes) -> bool:
        # While the scope is not known, neither are the rules that a text follows.
        return self._reads and self.scope is not None and (self._charset in _READ_WHOLE or text.isascii())
