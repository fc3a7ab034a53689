"""Logging in: each way of proving who one is, and each way of not being let in."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import pytest

from polyscale_cli.edge.serverless.backend import Refused, Unreachable
from tests.edge.serverless.postgres.conftest import CACHE_ID, Inside, ask
from tests.servers.postgres import CLEARTEXT, MD5, SCRAM, TLS_ONLY, TRUST, Postgres, Role
from tests.servers.process import PATIENCE, free_port

OTHER_ID = "c0ffee00-2a5f-4ee7-9a3e-0d6c1a7b9f10"


@pytest.mark.parametrize("role", [SCRAM, MD5, CLEARTEXT, TRUST, TLS_ONLY], ids=lambda role: role.name)
async def test_every_kind_of_password_logs_in(inside: Inside, role: Role) -> None:
    backend = await inside.connect(role)
    assert backend.is_usable
    assert await ask(backend, "SELECT current_user::text AS who") == [{"who": role.name}]


@pytest.fixture
async def odd_password(postgres: Postgres) -> AsyncIterator[Role]:
    """One that SASLprep refuses: a letter newer than Unicode 3.2, and a control character."""
    role = Role("odd_password", "🐘 \x07", "")
    file = postgres.directory / "data" / "pg_hba.conf"
    before = file.read_text()
    file.write_text("host all odd_password 127.0.0.1/32 scram-sha-256\n" + before)
    postgres.run(f"CREATE ROLE odd_password LOGIN PASSWORD '{role.password}'; SELECT pg_reload_conf()")
    yield role
    file.write_text(before)
    postgres.run("DROP ROLE odd_password; SELECT pg_reload_conf()")


async def test_a_password_that_cannot_be_prepared_is_taken_as_it_is(inside: Inside, odd_password: Role) -> None:
    assert await ask(await inside.connect(odd_password), "SELECT 1 AS one") == [{"one": 1}]


async def test_the_session_starts_as_the_server_has_it(inside: Inside) -> None:
    backend = await inside.connect()
    settings = "client_encoding", "application_name", "extra_float_digits", "bytea_output", "search_path"
    shown = ", ".join(f"current_setting('{name}') AS {name}" for name in settings)
    assert await ask(backend, f"SELECT {shown}, split_part(current_setting('DateStyle'), ',', 1) AS style") == [
        {
            **{"client_encoding": "UTF8", "application_name": "polyscale-serverless", "extra_float_digits": "1"},
            **{"bytea_output": "hex", "search_path": '"$user", public', "style": "ISO"},
        }
    ]


@pytest.mark.parametrize("role", [SCRAM, MD5, CLEARTEXT], ids=lambda role: role.name)
async def test_a_wrong_password_is_refused_as_such(inside: Inside, role: Role) -> None:
    with pytest.raises(Refused, match="password authentication failed") as refused:
        await inside.connect(role, password="wrong")
    assert (refused.value.code, refused.value.by_credentials) == ("28P01", True)


async def test_a_user_whom_the_server_does_not_let_in_is_refused_as_such(inside: Inside) -> None:
    with pytest.raises(Refused, match=r"no pg_hba\.conf entry") as refused:
        await inside.connect(Role("stranger", "", ""))
    assert (refused.value.code, refused.value.by_credentials) == ("28000", True)


async def test_an_unknown_database_is_not_the_credentials_fault(inside: Inside) -> None:
    with pytest.raises(Refused, match='database "nowhere" does not exist') as refused:
        await inside.connect(database="nowhere")
    assert (refused.value.code, refused.value.by_credentials) == ("3D000", False)


@pytest.mark.parametrize("password", ["nul\0", "half a pair \ud83d"])
async def test_a_password_that_cannot_be_sent_is_refused_here(inside: Inside, password: str) -> None:
    with pytest.raises(Refused, match="cannot be sent") as refused:
        await inside.connect(password=password)
    assert refused.value.by_credentials


async def test_a_user_whose_name_begins_like_a_cache_is_still_one_of_this_cache(inside: Inside) -> None:
    inside.add(OTHER_ID, "127.0.0.1", free_port())
    with pytest.raises(Refused, match=re.escape(f'user "{OTHER_ID}-{SCRAM.name}"')):
        await inside.connect(Role(f"{OTHER_ID}-{SCRAM.name}", SCRAM.password, ""))


async def test_nobody_at_the_origin(inside: Inside) -> None:
    port = free_port()
    inside.add(OTHER_ID, "127.0.0.1", port)
    with pytest.raises(Unreachable, match=rf"127\.0\.0\.1:{port}: .*polyscale cache test cache-1"):
        await inside.connect(cache_id=OTHER_ID)


async def test_too_many_connections_are_no_refusal_of_the_credentials(inside: Inside, postgres: Postgres) -> None:
    postgres.run(f"ALTER ROLE {TRUST.name} CONNECTION LIMIT 0")
    try:
        with pytest.raises(Unreachable, match="too many connections for role"):
            await inside.connect(TRUST)
    finally:
        postgres.run(f"ALTER ROLE {TRUST.name} CONNECTION LIMIT -1")


@contextlib.asynccontextmanager
async def an_origin(inside: Inside, *, answers: bool) -> AsyncIterator[None]:
    """What a real server cannot be made to be: one that refuses TLS and then says nothing, or is gone."""

    served = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"N")
        await reader.read(1)
        if answers:
            await reader.read()
        writer.close()
        await writer.wait_closed()
        served.set_result(None)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    inside.add(OTHER_ID, "127.0.0.1", server.sockets[0].getsockname()[1])
    try:
        yield
        await asyncio.wait_for(served, PATIENCE)
    finally:
        server.close()


async def test_an_origin_that_says_nothing_is_given_up(inside: Inside) -> None:
    async with an_origin(inside, answers=True):
        with pytest.raises(Unreachable, match=r"cache cache-1 was not complete within 1 s"):
            await inside.connect(cache_id=OTHER_ID, seconds=1.0)


async def test_an_origin_that_leaves_during_the_login(inside: Inside) -> None:
    async with an_origin(inside, answers=False):
        with pytest.raises(Unreachable, match="closed the connection during the login"):
            await inside.connect(cache_id=OTHER_ID)


async def test_a_cache_that_was_deleted_meanwhile(inside: Inside) -> None:
    cache = inside.caches.pop(CACHE_ID)
    inside.caches["another"] = cache
    with pytest.raises(Unreachable, match=r"there is no cache .* polyscale cache list shows the caches"):
        await inside.connect(cache_id="another")
