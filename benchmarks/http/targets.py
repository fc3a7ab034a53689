"""What is measured: the edge, and a usual Python server."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.report import progress
from benchmarks.target import Target, run_listening
from tests.servers.edge import run_edge
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import ServerError

NAMES = ("starlette", "edge")
ROWS = [{"id": number, "name": f"Planet {number}"} for number in range(1, 4)]
SQL = "SELECT id, name FROM planets WHERE id < ? ORDER BY id"
PACKAGES = Path(__file__).parents[2] / "build" / "starlette"
"""Not in the environment of the project: uvicorn brings click, and every command starts slower with that."""


def document() -> str:
    """The rows as the edge writes them."""
    return json.dumps(ROWS, separators=(",", ":"))


def request_of(target: Target) -> bytes:
    """The body of the request."""
    asked = {"cacheId": target.options, "username": TRUST.name, "password": "none", "sql": SQL, "bindings": [4]}
    return json.dumps({**asked, "provider": "postgres", "database": target.user}).encode()


def check_answers(targets: list[Target]) -> None:
    """Raise ServerError unless all answer the same."""
    for target in targets:
        headers = {"Content-Type": "application/json"}
        answer = httpx.post(f"http://127.0.0.1:{target.port}/sql", content=request_of(target), headers=headers)
        if answer.text != document():
            raise ServerError(f"{target.name} answered {answer.status_code} {answer.text[:500]}")


@contextlib.contextmanager
def run_targets(origin: Postgres, names: set[str]) -> Iterator[list[Target]]:
    """Start those that are asked for."""
    database = origin.create_database()
    values = ", ".join(f"({row['id']}, '{row['name']}')" for row in ROWS)
    origin.run(
        f"CREATE TABLE planets (id int, name text); INSERT INTO planets VALUES {values};"
        " GRANT SELECT ON planets TO public",
        database,
    )
    with contextlib.ExitStack() as stack:
        targets = []
        if "starlette" in names:
            progress("starting starlette on uvicorn")
            if not PACKAGES.is_dir():
                raise ServerError(f"{PACKAGES} is missing: make bench installs it")
            command = (sys.executable, "-m", "benchmarks.http.starlette_app")
            port, process = stack.enter_context(run_listening("starlette", command, str(PACKAGES), document()))
            targets.append(Target("starlette", port, process, database, "none"))
        if "edge" in names:
            progress("starting the edge")
            edge = stack.enter_context(run_edge("--sql-requests-per-minute", str(1 << 40)))
            cache = edge.create_cache(origin, "bench", defaultTtl=3600, originTls="disable")
            port = int(edge.runtime["http"]["port"])
            targets.append(Target("edge", port, edge.process, database, cache.id, hits=lambda: cache.metrics().hits))
        yield targets
