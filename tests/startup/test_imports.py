"""Start-up time is a feature, guarded by what each command imports; a clock would only measure the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from polyscale_cli import __version__
from polyscale_cli.app import ENTRIES
from polyscale_cli.command_tree import Entry
from polyscale_cli.settings.known_caches import KnownCache, KnownCaches

# Prints what was imported beyond a bare interpreter, after the command has run.
PROBE = """
import sys
before = set(sys.modules)
from polyscale_cli.__main__ import main
sys.argv = ["polyscale", *sys.argv[1:]]
try:
    code = main()
except SystemExit as ended:
    code = ended.code
names = sorted(set(sys.modules) - before)
import json
sys.stderr.write("\\n" + json.dumps({"code": code, "modules": names}))
"""
HEAVY = {
    *("httpx", "rich", "keyring", "tomli_w", "asyncio", "sqlite3", "pydantic", "aiohttp", "uvloop", "sqlglot"),
    *("cryptography", "ssl", "urllib.request", "http.client", "email", "click", "asyncpg"),
}
ID = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"


def imported(*arguments: str, stdin: str = "", cwd: Path | None = None) -> set[str]:
    """The modules that a command imports."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], input=stdin, capture_output=True, text=True, env=os.environ, cwd=cwd
    )
    found = json.loads(done.stderr.rpartition("\n")[2])
    assert found["code"] == 0, done.stderr
    return set(found["modules"])


def roots(modules: set[str]) -> set[str]:
    return modules | {name.partition(".")[0] for name in modules}


def test_the_version_imports_nothing_but_the_package() -> None:
    found = imported("--version")
    assert found <= {"polyscale_cli", "polyscale_cli.__main__", "__future__"}


def test_the_version_is_the_packages() -> None:
    for arguments in (["--version"], ["--version", "--help"], ["-h"]):
        done = subprocess.run([sys.executable, "-m", "polyscale_cli", *arguments], capture_output=True, text=True)
        assert done.returncode == 0
        assert arguments == ["-h"] or done.stdout == f"polyscale {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], [], ["cache", "--help"], ["edge"]])
def test_help_imports_no_command_and_nothing_heavy(arguments: list[str]) -> None:
    found = imported(*arguments)
    assert not [name for name in found if name.startswith("polyscale_cli.commands")]
    assert not roots(found) & HEAVY


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.path)
def test_the_help_of_a_command_imports_nothing_heavy(entry: Entry) -> None:
    found = imported(*entry.path.split(), "--help")
    assert not roots(found) & HEAVY
    assert not [name for name in found if name.startswith("polyscale_cli.edge")]


@pytest.fixture
def known(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that the command remembers."""
    monkeypatch.setenv("POLYSCALE_API_URL", "https://edge.example.com")
    cache = KnownCache(ID, "shop", "postgres", "db", 5432, None, "edge.example.com", 9010, "prefer")
    KnownCaches(isolated / "cache" / "polyscale", "https://edge.example.com").replace([cache])


@pytest.mark.usefixtures("known")
def test_connstr_of_a_known_cache_imports_nothing_heavy() -> None:
    found = imported("connstr", "shop", "--from-url", "-", stdin="postgres://u:p@db/shop")
    assert not roots(found) & HEAVY
    assert not [name for name in found if name.startswith("polyscale_cli.edge")]


@pytest.mark.usefixtures("known")
def test_env_write_of_a_known_cache_imports_no_http(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=postgres://u:p@db/shop\n")
    assert not roots(imported("env", "write", cwd=tmp_path)) & HEAVY
    assert "edge.example.com" in (tmp_path / ".env").read_text()


def test_asking_whether_the_edge_runs_imports_no_server() -> None:
    found = imported("edge", "stop")
    assert not roots(found) & HEAVY


def test_commands_to_the_api_import_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYSCALE_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("POLYSCALE_TOKEN", "x")
    done = subprocess.run([sys.executable, "-c", PROBE, "cache", "list"], capture_output=True, text=True)
    found = json.loads(done.stderr.rpartition("\n")[2])
    assert found["code"] == 6, done.stderr
    assert not roots(set(found["modules"])) & (
        HEAVY - {"httpx", "ssl", "urllib.request", "http.client", "email", "asyncio"}
    )
    assert not [name for name in found["modules"] if name.startswith("polyscale_cli.edge")]
