from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import Iterator

import pymysql
import pytest
from pymysql._auth import scramble_native_password
from pymysql.constants import CLIENT

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.wire.mysql import packets
from polyscale_cli.edge.wire.mysql.capabilities import OFFERED_AS_MYSQL, Capability, Status
from polyscale_cli.edge.wire.mysql.handshake import HandshakeResponse, read_handshake
from polyscale_cli.edge.wire.mysql.login import Login
from tests.edge.wire.mysql import recorded
from tests.edge.wire.mysql.pump import CACHE_ID, MYSQL, Pump, Setting, pumping, setting_of
from tests.servers.mariadb import MariaDb
from tests.servers.mysql import MySql
from tests.servers.mysql_like import APP, OPEN, SECURE, Account, MySqlLike
from tests.servers.process import PATIENCE

SHA256 = Account("sha256", "of seven")
ED25519 = Account("edwards", "curved")


@pytest.fixture(params=["mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> MySqlLike:
    found: MySqlLike = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=[False, True], ids=["shared", "own port"])
def relays_greeting(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def who(port: int, account: Account, *, tls: bool = False, **more: object) -> str:
    """Log in with PyMySQL and ask the origin who one is."""
    connection = pymysql.connect(
        host="127.0.0.1",
        port=port,
        user=f"{CACHE_ID}-{account.name}",
        password=account.password,
        ssl=ssl._create_unverified_context() if tls else None,
        **more,
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_USER()")
        (name,) = cursor.fetchone() or ("nobody",)
    return str(name)


def with_client(server: MySqlLike, pump: Pump, account: Account, *more: str, sql: str = "SELECT CURRENT_USER()") -> str:
    """Do the same with the server's own command-line client."""
    done = subprocess.run(
        [
            *(*server.client, "--host=127.0.0.1", f"--port={pump.port}", f"--user={CACHE_ID}-{account.name}"),
            *(f"--password={account.password}", "--batch", "--skip-column-names", *more, "-e", sql),
        ],
        capture_output=True,
        timeout=PATIENCE,
    )
    return (done.stdout or done.stderr).decode().strip()


@pytest.mark.parametrize("to_origin", [OriginTls.DISABLE, OriginTls.REQUIRE], ids=str)
@pytest.mark.parametrize("to_client", [False, True], ids=["client in clear", "client with TLS"])
async def test_a_driver_logs_in_whichever_leg_has_tls(
    server: MySqlLike, relays_greeting: bool, to_client: bool, to_origin: OriginTls
) -> None:
    setting = setting_of(server, tls_to_client=to_client, tls_to_origin=to_origin, relays_greeting=relays_greeting)
    # Of what MySQL remembers of those who were here, nothing is left: the password itself must travel.
    server.run("FLUSH PRIVILEGES")
    async with pumping(setting) as pump:
        for account in (APP, APP, OPEN):
            assert await asyncio.to_thread(who, pump.port, account, tls=to_client) == f"{account.name}@%"
        with pytest.raises(pymysql.err.OperationalError, match="Access denied for user 'app'"):
            await asyncio.to_thread(who, pump.port, Account("app", "pear pie"), tls=to_client)
        if to_origin is OriginTls.REQUIRE:
            assert await asyncio.to_thread(who, pump.port, SECURE, tls=to_client) == "secure@%"
        else:
            with pytest.raises(pymysql.err.OperationalError, match="Access denied for user 'secure'"):
                await asyncio.to_thread(who, pump.port, SECURE, tls=to_client)
    assert not pump.errors


@pytest.fixture
def sha256(mysql: MySql) -> Iterator[Account]:
    mysql.run(f"CREATE USER {SHA256} IDENTIFIED WITH sha256_password BY '{SHA256.password}'")
    yield SHA256
    mysql.run(f"DROP USER {SHA256}")


@pytest.mark.parametrize("to_origin", [OriginTls.DISABLE, OriginTls.REQUIRE], ids=str)
@pytest.mark.parametrize("to_client", [False, True], ids=["client in clear", "client with TLS"])
async def test_a_user_of_sha256_password_logs_in(
    mysql: MySql, sha256: Account, relays_greeting: bool, to_client: bool, to_origin: OriginTls
) -> None:
    setting = setting_of(mysql, tls_to_client=to_client, tls_to_origin=to_origin, relays_greeting=relays_greeting)
    async with pumping(setting) as pump:
        assert await asyncio.to_thread(who, pump.port, sha256, tls=to_client) == "sha256@%"
    assert not pump.errors


async def test_a_command_line_client_logs_in(server: MySqlLike, relays_greeting: bool) -> None:
    setting = setting_of(server, tls_to_client=True, relays_greeting=relays_greeting)
    async with pumping(setting) as pump:
        for account in (APP, OPEN, SECURE):
            assert await asyncio.to_thread(with_client, server, pump, account) == f"{account.name}@%"
    (login, *_) = pump.logins
    assert Capability.SESSION_TRACK | Capability.MULTI_STATEMENTS in login.capabilities
    assert login.is_mariadb == (server.kind == "mariadb")


async def test_a_command_line_client_reads_its_results_in_the_form_that_was_negotiated(
    server: MySqlLike, relays_greeting: bool
) -> None:
    sql = "SELECT 1, NULL, REPEAT('x', 300); DO 1; SELECT 2 WHERE FALSE; SELECT 'end'"
    async with pumping(setting_of(server, relays_greeting=relays_greeting)) as pump:
        said = await asyncio.to_thread(with_client, server, pump, APP, sql=sql)
    assert said == f"1\tNULL\t{'x' * 300}\nend"


async def test_a_client_of_mysql_reads_what_mariadb_sends_and_the_other_way_round(
    mariadb: MariaDb, mysql: MySql
) -> None:
    async with pumping(setting_of(mysql, relays_greeting=True)) as pump:
        assert await asyncio.to_thread(with_client, mariadb, pump, OPEN) == "open@%"
    async with pumping(setting_of(mariadb, relays_greeting=True)) as pump:
        assert await asyncio.to_thread(with_client, mysql, pump, OPEN) == "open@%"


async def test_what_a_login_says_beyond_the_user_reaches_the_origin(server: MySqlLike, relays_greeting: bool) -> None:
    database = server.create_database()

    def ask(port: int) -> tuple[object, ...]:
        connection = pymysql.connect(
            host="127.0.0.1",
            port=port,
            user=f"{CACHE_ID}-{APP.name}",
            password=APP.password,
            database=database,
            charset="latin1",
            client_flag=CLIENT.FOUND_ROWS | CLIENT.IGNORE_SPACE,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)")
            cursor.nextset()
            matched = cursor.execute("UPDATE t SET a = 1")
            cursor.execute("SELECT DATABASE(), @@character_set_client, COUNT (*) FROM t")
            return (matched, *(cursor.fetchone() or ()))

    setting = setting_of(server, relays_greeting=relays_greeting)
    async with pumping(setting) as pump:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CLIENT, "CAPABILITIES", CLIENT.CAPABILITIES | CLIENT.MULTI_STATEMENTS)
            assert await asyncio.to_thread(ask, pump.port) == (1, database, "latin1", 1)
    assert pump.logins[0].database == database.encode()
    server.drop_database(database)


@pytest.fixture
def ed25519(mariadb: MariaDb) -> Iterator[Account]:
    if "auth_ed25519" not in mariadb.run("SHOW PLUGINS SONAME LIKE 'auth_ed25519%'"):
        pytest.skip("MariaDB's plugin auth_ed25519 is not installed (Debian: mariadb-server)")
    mariadb.run("INSTALL SONAME 'auth_ed25519'")
    mariadb.run(f"CREATE USER {ED25519} IDENTIFIED VIA ed25519 USING PASSWORD('{ED25519.password}')")
    yield ED25519
    mariadb.run(f"DROP USER {ED25519}; UNINSTALL SONAME 'auth_ed25519'")


async def test_a_user_of_ed25519_logs_in(mariadb: MariaDb, ed25519: Account, relays_greeting: bool) -> None:
    async with pumping(setting_of(mariadb, relays_greeting=relays_greeting)) as pump:
        assert await asyncio.to_thread(with_client, mariadb, pump, ed25519) == "edwards@%"
        denied = await asyncio.to_thread(with_client, mariadb, pump, Account(ed25519.name, "straight"))
        assert "Access denied for user 'edwards'" in denied
    assert not pump.errors


async def test_a_user_with_two_ways_to_log_in_may_take_either(
    mariadb: MariaDb, ed25519: Account, relays_greeting: bool
) -> None:
    mariadb.run(
        f"ALTER USER {ed25519} IDENTIFIED VIA ed25519 USING PASSWORD('curved') OR mysql_native_password USING"
        " PASSWORD('native')"
    )
    async with pumping(setting_of(mariadb, relays_greeting=relays_greeting)) as pump:
        for password in ("curved", "native"):
            assert await asyncio.to_thread(with_client, mariadb, pump, Account(ed25519.name, password)) == "edwards@%"


async def test_an_old_client_needs_a_port_of_a_caches_own(mariadb: MariaDb, relays_greeting: bool) -> None:
    async with pumping(setting_of(mariadb, relays_greeting=relays_greeting)) as pump:
        reader, writer = await asyncio.open_connection("127.0.0.1", pump.port)
        greeting = read_handshake((await reader.read(1000))[packets.HEADER :])
        flags = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION | Capability.LONG_PASSWORD
        answer = scramble_native_password(APP.password.encode(), greeting.scramble)
        response = HandshakeResponse(flags, 1 << 24, 8, bytes(19), f"{CACHE_ID}-{APP.name}".encode(), answer)
        writer.write(packets.packet(response.payload(), 1))
        said = (await reader.read(1000))[packets.HEADER :]
        writer.close()
    if relays_greeting:
        assert packets.read_ok(said).status == Status.AUTOCOMMIT
    else:
        assert packets.read_err(said).code == 1251


async def test_an_unknown_user_is_refused_as_the_origin_refuses(server: MySqlLike, relays_greeting: bool) -> None:
    async with pumping(setting_of(server, relays_greeting=relays_greeting)) as pump:
        with pytest.raises(pymysql.err.OperationalError, match=r"Access denied for user 'nobody'@'127\.0\.0\.1'"):
            await asyncio.to_thread(who, pump.port, Account("nobody", "x"))
        with pytest.raises(pymysql.err.OperationalError, match="Unknown database 'nowhere'"):
            await asyncio.to_thread(who, pump.port, APP, database="nowhere")
    assert not pump.errors


async def test_a_user_without_id_is_told_what_is_missing(server: MySqlLike) -> None:
    async with pumping(setting_of(server)) as pump:
        with pytest.raises(pymysql.err.OperationalError, match="names no cache") as caught:
            await asyncio.to_thread(
                pymysql.connect, host="127.0.0.1", port=pump.port, user=APP.name, password=APP.password
            )
        assert caught.value.args[0] == 1045


async def test_a_user_without_id_may_use_a_port_of_a_caches_own(server: MySqlLike) -> None:
    async with pumping(setting_of(server, relays_greeting=True)) as pump:
        connection = await asyncio.to_thread(
            pymysql.connect, host="127.0.0.1", port=pump.port, user=APP.name, password=APP.password
        )
        connection.close()
        assert pump.logins[0].cache_id is None
        assert pump.logins[0].user == APP.name.encode()


async def test_an_origin_that_is_full_says_so_itself(server: MySqlLike, relays_greeting: bool) -> None:
    before = server.run("SELECT @@max_connections").split()[-1]
    server.run("SET GLOBAL max_connections = 1" if server.kind == "mysql" else "SET GLOBAL max_connections = 10")
    held = []
    try:
        async with pumping(setting_of(server, relays_greeting=relays_greeting)) as pump:
            with pytest.raises(pymysql.err.OperationalError, match="Too many connections") as caught:
                for _ in range(12):
                    held.append(  # noqa: PERF401  (the last raises)
                        await asyncio.to_thread(
                            pymysql.connect,
                            host="127.0.0.1",
                            port=pump.port,
                            user=f"{CACHE_ID}-{APP.name}",
                            password=APP.password,
                        )
                    )
            assert caught.value.args[0] == 1040
            for connection in held:
                connection.close()
    finally:
        server.run(f"SET GLOBAL max_connections = {before}")


async def test_an_origin_that_speaks_http_is_named(mariadb: MariaDb) -> None:
    async def answers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        writer.close()

    stranger = await asyncio.start_server(answers, "127.0.0.1", 0)
    async with stranger, pumping(Setting(stranger.sockets[0].getsockname()[:2])) as pump:
        with pytest.raises(pymysql.err.OperationalError, match="the origin speaks HTTP"):
            await asyncio.to_thread(who, pump.port, APP)


async def test_an_origin_refuses_who_goes_in_the_midst_of_a_login_as_it_refuses_a_wrong_password(
    server: MySqlLike, relays_greeting: bool
) -> None:
    """A server counts those who just go, and in the end refuses the edge for all its clients."""
    login = Login(
        version=MYSQL,
        thread_id=1,
        tls_to_client=False,
        tls_to_origin=OriginTls.DISABLE,
        relays_greeting=relays_greeting,
        offers=OFFERED_AS_MYSQL & ~Capability.QUERY_ATTRIBUTES,
    )
    login.start()
    if not relays_greeting:
        login.client_sent(recorded.MYSQL_RESPONSE)
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(login.origin_sent(await reader.read(1000)).to_origin)
    writer.write(login.farewell())
    said = await reader.read()
    writer.close()
    last = packets.Packet(b"", 0, 0)
    pos = 0
    while (found := packets.read_packet(said, pos)) is not None:
        last, pos = found
    assert packets.read_err(last.payload).code == 1045
