"""What an edge is told when it starts."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from polyscale_cli.edge.serverless.limits import EndpointLimits, PoolLimits
from polyscale_cli.errors import UsageError

MIB = 1024 * 1024
HIGHEST_PORT = 65535
# The ports of the old service's container.
USUAL_PORTS = {"postgres": 9010, "mysql": 9000, "mariadb": 9001}
USUAL_HTTP_PORT = 10000
LOG_LEVELS = ("debug", "info", "warning", "error")
_PATHS = ("state_dir", "tls_cert", "tls_key", "ready_file")


@dataclass(frozen=True, slots=True)
class SharedPort:
    """The port that all caches of one database type share.

    Attributes:
        port: 0 takes any free one.
        option: the one that chooses it.
        asked_for: whether it was chosen; where nobody did, an edge does without a port that is taken.
    """

    port: int
    option: str
    asked_for: bool


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """One edge: where its state is, what it listens on, how much it may use.

    Attributes:
        state_dir: the state directory; made with mode 0700 when it does not exist.
        host: the address of all listeners; loopback unless told otherwise.
        http_port: management API; 0 takes any free port.
        postgres_port: the Postgres listener shared by all caches; 0 takes any free port.
        mysql_port: the same for MySQL; None takes the usual one where it is free.
        mariadb_port: the same for MariaDB.
        memory_bytes: the budget of all cached answers together.
        entry_limit_bytes: an answer larger than this is relayed and not kept.
        drain_seconds: how long statements in flight may take to finish after SIGTERM.
        tls_cert: PEM chain shown to clients; with ``tls_key``, instead of the self-signed pair.
        tls_key: PEM private key of ``tls_cert``.
        sql_connections: SQL over HTTP: connections for each cache, user, password and database.
        sql_idle_seconds: after which an unused one is closed.
        sql_queue: how many requests may wait for a connection.
        sql_queue_seconds: how long they may.
        sql_seconds: how long a statement may take.
        sql_requests_per_minute: of one cache.
        sql_origins: web pages that may ask from a browser, separated by commas, ``*`` for all; empty allows none.
        chosen_ports: which of the ports above somebody chose, by name; the next edge here takes them again.
        ready_file: written when the edge accepts connections, removed when it stops.
        log_level: one of ``LOG_LEVELS``.
    """

    state_dir: Path
    host: str = "127.0.0.1"
    http_port: int = USUAL_HTTP_PORT
    postgres_port: int = USUAL_PORTS["postgres"]
    mysql_port: int | None = None
    mariadb_port: int | None = None
    chosen_ports: tuple[str, ...] = ()
    memory_bytes: int = 256 * MIB
    entry_limit_bytes: int = MIB
    drain_seconds: float = 10
    tls_cert: Path | None = None
    tls_key: Path | None = None
    sql_connections: int = 2
    sql_idle_seconds: float = 60
    sql_queue: int = 1_000
    sql_queue_seconds: float = 10
    sql_seconds: float = 30
    sql_requests_per_minute: int = 60_000
    sql_origins: str = ""
    ready_file: Path | None = None
    log_level: str = "info"

    def shared_port(self, database: str) -> SharedPort:
        """Where the caches of a database type are served, by its name in ``USUAL_PORTS``."""
        chosen: int | None = getattr(self, f"{database}_port")
        port = USUAL_PORTS[database] if chosen is None else chosen
        return SharedPort(port, f"--{database}-port", asked_for=chosen is not None)

    def check(self) -> None:
        """Raise UsageError for a value that no edge can run with."""
        self._check_ports()
        if not self.host.strip():
            # The system would take it for every address of the machine, which nobody should get by an empty variable.
            raise UsageError(
                "--host is empty.", fix="Give --host an address, 0.0.0.0 for every address of this machine."
            )
        if self.memory_bytes <= 0 or self.entry_limit_bytes <= 0:
            raise UsageError("The memory budget and the limit of one entry must be above 0 bytes.")
        if not 0 <= self.drain_seconds < float("inf"):
            raise UsageError("The drain time must be 0 seconds or more.")
        self._check_sql()
        if (self.tls_cert is None) != (self.tls_key is None):
            given, missing = ("--tls-cert", "--tls-key") if self.tls_cert else ("--tls-key", "--tls-cert")
            raise UsageError(f"{given} was given without {missing}.", fix=f"Give both, or neither: {missing} FILE.")
        if self.log_level not in LOG_LEVELS:
            raise UsageError(f"{self.log_level!r} is not a log level.", fix=f"Choose one of {', '.join(LOG_LEVELS)}.")

    @property
    def sql(self) -> EndpointLimits:
        """What SQL over HTTP may do."""
        pools = PoolLimits(
            connections=self.sql_connections,
            idle_seconds=self.sql_idle_seconds,
            queue=self.sql_queue,
            queue_seconds=self.sql_queue_seconds,
            statement_seconds=self.sql_seconds,
        )
        origins = tuple(one for one in (each.strip() for each in self.sql_origins.split(",")) if one)
        return EndpointLimits(pools, requests_per_minute=self.sql_requests_per_minute, origins=origins)

    def _check_sql(self) -> None:
        for option, number, least in (
            ("--sql-connections", self.sql_connections, 1),
            ("--sql-queue", self.sql_queue, 0),
            ("--sql-requests-per-minute", self.sql_requests_per_minute, 1),
        ):
            if number < least:
                raise UsageError(f"{option} {number} is too few.", fix=f"Give {option} a number from {least} upwards.")
        for option, seconds in (
            ("--sql-idle-seconds", self.sql_idle_seconds),
            ("--sql-queue-seconds", self.sql_queue_seconds),
            ("--sql-timeout", self.sql_seconds),
        ):
            if not 0 < seconds < float("inf"):
                raise UsageError(f"{option} {seconds:g} is no time.", fix=f"Give {option} more than 0 seconds.")

    def _check_ports(self) -> None:
        shared = [self.shared_port(database) for database in USUAL_PORTS]
        taken: dict[int, str] = {}
        for option, port in (("--http-port", self.http_port), *((s.option, s.port) for s in shared if s.asked_for)):
            if not 0 <= port <= HIGHEST_PORT:
                raise UsageError(f"{option} {port} is not a port.", fix=f"Give {option} a number from 0 to 65535.")
            if port and port in taken:
                raise UsageError(
                    f"{taken[port]} and {option} cannot both have port {port}.",
                    fix=f"Give {taken[port]} and {option} different numbers, or 0 for any free port.",
                )
            taken[port] = option

    def absolute(self) -> EdgeSettings:
        """The same settings with every path made absolute, for a process with another working directory."""
        paths = {name: path.absolute() for name in _PATHS if (path := getattr(self, name)) is not None}
        return replace(self, **paths)

    def to_json(self) -> str:
        """One line of JSON that ``from_json`` reads back."""
        return json.dumps({name: str(v) if isinstance(v, Path) else v for name, v in asdict(self).items()})

    @classmethod
    def from_json(cls, text: str) -> EdgeSettings:
        """The settings that ``to_json`` wrote."""
        values: dict[str, Any] = json.loads(text)
        for name in _PATHS:
            if values[name] is not None:
                values[name] = Path(values[name])
        values["chosen_ports"] = tuple(values["chosen_ports"])
        return cls(**values)
