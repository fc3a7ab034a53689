"""Logging in: each way of proving who one is, and each way of not being let in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.serverless.backend import Refused, Unreachable
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.handshake import auth_switch_request
from tests.edge.serverless.mysql.conftest import Inside, ask, listening
from tests.edge.wire.mysql import recorded
from tests.servers.mysql_like import APP, OPEN, SECURE, Account, MySqlLike
from tests.servers.process import free_port

OTHERS = {
    "mysql": {
        "caching_sha2_password": "IDENTIFIED WITH caching_sha2_password BY '{}'",
        "sha256_password": "IDENTIFIED WITH sha256_password BY '{}'",
        "no_password_sha256": "IDENTIFIED WITH sha256_password",
    },
    "mariadb": {
        "mysql_native_password": "IDENTIFIED VIA mysql_native_password USING PASSWORD('{}')",
        "ed25519": "IDENTIFIED VIA ed25519 USING PASSWORD('{}')",
    },
}
PASSWORD = "pâss 'word' of more than twenty, and of more than thirty-two characters"


@pytest.fixture(scope="module")
def accounts(origin: MySqlLike) -> Iterator[list[Account]]:
    """One for each plugin."""
    if origin.kind == "mariadb":
        origin.run("INSTALL SONAME 'auth_ed25519'")
    made = []
    for name, how in OTHERS[origin.kind].items():
        made.append(Account(name, PASSWORD if "{}" in how else ""))
        origin.run(f"CREATE USER {made[-1]} {how.format(PASSWORD.replace(chr(39), chr(39) * 2))}")
        origin.run(f"GRANT ALL ON *.* TO {made[-1]}")
    yield made
    origin.run("".join(f"DROP USER {account};" for account in made))
    if origin.kind == "mariadb":
        origin.run("UNINSTALL SONAME 'auth_ed25519'")


@pytest.mark.parametrize("to_origin", [OriginTls.DISABLE, OriginTls.REQUIRE], ids=str)
async def test_every_kind_of_password_logs_in(
    origin: MySqlLike, inside: Inside, accounts: list[Account], to_origin: OriginTls
) -> None:
    inside.point_to(origin.host, origin.port, to_origin)
    # Of what MySQL remembers of those who were here, nothing is left: the password itself must travel.
    origin.run("FLUSH PRIVILEGES")
    for account in (APP, APP, OPEN, *accounts, *accounts):
        backend = await inside.connect(account)
        assert backend.is_usable
        assert await ask(backend, "SELECT CURRENT_USER() AS who") == [{"who": f"{account.name}@%"}]
    for account in (APP, *accounts):
        with pytest.raises(Refused, match=f"Access denied for user '{account.name}'") as refused:
            await inside.connect(account, password="wrong")
        assert (refused.value.code, refused.value.by_credentials) == ("1045", True)


async def test_the_session_is_as_a_client_of_the_server_has_it(origin: MySqlLike, inside: Inside) -> None:
    backend = await inside.connect()
    asked = "character_set_client", "character_set_connection", "character_set_results", "collation_connection"
    (found,) = await ask(backend, f"SELECT {', '.join(f'@@{name} AS {name}' for name in asked)}, DATABASE() AS db")
    collation = "utf8mb4_0900_ai_ci" if origin.kind == "mysql" else "utf8mb4_general_ci"
    assert found == {**dict.fromkeys(asked[:3], "utf8mb4"), asked[3]: collation, "db": inside.database}


async def test_a_user_who_must_have_tls_is_let_in_if_the_origin_gets_it(origin: MySqlLike, inside: Inside) -> None:
    assert (await inside.connect(SECURE)).is_usable
    inside.point_to(origin.host, origin.port, OriginTls.DISABLE)
    with pytest.raises(Refused, match="Access denied for user 'secure'"):
        await inside.connect(SECURE)


async def test_a_database_that_is_not_there_is_told_from_a_wrong_password(origin: MySqlLike, inside: Inside) -> None:
    with pytest.raises(Refused, match="Unknown database 'nowhere'") as refused:
        await inside.connect(database="nowhere")
    assert (refused.value.code, refused.value.by_credentials) == ("1049", False)
    poor = Account("poor", "")
    origin.run(f"CREATE USER {poor}")
    with pytest.raises(Refused, match="Access denied for user 'poor'@'%' to database") as refused:
        await inside.connect(poor)
    assert (refused.value.code, refused.value.by_credentials) == ("1044", False)
    origin.run(f"DROP USER {poor}")


async def test_a_locked_account_is_refused_in_the_servers_words(origin: MySqlLike, inside: Inside) -> None:
    locked = Account("locked", "up")
    origin.run(f"CREATE USER {locked} IDENTIFIED BY 'up' ACCOUNT LOCK")
    with pytest.raises(Refused, match="locked") as refused:
        await inside.connect(locked)
    assert refused.value.by_credentials
    origin.run(f"DROP USER {locked}")


@pytest.mark.parametrize("name", ["a\0b", "app\0"])
async def test_a_name_that_would_end_early_is_nobodys(inside: Inside, name: str) -> None:
    with pytest.raises(Refused, match="zero character"):
        await inside.connect(Account(name, APP.password))
    with pytest.raises(Refused, match="zero character"):
        await inside.connect(database=name)


async def test_an_origin_that_is_not_there_is_told_with_the_reason(inside: Inside) -> None:
    inside.point_to("127.0.0.1", free_port())
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:\d+"):
        await inside.connect()


async def test_an_origin_with_too_many_clients_is_out_of_reach(origin: MySqlLike, inside: Inside) -> None:
    few = Account("few", "")
    origin.run(f"CREATE USER {few} WITH MAX_USER_CONNECTIONS 1; GRANT ALL ON *.* TO {few}")
    if origin.kind == "mariadb":
        origin.run(f"REVOKE ALL ON *.* FROM {few}; GRANT ALL ON {inside.database}.* TO {few}")
    await inside.connect(few)
    with pytest.raises(Unreachable, match="max_user_connections"):
        await inside.connect(few)
    for backend in inside.opened:
        backend.close()
    origin.run(f"DROP USER {few}")


@dataclass(slots=True)
class Silent:
    """A server that says nothing; ``reached`` once somebody has come."""

    port: int
    reached: asyncio.Event


@pytest.fixture
async def silent() -> AsyncIterator[Silent]:
    reached = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        reached.set()

    async with listening(say_nothing) as port:
        yield Silent(port, reached)
        await reached.wait()


async def test_a_login_that_takes_too_long_is_given_up(inside: Inside, silent: Silent) -> None:
    inside.point_to("127.0.0.1", silent.port)
    with pytest.raises(Unreachable, match=r"within 1 s; polyscale cache test shop"):
        await inside.connect(seconds=1.0)


async def test_a_login_that_nobody_awaits_any_more_is_closed(inside: Inside, silent: Silent) -> None:
    inside.point_to("127.0.0.1", silent.port)
    task = asyncio.create_task(inside.connect())
    await silent.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("plugin", ["mysql_clear_password", "dialog", "mysql_old_password"])
async def test_a_plugin_that_cannot_be_had_is_named(inside: Inside, plugin: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(recorded.MARIADB_GREETING)
        await reader.readexactly(40)
        writer.write(p.packet(auth_switch_request(plugin.encode(), b"x" * 20 + b"\0"), 2))

    async with listening(serve) as port:
        inside.point_to("127.0.0.1", port, OriginTls.DISABLE)
        with pytest.raises(Refused, match=plugin) as refused:
            await inside.connect()
        assert (refused.value.code, refused.value.by_credentials) == ("1251", True)
