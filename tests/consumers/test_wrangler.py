"""Wrangler itself: `secret bulk` sends what secrets.json holds, and a Worker under `dev` has what .dev.vars holds.

Cloudflare's API is a stand-in that says yes to everything; the Worker runs in the real workerd, on this machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from polyscale_cli.commands.env.options import HYPERDRIVE_VARIABLE
from polyscale_cli.connstr.profiles import profile_named
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.envfile.formats import Format
from tests.cli.conftest import Run
from tests.cli.env_caches import ORIGIN, SERVERLESS, with_caches
from tests.consumers import corpus
from tests.consumers.stub import Request, Stub, run_stub
from tests.servers.process import ServerProcess, free_port

NODE = Path(__file__).parent / "node"
WRANGLER = NODE / "node_modules" / ".bin" / "wrangler"
OLDEST_NODE = 20
HOSTILE = "p@ss/w:rd?#[%24] $HOME 'é\"🔑\\"
ACCOUNT = "0123456789abcdef0123456789abcdef"


def node_version() -> int:
    done = subprocess.run(["node", "--version"], capture_output=True, text=True)
    return int(done.stdout.removeprefix("v").partition(".")[0])


pytestmark = pytest.mark.skipif(node_version() < OLDEST_NODE, reason=f"wrangler needs Node.js {OLDEST_NODE} or later")


def api(request: Request) -> object:
    """Cloudflare's API, as far as `secret bulk` asks."""
    result: object = {"bindings": []} if request.path.endswith("/settings") else []
    return {"success": True, "errors": [], "messages": [], "result": result}


@pytest.fixture
def cloudflare() -> Iterator[Stub]:
    with run_stub(api) as stub:
        yield stub


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Worker's directory."""
    (tmp_path / "worker.mjs").write_text((NODE / "worker.mjs").read_text())
    settings = {
        "name": "shop",
        "main": "worker.mjs",
        "compatibility_date": "2026-04-01",
        "hyperdrive": [{"binding": "DB", "id": ACCOUNT}],
    }
    (tmp_path / "wrangler.json").write_text(json.dumps(settings))
    return tmp_path


def environment(home: Path, **more: str) -> dict[str, str]:
    """Wrangler's surroundings: nothing of whoever runs the tests, and nobody else on the network."""
    quiet = {"WRANGLER_SEND_METRICS": "false", "WRANGLER_HIDE_BANNER": "true", "CI": "1", "NO_COLOR": "1"}
    return {"PATH": os.environ["PATH"], "HOME": str(home), **quiet, **more}


def bulk(project: Path, cloudflare: Stub, *arguments: str, stdin: str = "") -> Mapping[str, str]:
    """Run `wrangler secret bulk`; the secrets that arrived at the API."""
    environ = environment(
        project,
        CLOUDFLARE_API_TOKEN="token",
        CLOUDFLARE_ACCOUNT_ID=ACCOUNT,
        CLOUDFLARE_API_BASE_URL=f"http://127.0.0.1:{cloudflare.port}/client/v4",
    )
    done = subprocess.run(
        [str(WRANGLER), "secret", "bulk", *arguments],
        cwd=project,
        env=environ,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    body = cloudflare.last("PATCH", "/workers/scripts/shop/settings").body.decode()
    sent = json.loads(body[body.index("{") : body.rindex("}") + 1])["bindings"]
    assert {binding["type"] for binding in sent} == {"secret_text"}
    return {binding["name"]: binding["text"] for binding in sent}


def test_secret_bulk_sends_every_password_as_it_is(project: Path, cloudflare: Stub) -> None:
    passwords = corpus.accepted(Format.WRANGLER)
    assert len(passwords) == len(corpus.PASSWORDS), "JSON can hold them all"
    (project / "secrets.json").write_text(Format.WRANGLER.text(passwords.items()), encoding="utf-8")
    assert bulk(project, cloudflare, "secrets.json") == passwords


def test_secret_bulk_reads_the_same_from_a_pipe(project: Path, cloudflare: Stub) -> None:
    passwords = corpus.accepted(Format.WRANGLER)
    assert bulk(project, cloudflare, stdin=Format.WRANGLER.text(passwords.items())) == passwords


def test_secret_bulk_sends_what_the_command_pipes_into_it(
    project: Path, cloudflare: Stub, isolated: Path, polyscale: Run
) -> None:
    show = with_caches(isolated, polyscale, "env", "print", "--cache", "shop", "--format", "wrangler")
    assert bulk(project, cloudflare, stdin=show(DATABASE_URL=ORIGIN).stdout) == SERVERLESS


def test_secret_bulk_sends_what_a_merged_file_holds(project: Path, cloudflare: Stub) -> None:
    document = Format.WRANGLER.parse('\ufeff{"KEPT": "é", "PASSWORD": "old", "LAST": ""}')
    for key, value in {"PASSWORD": 'n"ew', "CACHE_ID": corpus.CACHE.id}.items():
        document = document.set(key, value)
    (project / "secrets.json").write_text(document.render(), encoding="utf-8")
    sent = bulk(project, cloudflare, "secrets.json")
    assert sent == {"KEPT": "é", "PASSWORD": 'n"ew', "LAST": "", "CACHE_ID": corpus.CACHE.id}


def hyperdrive_url(password: str) -> str:
    """What `env write --hyperdrive` has for that password."""
    return through_cache(corpus.database(password), corpus.CACHE, profile_named("hyperdrive")).url


def under_dev(project: Path) -> Any:
    """What the Worker answers under `wrangler dev`."""
    port = free_port()
    command = [str(WRANGLER), "dev", "--local", "--ip", "127.0.0.1", "--port", str(port), "--inspector-port", "0"]
    server = ServerProcess(
        command, project / "dev.log", env=environment(project, WRANGLER_LOG_PATH=str(project)), cwd=project
    )
    server.start()
    try:
        server.wait_ready(lambda: re.search("Ready on http", server.tail()) is not None, timeout=90)
        return httpx.get(f"http://127.0.0.1:{port}/", trust_env=False, timeout=30).raise_for_status().json()
    finally:
        server.stop()


def test_a_worker_under_dev_has_what_the_files_hold(project: Path) -> None:
    secrets = {**corpus.accepted(Format.DEV_VARS), **corpus.urls()}
    assert len(secrets) > 1.5 * len(corpus.PASSWORDS)
    (project / ".dev.vars").write_text(Format.DEV_VARS.text(secrets.items()), encoding="utf-8")
    (project / ".env").write_text(Format.DOTENV.text([(HYPERDRIVE_VARIABLE + "DB", hyperdrive_url(HOSTILE))]))
    found = under_dev(project)
    assert found["variables"] == secrets
    assert found["hyperdrive"] == {"user": f"{corpus.CACHE.id}-app", "password": HOSTILE, "database": "shop"}
