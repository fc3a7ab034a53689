"""The client's packets as values, so that a script of them can be read, printed and played again.

Their layouts are those of MySQL internals, "Command Phase". Texts are UTF-8; ``surrogateescape`` lets them hold any
other byte.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.e2e import raw_mysql
from tests.e2e.raw_mysql import framed

Value = str | bytes | None


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def _command(code: raw_mysql.Command, body: bytes = b"") -> bytes:
    return framed(bytes((code,)) + body)


@dataclass(frozen=True, slots=True)
class Query:
    """COM_QUERY, of one statement or of several."""

    text: str

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.QUERY, _bytes(self.text))


@dataclass(frozen=True, slots=True)
class InitDb:
    """Another database, as USE chooses it."""

    name: str

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.INIT_DB, _bytes(self.name))


@dataclass(frozen=True, slots=True)
class FieldList:
    """The columns of a table."""

    table: str
    like: str = ""

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.FIELD_LIST, _bytes(self.table) + b"\0" + _bytes(self.like))


@dataclass(frozen=True, slots=True)
class Prepare:
    """Scripts number a session's statements from 1 on, whatever the server's numbers are."""

    text: str

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.PREPARE, _bytes(self.text))


@dataclass(frozen=True, slots=True)
class Execute:
    """Parameters go as VAR_STRING. ``bind``: tell their types; otherwise they are those told before."""

    statement: int = 1
    values: tuple[Value, ...] = ()
    cursor: int = 0
    bind: bool = True

    def encode(self) -> bytes:
        return framed(raw_mysql.execution(self.statement, *self.values, cursor=self.cursor, bind=self.bind))


@dataclass(frozen=True, slots=True)
class Fetch:
    """Some rows of a cursor."""

    statement: int = 1
    rows: int = 1

    def encode(self) -> bytes:
        body = self.statement.to_bytes(4, "little") + self.rows.to_bytes(4, "little")
        return _command(raw_mysql.Command.FETCH, body)


@dataclass(frozen=True, slots=True)
class LongData:
    """A piece of a parameter. It is not answered."""

    data: bytes
    statement: int = 1
    parameter: int = 0

    def encode(self) -> bytes:
        body = self.statement.to_bytes(4, "little") + self.parameter.to_bytes(2, "little") + self.data
        return _command(raw_mysql.Command.SEND_LONG_DATA, body)


@dataclass(frozen=True, slots=True)
class Reset:
    """A statement's long data and cursor are forgotten."""

    statement: int = 1

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.RESET, self.statement.to_bytes(4, "little"))


@dataclass(frozen=True, slots=True)
class Close:
    """A statement is. It is not answered."""

    statement: int = 1

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.CLOSE, self.statement.to_bytes(4, "little"))


@dataclass(frozen=True, slots=True)
class ChangeUser:
    """Another user, without a password, in the same connection."""

    user: str
    database: str
    secret: bytes = b""
    plugin: str = "mysql_native_password"

    def encode(self) -> bytes:
        body = _bytes(self.user) + b"\0" + bytes((len(self.secret),)) + self.secret + _bytes(self.database) + b"\0"
        charset = raw_mysql.UTF8MB4.to_bytes(2, "little")
        return _command(raw_mysql.Command.CHANGE_USER, body + charset + _bytes(self.plugin) + b"\0")


@dataclass(frozen=True, slots=True)
class SetOption:
    """0 allows several statements in a text, 1 forbids them."""

    option: int

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.SET_OPTION, self.option.to_bytes(2, "little"))


@dataclass(frozen=True, slots=True)
class Plain:
    """A command that has nothing to say but itself."""

    command: raw_mysql.Command

    def encode(self) -> bytes:
        return _command(self.command)


PING = Plain(raw_mysql.Command.PING)
STATISTICS = Plain(raw_mysql.Command.STATISTICS)
RESET_CONNECTION = Plain(raw_mysql.Command.RESET_CONNECTION)
QUIT = Plain(raw_mysql.Command.QUIT)


@dataclass(frozen=True, slots=True)
class Content:
    """What LOAD DATA LOCAL has asked for; an empty one is its end."""

    data: bytes
    number: int

    def encode(self) -> bytes:
        return framed(self.data, self.number)


@dataclass(frozen=True, slots=True)
class Other:
    """A packet as no client should send it: any body, any number."""

    body: bytes
    number: int = 0

    def encode(self) -> bytes:
        return framed(self.body, self.number)


@dataclass(frozen=True, slots=True)
class Bytes:
    """What need not be a packet at all. No answer is expected to it."""

    data: bytes

    def encode(self) -> bytes:
        return self.data


Frontend = (
    Query | InitDb | FieldList | Prepare | Execute | Fetch | LongData | Reset | Close | ChangeUser | SetOption | Plain
    | Content | Other | Bytes
)  # fmt: skip
