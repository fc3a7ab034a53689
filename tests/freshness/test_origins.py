"""One server, known by several names."""

from __future__ import annotations

from tests.freshness.through import Through, ask

NAME = "SELECT name FROM items WHERE id = 1"


def each_sees_what_the_other_writes(through: Through, beside: Through) -> None:
    """By two caches of one server, each with the old answer kept."""
    reader, writer = through.connect(), beside.connect()
    assert through.prime(lambda: ask(reader, NAME)) == [("old",)]
    beside.prime(lambda: ask(writer, NAME))
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    assert ask(reader, NAME) == [("new",)]
    beside.prime(lambda: ask(writer, NAME))
    reader.execute("UPDATE items SET name = 'newer' WHERE id = 1")
    assert ask(writer, NAME) == [("newer",)]


def test_a_server_is_one_by_whatever_name_a_cache_knows_it(through: Through) -> None:
    postgres = through.postgres
    postgres.run("SELECT 1")
    with (postgres.directory / "data" / "pg_hba.conf").open("a") as file:
        file.write("host all app_trust 127.0.0.0/8 trust\n")
    postgres.run("SELECT pg_reload_conf()")
    second = through.cache.edge.create_cache(("127.0.0.2", postgres.port), originTls="disable")
    beside = Through(second, postgres, through.database)
    try:
        each_sees_what_the_other_writes(through, beside)
    finally:
        for each in beside.opened:
            each.close()
        second.delete()


def test_two_caches_of_one_origin_see_each_others_writes(through: Through) -> None:
    second = through.cache.edge.create_cache(through.postgres)
    beside = Through(second, through.postgres, through.database)
    try:
        each_sees_what_the_other_writes(through, beside)
    finally:
        for each in beside.opened:
            each.close()
        second.delete()
