"""The registry on a real file: what it acknowledged is there when it is opened again."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from polyscale_cli.edge.cache import Cache, CacheMode, CachingBehaviour, DatabaseType, OriginTls
from polyscale_cli.edge.engine.rules import Rule, RuleType
from polyscale_cli.edge.keys import ApiKey, Scope
from polyscale_cli.edge.registry import KEPT_NETWORK_TESTS, Registry
from polyscale_cli.edge.schema import MIGRATIONS
from polyscale_cli.errors import ConflictError, PolyscaleError

SHOP = Cache(
    id="11111111-1111-4111-8111-111111111111",
    name="shop",
    host="db.example",
    port=5433,
    database=DatabaseType.MARIADB,
    description='the shop\'s; "quoted", ünïcode',
    caching_enabled=False,
    default_caching_behaviour=CachingBehaviour.UNCACHED,
    ttl_seconds=0,
    origin_tls=OriginTls.VERIFY_FULL,
    mode=CacheMode.OBSERVE,
    listen_port=7000,
    created_at="2026-01-02T03:04:05.678Z",
)
BLOG = Cache(id="22222222-2222-4222-8222-222222222222", name="blog", host="::1", port=1, database=DatabaseType.POSTGRES)
KEY = ApiKey("k1", "ci", b"\0" * 32, "psc_abcd…", frozenset({Scope.CACHES_READ, Scope.CACHES_PURGE}), "2026")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "edge.db"


@pytest.fixture
def registry(path: Path) -> Iterator[Registry]:
    opened = Registry(path)
    yield opened
    opened.close()


def reopened(path: Path) -> tuple[list[Cache], list[ApiKey]]:
    again = Registry(path)
    try:
        return again.caches(), again.api_keys()
    finally:
        again.close()


def test_every_field_is_there_after_opening_again(registry: Registry, path: Path) -> None:
    registry.add_cache(SHOP)
    registry.add_cache(BLOG)
    registry.add_key(KEY)

    assert registry.find(SHOP.id) == SHOP
    assert reopened(path) == ([SHOP, BLOG], [KEY])


def test_a_change_and_a_removal_are_there_after_opening_again(registry: Registry, path: Path) -> None:
    registry.add_cache(SHOP)
    registry.add_cache(BLOG)
    registry.add_key(KEY)
    changed = dataclasses.replace(SHOP, name="shop2", listen_port=None)
    registry.replace_cache(changed)
    registry.remove_cache(BLOG.id)
    registry.remove_key(KEY.id)

    assert registry.caches() == [changed]
    assert registry.find(BLOG.id) is None
    assert reopened(path) == ([changed], [])


def test_a_name_is_no_beginning_of_anothers_id(registry: Registry) -> None:
    registry.add_cache(SHOP)
    for name in (SHOP.id[:8], SHOP.id[:6].upper()):
        with pytest.raises(ConflictError, match="The id of the cache shop begins with") as taken:
            registry.add_cache(dataclasses.replace(BLOG, name=name))
        assert taken.value.code == "NAME_TAKEN"
    registry.add_cache(dataclasses.replace(BLOG, name=SHOP.id[:5]))
    with pytest.raises(ConflictError):
        registry.replace_cache(dataclasses.replace(BLOG, name=SHOP.id[:8]))
    registry.replace_cache(dataclasses.replace(SHOP, name=SHOP.id[:8]))


def test_a_name_is_had_once(registry: Registry, path: Path) -> None:
    registry.add_cache(SHOP)
    registry.add_cache(BLOG)
    registry.add_key(KEY)

    with pytest.raises(ConflictError, match="'shop'") as taken:
        registry.add_cache(dataclasses.replace(SHOP, id="33333333-3333-4333-8333-333333333333", listen_port=None))
    assert taken.value.code == "NAME_TAKEN"
    with pytest.raises(ConflictError, match="'shop'"):
        registry.replace_cache(dataclasses.replace(BLOG, name="shop"))
    with pytest.raises(ConflictError, match="'ci'"):
        registry.add_key(dataclasses.replace(KEY, id="k2", digest=b"\1" * 32))

    assert registry.find(BLOG.id) == BLOG
    assert reopened(path) == ([SHOP, BLOG], [KEY])


def test_a_listen_port_is_had_once(registry: Registry) -> None:
    registry.add_cache(SHOP)
    with pytest.raises(ConflictError, match="7000") as taken:
        registry.add_cache(dataclasses.replace(BLOG, listen_port=7000))
    assert taken.value.code == "PORT_IN_USE"
    assert registry.caches() == [SHOP]


def test_network_tests_are_kept_newest_first_up_to_a_number_and_go_with_their_cache(registry: Registry) -> None:
    registry.add_cache(SHOP)
    registry.add_cache(BLOG)
    registry.add_network_test(BLOG.id, "blog's")
    for number in range(KEPT_NETWORK_TESTS + 3):
        registry.add_network_test(SHOP.id, str(number))

    assert registry.network_tests(SHOP.id) == [str(n) for n in range(KEPT_NETWORK_TESTS + 2, 2, -1)]
    registry.remove_cache(SHOP.id)
    assert registry.network_tests(SHOP.id) == []
    assert registry.network_tests(BLOG.id) == ["blog's"]


def test_a_network_test_of_a_cache_that_is_gone_is_dropped(registry: Registry) -> None:
    registry.add_network_test(SHOP.id, "{}")
    assert registry.network_tests(SHOP.id) == []


def test_user_and_workspace_stay_the_same(registry: Registry, path: Path) -> None:
    again = Registry(path)
    again.close()
    assert again.identity == registry.identity
    assert again.identity.user_id != again.identity.workspace_id


def test_what_cannot_be_written_changes_nothing(registry: Registry, path: Path) -> None:
    registry.add_cache(SHOP)
    other = sqlite3.connect(path)
    other.execute("CREATE TRIGGER full BEFORE INSERT ON caches BEGIN SELECT RAISE(ABORT, 'no'); END")
    other.close()
    with pytest.raises(ConflictError):  # the database refused; the memory must not have the cache either
        registry.add_cache(BLOG)
    assert registry.caches() == [SHOP]
    assert registry.find(BLOG.id) is None


def test_a_registry_of_a_newer_edge_is_left_alone(path: Path) -> None:
    Registry(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()

    with pytest.raises(PolyscaleError, match="newer version") as refused:
        Registry(path)
    assert refused.value.code == "REGISTRY_TOO_NEW"


def test_a_step_of_the_schema_happens_as_a_whole_or_not_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Registry(path)
    opened.add_cache(SHOP)
    opened.close()
    broken = "CREATE TABLE later (id TEXT) STRICT; INSERT INTO nowhere VALUES (1);"
    monkeypatch.setattr("polyscale_cli.edge.schema.MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(PolyscaleError, match="cannot be used"):
        Registry(path)
    monkeypatch.undo()

    assert reopened(path) == ([SHOP], [])
    opened = Registry(path)
    tables = [name for (name,) in opened._connection.execute("SELECT name FROM sqlite_schema")]
    opened.close()
    assert "later" not in tables


def test_commits_are_on_the_disk_before_they_are_acknowledged(registry: Registry) -> None:
    (journal,) = registry._connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = registry._connection.execute("PRAGMA synchronous").fetchone()
    assert (journal, synchronous) == ("wal", 2)  # 2 is FULL


def rules_of(path: Path, cache_id: str) -> list[Rule]:
    again = Registry(path)
    try:
        return list(again.rules.of(cache_id))
    finally:
        again.close()


def test_rules_are_there_after_opening_again_in_the_order_in_which_they_came(registry: Registry, path: Path) -> None:
    registry.add_cache(SHOP)
    registry.add_cache(BLOG)
    table = Rule(RuleType.TABLE, "Shop.Orders", 30, "ünïcode", ("Shop", "Orders"))
    auto = Rule(RuleType.AUTO, "SELECT '\n")
    query = Rule(RuleType.QUERY, "x" * 30_000, 0)
    for rule in (table, auto, query):
        registry.rules.put(SHOP.id, rule)
    registry.rules.put(BLOG.id, auto)
    assert registry.rules.of(SHOP.id) == (table, auto, query)
    # Read again, a table's name is what it is compared as.
    loaded = dataclasses.replace(table, table=("shop", "orders"))
    assert rules_of(path, SHOP.id) == [loaded, auto, query]

    again = dataclasses.replace(table, key="SHOP.orders", value=5, name=None, table=("SHOP", "orders"))
    manual = Rule(RuleType.MANUAL, auto.key)
    registry.rules.put(SHOP.id, again)
    registry.rules.put(SHOP.id, manual)
    registry.rules.remove(SHOP.id, query)
    assert registry.rules.of(SHOP.id) == (again, manual)
    assert rules_of(path, SHOP.id) == [dataclasses.replace(again, table=("shop", "orders")), manual]
    assert registry.rules.of(BLOG.id) == (auto,)


def test_rules_go_with_their_cache(registry: Registry, path: Path) -> None:
    registry.add_cache(SHOP)
    registry.rules.put(SHOP.id, Rule(RuleType.AUTO, "t"))
    registry.remove_cache(SHOP.id)
    registry.add_cache(SHOP)
    assert registry.rules.of(SHOP.id) == ()
    assert rules_of(path, SHOP.id) == []


def test_a_registry_of_before_there_were_rules_is_brought_up_to_date(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(
        f"{MIGRATIONS[0]} PRAGMA user_version = 1;"
        "INSERT INTO caches VALUES ('an id', 'old', '', 'h', 1, 'postgres', 1, 'autoCached', 60, 'prefer', NULL, '')"
    )
    connection.close()
    old = Registry(path)
    assert [cache.mode for cache in old.caches()] == [CacheMode.CACHE]
    old.add_cache(SHOP)
    old.rules.put(SHOP.id, Rule(RuleType.AUTO, "t"))
    old.close()
    assert rules_of(path, SHOP.id) == [Rule(RuleType.AUTO, "t")]


def test_where_a_deleted_cache_led_is_remembered_the_latest_first_up_to_a_number(
    registry: Registry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polyscale_cli.edge.registry.KEPT_DELETED_CACHES", 2)
    for number in range(3):
        made = dataclasses.replace(SHOP, id=f"{number}{SHOP.id[1:]}")
        registry.add_cache(made)
        registry.remove_cache(made.id)
    registry.remove_cache("unknown")

    again = Registry(path)
    found = again.deleted_caches()
    again.close()
    assert [one.id[0] for one in found] == ["2", "1"]
    latest = found[0]
    assert (latest.name, latest.host, latest.port, latest.database) == ("shop", "db.example", 5433, SHOP.database)
    assert (latest.origin_tls, latest.deleted_at[:2]) == (SHOP.origin_tls, "20")
