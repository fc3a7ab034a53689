"""Rules for tables on real servers: they are about what a statement shows, and not about all that reaches it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pymysql
import pytest

from tests.e2e.serverless.asking import Asker
from tests.servers.edge import Edge, EdgeCache, Json
from tests.servers.mysql_like import APP, MySqlLike
from tests.servers.patience import AT_ONCE, runs
from tests.servers.postgres import SCRAM, Postgres

TABLES = (
    "CREATE TABLE customers (id int PRIMARY KEY)",
    "CREATE TABLE orders (id int PRIMARY KEY, customer int,"
    " FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE)",
    "CREATE VIEW shown AS SELECT id FROM orders",
    "INSERT INTO customers VALUES (1), (2)",
    "INSERT INTO orders VALUES (10, 1), (20, 2)",
)
PARTS = (
    "CREATE TABLE days (day int) PARTITION BY RANGE (day)",
    "CREATE TABLE days_low PARTITION OF days FOR VALUES FROM (0) TO (9)",
    "CREATE TABLE days_high PARTITION OF days FOR VALUES FROM (9) TO (99)",
)
ORDERS = "SELECT count(*) FROM orders"
Rows = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Shop:
    """Tables behind a cache, and one way to run a statement of them through it."""

    cache: EdgeCache
    rows: Rows

    @property
    def _rules(self) -> str:
        return f"/v1/caches/{self.cache.id}/cache-ttls"

    def never(self, table: str) -> None:
        """Have a rule that answers of a table are never kept, and no other rule."""
        for rule in self.cache.edge.api.get(self._rules).json():
            self.cache.edge.api.delete(f"{self._rules}/{rule['type']}/{rule['key']}").raise_for_status()
        self.cache.edge.api.post(self._rules, json={"type": "TABLE", "key": table, "value": 0}).raise_for_status()

    def keeps(self, sql: str) -> bool:
        """Whether answers are served from the cache, which must be what is said of the statement then."""
        for _ in runs():
            self.rows(sql)
            said = self.explained(sql)
            if said["cacheable"]:
                break
        kept = bool(said["ttl"])
        assert said["decidedBy"] == ("DEFAULT" if kept else "TABLE"), said
        assert self.hits(sql, runs() if kept else range(AT_ONCE)) == kept, said
        return kept

    def hits(self, sql: str, times: Iterable[int] = range(AT_ONCE)) -> bool:
        """Whether one of so many runs is answered from the cache; it is the last then."""
        before = self.cache.metrics().hits
        return any(self.rows(sql) is not None and self.cache.metrics().hits > before for _ in times)

    def explained(self, sql: str) -> Json:
        """What is said of a statement."""
        found: Json = self.cache.edge.api.post(f"/v1/caches/{self.cache.id}/explain", json={"sql": sql}).json()
        return found


@pytest.fixture(params=["postgres", "mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> Postgres | MySqlLike:
    found: Postgres | MySqlLike = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["its own protocol", "HTTP"])
def shop(request: pytest.FixtureRequest, server: Postgres | MySqlLike, edge: Edge) -> Iterator[Shop]:
    database = server.create_database()
    if isinstance(server, Postgres):
        server.run("; ".join((*TABLES, *PARTS, "GRANT ALL ON ALL TABLES IN SCHEMA public TO public")), database)
    else:
        server.run("; ".join(TABLES), database)
    cache = edge.create_cache(server, originTls="disable")
    user, password = (SCRAM.name, SCRAM.password) if isinstance(server, Postgres) else (APP.name, APP.password)
    connection: psycopg.Connection | pymysql.Connection | None = None
    if request.param == "HTTP":
        yield Shop(cache, Asker(cache, user, password, database).rows)
    elif isinstance(server, Postgres):
        connection = psycopg.connect(
            cache.url(SCRAM, database, sslmode="disable"), autocommit=True, prepare_threshold=None
        )
        yield Shop(cache, connection.execute)
    else:
        where = {"host": edge.host, "port": edge.shared_port(server.kind), "database": database}
        connection = pymysql.connect(user=f"{cache.id}-{user}", password=password, autocommit=True, **where)
        yield Shop(cache, connection.cursor().execute)
    if connection is not None:
        connection.close()
    cache.delete()
    server.drop_database(database)


def test_a_rule_for_what_takes_rows_of_a_table_along_is_not_about_that_table(shop: Shop) -> None:
    shop.never("customers")
    assert shop.keeps(ORDERS)
    assert not shop.keeps("SELECT count(*) FROM orders JOIN customers ON customers.id = customer")
    before = shop.cache.metrics().invalidated
    shop.rows("DELETE FROM customers WHERE id = 1")
    assert shop.cache.metrics().invalidated > before, "what reaches an answer drops it, whatever the rules are"


def test_a_rule_for_what_is_beneath_a_view_is_about_the_view(shop: Shop) -> None:
    shop.never("orders")
    assert not shop.keeps("SELECT id FROM shown")


def test_a_rule_for_a_view_is_not_about_what_is_beneath(shop: Shop) -> None:
    shop.never("shown")
    assert not shop.keeps("SELECT id FROM shown")
    assert shop.keeps(ORDERS)


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
@pytest.mark.parametrize("shop", ["its own protocol"], indirect=True)
def test_a_partition_and_what_it_is_a_part_of_are_one_to_rules_but_not_two_partitions(shop: Shop) -> None:
    shop.never("days")
    assert not shop.keeps("SELECT day FROM days_low")
    shop.never("public.days_low")
    assert not shop.keeps("SELECT day FROM days")
    assert shop.keeps("SELECT day FROM days_high")


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
@pytest.mark.parametrize("shop", ["its own protocol"], indirect=True)
def test_of_a_name_that_sessions_mean_different_tables_by_each_decision_is_told(shop: Shop) -> None:
    shop.rows("CREATE SCHEMA other; CREATE TABLE other.orders (id int)")
    shop.never("other.orders")
    assert shop.keeps(ORDERS)
    shop.rows("SET search_path = other")
    assert not shop.keeps(ORDERS)
    shop.rows("SET search_path = public")
    assert shop.hits(ORDERS, runs())
    words = shop.explained(ORDERS)["words"]
    assert words[1] == "The TABLE rule for other.orders decides: nothing is kept."
    assert words[2].startswith("In sessions where its names mean other tables: No rule is about it: automation decides")
