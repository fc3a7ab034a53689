"""What a page is followed in: a database that wants TLS, a project directory, and a home and ports of one's own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.consumers.stub import Request, run_stub
from tests.consumers.test_wrangler import OLDEST_NODE, node_version
from tests.docs.places import Places
from tests.docs.shell import Done, Shell
from tests.servers.postgres import Postgres, Role, run_postgres
from tests.servers.process import free_port, server_directory

ROLE = Role("app", "s3cret", "hostssl all app 127.0.0.1/32 scram-sha-256")
DATABASE = "shop"
# What most projects have.
DOTENV = f'DATABASE_URL="postgresql://{ROLE.name}:{ROLE.password}@db.example.com:5432/{DATABASE}"\n'
# What pages install from npm; the tests have it from lock files.
_TESTS = Path(__file__).parents[1]
NODE_MODULES = {
    **dict.fromkeys(("postgres",), _TESTS / "drivers/node/node_modules"),
    **dict.fromkeys(("@polyscale",), _TESTS / "e2e/serverless/node/node_modules"),
    **dict.fromkeys(("wrangler", ".bin/wrangler"), _TESTS / "consumers/node/node_modules"),
    **dict.fromkeys(
        ("prisma", "@prisma", "dotenv", "tsx", ".bin/prisma", ".bin/tsx"), _TESTS / "docs/node/node_modules"
    ),
}


def has(program: str | None) -> bool:
    """Whether a program that a block needs is here; nothing is needed by None."""
    if program in ("prisma", "wrangler"):
        return shutil.which("npx") is not None and node_version() >= OLDEST_NODE
    return program is None or shutil.which(program) is not None


@contextlib.contextmanager
def run_origin() -> Iterator[Postgres]:
    """The pages' PostgreSQL: the role app must use TLS and SCRAM, as hosted databases want it."""
    with run_postgres() as server:
        rules = server.directory / "data/pg_hba.conf"
        rules.write_text(f"{rules.read_text()}{ROLE.hba}\n")
        server.run("SELECT pg_reload_conf()")
        server.run(
            f"SET password_encryption = 'scram-sha-256'; CREATE ROLE {ROLE.name} LOGIN PASSWORD '{ROLE.password}'"
        )
        yield server


@dataclass(slots=True)
class World:
    """One reader's machine."""

    directory: Path
    home: Path
    places: Places
    shell: Shell

    def type(self, command: str, *, at_terminal: bool) -> Done:
        """Type what a page says."""
        token = self.home / ".local/share/polyscale/token"
        if token.exists():
            self.places = replace(self.places, token=token.read_text().strip())
        return self.shell.type(self.places.real(command), at_terminal=at_terminal)

    def write(self, name: str, text: str) -> None:
        """Write a file of the project that a page shows."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.places.real(text))


@contextlib.contextmanager
def run_cloudflare() -> Iterator[dict[str, str]]:
    """Variables that make wrangler speak to a stand-in for Cloudflare's API, as far as `secret bulk` asks."""

    def answer(request: Request) -> object:
        result: object = {"bindings": []} if request.path.endswith("/settings") else []
        return {"success": True, "errors": [], "messages": [], "result": result}

    with run_stub(answer) as stub:
        yield {
            "CLOUDFLARE_API_BASE_URL": f"http://127.0.0.1:{stub.port}/client/v4",
            "CLOUDFLARE_API_TOKEN": "token",
            "CLOUDFLARE_ACCOUNT_ID": "0" * 32,
            "WRANGLER_SEND_METRICS": "false",
            "WRANGLER_HIDE_BANNER": "true",
        }


@contextlib.contextmanager
def run_world(origin: Postgres) -> Iterator[World]:
    """A fresh machine with an empty database of its own; the edge that its commands start is ended."""
    origin.run(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    origin.run(f"CREATE DATABASE {DATABASE} OWNER {ROLE.name}")
    with server_directory("docs") as top, run_cloudflare() as cloudflare:
        home, project = top / "home", top / "shop"
        home.mkdir(mode=0o700)
        project.mkdir()
        places = Places(
            origin_port=origin.port,
            http_port=free_port(),
            postgres_port=free_port(),
            certificate=str(origin.certificates.cert),
            key=str(origin.certificates.key),
            directory=str(project),
            home=str(home),
        )
        # A shell's own path: what is in the virtual environment, then the system.
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "NO_COLOR": "1",
            "PAGER": "cat",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "POLYSCALE_HTTP_PORT": str(places.http_port),
            "POLYSCALE_POSTGRES_PORT": str(places.postgres_port),
            # The authority of the tests' PostgreSQL, in place of the system's.
            "SSL_CERT_FILE": str(origin.certificates.ca),
            "npm_config_update_notifier": "false",
            "npm_config_progress": "false",
            # Prisma's engine for migrations comes from a host of its own; nothing here migrates.
            "PRISMA_SCHEMA_ENGINE_BINARY": shutil.which("true") or "",
            "CHECKPOINT_DISABLE": "1",
            **cloudflare,
        }
        for name, installed in NODE_MODULES.items():
            link = project / "node_modules" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(installed / name)
        world = World(project, home, places, Shell(project, environment, top / "state"))
        world.write(".env", DOTENV)
        (project / ".env").chmod(0o600)
        try:
            yield world
        finally:
            subprocess.run(["polyscale", "edge", "stop"], env=environment, capture_output=True, check=True)
