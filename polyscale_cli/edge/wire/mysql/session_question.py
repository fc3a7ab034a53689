"""What the origin is asked of itself and of a session: which server it is, and all that shapes a session's answers.

Every column is binary, so that no character set of the session can maul it, and needs no privilege. Where servers and
versions differ, their version decides: a variable that does not exist would fail the whole.

Sources: MySQL manual, section 7.1.8, Server System Variables; MariaDB's documentation, Server System Variables, for the
versions that brought one or took it away.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql.flavour import Flavour

Row = Sequence[bytes | None]
"""The columns of the one row that answers."""

_FIRST = (
    *("sql_mode", "character_set_client", "character_set_connection", "character_set_results", "autocommit"),
    *("completion_type", "session_track_transaction_info", "sql_auto_is_null"),
)
"""Those that have a field of their own; two more have another name on each flavour."""

_EVERYWHERE = (
    *("collation_connection", "collation_database", "time_zone", "lc_time_names", "default_week_format"),
    *("group_concat_max_len", "div_precision_increment", "max_sort_length", "optimizer_switch"),
    *("max_allowed_packet", "sql_select_limit", "sql_big_selects", "max_join_size", "sql_safe_updates"),
    # Whether an answer has warnings, of which those with any are not kept.
    "sql_notes",
    # What the last packet of an answer says besides.
    *("session_track_schema", "session_track_state_change", "session_track_system_variables"),
)

_OFF = {"0", "OFF"}
_ON = {"1", "ON"}
_NO_CHAIN = {"0", "NO_CHAIN"}

_MARIADB = (
    *("old_mode", "default_regex_flags", "max_recursive_iterations", "standard_compliant_cte"),
    "system_versioning_asof",
)

_MYSQL_8 = (
    *("windowing_use_high_precision", "cte_max_recursion_depth", "default_collation_for_utf8mb4"),
    *("resultset_metadata", "session_track_gtids"),
    # What is too much for one session is an error or a warning there, and none in another.
    *("max_points_in_geometry", "range_optimizer_max_mem_size"),
)

_UPTIME = "(SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM {status} WHERE VARIABLE_NAME = 'Uptime')"

CLOCK_SLACK_SECONDS = 60
"""How far a statement's time may be from the clock's without ``SET timestamp``: NOW() is when it began."""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What shapes a session's answers, by the origin's own word.

    Attributes:
        identity: all of it; two sessions with the same give the same answers.
        user: ``name@host`` of the account.
        role: None without one, and on servers that have none.
        database: None before one is used.
        sql_mode: its parts.
        client_charset, connection_charset: of statements, as they come and as literals in them are taken.
        isolation: ``REPEATABLE-READ`` and the like, of transactions that begin from now on.
        finds_insert: IS NULL may mean the row that the session has inserted last (``sql_auto_is_null``).
        sets_clock: the client has set the time that statements go by.
        shaping: all of ``identity`` but what tells of transactions alone.
        plain_transactions: BEGIN and COMMIT do and tell what they do by default: no transaction is read-only unless it
            says so, none is followed by another at once (``completion_type``), and nothing is told of them but flags.
    """

    identity: tuple[str | None, ...]
    user: str
    role: str | None
    database: str | None
    sql_mode: frozenset[str]
    client_charset: str
    connection_charset: str
    isolation: str
    autocommit: bool
    finds_insert: bool
    sets_clock: bool
    shaping: Hashable
    plain_transactions: bool

    @property
    def reading(self) -> Hashable:
        """What the names and signs of a text mean by."""
        return self.database, self.sql_mode, self.client_charset, self.connection_charset


def session_question(flavour: Flavour) -> bytes:
    """Ask for all that shapes a session's answers, in one statement."""
    columns = ["CURRENT_USER()", "CURRENT_ROLE()" if flavour.has_roles else "NULL", "DATABASE()"]
    columns.append(f"ABS(TIMESTAMPDIFF(SECOND, NOW(), SYSDATE())) > {CLOCK_SLACK_SECONDS}")
    isolation, read_only = _of_next_transaction(flavour)
    names = (isolation, read_only, *_FIRST, *_EVERYWHERE, *_more(flavour))
    columns += [f"@@SESSION.{name}" for name in names]
    return _select(columns)


def read_session(row: Row) -> SessionFacts:
    """Read the answer.

    Raises:
        ValueError: it has too few columns, or NULL where there is none.
    """
    values = tuple(None if value is None else value.decode("utf-8", "surrogateescape") for value in row)
    user, role, database, sets_clock, isolation, read_only, sql_mode, client, connection, *more = values
    results, autocommit, completion, tracked, finds_insert, *others = more
    if user is None or isolation is None or sql_mode is None or client is None or connection is None:
        raise ValueError("a session's setting is NULL")
    return SessionFacts(
        identity=values,
        user=user,
        role=None if role == "NONE" else role,
        database=database,
        sql_mode=frozenset(sql_mode.split(",")) - {""},
        client_charset=client,
        connection_charset=connection,
        isolation=isolation,
        autocommit=autocommit in _ON,
        finds_insert=finds_insert in _ON,
        sets_clock=sets_clock != "0",
        shaping=(user, role, database, sets_clock, sql_mode, client, connection, results, finds_insert, *others),
        plain_transactions=(read_only in _OFF, completion in _NO_CHAIN, tracked) == (True, True, "OFF"),
    )


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """Which server an origin is.

    Attributes:
        identity: the same at every address that it has.
        started: the second of its start; None where it does not tell.
        version: as it calls it.
        names: lower_case_table_names: 0 where the case of letters in tables' names means something.
    """

    identity: str
    started: str | None
    version: str
    names: int


def server_questions(flavour: Flavour) -> tuple[bytes, ...]:
    """Ask which server it is, once for each session; the next, which asks for less, if one is refused."""
    who = ["@@GLOBAL.hostname", "@@GLOBAL.port", "@@GLOBAL.datadir"]
    if not flavour.is_mariadb:
        who.append("@@GLOBAL.server_uuid")
    elif _has_server_uid(flavour.version):
        who.append("@@GLOBAL.server_uid")
    status = "information_schema.GLOBAL_STATUS" if flavour.is_mariadb else "performance_schema.global_status"
    # Both count from the second in which the statement began, so that their difference does not waver.
    uptime = _UPTIME.replace("{status}", status)
    columns = [f"CONCAT_WS('/', {', '.join(who)})", "VERSION()", "@@GLOBAL.lower_case_table_names"]
    return tuple(_select([*columns, started]) for started in (f"UNIX_TIMESTAMP() - {uptime}", "NULL"))


def read_server(row: Row) -> ServerFacts:
    """Read the answer.

    Raises:
        ValueError: it is something else.
    """
    identity, version, names, started = (
        None if value is None else value.decode("utf-8", "surrogateescape") for value in row
    )
    if identity is None or version is None or names is None:
        raise ValueError("a server's setting is NULL")
    return ServerFacts(identity, started, version, int(names))


def _select(columns: list[str]) -> bytes:
    return f"SELECT {', '.join(f'CAST({column} AS BINARY)' for column in columns)}".encode()


def _of_next_transaction(flavour: Flavour) -> tuple[str, str]:
    """Give the names of two variables: MySQL 5.7.20 and MariaDB 11.1 brought the present ones."""
    if flavour.version >= ((11, 1) if flavour.is_mariadb else (5, 7, 20)):
        return "transaction_isolation", "transaction_read_only"
    return "tx_isolation", "tx_read_only"


def _more(flavour: Flavour) -> tuple[str, ...]:
    if flavour.is_mariadb:
        noted = ("note_verbosity",) if _has_note_verbosity(flavour.version) else ()
        mapped = ("character_set_collations",) if flavour.version >= (11, 3) else ()
        return (*_MARIADB, *noted, *mapped)
    return _MYSQL_8 if flavour.version >= (8, 0, 11) else ()


def _has_server_uid(version: tuple[int, ...]) -> bool:
    came = {(10, 5): 26, (10, 6): 19, (10, 11): 9, (11, 1): 6, (11, 2): 5, (11, 4): 3}
    return _came(version, came, (11, 5))


def _has_note_verbosity(version: tuple[int, ...]) -> bool:
    came = {(10, 6): 16, (10, 10): 7, (10, 11): 6, (11, 0): 4, (11, 1): 3, (11, 2): 2}
    return _came(version, came, (11, 3))


def _came(version: tuple[int, ...], came: dict[tuple[int, int], int], everywhere: tuple[int, int]) -> bool:
    """Whether a MariaDB has a variable that came to several series at once, with the releases that brought it."""
    series = version[0], version[1] if len(version) > 1 else 0
    return version[2:] >= (came[series],) if series in came else version >= everywhere
