"""The client's packets as values, so that a script of them can be read, printed and played again.

Their layouts are those of MySQL internals, "Command Phase". Texts are UTF-8; ``surrogateescape`` lets them hold any
other byte.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.e2e import raw_mysql
from tests.e2e.raw_mysql import framed
from tests.transparency.mysql import parameters
from tests.transparency.mysql.parameters import Value
from tests.transparency.mysql.parameters import as_bytes as _bytes

DATABASE = "{database}"
"""Stands in a text for the name of the database with the tables."""

_SEND_TYPES, _SEND_UNIT_RESULTS = 128, 64


def _number(statement: int | str) -> int:
    """The server's number of a statement: who sends it has put that in place of a name."""
    assert isinstance(statement, int)
    return statement


def _command(code: raw_mysql.Command, body: bytes = b"") -> bytes:
    return framed(bytes((code,)) + body)


@dataclass(frozen=True, slots=True)
class Query:
    """COM_QUERY, of one statement or of several.

    Attributes:
        upload: the pieces of what LOAD DATA LOCAL is answered with when it asks; None leaves that to other steps.
        attributes: texts; None where QUERY_ATTRIBUTES was not negotiated.
    """

    text: str
    upload: tuple[bytes, ...] | None = None
    attributes: tuple[str, ...] | None = None

    def encode(self) -> bytes:
        before = b"" if self.attributes is None else parameters.attributes_of_query(self.attributes)
        return _command(raw_mysql.Command.QUERY, before + _bytes(self.text))


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
    """Scripts number a session's statements from 1 on, whatever the server's numbers are; or they give them names."""

    text: str
    name: str = ""

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.PREPARE, _bytes(self.text))


@dataclass(frozen=True, slots=True)
class Execute:
    """``bind``: tell the parameters' types; otherwise they are those told before. ``attributes`` as of a query."""

    statement: int | str = 1
    values: tuple[Value, ...] = ()
    cursor: int = 0
    bind: bool = True
    attributes: tuple[str, ...] | None = None

    def encode(self) -> bytes:
        body = parameters.execution(
            _number(self.statement), self.values, cursor=self.cursor, bind=self.bind, attributes=self.attributes
        )
        return _command(raw_mysql.Command.EXECUTE, body)


@dataclass(frozen=True, slots=True)
class BulkExecute:
    """MariaDB's execution for several rows. ``units``: tell what became of each row."""

    statement: int | str
    rows: tuple[tuple[Value, ...], ...]
    units: bool = False

    def encode(self) -> bytes:
        flags = _SEND_TYPES | (_SEND_UNIT_RESULTS if self.units else 0)
        body = parameters.bulk(_number(self.statement), self.rows, flags)
        return _command(raw_mysql.Command.BULK_EXECUTE, body)


@dataclass(frozen=True, slots=True)
class Fetch:
    """Some rows of a cursor."""

    statement: int | str = 1
    rows: int = 1

    def encode(self) -> bytes:
        body = _number(self.statement).to_bytes(4, "little") + self.rows.to_bytes(4, "little")
        return _command(raw_mysql.Command.FETCH, body)


@dataclass(frozen=True, slots=True)
class LongData:
    """A piece of a parameter. It is not answered."""

    data: bytes
    statement: int | str = 1
    parameter: int = 0

    def encode(self) -> bytes:
        body = _number(self.statement).to_bytes(4, "little") + self.parameter.to_bytes(2, "little") + self.data
        return _command(raw_mysql.Command.SEND_LONG_DATA, body)


@dataclass(frozen=True, slots=True)
class Reset:
    """A statement's long data and cursor are forgotten."""

    statement: int | str = 1

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.RESET, _number(self.statement).to_bytes(4, "little"))


@dataclass(frozen=True, slots=True)
class Close:
    """A statement is. It is not answered."""

    statement: int | str = 1

    def encode(self) -> bytes:
        return _command(raw_mysql.Command.CLOSE, _number(self.statement).to_bytes(4, "little"))


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
    Query | InitDb | FieldList | Prepare | Execute | BulkExecute | Fetch | LongData | Reset | Close | ChangeUser
    | SetOption | Plain | Content | Other | Bytes
)  # fmt: skip
