"""One or several sessions without a server: what they send is looked at, and what they are told is written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from polyscale_cli.edge.engine import CacheState, Engine, Resolution, Table
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.authentication import Encrypted
from polyscale_cli.edge.wire.mysql.capabilities import OFFERED_AS_MARIADB, Capability, Status
from polyscale_cli.edge.wire.mysql.conversation import Conversation
from polyscale_cli.edge.wire.mysql.dialect import MySqlDialect
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.session_question import SessionFacts

AUTO = Status.AUTOCOMMIT
COLUMN = b"\x03def\x00\x00\x00\x02id\x00\x0c\x3f\x00\x0b\x00\x00\x00\x03\x03\x40\x00\x00\x00"
READ = b"SELECT v FROM t WHERE id = 1"
WRITE = b"UPDATE t SET v = 2"
T = ("shop", "t")
MARIADB = Flavour(is_mariadb=True, version=(10, 11, 6))
MYSQL = Flavour(is_mariadb=False, version=(9, 7, 0))


def query(text: bytes) -> bytes:
    """COM_QUERY."""
    return p.packet(b"\x03" + text, 0)


def ok(status: Status = AUTO, warnings: int = 0) -> bytes:
    """An OK."""
    return p.packet(p.ok_payload(p.Ok(status=status, warnings=warnings)), 1)


ERROR = p.err(1064, "42000", "no", 1)


def rows(value: bytes = b"5", status: Status = AUTO, warnings: int = 0) -> bytes:
    """A result set of one column and one row, as without DEPRECATE_EOF."""
    end = b"\xfe" + warnings.to_bytes(2, "little") + int(status).to_bytes(2, "little")
    packets = (b"\x01", COLUMN, end, p.string(value), end)
    return b"".join(p.packet(one, number + 1) for number, one in enumerate(packets))


@dataclass
class Later:
    """Something that was put off."""

    seconds: float
    action: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class World:
    """One cache and its clock."""

    now: float = 1000.0
    engine: Engine = field(init=False)
    cache: CacheState = field(init=False)

    def __post_init__(self) -> None:
        self.engine = Engine(lambda: self.now, budget_bytes=1 << 20, entry_limit_bytes=1 << 16)
        self.cache = self.engine.cache("cache", MySqlDialect(), "origin")

    def table(self) -> Table:
        """The table that READ reads and WRITE writes."""
        return self.cache.origin.table(T)


class Session:
    """One session, logged in, whose state is known."""

    def __init__(
        self,
        world: World,
        *,
        isolation: str = "REPEATABLE-READ",
        autocommit: bool = True,
        charset: int = 45,
        flavour: Flavour = MARIADB,
    ) -> None:
        self.world = world
        self.to_client: Callable[[bytes], None] = self._to_client
        self.to_origin: Callable[[bytes], None] = self._to_origin
        self.said: list[bytes] = []
        self.sent: list[bytes] = []
        self.waiting: list[Later] = []
        self.ended: bytes | None = None
        self.fences_when_sent: list[int] = []
        self.fences_when_said: list[int] = []
        login = LoggedIn(
            user=b"app",
            cache_id=None,
            charset=charset,
            capabilities=OFFERED_AS_MARIADB & ~Capability.DEPRECATE_EOF,
            flavour=flavour,
            status=AUTO if autocommit else Status(0),
            encrypted=Encrypted(client=False, origin=False),
        )
        self.conversation = Conversation(self, world.cache, login, MySqlDialect())
        self.know(isolation=isolation, autocommit=autocommit)

    def know(
        self,
        *,
        isolation: str = "REPEATABLE-READ",
        autocommit: bool = True,
        plain: bool = True,
        in_transaction: bool = False,
    ) -> None:
        """Let the session's state be known, and what READ and WRITE touch."""
        self.conversation.session.take(
            SessionFacts(
                identity=(isolation, str(autocommit)),
                user="app@%",
                role=None,
                database="shop",
                sql_mode=frozenset(),
                client_charset="utf8mb4",
                connection_charset="utf8mb4",
                isolation=isolation,
                autocommit=autocommit,
                finds_insert=False,
                sets_clock=False,
                shaping=(),
                plain_transactions=plain,
            ),
            in_transaction=in_transaction,
        )
        self.learn(READ, Resolution(reads=frozenset({T})))
        self.learn(WRITE, Resolution(writes=frozenset({T})))

    def learn(self, text: bytes, resolution: Resolution) -> None:
        """Let it be known what a text touches."""
        scope = self.conversation.session.scope
        assert scope is not None
        template = self.world.cache.templates.of_text(text)
        assert scope.learn(template, resolution, self.world.cache.definitions.version)

    # -- what a conversation may do

    def _to_client(self, data: bytes) -> None:
        self.said.append(data)
        self.fences_when_said.append(self.world.table().fences)

    def _to_origin(self, data: bytes) -> None:
        self.sent.append(data)
        self.fences_when_sent.append(self.world.table().fences)

    def hold_client(self, hold: bool) -> None: ...

    def later(self, seconds: float, action: Callable[[], None]) -> Later:
        self.waiting.append(Later(seconds, action))
        return self.waiting[-1]

    def end(self, message: bytes) -> None:
        self.ended = message

    def thread_at_origin(self, number: int) -> int:
        return number + 100

    # -- both sides

    def ask(self, text: bytes, answer: bytes | None = None) -> bytes:
        """Send a text, let the origin answer it if it gets there, and give what the client is told."""
        self.said.clear()
        before = len(self.sent)
        self.conversation.client_sent(query(text))
        if len(self.sent) > before:
            self.conversation.origin_sent(rows() if answer is None else answer)
        return b"".join(self.said)

    def reaches_origin(self, text: bytes, answer: bytes | None = None) -> bool:
        """Whether a text gets to the origin."""
        before = len(self.sent)
        self.ask(text, answer)
        return len(self.sent) > before


def warm(session: Session, text: bytes = READ) -> None:
    """Have a text's answer kept."""
    for _ in range(2):
        session.ask(text)
    assert not session.reaches_origin(text)
