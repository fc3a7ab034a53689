"""How every command is run so that it has an answer: a case for each path, and what runs them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tests.cli.conftest import Done
from tests.cli.forks import Forks
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import SCRAM, Postgres


@dataclass(frozen=True, slots=True)
class Case:
    """How a command is run so that it has an answer.

    Attributes:
        arguments: what follows the path. ``{cache}`` is a cache that exists, ``{spare}`` one that the command may
            delete, ``{new}`` a name that is free, ``{file}`` a .env file with a URL, ``{token_file}`` a
            file with the edge's token, ``{api}`` the edge's URL, ``{key}`` the id of an API key.
        before: command lines that come first.
        foreign_keys: its data is somebody else's, with keys of theirs.
        local: it needs no edge.
    """

    arguments: str = ""
    before: tuple[str, ...] = ()
    foreign_keys: bool = False
    local: bool = False


_PROFILE = "profile add other --api-url https://edge.example.com"
_LOGIN = ("profile add mine --api-url {api} --use", "auth login --token-file {token_file} --insecure-storage")

CASES: dict[str, Case] = {
    "connstr": Case("{cache} --from-url -"),
    "purge": Case("{cache}"),
    "cache create": Case("{new} --from-url -"),
    "cache list": Case(),
    "cache show": Case("{cache}"),
    "cache test": Case("{cache}"),
    "cache queries": Case("{cache}"),
    "cache why": Case("{cache} 'SELECT 1'"),
    "cache update": Case("{cache} --description words"),
    "cache purge": Case("{cache}"),
    "cache delete": Case("{spare} --yes"),
    "rules list": Case("{cache}", before=("rules set {cache} --table t --ttl 5",)),
    "rules set": Case("{cache} --table t --ttl 5"),
    "rules reset": Case("{cache} --table t", before=("rules set {cache} --table t --ttl 5",)),
    "rules explain": Case("{cache} 'SELECT 1'"),
    "env write": Case("--cache {cache} --file {file}"),
    "env print": Case("--cache {cache} --from-url -"),
    "env check": Case("--cache {cache} --file {file}", before=("env write --cache {cache} --file {file}",)),
    "edge status": Case(local=True),
    "edge logs": Case(local=True),
    "edge token": Case(local=True),
    "completion": Case("bash", local=True),
    "help": Case("exit-codes", local=True),
    "version": Case(local=True),
    "auth login": Case("--token-file {token_file} --insecure-storage", before=_LOGIN[:1], local=True),
    "auth status": Case(before=_LOGIN, local=True),
    "auth token": Case(before=_LOGIN, local=True),
    "auth logout": Case(before=_LOGIN, local=True),
    "auth keys create": Case("{new} --scope caches:purge"),
    "auth keys list": Case(),
    "auth keys revoke": Case("{key} --yes"),
    "profile list": Case(before=(_PROFILE,), local=True),
    "profile use": Case("other", before=(_PROFILE,), local=True),
    "profile add": Case("other --api-url https://edge.example.com", local=True),
    "profile remove": Case("other --yes", before=(_PROFILE,), local=True),
    "config list": Case(local=True),
    "config get": Case("timeout", local=True),
    "config set": Case("timeout 10", local=True),
    "config unset": Case("timeout", before=("config set timeout 10",), local=True),
    "config path": Case(local=True),
    "link": Case("{cache}"),
    "unlink": Case(before=("link {cache}",), local=True),
    "api": Case("GET /v1/caches", foreign_keys=True),
    "query": Case("{cache} 'SELECT 1 AS \"One\"' --from-url -", foreign_keys=True),
    "doctor": Case(local=True),
    "stats": Case("{cache}"),
    "top": Case("{cache} --interval 0.1"),
    "console": Case(),
    "ips": Case("{cache}"),
    "create": Case("{new} --from-url -"),
    "list": Case(),
    "test": Case("{cache}"),
    "delete": Case("{spare} --yes"),
    "cache ls": Case(),
    "cache rm": Case("{spare} --yes"),
}
# Not walked, and why not.
ELSEWHERE = {
    "edge run": "it ends only when told to; below, and in test_edge.py",
    "edge start": "it leaves an edge behind; test_edge.py ends it",
    "edge stop": "it would end the edge of this test; test_edge.py has one for it",
    "demo": "it starts a PostgreSQL; tests/demo",
    "run": "its output is the program's; test_run.py",
}


Env: TypeAlias = "Mapping[str, str] | None"


@dataclass(slots=True)
class Walk:
    """Runs commands by their cases.

    Attributes:
        url: the connection string that commands are given; that of the real database when none is set.
        words: what the placeholders of a case stand for.
    """

    forks: Forks
    edge: Edge
    cache: EdgeCache
    postgres: Postgres
    directory: Path
    url: str = ""
    words: dict[str, str] = field(default_factory=dict)

    def run(self, path: str, *more: str, columns: int = 0, alone: bool = False, env: Env = None) -> Done:
        """Run what comes before, unless ``alone``, and then the command itself with more arguments."""
        case = CASES[path]
        self._prepare(f"{path} {case.arguments} {' '.join(case.before)}")
        environ = self.edge.env | {"XDG_CONFIG_HOME": str(self.directory / "config")} | dict(env or {})
        for line in () if alone else case.before:
            done = self.forks.run(*self._filled(line), env=environ, cwd=self.directory, stdin=self.words["url"])
            assert done.returncode == 0, done.stderr
        arguments = [*path.split(), *self._filled(case.arguments)]
        at = arguments.index("--") if "--" in arguments else len(arguments)
        arguments[at:at] = more
        return self.forks.run(*arguments, env=environ, cwd=self.directory, stdin=self.words["url"], columns=columns)

    def _filled(self, line: str) -> list[str]:
        return [word.format(**self.words) for word in shlex.split(line)]

    def _prepare(self, needs: str) -> None:
        url = self.url or self.postgres.url(SCRAM, "app")
        file, token_file = self.directory / ".env", self.directory / "token"
        file.write_text(f'DATABASE_URL="{url}"\n')
        token_file.write_text(self.edge.token)
        token_file.chmod(0o600)
        api = str(self.edge.api.base_url)
        fresh = f"new-{os.urandom(6).hex()}"
        self.words = {"cache": self.cache.name, "new": fresh, "url": url, "api": api}
        self.words |= {"file": str(file), "token_file": str(token_file)}
        if "{spare}" in needs:
            self.words["spare"] = self.edge.create_cache(self.postgres).name
        if "{key}" in needs:
            made = self.edge.api.post("/v1/keys", json={"name": fresh, "scopes": ["caches:purge"]})
            self.words["key"] = made.raise_for_status().json()["id"]
