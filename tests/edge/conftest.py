"""An edge in the background of a test module, and its API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from polyscale_cli.edge import process
from polyscale_cli.edge.process import EdgeSettings, EdgeStatus
from tests.servers.process import PATIENCE

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Running:
    """A background edge and a client with its local token."""

    settings: EdgeSettings
    status: EdgeStatus
    api: httpx.Client

    def client(self, token: str) -> httpx.Client:
        """A client with another token; without one if it is empty."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=str(self.status.http_url), headers=headers, trust_env=False, timeout=PATIENCE)

    def cache(self, name: str, **fields: object) -> Json:
        """Make a cache; its origin is a port on which nothing listens unless told otherwise."""
        body = {"name": name, "host": "127.0.0.1", "port": 1, "database": "postgres", **fields}
        answer = self.api.post("/v1/caches", json=body)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    def key(self, name: str, *scopes: str) -> str:
        """Make an API key; its secret."""
        answer = self.api.post("/v1/keys", json={"name": name, "scopes": list(scopes)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["secret"])


def free_ports(state_dir: Path, **changes: Any) -> EdgeSettings:
    """Settings with ports that the system chooses."""
    return EdgeSettings(state_dir, **{f"{name}_port": 0 for name in ("http", "postgres", "mysql", "mariadb")} | changes)


def start(settings: EdgeSettings) -> Running:
    """Start it in the background."""
    status = process.start(settings)
    token = (settings.state_dir / "token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    return Running(
        settings,
        status,
        httpx.Client(base_url=str(status.http_url), headers=headers, trust_env=False, timeout=PATIENCE),
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An edge shared by the tests of one module."""
    edge = start(free_ports(tmp_path_factory.mktemp("edge") / "state"))
    with edge.api:
        yield edge
    process.stop(edge.settings.state_dir)


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    """A state directory of one test alone; an edge still running there at its end is stopped."""
    path = tmp_path / "state"
    yield path
    process.stop(path)
