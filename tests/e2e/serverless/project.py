"""A copy of an example, as a user makes it: what npm would install is linked, and commands are those of its README."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import ROOT
from tests.servers.edge import Edge, EdgeCache
from tests.servers.process import ServerProcess

CACHE = "shop"
PLANETS = [{"id": 1, "name": "Mercury"}, {"id": 2, "name": "Venus"}, {"id": 3, "name": "Mars"}]
"""What every example has in its table."""
NOTHING: Mapping[str, str] = {}
_TESTS = ROOT / "tests"
_INSTALLED = tuple(_TESTS / place / "node_modules" for place in ("e2e/serverless/node", "docs/node", "consumers/node"))


@dataclass(frozen=True, slots=True)
class Project:
    """A project in a directory of its own.

    Attributes:
        environment: whatever its user has in the environment: DATABASE_URL, and the way to one edge.
    """

    directory: Path
    edge: Edge
    environment: dict[str, str]

    def type(self, command: str, environment: Mapping[str, str] = NOTHING, *, succeeds: bool = True) -> str:
        """Type a command that the README names; what it prints, or what it says of its failure."""
        assert command in (self.directory / "README.md").read_text(), f"the README does not say: {command}"
        done = subprocess.run(
            # npx takes half a second to find what is in the path anyway.
            ["sh", "-c", command.replace("npx ", "")],
            cwd=self.directory,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode == 0) == succeeds, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout if succeeds else done.stderr

    def server(self, *command: str, **environment: str) -> ServerProcess:
        """A program of the project that stays, not started yet. Nothing of the tests' own environment is in its."""
        surroundings = (f"{name}={value}" for name, value in {**self.environment, **environment}.items())
        return ServerProcess(("env", "-i", *surroundings, *command), self.directory / "server.log", cwd=self.directory)

    def script(self, name: str) -> str:
        """A script of its package.json."""
        scripts: dict[str, str] = json.loads((self.directory / "package.json").read_text())["scripts"]
        return scripts[name]

    @property
    def caches(self) -> list[EdgeCache]:
        """The caches that its commands have made: one, unless it did not come so far."""
        found = self.edge.api.get("/v1/caches").raise_for_status().json()
        return [EdgeCache(self.edge, one["id"], CACHE) for one in found if one["name"] == CACHE]

    @property
    def cache(self) -> EdgeCache:
        """The cache."""
        [made] = self.caches
        return made


def copy_example(name: str, directory: Path, edge: Edge, database_url: str) -> Project:
    """Copy an example, with the packages that its package.json asks for."""
    shutil.copytree(ROOT / "examples" / name, directory, ignore=shutil.ignore_patterns("node_modules", "generated"))
    asked = json.loads((directory / "package.json").read_text())
    for package, wanted in {**asked["dependencies"], **asked.get("devDependencies", {})}.items():
        _install(package, wanted, directory / "node_modules")
    commands = (directory / "node_modules/.bin", Path(sys.executable).parent, os.environ["PATH"])
    environment = {
        "PATH": os.pathsep.join(map(str, commands)),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "CI": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "DATABASE_URL": database_url,
        "WRANGLER_SEND_METRICS": "false",
        "WRANGLER_LOG_PATH": str(directory),
        "npm_config_update_notifier": "false",
        # Prisma's engine for migrations comes from a host of its own; nothing here migrates.
        "PRISMA_SCHEMA_ENGINE_BINARY": shutil.which("true") or "",
        "CHECKPOINT_DISABLE": "1",
        **edge.env,
    }
    return Project(directory, edge, environment)


def _install(package: str, wanted: str, node_modules: Path) -> None:
    place = next(place for place in _INSTALLED if (place / package).exists())
    installed = json.loads((place / package / "package.json").read_text())
    assert installed["version"].split(".")[0] == wanted.lstrip("^").split(".")[0], f"{package} {wanted}"
    link = node_modules / package
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(place / package)
    if (place / ".bin" / package).exists():
        (node_modules / ".bin").mkdir(exist_ok=True)
        (node_modules / ".bin" / package).symlink_to(place / ".bin" / package)
