"""Purges of templates, queries and tags: over HTTP or not, what was kept goes, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pymysql
import pytest

from tests.e2e.serverless.asking import Asker, until_hit, was_hit
from tests.servers.edge import Edge, EdgeCache, Json
from tests.servers.mysql_like import APP
from tests.servers.postgres import TRUST

TABLE = "CREATE TABLE items (id int PRIMARY KEY, name varchar(9)); INSERT INTO items VALUES (1, 'one'), (2, 'two')"
ONE, TWO = (f"SELECT name FROM items WHERE id = {number}" for number in (1, 2))
TAGGED = "/* polyscale:tag=home */ SELECT count(*) FROM items"


@dataclass(frozen=True, slots=True)
class Place:
    """A database behind a cache, and two clients of it.

    Attributes:
        run: runs a statement over TCP.
    """

    cache: EdgeCache
    run: Callable[[str], object]
    http: Asker

    def fill(self) -> None:
        """Have each query kept, as TCP asks and as HTTP does."""
        for sql in (ONE, TWO, TAGGED):
            for _ in range(4):
                self.run(sql)
            until_hit(self.http, sql)
            assert self.is_hit(sql)

    def is_hit(self, sql: str) -> bool:
        """Whether TCP is answered from the cache."""
        before = self.cache.metrics().hits
        self.run(sql)
        return self.cache.metrics().hits == before + 1

    def purge(self, **selector: object) -> Json:
        """PUT the selector; the answer."""
        path = f"/v1/caches/{self.cache.id}/purge"
        found: Json = self.cache.edge.api.put(path, json=selector).raise_for_status().json()
        return found


@pytest.fixture(params=["postgres", "mariadb"])
def place(request: pytest.FixtureRequest, edge: Edge) -> Iterator[Place]:
    server = request.getfixturevalue(request.param)
    database = server.create_database()
    server.run(TABLE, database)
    cache = edge.create_cache(server)
    if request.param == "postgres":
        server.run("GRANT ALL ON items TO public", database)
        with psycopg.connect(cache.url(TRUST, database), autocommit=True, prepare_threshold=None) as connection:
            yield Place(
                cache,
                lambda sql: connection.execute(sql.encode()).fetchall(),
                Asker(cache, TRUST.name, "", database),
            )
    else:
        with pymysql.connect(
            host=edge.host,
            port=edge.mariadb_port,
            user=f"{cache.id}-{APP.name}",
            password=APP.password,
            database=database,
            autocommit=True,
        ) as other:
            yield Place(cache, other.query, Asker(cache, APP.name, APP.password, database))
    cache.delete()
    server.drop_database(database)


def test_what_is_named_goes_in_every_form_and_the_rest_stays(place: Place) -> None:
    place.fill()
    held = place.cache.metrics().entries
    would = place.purge(queries=[f"{ONE};"], dryRun=True)
    assert (would["purged"], place.cache.metrics().entries) == (0, held)

    went = place.purge(queries=[f"{ONE};"])
    assert went["purged"] == would["wouldPurge"] >= 2, "the answer as HTTP has it as well"
    assert went["queries"] == [{"name": f"{ONE};", "purged": went["purged"]}]
    assert not was_hit(place.http.ask(ONE))
    assert place.is_hit(TWO)
    assert was_hit(place.http.ask(TAGGED))

    place.fill()
    went = place.purge(tags=["home", "nobody"])
    assert [one["purged"] > 0 for one in went["tags"]] == [True, False]
    assert not was_hit(place.http.ask(TAGGED))
    assert was_hit(place.http.ask(ONE))

    place.fill()
    template = place.cache.edge.api.post(f"/v1/caches/{place.cache.id}/explain", json={"sql": ONE}).json()["templateId"]
    went = place.purge(templates=[template])
    assert went["purged"] >= 4
    assert not was_hit(place.http.ask(ONE))
    assert not was_hit(place.http.ask(TWO))
    assert place.is_hit(TAGGED)

    assert place.purge().keys() == {"purged"}, "as v1 has it"
    assert place.cache.metrics().entries == 0
