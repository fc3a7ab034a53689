"""Real drivers log in to real servers with what was written for them, under hostile names and passwords.

They go through a real edge, which lets nobody in whose connection names no cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from polyscale_cli.connstr.model import CacheAddress, Database, DatabaseUrl
from polyscale_cli.connstr.parameters import Query
from polyscale_cli.connstr.profiles import profile_named
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.errors import UsageError
from tests.connstr.hostile import ID, Credentials
from tests.drivers.connstr import programs
from tests.drivers.connstr.programs import Login
from tests.servers.edge import Edge, EdgeCache
from tests.servers.mariadb import MariaDb
from tests.servers.mysql_like import APP, MySqlLike
from tests.servers.postgres import Postgres

PASSWORDS = (
    "s3cret/@:?#&=%+ '\"é",
    "%41%zz%",
    " a{b}c;d=} ",
    "\\'\\\\\"",
    "$HOME ${HOME} `id` !x",
    "<%= 1 %> # no",
    "密码",
    "@tcp(h:1)/d?x=y",
)
USERS = ("app", "app@example.com", "we ird", "a-b", "q'uo\"te", "ünï", "se;mi", "do$llar")
PEOPLE = tuple(Credentials(user, password, "we ird") for user, password in zip(USERS, PASSWORDS, strict=True))

POSTGRES: dict[str, Login] = {
    "any": programs.psycopg,
    "libpq": programs.psycopg,
    "libpq-keywords": programs.psycopg,
    "psql": programs.psql,
    "asyncpg": programs.asyncpg,
    "node-postgres": programs.node,
    "postgres.js": programs.node,
    "drizzle": programs.node,
    "knex": programs.node,
    "sqlalchemy": programs.sqlalchemy,
    "sqlalchemy-psycopg2": programs.sqlalchemy,
    "sqlalchemy-asyncpg": programs.sqlalchemy_async,
    "sqlalchemy-pg8000": programs.sqlalchemy,
    "django": programs.django,
    "rails": programs.ruby,
    "jdbc": programs.java,
    "php-pdo": programs.php,
}
MYSQL: dict[str, Login] = {
    "mysql": programs.mysql_client,
    "mysql2": programs.node,
    "mariadb": programs.node,
    "drizzle": programs.node,
    "knex": programs.node,
    "sqlalchemy": programs.sqlalchemy,
    "sqlalchemy-aiomysql": programs.sqlalchemy_async,
    "sqlalchemy-asyncmy": programs.sqlalchemy_async,
    "rails": programs.ruby,
    "jdbc": programs.java,
    "php-pdo": programs.php,
}
SECURE = Credentials("secure", "s3cret", "we ird")
# Debian has MariaDB's JDBC driver alone.
FOR_MARIADB_ALONE = {"jdbc"}
# How many cannot be named: PyMySQL and its kin take no password beyond ASCII, MariaDB's JDBC driver no & % + in a URL.
REFUSED = dict.fromkeys(("sqlalchemy", "sqlalchemy-aiomysql", "sqlalchemy-asyncmy"), 2) | {"jdbc": 3}
# mariadb for Node.js and aiomysql take it as an object; MariaDB's JDBC driver and Ruby's mysql2 in Debian are too old.
WITHOUT_WORDS_FOR_TLS = {"mariadb", "sqlalchemy-aiomysql", "jdbc", "rails"}
NOT_TO_BE_HAD = {
    "ado.net": "no .NET in Debian",
    "go": "the Go toolchain is 500 MB; only the form of the DSN is tested",
    "odbc": "there is no SQL Server to be had, and Microsoft's driver is not in Debian",
    "sqlalchemy-mysqldb": "mysqlclient has no wheel for Linux, and a compiler is more than these tests ask for",
    "sqlalchemy-mariadbconnector": "MariaDB Connector/Python has no wheel for Linux",
    "sqlalchemy-pymssql": "there is no SQL Server to be had",
    "hyperdrive": "it runs at Cloudflare",
    "serverless": "it speaks HTTP; the client's request is tested",
}


@pytest.fixture(scope="module")
def roles(postgres: Postgres) -> Iterator[None]:
    """The people as roles, let in by password alone, and a database for them."""
    hba: Path = postgres.directory / "data" / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text(f"host all +people 127.0.0.1/32 scram-sha-256\n{before}")
    postgres.run("CREATE ROLE people")
    postgres.run('CREATE DATABASE "we ird"')
    for who in PEOPLE:
        postgres.run(f"CREATE ROLE {_quoted(who.user)} LOGIN PASSWORD {_literal(who.password)} IN ROLE people")
    postgres.run("SELECT pg_reload_conf()")
    yield
    hba.write_text(before)
    postgres.run('DROP DATABASE "we ird" WITH (FORCE)')
    postgres.run(f"DROP ROLE people, {', '.join(_quoted(who.user) for who in PEOPLE)}")
    postgres.run("SELECT pg_reload_conf()")


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def accounts(request: pytest.FixtureRequest, edge: Edge) -> Iterator[CacheAddress]:
    """The people as accounts of a server, and its cache."""
    server: MySqlLike = request.getfixturevalue(request.param)
    statements = [
        *("SET SESSION sql_mode='NO_BACKSLASH_ESCAPES'", "CREATE DATABASE IF NOT EXISTS `we ird`"),
        f"DROP USER IF EXISTS {', '.join(_literal(who.user) for who in PEOPLE)}",  # the server has an app of its own
    ]
    for who in PEOPLE:
        statements += [
            f"CREATE USER {_literal(who.user)} IDENTIFIED BY {_literal(who.password)}",
            f"GRANT ALL ON *.* TO {_literal(who.user)}",
        ]
    server.run(";\n".join(statements))
    cache = edge.create_cache(server)
    here = CacheAddress(cache.id, edge.host, edge.shared_port(server.kind), Database(server.kind))
    if server.kind == "mysql":
        # Whoever was never here must send the password under the server's public key, for which some drivers ask only
        # if they are told to; mysql2 asks for it by itself.
        MYSQL["mysql2"]("mysql2", [str(written("mysql2", who.url(Database.MYSQL), here)) for who in PEOPLE])
    yield here
    cache.delete()
    server.run(f"DROP DATABASE `we ird`; DROP USER {', '.join(_literal(who.user) for who in PEOPLE)}")
    server.let_in(APP)


@pytest.fixture(scope="module")
def encrypted_account(mariadb: MariaDb) -> MariaDb:
    """An account that has to use TLS, on a server with its database."""
    account = f"{_literal(f'{ID}-{SECURE.user}')}@'%'"
    mariadb.run(
        f"CREATE USER {account} IDENTIFIED BY {_literal(SECURE.password)} REQUIRE SSL; GRANT ALL ON *.* TO {account};"
        f"CREATE DATABASE IF NOT EXISTS `{SECURE.name}`"
    )
    return mariadb


def written(driver: str, url: DatabaseUrl, cache: CacheAddress) -> str | UsageError:
    try:
        return through_cache(url, cache, profile_named(driver)).url
    except UsageError as error:
        return error


@pytest.mark.usefixtures("roles")
@pytest.mark.parametrize("query", [(), (("sslmode", "require"),)], ids=["plain", "tls"])
@pytest.mark.parametrize("driver", POSTGRES)
def test_postgres_lets_them_in_through_the_edge(driver: str, query: Query, cache: EdgeCache) -> None:
    here = CacheAddress(cache.id, cache.edge.host, cache.edge.postgres_port, Database.POSTGRES)
    urls = [who.url(Database.POSTGRES, query) for who in PEOPLE]
    if driver == "postgres.js":
        # It does not decode the database's name, which is refused.
        urls = [url.replace(name="postgres") for url in urls]
    texts = [written(driver, url, here) for url in urls]
    assert POSTGRES[driver](driver, [text for text in texts if isinstance(text, str)]) == list(USERS)


@pytest.mark.parametrize("driver", MYSQL)
def test_mysql_and_mariadb_let_them_in_through_the_edge(driver: str, accounts: CacheAddress) -> None:
    database = accounts.database
    assert database is not None
    if database is Database.MYSQL and driver in FOR_MARIADB_ALONE:
        pytest.skip(f"{driver}: what Debian 12 has of it is MariaDB's own")
    texts = [written(driver, who.url(database), accounts) for who in PEOPLE]
    let_in = [who.user for who, text in zip(PEOPLE, texts, strict=True) if isinstance(text, str)]
    assert len(let_in) == len(PEOPLE) - REFUSED.get(driver, 0)
    assert MYSQL[driver](driver, [text for text in texts if isinstance(text, str)]) == let_in


@pytest.mark.parametrize("driver", sorted(set(MYSQL) - WITHOUT_WORDS_FOR_TLS))
def test_only_who_asks_for_tls_begins_with_it(driver: str, encrypted_account: MariaDb) -> None:
    """Without an edge in between, for it has TLS of its own to the server; the account bears the edge's name."""
    here = CacheAddress(ID, encrypted_account.host, encrypted_account.port, Database.MARIADB)
    plain, encrypted = (
        through_cache(SECURE.url(Database.MARIADB, query), here, profile_named(driver)).url
        for query in ((("ssl-mode", "DISABLED"),), (("ssl-mode", "REQUIRED"),))
    )
    assert MYSQL[driver](driver, [encrypted]) == [f"{ID}-{SECURE.user}"]
    assert [f"{ID}-{SECURE.user}"] != _attempted(MYSQL[driver], driver, plain)


@pytest.mark.parametrize("driver", sorted(NOT_TO_BE_HAD))
def test_a_driver_that_is_not_to_be_had(driver: str) -> None:
    pytest.skip(f"{driver}: {NOT_TO_BE_HAD[driver]}")


def _attempted(login: Login, driver: str, text: str) -> list[str]:
    """What a login says; some raise, others answer with the error."""
    try:
        return login(driver, [text])
    except Exception as error:  # noqa: BLE001 - each driver has its own
        return [str(error)]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
