"""A server that lets in whoever is a member of ``visitors``, and databases with something to keep apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.servers.edge import EdgeCache
from tests.servers.postgres import Postgres, Role
from tests.servers.process import wait_until

VISITORS = "visitors"

Visitor = Callable[[str], Role]


@pytest.fixture(scope="session")
def open_postgres(postgres: Postgres) -> Postgres:
    """The server, with a group whose members need no password."""
    postgres.run(f"CREATE ROLE {VISITORS}")
    with (postgres.directory / "data" / "pg_hba.conf").open("a") as file:
        file.write(f"host all +{VISITORS} 127.0.0.1/32 trust\n")
    postgres.run("SELECT pg_reload_conf()")
    known = "SELECT 1 FROM pg_hba_file_rules WHERE user_name = '{+visitors}'"
    wait_until(lambda: bool(postgres.run(known)), "the group is let in")
    return postgres


@pytest.fixture
def visitor(open_postgres: Postgres) -> Iterator[Visitor]:
    """Makes roles of any name that may log in; they are gone afterwards, with all that is theirs."""
    made: list[str] = []

    def make(name: str) -> Role:
        quoted = '"' + name.replace('"', '""') + '"'
        open_postgres.run(f"CREATE ROLE {quoted} LOGIN IN ROLE {VISITORS}")
        made.append(quoted)
        return Role(name, "", "")

    yield make
    for quoted in made:
        for (name,) in open_postgres.run("SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"):
            open_postgres.run(f"DROP OWNED BY {quoted}", str(name))
        open_postgres.run(f"DROP ROLE {quoted}")


@pytest.fixture
def enter(cache: EdgeCache, database: str) -> Iterator[Callable[..., psycopg.Connection]]:
    """Opens connections through the cache; they are closed afterwards. ``how`` goes to libpq."""
    opened: list[psycopg.Connection] = []

    def connect(role: Role, into: str = database, through: EdgeCache = cache, **how: str) -> psycopg.Connection:
        parameters = {"sslmode": "disable", "application_name": through.id, "channel_binding": "disable", **how}
        url = make_conninfo(
            host=through.edge.host,
            port=through.edge.postgres_port,
            user=role.name,
            password=role.password or None,
            dbname=into,
            **parameters,
        )
        connection = psycopg.connect(url, autocommit=True, prepare_threshold=None)
        opened.append(connection)
        return connection

    yield connect
    for each in opened:
        each.close()
