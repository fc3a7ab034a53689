"""A purge of one table by its name: every answer that depends on it goes, however the statement spelled it."""

from __future__ import annotations

import pytest

from tests.freshness.through import Through, ask
from tests.servers.edge import Json

PARTITIONED = "INSERT INTO split VALUES (2, 'low')"


def purge(through: Through, *tables: str, **more: object) -> Json:
    """PUT the selector; the answer."""
    path = f"/v1/caches/{through.cache.id}/purge"
    found: Json = through.cache.edge.api.put(path, json={"tables": list(tables), **more}).raise_for_status().json()
    return found


# What is read, what changes it around the edge, and the names by which the change is purged.
CASES = {
    "the table itself": ("SELECT name FROM items WHERE id = 1", "UPDATE items SET name = 'new'", "items"),
    "with its database": ("SELECT name FROM items WHERE id = 1", "UPDATE items SET name = 'new'", "x.public.items"),
    "in quotes": ("SELECT name FROM items WHERE id = 1", "UPDATE items SET name = 'new'", '"public"."items"'),
    "read by its schema": ("SELECT name FROM public.items i", "UPDATE items SET name = 'new'", "items"),
    "read in another schema": ("SELECT name FROM two.items", "UPDATE two.items SET name = 'new'", "items"),
    "mixed case": ('SELECT * FROM "Mixed Case"', 'UPDATE "Mixed Case" SET id = 5', "mixed case"),
    "through a view of a view": ("SELECT name FROM shown_again", "UPDATE items SET name = 'new'", "items"),
    "by the view's own name": ("SELECT name FROM shown_again", "UPDATE items SET name = 'new'", "shown_again"),
    "by the view between": ("SELECT name FROM shown_again", "UPDATE items SET name = 'new'", "shown"),
    "one half of a union": ("SELECT name FROM unioned", "UPDATE parts SET name = 'new'", "parts"),
    "in a subquery": ("SELECT 1 WHERE EXISTS (SELECT FROM apart)", "DELETE FROM apart", "apart"),
    "a partition by its parent": ("SELECT count(*) FROM low", PARTITIONED, "split"),
    "a parent by its partition": ("SELECT count(*) FROM split", PARTITIONED, "low"),
    "an heir by its grandparent": ("SELECT n FROM grandchild", "INSERT INTO grandchild VALUES (9)", "parent"),
    "a grandparent by its heir": ("SELECT n FROM parent", "INSERT INTO grandchild VALUES (9)", "grandchild"),
    "what a key cascades to": ("SELECT count(*) FROM parts", "DELETE FROM items", "items"),
    "what a key sets to null": ("SELECT * FROM nulled", "DELETE FROM items", "public.items"),
    "a materialised view": (
        "SELECT n FROM over_frozen",
        "DELETE FROM items; REFRESH MATERIALIZED VIEW frozen",
        "frozen",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_around_the_edge_is_seen_after_a_purge_of_its_table(case: str, through: Through) -> None:
    read, change, name = CASES[case]
    reader = through.connect()
    old = through.prime(lambda: ask(reader, read))
    through.around(change)
    assert through.hit(lambda: ask(reader, read)) == (old, True)
    found = purge(through, name)
    assert found["purged"] == 1
    assert ask(reader, read) == through.around(read) != old
    assert through.prime(lambda: ask(reader, read)) == through.around(read)


def test_a_name_that_is_not_ascii_is_found_in_any_case(through: Through) -> None:
    through.around('CREATE TABLE "größe" (n int); GRANT ALL ON "größe" TO public')
    reader = through.connect()
    through.prime(lambda: ask(reader, 'SELECT count(*) FROM "größe"'))
    assert purge(through, "GRÖSSE")["purged"] == 1


def test_other_tables_stay(through: Through) -> None:
    reader = through.connect()
    reads = ("SELECT name FROM items WHERE id = 1", "SELECT name FROM apart", "SELECT name FROM two.items")
    for read in reads:
        through.prime(lambda read=read: ask(reader, read))  # type: ignore[misc]
    reader.execute("INSERT INTO log VALUES ('x')")
    found = purge(through, "two.items", "public.log")
    assert found["purged"] == 1
    assert [(one["matched"], one["purged"]) for one in found["tables"]] == [(["two.items"], 1), (["public.log"], 0)]
    assert [through.hit(lambda read=read: ask(reader, read))[1] for read in reads] == [True, True, False]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("made", "read"),
    [
        ("CREATE TABLE apart_from PARTITION OF split FOR VALUES FROM (20) TO (30)", "SELECT count(*) FROM split"),
        ("CREATE TABLE apart_from () INHERITS (parent)", "SELECT count(*) FROM parent"),
    ],
)
def test_a_partition_or_heir_that_was_made_around_the_edge_may_be_of_any_table(
    made: str, read: str, through: Through
) -> None:
    reader = through.connect()
    old = through.prime(lambda: ask(reader, read))
    through.around(f"{made}; INSERT INTO apart_from VALUES (25)")
    assert through.hit(lambda: ask(reader, read)) == (old, True)
    found = purge(through, "apart_from")
    assert (found["purged"], found["tables"][0]["purged"], found["tables"][0]["unknown"]) == (1, 1, True)
    assert ask(reader, read) == through.around(read) != old


def test_a_dry_run_counts_and_drops_nothing(through: Through) -> None:
    reader = through.connect()
    through.prime(lambda: ask(reader, CASES["the table itself"][0]))
    found = purge(through, "items", dryRun=True)
    assert (found["purged"], found["wouldPurge"]) == (0, 1)
    assert through.hit(lambda: ask(reader, CASES["the table itself"][0]))[1]


def test_a_purge_of_a_table_during_a_fill_keeps_the_old_answer_out(through: Through) -> None:
    reader = through.connect()
    question = "SELECT name, count(*) FROM items, generate_series(1, 600000) WHERE id = 1 GROUP BY 1"
    ask(reader, question)
    ask(reader, question)
    reader.pgconn.send_query(question.encode())
    reader.pgconn.flush()
    through.around("UPDATE items SET name = 'new' WHERE id = 1")
    purge(through, "items")
    while reader.pgconn.get_result() is not None:
        pass
    assert ask(reader, question)[0][0] == "new"


def test_a_table_swapped_around_the_edge_is_followed_after_a_purge(through: Through) -> None:
    """The name now means another table; a write to that one through the edge must be seen at once."""
    reader, writer = through.connect(), through.connect()
    read = "SELECT name FROM apart"
    through.prime(lambda: ask(reader, read))
    through.around(
        "CREATE TABLE next (LIKE apart); INSERT INTO next VALUES (1, 'next'); GRANT ALL ON next TO public;"
        "ALTER TABLE apart RENAME TO former; ALTER TABLE next RENAME TO apart"
    )
    assert purge(through, "apart")["purged"] == 1
    assert through.prime(lambda: ask(reader, read)) == [("next",)]
    writer.execute("UPDATE apart SET name = 'written'")
    assert ask(reader, read) == [("written",)]
    through.prime(lambda: ask(reader, read))
    assert purge(through, "apart")["purged"] == 1
