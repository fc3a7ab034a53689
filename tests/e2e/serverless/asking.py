"""Asks an edge over HTTP, as clients do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.servers.edge import EdgeCache
from tests.servers.patience import runs


@dataclass(frozen=True, slots=True)
class Asker:
    """One user of one database behind a cache."""

    cache: EdgeCache
    username: str
    password: str
    database: str

    def body(self, sql: str, bindings: object = None, **fields: object) -> bytes:
        """A request's body; a field of None is left out."""
        every = {
            "cacheId": self.cache.id,
            "username": self.username,
            "password": self.password,
            "sql": sql,
            "bindings": bindings,
            "database": self.database,
            **fields,
        }
        return json.dumps({name: value for name, value in every.items() if value is not None}).encode()

    def post(self, body: bytes, path: str = "/sql", **headers: str) -> httpx.Response:
        """Send a body."""
        every = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return self.cache.edge.api.post(path, content=body, headers=every)

    def ask(self, sql: str, bindings: object = None, **fields: object) -> httpx.Response:
        """Ask."""
        return self.post(self.body(sql, bindings, **fields))

    def rows(self, sql: str, bindings: object = None) -> Any:
        """Ask, and give the rows."""
        answer = self.ask(sql, bindings)
        assert answer.status_code == 200, answer.text
        return answer.json()


def was_hit(answer: httpx.Response) -> bool:
    """Whether an answer came from the cache, as it says itself."""
    return answer.headers["Cache-Status"] == "PolyScale; hit"


def until_hit(asker: Asker, sql: str, bindings: object = None) -> int:
    """Ask until an answer is a hit; how often it took."""
    for count in runs():
        answer = asker.ask(sql, bindings)
        assert answer.status_code == 200, answer.text
        if was_hit(answer):
            return count + 1
    raise AssertionError(f"no hit: {answer.headers['Cache-Status']}")
