"""What a connection says of the cache, and how it is made as good as new for whoever is next."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

import pytest

from polyscale_cli.edge.serverless.backend import Answer, Backend, ConnectionLost, QueryFailed
from polyscale_cli.edge.serverless.statement import Value
from tests.edge.serverless.postgres.conftest import CACHE_ID, Inside, ask, run
from tests.servers.postgres import SCRAM, TRUST, Postgres

READ = "SELECT name FROM items WHERE id = 7"
BOUND = "SELECT name FROM items WHERE id = $1"


async def until_hit(backend: Backend, text: str, *parameters: Value) -> list[Answer]:
    """Ask three times, resetting between."""
    answers = []
    for _ in range(3):
        answers.append(await run(backend, text, *parameters))
        await backend.reset()
    return answers


@pytest.mark.parametrize(("text", "parameters"), [(READ, ()), (BOUND, (7,)), (BOUND, ("7",))])
async def test_an_answer_knows_its_entry(inside: Inside, text: str, parameters: tuple[Value, ...]) -> None:
    backend = await inside.connect()
    first, second, third = await until_hit(backend, text, *parameters)
    assert [each.was_hit for each in (first, second, third)] == [False, False, True]
    assert first.entry is None
    assert second.entry is third.entry is not None
    assert third.entry.response.endswith(b"Z\0\0\0\x05I")
    assert {each.document for each in (first, second, third)} == {b'[{"name":"item 7"}]'}
    assert {each.why_not for each in (first, second, third)} == {None}
    assert (inside.metrics.hits, inside.metrics.misses) == (1, 2)


async def test_what_one_connection_kept_another_is_served(inside: Inside) -> None:
    one, other = await inside.connect(), await inside.connect()
    await until_hit(one, BOUND, 7)
    assert (await run(other, BOUND, 7)).was_hit
    assert not (await run(other, BOUND, 8)).was_hit


async def test_types_of_the_databases_own_come_out_alike_from_the_cache(inside: Inside) -> None:
    owner = await inside.connect()
    await run(owner, "CREATE TABLE feelings (are mood[], how many_times)".replace("many_times", "positive[]"))
    try:
        await run(owner, "INSERT INTO feelings VALUES ('{sad,\"so, so\"}', '{1}')")
        answers = await until_hit(await inside.connect(), "SELECT are, how FROM feelings")
        answers.append(await run(await inside.connect(), "SELECT are, how FROM feelings"))
        assert [each.was_hit for each in answers] == [False, False, True, True]
        assert {each.document for each in answers} == {b'[{"are":["sad","so, so"],"how":[1]}]'}
    finally:
        await run(owner, "DROP TABLE feelings")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT current_date AS a", "it depends on the time of day"),
        ("SELECT random() < 2 AS a", "it calls a volatile function"),
        ("SELECT count(*) AS a FROM pg_class", "it reads the system catalog"),
        ("SET work_mem = '4MB'", "the statement is not a read"),
        ("SELECT 1; SELECT 2", "several statements came in one text"),
        (READ, None),
    ],
)
async def test_an_answer_that_is_never_kept_says_why(backend: Backend, text: str, why: str | None) -> None:
    for _ in range(3):
        answer = await run(backend, text)
    assert answer.why_not == why
    assert (answer.entry is None) == (why is not None)


async def test_a_write_takes_the_entry_away_from_an_answer_that_is_held(inside: Inside) -> None:
    backend = await inside.connect()
    kept = (await until_hit(backend, READ))[2]
    assert kept.entry is not None
    assert kept.entry.size
    await run(backend, "UPDATE items SET name = name WHERE id = 7")
    assert not kept.entry.size
    assert not (await run(backend, READ)).was_hit


STATE = [
    ("SET work_mem = '7MB'", "SELECT current_setting('work_mem') AS left", [{"left": "4MB"}]),
    ("SELECT set_config('work_mem', '7MB', false)", "SELECT current_setting('work_mem') AS left", [{"left": "4MB"}]),
    ("SET ROLE app_scram; SET search_path = nowhere", "SELECT id AS left FROM items WHERE id = 1", [{"left": 1}]),
    ("CREATE TEMP TABLE items (id text)", "SELECT id AS left FROM items WHERE id = 1", [{"left": 1}]),
    ("SELECT pg_advisory_lock(4711)", "SELECT count(*) AS left FROM pg_locks WHERE objid = 4711", [{"left": "0"}]),
    ("PREPARE mine AS SELECT 1", "SELECT count(*) AS left FROM pg_prepared_statements", [{"left": "0"}]),
    (
        "DECLARE mine CURSOR WITH HOLD FOR SELECT 1",
        "SELECT count(*) AS left FROM pg_cursors WHERE is_holdable",
        [{"left": "0"}],
    ),
    ("LISTEN here", "SELECT count(*) AS left FROM pg_listening_channels()", [{"left": "0"}]),
    ("SET DateStyle = 'German'", "SELECT date '2024-02-01' AS left", [{"left": "2024-02-01"}]),
    ("SET client_encoding = 'LATIN1'", "SELECT 'é' AS left", [{"left": "é"}]),
]


@pytest.mark.parametrize(("leaves", "shows", "expected"), STATE, ids=[text for text, _, _ in STATE])
async def test_nobody_meets_what_another_left_behind(
    backend: Backend, leaves: str, shows: str, expected: object
) -> None:
    with contextlib.suppress(QueryFailed):  # another encoding is refused, though it is set
        await run(backend, leaves)
    await backend.reset()
    assert await ask(backend, shows) == expected


@pytest.mark.parametrize(
    "sets",
    [
        "SET app.tenant = '3'",
        "BEGIN; SET LOCAL app.tenant TO '3'; COMMIT",
        "SELECT set_config('app.tenant', '3', true)",
        "DO $$BEGIN PERFORM set_config('app.tenant', '3', false); END$$",
    ],
)
async def test_a_parameter_of_the_users_own_is_unknown_to_the_next_request(backend: Backend, sets: str) -> None:
    await run(backend, sets)
    with contextlib.suppress(ConnectionLost):
        await backend.reset()
    shown = "SELECT current_setting('app.tenant', true) AS left"
    assert not backend.is_usable or await ask(backend, shown) == [{"left": None}]


async def test_a_seed_is_not_that_of_the_next_request(backend: Backend) -> None:
    await run(backend, "SELECT setseed(0.5)")
    with contextlib.suppress(ConnectionLost):
        await backend.reset()
    assert not backend.is_usable


async def test_writes_that_set_no_parameter_leave_the_connection_usable(backend: Backend) -> None:
    await run(backend, "UPDATE items SET name = items.name WHERE items.id = 1")
    await run(backend, "SET work_mem = '7MB'; SET LOCAL DateStyle TO German")
    await backend.reset()
    assert backend.is_usable


async def test_a_session_that_begins_in_a_role_is_in_it_again(inside: Inside, postgres: Postgres) -> None:
    postgres.run(f"GRANT {SCRAM.name} TO {TRUST.name}; ALTER ROLE {TRUST.name} SET role = {SCRAM.name}")
    try:
        backend = await inside.connect(TRUST)
        other = await inside.connect(TRUST)
        assert [(await run(other, READ)).was_hit for _ in range(3)] == [False, False, True]
        await run(backend, "RESET ALL; SET ROLE NONE")
        assert await ask(backend, "SELECT current_user::text AS who") == [{"who": TRUST.name}]
        await backend.reset()
        assert await ask(backend, "SELECT current_user::text AS who") == [{"who": SCRAM.name}]
        assert (await run(backend, READ)).was_hit, "and so in the scope that it began in"
    finally:
        postgres.run(f"ALTER ROLE {TRUST.name} RESET role; REVOKE {SCRAM.name} FROM {TRUST.name}")


async def test_a_reset_costs_other_connections_nothing_of_the_cache(inside: Inside) -> None:
    one, other = await inside.connect(), await inside.connect()
    await until_hit(one, READ)
    await run(other, "SET work_mem = '7MB'")
    assert not (await run(other, READ)).was_hit, "a session with settings of its own has answers of its own"
    await other.reset()
    assert (await run(other, READ)).was_hit, "it is back in the scope that it began in"
    assert (await run(one, READ)).was_hit


async def sent_to_the_origin(inside: Inside, backend: Backend) -> int:
    """Reset; how many requests of that went to the origin."""
    passes, before = inside.metrics.passes, _resets(inside)
    await backend.reset()
    assert inside.metrics.passes == passes, "it is none of an application's"
    return _resets(inside) - before


def _resets(inside: Inside) -> int:
    state = inside.engine.state(CACHE_ID)
    assert state is not None
    known = [state.templates.known(text) for text in (b"DISCARD ALL", b"RESET ROLE")]
    return sum(one.runs for one in known if one is not None)


async def test_after_a_read_that_leaves_nothing_nothing_is_reset(inside: Inside) -> None:
    backend = await inside.connect()
    await until_hit(backend, READ)
    for text in (READ, "SELECT 1 AS one", "SELECT name FROM items WHERE id = 8"):
        await run(backend, text)
        assert await sent_to_the_origin(inside, backend) == 0
    with pytest.raises(QueryFailed):
        await run(backend, "SELECT 1 / 0")
    assert await sent_to_the_origin(inside, backend) == 2
    await run(backend, "UPDATE items SET name = name WHERE id = 7")
    assert await sent_to_the_origin(inside, backend) == 2


async def test_a_check_sees_whether_the_origin_still_answers(inside: Inside) -> None:
    backend = await inside.connect()
    (found,) = await ask(backend, "SELECT pg_backend_pid() AS pid")
    await backend.reset()
    await backend.check()
    os.kill(found["pid"], signal.SIGSTOP)
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await backend.check()
    finally:
        os.kill(found["pid"], signal.SIGCONT)
    assert not backend.is_usable


async def test_a_session_that_cannot_be_reset_is_lost(inside: Inside) -> None:
    backend = await inside.connect()
    await run(backend, "SET work_mem = '7MB'")
    (found,) = await ask(backend, "SELECT pg_backend_pid() AS pid")
    os.kill(found["pid"], signal.SIGTERM)
    with pytest.raises(ConnectionLost, match="terminating connection due to administrator command"):
        await backend.reset()
    assert not backend.is_usable
