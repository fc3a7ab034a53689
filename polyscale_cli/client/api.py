"""The routes of the management API, each a method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from polyscale_cli.client.http import HttpClient
from polyscale_cli.client.keys import KeyRecord, NewKey
from polyscale_cli.client.metrics import Metrics
from polyscale_cli.client.models import CacheRecord, EdgeInfo, NetworkTest, unreadable
from polyscale_cli.client.purge import EVERYTHING, Purged, Selector
from polyscale_cli.client.rules import Explanation, RuleRecord
from polyscale_cli.client.statistics import History, QueryRecord
from polyscale_cli.client.why import Why

LONGEST_KEY = 60_000
"""Of a rule, as it stands in a path: httpx takes no URL of more than 65,536 characters."""


class ManagementApi:
    """API v1 of one edge. Every method raises what `HttpClient.request` raises."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    def caches(self) -> tuple[CacheRecord, ...]:
        """All caches."""
        rows = self._http.request("GET", "/v1/caches")
        if not isinstance(rows, list):
            raise unreadable("a list of caches")
        return tuple(CacheRecord.read(row) for row in rows)

    def cache(self, cache_id: str) -> CacheRecord:
        """One cache."""
        return CacheRecord.read(self._http.request("GET", _path(cache_id)))

    def create(self, fields: Mapping[str, Any]) -> CacheRecord:
        """Create a cache; ``fields`` in the API's camelCase."""
        return CacheRecord.read(self._http.request("POST", "/v1/caches", dict(fields)))

    def update(self, cache_id: str, fields: Mapping[str, Any]) -> CacheRecord:
        """Change fields of a cache."""
        return CacheRecord.read(self._http.request("PATCH", _path(cache_id), dict(fields)))

    def delete(self, cache_id: str) -> None:
        """Delete a cache; its connections end."""
        self._http.request("DELETE", _path(cache_id))

    def purge(self, cache_id: str, selected: Selector = EVERYTHING, *, dry_run: bool = False) -> Purged:
        """Drop everything the cache holds, or what is selected, and say how much that was.

        Sent again when its answer is lost: a key of its own tells the API that it is the same purge.
        """
        body = dict(selected.body(dry_run=dry_run))
        return Purged.read(self._http.request("PUT", f"{_path(cache_id)}/purge", body, idempotency_key=str(uuid4())))

    def test(self, cache_id: str) -> NetworkTest:
        """Have the edge try its way to the origin."""
        return NetworkTest.read(self._http.request("POST", f"{_path(cache_id)}/network-tests"))

    def metrics(self, cache_id: str) -> dict[str, int]:
        """Counters since the edge started."""
        return dict(self.observed_metrics(cache_id).counts)

    def observed_metrics(self, cache_id: str) -> Metrics:
        """The same, and what the cache would have done while it only observed."""
        return Metrics.read(self._http.request("GET", f"{_path(cache_id)}/metrics"))

    def history(self, cache_id: str, since: str) -> History:
        """What a cache has done since a moment (RFC 3339) or a duration ago, such as 24h."""
        return History.read(self._http.request("GET", f"{_path(cache_id)}/statistics?{urlencode({'since': since})}"))

    def queries(self, cache_id: str, *, since: str, sort: str, limit: int) -> tuple[QueryRecord, ...]:
        """What its templates have done, the most first by ``sort``, one of the API's words."""
        asked = urlencode({"since": since, "sort": sort, "limit": limit})
        rows = self._http.request("GET", f"{_path(cache_id)}/queries?{asked}")
        if not isinstance(rows, list):
            raise unreadable("a list of queries")
        return tuple(QueryRecord.read(row) for row in rows)

    def rules(self, cache_id: str) -> tuple[RuleRecord, ...]:
        """A cache's rules, the oldest first."""
        rows = self._http.request("GET", f"{_path(cache_id)}/cache-ttls")
        if not isinstance(rows, list):
            raise unreadable("a list of rules")
        return tuple(RuleRecord.read(row) for row in rows)

    def rule(self, cache_id: str, rule_type: str, key: str) -> RuleRecord:
        """The rule of a type about something, by whatever spelling of its key, or an id."""
        return RuleRecord.read(self._http.request("GET", _rule_path(cache_id, rule_type, key)))

    def set_rule(self, cache_id: str, rule_type: str, key: str, *, value: int | None, name: str | None) -> RuleRecord:
        """Set a rule, in place of one about the same thing; ``value`` in seconds, and neither for AUTO and MANUAL."""
        given = {"type": rule_type, "key": key, "value": value, "name": name}
        body = {field: one for field, one in given.items() if one is not None}
        return RuleRecord.read(self._http.request("POST", f"{_path(cache_id)}/cache-ttls", body))

    def remove_rule(self, cache_id: str, rule_type: str, key: str) -> None:
        """Remove a rule."""
        self._http.request("DELETE", _rule_path(cache_id, rule_type, key))

    def explain(self, cache_id: str, sql: str) -> Explanation:
        """What becomes of a statement, and why; nothing is run."""
        return Explanation.read(self._http.request("POST", f"{_path(cache_id)}/explain", {"sql": sql}))

    def why(self, cache_id: str, sql: str) -> Why:
        """What became of the answers to a query; nothing is run."""
        return Why.read(self._http.request("POST", f"{_path(cache_id)}/why", {"sql": sql}))

    def edge(self) -> EdgeInfo:
        """The edge itself; any valid token may ask."""
        return EdgeInfo.read(self._http.request("GET", "/v1/edge"))

    def keys(self) -> tuple[KeyRecord, ...]:
        """All API keys, without their secrets."""
        rows = self._http.request("GET", "/v1/keys")
        if not isinstance(rows, list):
            raise unreadable("a list of API keys")
        return tuple(KeyRecord.read(row) for row in rows)

    def create_key(self, name: str, scopes: Sequence[str]) -> NewKey:
        """Make an API key; its secret is not to be had again."""
        return NewKey.read(self._http.request("POST", "/v1/keys", {"name": name, "scopes": list(scopes)}))

    def revoke_key(self, key_id: str) -> None:
        """Revoke an API key at once."""
        self._http.request("DELETE", f"/v1/keys/{quote(key_id, safe='')}")

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Any request, and its JSON as it is."""
        return self._http.request(method, path, body)


def _path(cache_id: str) -> str:
    return f"/v1/caches/{_quoted(cache_id)}"


def _rule_path(cache_id: str, rule_type: str, key: str) -> str:
    """Give the path of a rule; a key for which httpx has no room goes by its id (BLAKE2b, 8 bytes)."""
    quoted = _quoted(key)
    if len(quoted) > LONGEST_KEY:
        from hashlib import blake2b

        quoted = blake2b(key.encode(), digest_size=8).hexdigest()
    return f"{_path(cache_id)}/cache-ttls/{rule_type}/{quoted}"


def _quoted(part: str) -> str:
    return quote(part, safe="")
