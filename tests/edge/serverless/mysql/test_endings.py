"""How statements and connections end before their time: cancelled, killed, lost, closed."""

from __future__ import annotations

import asyncio

import pytest

from polyscale_cli.edge.serverless.backend import Answer, Backend, ConnectionLost, QueryFailed
from polyscale_cli.edge.serverless.mysql import connection as connections
from polyscale_cli.edge.serverless.statement import Statement
from tests.edge.serverless.mysql.conftest import CACHE_ID, Inside, ask, run

SLEEP = "SELECT SLEEP(60)"


async def until_it_runs(inside: Inside, text: str = SLEEP) -> int:
    """Wait until the origin works on a statement; the number of its connection."""
    asked = f"SELECT ID FROM information_schema.PROCESSLIST WHERE INFO = '{text}'"
    while not (found := inside.origin.run(asked)):
        await asyncio.sleep(0.01)
    return int(found.split()[-1])


async def until_it_is_gone(inside: Inside, text: str = SLEEP) -> None:
    """Wait until the origin works on it no more."""
    while inside.origin.run(f"SELECT ID FROM information_schema.PROCESSLIST WHERE INFO = '{text}'"):
        await asyncio.sleep(0.01)


def under_way(backend: Backend, text: str = SLEEP) -> asyncio.Task[Answer]:
    """Begin a statement."""
    return asyncio.create_task(backend.run(Statement(text)))


async def test_a_cancelled_statement_ends_at_the_origin(inside: Inside, backend: Backend) -> None:
    work = under_way(backend)
    await until_it_runs(inside)
    backend.cancel()
    backend.cancel()
    done, _ = await asyncio.wait((work,), timeout=10)
    assert done
    if work.exception() is None:  # MySQL's SLEEP says that it was interrupted
        assert work.result().document == b'[{"SLEEP(60)":1}]'
    else:
        assert isinstance(work.exception(), QueryFailed)
    await until_it_is_gone(inside)
    # What was meant for this statement could still hit the next one.
    assert not backend.is_usable
    with pytest.raises(ConnectionLost, match="cancelled"):
        await backend.reset()


async def test_a_statement_that_cannot_be_cancelled_is_left_to_itself(
    inside: Inside, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "CANCEL_SECONDS", 0.05)
    work = under_way(backend)
    number = await until_it_runs(inside)
    inside.point_to("127.0.0.1", 1)
    backend.cancel()
    with pytest.raises(ConnectionLost, match="cancelled"):
        await work
    inside.origin.run(f"KILL {number}")


async def test_there_is_nothing_to_cancel_where_nothing_is_under_way(backend: Backend) -> None:
    backend.cancel()
    assert await ask(backend, "SELECT 1 AS a") == [{"a": 1}]


async def test_a_killed_connection_is_lost(inside: Inside, backend: Backend) -> None:
    work = under_way(backend)
    inside.origin.run(f"KILL {await until_it_runs(inside)}")
    with pytest.raises((ConnectionLost, QueryFailed), match=r"killed|closed|interrupted"):
        await work
    while backend.is_usable:
        await asyncio.sleep(0.01)
    with pytest.raises(ConnectionLost):
        await run(backend, "SELECT 1")


async def test_an_idle_connection_that_the_origin_ends_is_noticed(inside: Inside, backend: Backend) -> None:
    (row,) = await ask(backend, "SELECT CONNECTION_ID() AS id")
    inside.origin.run(f"KILL {row['id']}")
    while backend.is_usable:
        await asyncio.sleep(0.01)
    with pytest.raises(ConnectionLost):
        await backend.reset()
    with pytest.raises(ConnectionLost):
        await backend.check()


async def test_a_check_asks_the_origin_and_a_reset_of_what_needs_none_does_not(
    inside: Inside, backend: Backend
) -> None:
    await run(backend, "SELECT id FROM items")
    await run(backend, "SELECT id FROM items")
    assert await inside.questions(backend.reset(), "Com_admin_commands") == 0
    assert await inside.questions(backend.check(), "Com_admin_commands") == 1


async def test_a_closed_connection_ends_what_is_under_way_and_its_session(inside: Inside, backend: Backend) -> None:
    idle = await inside.connect()
    work = under_way(backend)
    number = await until_it_runs(inside)
    for one in (backend, idle, idle):
        one.close()
        assert not one.is_usable
    with pytest.raises(ConnectionLost, match="closed"):
        await work
    inside.origin.run(f"KILL {number}")
    while inside.server.connections(CACHE_ID):
        await asyncio.sleep(0.01)


async def test_sessions_that_the_edge_ends_are_lost(inside: Inside, backend: Backend) -> None:
    work = under_way(backend)
    number = await until_it_runs(inside)
    assert inside.server.end_sessions(CACHE_ID, "the cache was deleted") == 1
    with pytest.raises(ConnectionLost, match="the cache was deleted"):
        await work
    inside.origin.run(f"KILL {number}")


async def test_what_is_given_up_in_the_middle_leaves_no_connection_behind(inside: Inside, backend: Backend) -> None:
    work = under_way(backend)
    number = await until_it_runs(inside)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert not backend.is_usable
    inside.origin.run(f"KILL {number}")
