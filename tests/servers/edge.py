"""The real edge as a process: started through the command, driven through its API and its ports."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.servers.mysql_like import MySqlLike
from tests.servers.postgres import SCRAM, Postgres, Role
from tests.servers.process import PATIENCE, ServerError, ServerProcess, server_directory

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CacheMetrics:
    """GET /v1/caches/{id}/metrics."""

    hits: int
    misses: int
    passes: int
    entries: int
    bytes: int
    invalidated: int
    purged: int
    connections: int


@dataclass(frozen=True, slots=True)
class EdgeCache:
    """A cache that a test made on an edge."""

    edge: Edge
    id: str
    name: str

    def url(self, role: Role = SCRAM, database: str = "app", *, password: str | None = None, **parameters: str) -> str:
        """A libpq URL through the edge; `parameters` are query parameters, sslmode for one."""
        secret = role.password if password is None else password
        query = {"application_name": self.id, "channel_binding": "disable", **parameters}
        return (
            f"postgresql://{role.name}{':' + quote(secret, safe='') if secret else ''}"
            f"@{self.edge.host}:{self.edge.postgres_port}/{database}?"
            + "&".join(f"{key}={quote(value, safe='')}" for key, value in query.items())
        )

    def metrics(self) -> CacheMetrics:
        """Its counters now."""
        found = self.edge.api.get(f"/v1/caches/{self.id}/metrics").raise_for_status().json()
        return CacheMetrics(**{name: found[name] for name in CacheMetrics.__slots__})

    def patch(self, **fields: object) -> Json:
        """PATCH it."""
        changed: Json = self.edge.api.patch(f"/v1/caches/{self.id}", json=fields).raise_for_status().json()
        return changed

    def purge(self) -> int:
        """Purge it; how many entries went."""
        return int(self.edge.api.put(f"/v1/caches/{self.id}/purge").raise_for_status().json()["purged"])

    def delete(self) -> None:
        """Delete it."""
        self.edge.api.delete(f"/v1/caches/{self.id}").raise_for_status()


@dataclass(slots=True)
class Edge:
    """An edge process with a state directory of its own. Ports are new after each start."""

    home: Path
    arguments: Sequence[str] = ()
    prefix: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    process: ServerProcess = field(init=False)
    runtime: Json = field(init=False, default_factory=dict)
    api: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        ports = (f"--{name}-port=0" for name in ("http", "postgres", "mysql", "mariadb"))
        ready = (*ports, "--ready-file", str(self.ready_file))
        command = (*self.prefix, sys.executable, "-m", "polyscale_cli", "edge", "run", *ready, *self.arguments)
        self.process = ServerProcess(command, self.home / "edge-output.log", env=self.env)

    @property
    def state_dir(self) -> Path:
        """Where it keeps its registry, token and locks."""
        return self.home / "state"

    @property
    def ready_file(self) -> Path:
        """Where it says that it is ready, and on which ports."""
        return self.home / "ready.json"

    @property
    def env(self) -> dict[str, str]:
        """What a command needs to find this edge and nothing else of the person who runs the tests."""
        places = {"HOME": self.home, "XDG_CONFIG_HOME": self.home / "config", "XDG_DATA_HOME": self.home / "data"}
        return {
            **{name: str(path) for name, path in places.items()},
            "POLYSCALE_STATE_DIR": str(self.state_dir),
            "POLYSCALE_AUTOSTART": "0",
            **self.environment,
        }

    @property
    def postgres_port(self) -> int:
        """The port that every cache of that type shares."""
        return self.shared_port("postgres")

    @property
    def mysql_port(self) -> int:
        """The same for MySQL."""
        return self.shared_port("mysql")

    @property
    def mariadb_port(self) -> int:
        """The same for MariaDB."""
        return self.shared_port("mariadb")

    def shared_port(self, database: str) -> int:
        """The port that every cache of a database type shares."""
        shared = (each for each in self.runtime["listeners"] if each["cacheId"] is None)
        return next(int(each["port"]) for each in shared if each["protocol"] == database)

    @property
    def token(self) -> str:
        """The local token: every scope."""
        return (self.state_dir / "token").read_text().strip()

    @property
    def log(self) -> str:
        """Everything it has said."""
        inside = self.state_dir / "edge.log"
        return self.process.tail(1 << 20) + (inside.read_text(errors="replace") if inside.exists() else "")

    def start(self) -> None:
        """Start it and wait for the ready file."""
        self.ready_file.unlink(missing_ok=True)
        self.process.start()
        self.process.wait_ready(self.ready_file.exists)
        self.runtime = json.loads(self.ready_file.read_text())
        http = self.runtime["http"]
        self.api = httpx.Client(
            base_url=f"http://{http['host']}:{http['port']}",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=PATIENCE,
            trust_env=False,
        )

    def stop(self) -> int:
        """SIGTERM, and wait for the end of the drain; the exit status."""
        self.api.close()
        return self.process.stop(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.api.close()
        self.process.stop(signal.SIGKILL)

    def create_cache(
        self, origin: Postgres | MySqlLike | tuple[str, int], name: str | None = None, **fields: object
    ) -> EdgeCache:
        """Make a cache for that origin; `fields` as in the API (database, defaultTtl, originTls, listenPort …)."""
        host, port = origin if isinstance(origin, tuple) else (origin.host, origin.port)
        kind = origin.kind if isinstance(origin, MySqlLike) else "postgres"
        body = {"name": name or f"test-{os.urandom(4).hex()}", "host": host, "port": port, "database": kind}
        answer = self.api.post("/v1/caches", json={**body, **fields})
        if answer.is_error:
            raise ServerError(f"cannot create a cache: {answer.status_code} {answer.text}")
        made = answer.json()
        return EdgeCache(self, made["id"], made["name"])

    def command(
        self, *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `polyscale` against this edge."""
        return subprocess.run(
            [sys.executable, "-m", "polyscale_cli", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env={**os.environ, **self.env, **(env or {})},
            cwd=self.home,
            timeout=PATIENCE,
        )

    def connstr(self, cache: EdgeCache, url: str, *arguments: str) -> str:
        """What `polyscale connstr` prints for a person whose DATABASE_URL is `url`."""
        done = self.command("connstr", cache.name, "--from-url", "-", *arguments, stdin=url + "\n")
        if done.returncode != 0:
            raise ServerError(f"connstr ended with {done.returncode}: {done.stderr}")
        return done.stdout.strip()


@contextlib.contextmanager
def run_edge(
    *arguments: str, prefix: Sequence[str] = (), environment: Mapping[str, str] | None = None, start: bool = True
) -> Iterator[Edge]:
    """Start an edge in a temporary directory, or leave that to the caller; `arguments` go to `polyscale edge run`."""
    with server_directory("edge") as home:
        edge = Edge(home, arguments, prefix, environment or {})
        if start:
            edge.start()
        try:
            yield edge
        finally:
            if edge.process.popen is not None:
                edge.api.close()
            if edge.process.running:
                edge.stop()
