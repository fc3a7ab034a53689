"""The requests of PolyScale's own Node client, header for header, and what it does with the answers."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.edge.conftest import Running


class OfficialError(Exception):
    """What the client throws for a status of 400 or more."""

    def __init__(self, body: Any) -> None:
        super().__init__(body["message"])
        self.body = body


class OfficialClient:
    """It sends the same three headers with every call, misspells one, and parses every body but that of 204."""

    def __init__(self, url: str, api_key: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False)
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json",
            "Accepts": "application/json",
        }

    def fetch(self, path: str, method: str = "GET", body: Any = None) -> Any:
        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        answer = self._http.request(method, path, headers=self._headers, content=content)
        if answer.status_code == 204:
            return None
        parsed = answer.json()
        if answer.status_code >= 400:
            raise OfficialError(parsed)
        return parsed

    def close(self) -> None:
        self._http.close()


def test_its_life_of_a_cache(running: Running) -> None:
    client = OfficialClient(str(running.status.http_url), running.key("official", "caches:read", "caches:write"))
    try:
        made = client.fetch(
            "/v1/caches",
            "POST",
            {
                "name": "Example Cache",
                "host": "localhost",
                "port": 4000,
                "database": "mysql",
                "cachingEnabled": True,
                "defaultCachingBehaviour": "autoCached",
            },
        )
        assert client.fetch("/v1/caches") == [made]
        assert client.fetch(f"/v1/caches/{made['id']}") == made
        client.fetch(f"/v1/caches/{made['id']}/purge", "PUT", {})
        client.fetch(f"/v1/caches/{made['id']}/purge", "PUT")  # as it was before its version 0.0.12
        assert client.fetch(f"/v1/caches/{made['id']}", "DELETE") is None
        assert client.fetch("/v1/caches") == []
        with pytest.raises(OfficialError) as thrown:
            client.fetch(f"/v1/caches/{made['id']}")
    finally:
        client.close()
    assert thrown.value.body == {
        "statusCode": 404,
        "code": "CACHE_NOT_FOUND",
        "error": "Not Found",
        "message": f"There is no cache '{made['id']}'.",
    }
