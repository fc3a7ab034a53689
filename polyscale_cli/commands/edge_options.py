"""How the edge is told what to do: options of ``edge run`` and ``edge start``, each with its variable.

The variables alone serve when another command starts the edge by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.size import parse_size

STATE_DIR = "POLYSCALE_STATE_DIR"
HOST = "POLYSCALE_HOST"
HTTP_PORT = "POLYSCALE_HTTP_PORT"
POSTGRES_PORT = "POLYSCALE_POSTGRES_PORT"
MYSQL_PORT = "POLYSCALE_MYSQL_PORT"
MARIADB_PORT = "POLYSCALE_MARIADB_PORT"
MEMORY = "POLYSCALE_MEMORY"
ENTRY_LIMIT = "POLYSCALE_ENTRY_LIMIT"
DRAIN_SECONDS = "POLYSCALE_DRAIN_SECONDS"
TLS_CERT = "POLYSCALE_TLS_CERT"
TLS_KEY = "POLYSCALE_TLS_KEY"
LOG_LEVEL = "POLYSCALE_LOG_LEVEL"
SQL_CONNECTIONS = "POLYSCALE_SQL_CONNECTIONS"
SQL_IDLE_SECONDS = "POLYSCALE_SQL_IDLE_SECONDS"
SQL_QUEUE = "POLYSCALE_SQL_QUEUE"
SQL_QUEUE_SECONDS = "POLYSCALE_SQL_QUEUE_SECONDS"
SQL_TIMEOUT = "POLYSCALE_SQL_TIMEOUT"
SQL_REQUESTS = "POLYSCALE_SQL_REQUESTS_PER_MINUTE"
SQL_ORIGINS = "POLYSCALE_SQL_ORIGINS"
_SQL = "SQL over HTTP"


def given_path(text: str) -> Path:
    """A path that is one: an empty text would mean this directory, which nobody means who has a variable unset."""
    if not text:
        raise typer.BadParameter("it is empty.")
    return Path(text)


StateDirOption = Annotated[
    Path | None,
    typer.Option(
        "--state-dir", metavar="DIR", envvar=STATE_DIR, parser=given_path, help="Where the edge keeps its state."
    ),
]
HostOption = Annotated[
    str | None,
    typer.Option("--host", metavar="ADDRESS", envvar=HOST, help="Address to listen on; else loopback."),
]
HttpPortOption = Annotated[
    int | None,
    typer.Option("--http-port", metavar="PORT", envvar=HTTP_PORT, help="Port of the management API; 0 takes any."),
]
PostgresPortOption = Annotated[
    int | None,
    typer.Option("--postgres-port", metavar="PORT", envvar=POSTGRES_PORT, help="Port for Postgres; 0 takes any."),
]
MysqlPortOption = Annotated[
    int | None,
    typer.Option("--mysql-port", metavar="PORT", envvar=MYSQL_PORT, help="Port for MySQL; 0 takes any."),
]
MariadbPortOption = Annotated[
    int | None,
    typer.Option("--mariadb-port", metavar="PORT", envvar=MARIADB_PORT, help="Port for MariaDB; 0 takes any."),
]
MemoryOption = Annotated[
    str | None,
    typer.Option("--memory", metavar="SIZE", envvar=MEMORY, help="Memory for cached answers, such as 256MiB."),
]
EntryLimitOption = Annotated[
    str | None,
    typer.Option("--entry-limit", metavar="SIZE", envvar=ENTRY_LIMIT, help="The largest answer to keep, such as 1MiB."),
]
DrainOption = Annotated[
    float | None,
    typer.Option("--drain-seconds", metavar="SECONDS", envvar=DRAIN_SECONDS, help="Time for statements in flight."),
]
TlsCertOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-cert", metavar="FILE", parser=given_path, envvar=TLS_CERT, help="Certificate chain for clients (PEM)."
    ),
]
TlsKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-key", metavar="FILE", parser=given_path, envvar=TLS_KEY, help="Private key of --tls-cert (PEM)."
    ),
]
LogLevelOption = Annotated[
    str | None,
    typer.Option(
        "--log-level",
        metavar="LEVEL",
        envvar=LOG_LEVEL,
        help="debug, info, warning or error.",
        autocompletion=lambda: ["debug", "info", "warning", "error"],
    ),
]
SqlConnectionsOption = Annotated[
    int | None,
    typer.Option(
        "--sql-connections",
        metavar="N",
        envvar=SQL_CONNECTIONS,
        help="Connections for each cache, user and database.",
        rich_help_panel=_SQL,
    ),
]
SqlIdleOption = Annotated[
    float | None,
    typer.Option(
        "--sql-idle-seconds",
        metavar="SECONDS",
        envvar=SQL_IDLE_SECONDS,
        help="When an unused connection is closed.",
        rich_help_panel=_SQL,
    ),
]
SqlQueueOption = Annotated[
    int | None,
    typer.Option(
        "--sql-queue", metavar="N", envvar=SQL_QUEUE, help="Requests that may wait for one.", rich_help_panel=_SQL
    ),
]
SqlQueueSecondsOption = Annotated[
    float | None,
    typer.Option(
        "--sql-queue-seconds",
        metavar="SECONDS",
        envvar=SQL_QUEUE_SECONDS,
        help="How long they may wait.",
        rich_help_panel=_SQL,
    ),
]
SqlTimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--sql-timeout",
        metavar="SECONDS",
        envvar=SQL_TIMEOUT,
        help="How long a statement may take.",
        rich_help_panel=_SQL,
    ),
]
SqlRequestsOption = Annotated[
    int | None,
    typer.Option(
        "--sql-requests-per-minute",
        metavar="N",
        envvar=SQL_REQUESTS,
        help="Requests of one cache; more get 429.",
        rich_help_panel=_SQL,
    ),
]
SqlOriginsOption = Annotated[
    str | None,
    typer.Option(
        "--sql-origins",
        metavar="ORIGINS",
        envvar=SQL_ORIGINS,
        help="Web pages that may ask from a browser (CORS), separated by commas.",
        rich_help_panel=_SQL,
    ),
]


def _integer(value: str, where: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise UsageError(f"{where}={value!r} is not a whole number.", fix=f"Correct or unset {where}.") from None


def _number(value: str, where: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise UsageError(f"{where}={value!r} is not a number.", fix=f"Correct or unset {where}.") from None


def _path(value: str, _: str) -> Path:
    return Path(value).expanduser()


def _text(value: str, _: str) -> str:
    return value


_VARIABLES: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    "host": (HOST, _text),
    "http_port": (HTTP_PORT, _integer),
    "postgres_port": (POSTGRES_PORT, _integer),
    "mysql_port": (MYSQL_PORT, _integer),
    "mariadb_port": (MARIADB_PORT, _integer),
    "memory_bytes": (MEMORY, parse_size),
    "entry_limit_bytes": (ENTRY_LIMIT, parse_size),
    "drain_seconds": (DRAIN_SECONDS, _number),
    "tls_cert": (TLS_CERT, _path),
    "tls_key": (TLS_KEY, _path),
    "log_level": (LOG_LEVEL, _text),
    "sql_connections": (SQL_CONNECTIONS, _integer),
    "sql_idle_seconds": (SQL_IDLE_SECONDS, _number),
    "sql_queue": (SQL_QUEUE, _integer),
    "sql_queue_seconds": (SQL_QUEUE_SECONDS, _number),
    "sql_seconds": (SQL_TIMEOUT, _number),
    "sql_requests_per_minute": (SQL_REQUESTS, _integer),
    "sql_origins": (SQL_ORIGINS, _text),
}


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings that variables give, by the names of ``EdgeSettings``. Raises UsageError for what cannot be read."""
    given = ((field, variable, read, text(environ, variable)) for field, (variable, read) in _VARIABLES.items())
    return {field: read(value, variable) for field, variable, read, value in given if value is not None}
