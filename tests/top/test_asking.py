"""Readings of a real edge."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.http import HttpClient
from polyscale_cli.client.target import Target
from polyscale_cli.credentials import Token
from polyscale_cli.errors import NotFoundError
from polyscale_cli.settings.resolve import Settings
from polyscale_cli.top.asking import RENEWED_AFTER, Asker
from polyscale_cli.top.rates import Frame, Rates
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import Postgres
from tests.servers.process import wait_until

SQL = "SELECT [?] AS one"


class Clock:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(edge: Edge) -> Iterator[ManagementApi]:
    client = HttpClient(Target(str(edge.api.base_url), Token(edge.token, "the test")), Settings({}))
    yield ManagementApi(client)
    client.close()


def test_rates_go_on_when_the_span_of_the_queries_begins_anew(
    api: ManagementApi, clock: Clock, cache: EdgeCache, database: str
) -> None:
    asker, rates = Asker(api, clock, only=cache.id), Rates()
    with psycopg.connect(cache.url(database=database), autocommit=True) as connection:
        connection.prepare_threshold = None

        ran = 0

        def are_counted() -> bool:
            """The edge sweeps what was counted now and then, and not for every question."""
            rows = api.send("GET", f"/v1/caches/{cache.id}/queries")
            return [row["runs"] for row in rows if row["sql"] == SQL] == [ran]

        def after(seconds: float, runs: int) -> Frame:
            nonlocal ran
            for _ in range(runs):
                connection.execute("SELECT 1 AS one").fetchall()
            ran += runs
            wait_until(are_counted, "the statements are counted")
            clock.now += seconds
            return rates.take(asker.read(None))

        after(0, 3)
        for seconds, runs in ((2.0, 4), (RENEWED_AFTER, 600), (2.0, 4), (2.0, 6)):
            frame = after(seconds, runs)
            assert frame.chosen_cache is not None
            assert frame.chosen_cache.per_second == runs / seconds
            assert frame.chosen_cache.origin_times is not None
            assert frame.templates is not None
            rate = {one.reading.sql: one.per_second for one in frame.templates}[SQL]
            assert rate == pytest.approx(runs / seconds)


def test_the_templates_are_those_of_the_chosen_cache_or_of_the_first(
    api: ManagementApi, clock: Clock, edge: Edge, cache: EdgeCache, postgres: Postgres
) -> None:
    other = edge.create_cache(postgres)
    asker = Asker(api, clock)
    assert asker.read(other.id).chosen == other.id
    first = asker.read(None)
    assert first.chosen == first.caches[0].id
    other.delete()
    assert asker.read(other.id).chosen == first.chosen
    with pytest.raises(NotFoundError):
        Asker(api, clock, only=other.id).read(None)


def test_a_key_that_may_not_know_queries_sees_the_rest(edge: Edge, clock: Clock, cache: EdgeCache) -> None:
    key = edge.api.post("/v1/keys", json={"name": f"top-{cache.name}", "scopes": ["caches:purge"]}).json()
    client = HttpClient(Target(str(edge.api.base_url), Token(key["secret"], "the test")), Settings({}))
    reading = Asker(ManagementApi(client), clock).read(cache.id)
    client.close()
    edge.api.delete(f"/v1/keys/{key['id']}")
    assert cache.name in {one.name for one in reading.caches}
    assert reading.templates is None
