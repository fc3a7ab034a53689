"""Start-up time is a feature, guarded by what each command imports; a clock would only measure the machine."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from polyscale_cli import __version__
from polyscale_cli.app import ENTRIES, GROUPS
from polyscale_cli.postponed import NAMED
from polyscale_cli.settings.known_caches import KnownCache, KnownCaches
from tests.cli.walk import CASES

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
# What stands in for a postponed module leaves when somebody uses it.
names = sorted(n for n in set(sys.modules) - before if type(sys.modules[n]).__name__ != "_Postponed")
import json
sys.stderr.write("\\n" + json.dumps({"code": code, "modules": names}))
"""
# What no command imports that asks nobody, whatever it does.
HEAVY = {
    *("httpx", "rich", "keyring", "tomli_w", "asyncio", "sqlite3", "pydantic", "aiohttp", "uvloop", "sqlglot"),
    *("cryptography", "ssl", "urllib.request", "http.client", "email", "click", "asyncpg", "logging"),
}
# What asking the API takes, and nothing more.
HTTP = {"httpx", "ssl", "urllib.request", "http.client", "email", "asyncio", "logging"}
ID = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"
API = "https://edge.example.com"
URL = "postgres://u:p@db/shop"

# The rooms that every command has; beside the modules at the top of the package.
EVERYWHERE = {"commands", "output", "settings", "ci"}


@dataclass(frozen=True, slots=True)
class Local:
    """A command that asks nobody: how it is run, and which rooms of the package it takes beyond those of all.

    Attributes:
        before: what is run first.
        writes: it writes a file of settings, which takes tomli_w.
        code: its exit code.
    """

    arguments: str
    rooms: frozenset[str] = frozenset()
    before: str = ""
    writes: bool = False
    code: int = 0


WRITING = {"connstr", "envfile"}
ASKING = {"client", "credentials"}
_ADD = f"profile add other --api-url {API}"
LOCAL: dict[str, Local] = {
    "connstr": Local("shop --from-url -", frozenset(WRITING)),
    "env write": Local("--cache shop", frozenset(WRITING)),
    "env print": Local("--cache shop --from-url -", frozenset(WRITING)),
    "env check": Local("--cache shop", frozenset(WRITING), before="env write --cache shop"),
    # A program that is there would take the place of what looks at the imports.
    "run": Local("--cache shop -- /nowhere/true", frozenset(WRITING), code=127),
    "edge stop": Local("", frozenset({"edge"})),
    "edge status": Local("", frozenset({"edge"}), code=6),
    "edge logs": Local("", frozenset({"edge"}), code=3),
    "edge token": Local("", code=3),
    "completion": Local("bash", frozenset({"shell"})),
    "help": Local("environment", frozenset({"shell"})),
    "version": Local(""),
    "config list": Local("", frozenset(ASKING)),
    "config get": Local("timeout", frozenset(ASKING)),
    "config set": Local("timeout 10 --profile other", frozenset(ASKING), before=_ADD, writes=True),
    "config unset": Local("timeout --profile other", frozenset(ASKING), before=_ADD, writes=True),
    "config path": Local("", frozenset(ASKING)),
    "profile list": Local("", frozenset(ASKING)),
    "profile add": Local(f"other --api-url {API}", frozenset(ASKING), writes=True),
    "profile use": Local("other", frozenset(ASKING), before=_ADD, writes=True),
    "profile remove": Local("other --yes", frozenset(ASKING), before=_ADD, writes=True),
    "unlink": Local("", frozenset(ASKING)),
}
# These start a server or a whole demonstration; what they import is what they run.
SERVERS = {"edge run", "edge start", "demo"}
REMOTE = [entry.path for entry in ENTRIES if entry.path not in LOCAL.keys() | SERVERS]


@dataclass(frozen=True, slots=True)
class Imported:
    """What one run imported."""

    code: int
    modules: frozenset[str]
    said: str

    @property
    def heavy(self) -> set[str]:
        """Those of HEAVY."""
        return {name for name in HEAVY if name in self.modules}

    @property
    def rooms(self) -> set[str]:
        """The rooms of the package that it was in, of those that are folders."""
        parts = (name.split(".") for name in self.modules if name.startswith("polyscale_cli."))
        root = Path(__file__).parents[2] / "polyscale_cli"
        return {words[1] for words in parts if (root / words[1]).is_dir()}


def imported(
    *arguments: str, stdin: str = "", cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Imported:
    """Run a command and read what it has imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        cwd=cwd,
    )
    said, _, found = done.stderr.rpartition("\n")
    data = json.loads(found)
    return Imported(data["code"], frozenset(data["modules"]), said)


def test_the_version_imports_nothing_but_the_package() -> None:
    assert imported("--version").modules <= {"polyscale_cli", "polyscale_cli.__main__", "__future__"}


def test_the_version_is_the_packages() -> None:
    for arguments in (["--version"], ["--version", "--help"], ["-h"]):
        done = subprocess.run([sys.executable, "-m", "polyscale_cli", *arguments], capture_output=True, text=True)
        assert done.returncode == 0
        assert arguments == ["-h"] or done.stdout == f"polyscale {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["--help"], *([*group.split(), "--help"] for group in GROUPS)], ids=" ".join)
def test_help_imports_no_command_and_nothing_heavy(arguments: list[str]) -> None:
    found = imported(*arguments)
    assert not [name for name in found.modules if name.startswith("polyscale_cli.commands")]
    assert not found.heavy


@pytest.mark.parametrize("path", [entry.path for entry in ENTRIES if not entry.alias_of])
def test_the_help_of_a_command_imports_nothing_heavy(path: str) -> None:
    found = imported(*path.split(), "--help")
    assert found.code == 0
    assert not found.heavy
    assert "edge" not in found.rooms


@pytest.fixture
def known(isolated: Path, tmp_path: Path) -> dict[str, str]:
    """A project with a .env file, in front of whose database there is a cache that the command remembers."""
    cache = KnownCache(ID, "shop", "postgres", "db", 5432, None, "edge.example.com", 9010, "prefer")
    KnownCaches(isolated / "cache" / "polyscale", API).replace([cache])
    (tmp_path / ".env").write_text(f"DATABASE_URL={URL}\n")
    return {"POLYSCALE_API_URL": API}


@pytest.mark.parametrize("path", LOCAL)
def test_a_command_that_asks_nobody_imports_its_rooms_and_nothing_heavy(
    path: str, known: dict[str, str], tmp_path: Path
) -> None:
    case = LOCAL[path]
    if case.before:
        assert imported(*shlex.split(case.before), env=known, cwd=tmp_path).code == 0
    found = imported(*path.split(), *shlex.split(case.arguments), stdin=URL, env=known, cwd=tmp_path)
    assert found.code == case.code, found.said
    assert found.heavy <= ({"tomli_w"} if case.writes else set())
    assert found.rooms <= EVERYWHERE | case.rooms
    assert not [name for name in found.modules if name.startswith("polyscale_cli.client.http")]


@pytest.mark.parametrize("path", ["connstr", "env print", "env check", "completion"])
def test_a_command_that_shells_start_often_imports_nothing_that_is_postponed(
    path: str, known: dict[str, str], tmp_path: Path
) -> None:
    case = LOCAL[path]
    if case.before:
        assert imported(*shlex.split(case.before), env=known, cwd=tmp_path).code == 0
    found = imported(*path.split(), *shlex.split(case.arguments), stdin=URL, env=known, cwd=tmp_path)
    assert not found.modules & set(NAMED)


@pytest.mark.parametrize("path", REMOTE)
def test_a_command_that_asks_the_api_imports_http_and_nothing_else(
    path: str, known: dict[str, str], tmp_path: Path
) -> None:
    assert path in CASES, f"give {path} a Case in tests/cli/walk.py, or say in LOCAL that it asks nobody"
    words = {name: "shop" for name in ("cache", "spare", "new", "key", "api")} | {"file": ".env", "token_file": ".env"}
    arguments = [word.format(**words) for word in shlex.split(CASES[path].arguments)]
    env = {"POLYSCALE_API_URL": "http://127.0.0.1:1", "POLYSCALE_TOKEN": "x", "CI": "1"}
    found = imported(*path.split(), *arguments, stdin=URL, env=env, cwd=tmp_path)
    assert found.code != 0 or path in {"auth token", "auth logout", "doctor"}, found.said
    assert found.heavy <= HTTP
    assert not found.rooms & {"edge", "demo", "shell"}


def test_the_keyring_is_left_alone_where_a_token_is_at_hand(known: dict[str, str]) -> None:
    for env in ({"POLYSCALE_TOKEN": "x"}, {"POLYSCALE_KEYRING": "off"}):
        found = imported("auth", "token", env=known | env)
        assert not [name for name in found.modules if name.startswith("keyring")]
