"""Portals that are bound and not executed: planning calls functions, and FETCH knows the portals of the protocol."""

from __future__ import annotations

from tests.e2e.raw import SYNC, RawClient, bind, describe, parse
from tests.freshness.arena import BASE, Arena
from tests.freshness.ways import Question, run, send

NAME = Question("SELECT name FROM items WHERE id = 1")


def hits(arena: Arena) -> None:
    arena.through.prime(lambda: NAME.plainly(arena.client("reader")))


def fetched(arena: Arena, sql: str) -> RawClient:
    """Bind a portal by the protocol, and have FETCH execute it; the session that did."""
    writer = arena.client("writer")
    run(writer, BASE)
    hits(arena)
    run(writer, "BEGIN")
    send(writer, parse(sql) + bind(portal="p") + SYNC)
    run(writer, "FETCH ALL IN p", "COMMIT")
    return writer


def test_what_a_fetch_executes_is_seen(arena: Arena) -> None:
    with arena.place():
        fetched(arena, "UPDATE items SET name = 'new' WHERE id = 1 RETURNING 1")
        assert NAME.plainly(arena.client("reader")).rows == (("new",),)


def test_what_a_fetch_sets_is_seen(arena: Arena) -> None:
    with arena.place():
        writer = fetched(arena, "SELECT set_config('search_path', 'two', false)")
        for _ in range(4):
            assert NAME.plainly(writer).rows == (("second",),)
            assert NAME.plainly(arena.client("reader")).rows == (("old",),)


def test_what_planning_does_is_seen(arena: Arena) -> None:
    with arena.place():
        writer = arena.client("writer")
        run(
            writer,
            BASE + "CREATE FUNCTION fixed() RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
            " 'BEGIN RETURN rename(''new''); END'",
        )
        hits(arena)
        send(writer, parse("SELECT fixed()") + bind() + describe() + SYNC)
        assert NAME.plainly(arena.client("reader")).rows == (("new",),)
