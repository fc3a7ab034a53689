"""An answer is served to nobody but those to whom the origin would give the same."""

from __future__ import annotations

import psycopg
import pytest

from tests.e2e.raw import RawClient, errors, message, query, rows, startup_packet
from tests.security.conftest import Visitor
from tests.security.serving import Enter, ask, first_time, until_served
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import CLEARTEXT, SCRAM, TRUST, Postgres, Role

READ = "SELECT v FROM items"


@pytest.fixture(autouse=True)
def items(open_postgres: Postgres, database: str) -> None:
    open_postgres.run("CREATE TABLE items AS SELECT 'everybody''s' AS v; GRANT SELECT ON items TO public", database)


# Users and databases that could be taken for one another: by what they are put together from, quoted with, or compared
# as.
NAMES = [("ab", "c"), ("a", "bc"), ('x"', "y"), ("x", '"y'), ("Me", "me"), ("me", "me"), ("o'b", "c")]


def test_names_are_never_taken_for_one_another(
    open_postgres: Postgres, cache: EdgeCache, visitor: Visitor, enter: Enter
) -> None:
    """Each pair of user and database has a table of its own behind the same text."""
    databases = {name: '"{}"'.format(name.replace('"', '""')) for _, name in NAMES}
    try:
        for quoted in databases.values():
            open_postgres.run(f"CREATE DATABASE {quoted}")
        sessions = {}
        for user, name in NAMES:
            role, schema = visitor(user), '"{}"'.format(user.replace('"', '""'))
            text = f"{user} in {name}".replace("'", "''")
            open_postgres.run(
                f"CREATE SCHEMA {schema} AUTHORIZATION {schema}; CREATE TABLE {schema}.items AS SELECT '{text}' AS v; "
                f"ALTER TABLE {schema}.items OWNER TO {schema}",
                name,
            )
            sessions[user, name] = enter(role, name)
        for _ in range(4):
            for (user, name), session in sessions.items():
                assert ask(session, READ) == [(f"{user} in {name}",)]
        assert cache.metrics().hits >= len(sessions)
        for session in sessions.values():
            session.close()
    finally:
        for quoted in databases.values():
            open_postgres.drop_database(quoted)


def test_a_startup_that_names_the_user_twice_is_who_the_server_takes_it_for(
    open_postgres: Postgres, cache: EdgeCache, database: str, visitor: Visitor, enter: Enter
) -> None:
    first, last = visitor("named_first"), visitor("named_last")
    open_postgres.run("CREATE TABLE mine AS SELECT 'mine' AS v; GRANT SELECT ON mine TO named_first", database)
    until_served(cache, enter(first), "SELECT v FROM mine")
    packet = startup_packet({"user": first.name, "database": database, "application_name": cache.id, "more": ""})
    packet = packet.replace(b"more\0\0", b"user\0" + last.name.encode() + b"\0")
    packet = len(packet).to_bytes(4, "big") + packet[4:]
    for port in (open_postgres.port, cache.edge.postgres_port):
        with RawClient(port) as client:
            client.send(packet)
            client.until("Z")
            for _ in range(4):
                client.send(query("SELECT v FROM mine"))
                assert errors(client.until("Z")) == ["42501"]
            client.send(query("SELECT current_user"))
            assert rows(client.until("Z")) == [[last.name]]


@pytest.mark.parametrize(
    "parameters",
    [b"user\0named_first\0\0x\0database\0postgres\0\0", b"user\0a\0b\0\0", b"user\0\0\0", b"\0user\0a\0\0"],
    ids=["empty-name", "odd", "empty-user", "begins-empty"],
)
def test_a_startup_out_of_shape_is_refused(cache: EdgeCache, parameters: bytes) -> None:
    named = b"\0\x03\0\0application_name\0" + cache.id.encode() + b"\0" + parameters
    with RawClient(cache.edge.postgres_port) as client:
        client.send((len(named) + 4).to_bytes(4, "big") + named)
        assert [each.kind for each in client.rest()] == ["E"]


def test_an_id_in_front_of_the_user_is_the_same_user(cache: EdgeCache, database: str, enter: Enter) -> None:
    until_served(cache, enter(TRUST), READ)
    with RawClient(cache.edge.postgres_port) as client:
        client.login(user=f"{cache.id}-{TRUST.name}", database=database)
        before = cache.metrics().hits
        client.send(query(READ))
        assert rows(client.until("Z")) == [["everybody's"]]
        assert cache.metrics().hits == before + 1
        client.send(query("SELECT session_user, current_user"))
        assert rows(client.until("Z")) == [[TRUST.name, TRUST.name]]


@pytest.mark.parametrize("form", ["{id}{id}-{user}", "{id}--{user}", "{id}-{other}-{user}", "-{id}-{user}", "{id}-"])
def test_forms_that_only_look_like_an_id_in_front_let_nobody_in(
    cache: EdgeCache, database: str, form: str, enter: Enter
) -> None:
    until_served(cache, enter(TRUST), READ)
    user = form.format(id=cache.id, other="0" * 36, user=TRUST.name)
    with RawClient(cache.edge.postgres_port) as client:
        client.send(startup_packet({"user": user, "database": database}), query(READ))
        assert [each.kind for each in client.rest()] == ["E"]


def test_an_answer_belongs_to_one_cache(
    edge: Edge, open_postgres: Postgres, cache: EdgeCache, database: str, enter: Enter
) -> None:
    until_served(cache, enter(TRUST), READ)
    second = edge.create_cache(open_postgres, originTls="disable")
    try:
        beside = enter(TRUST, through=second)
        assert first_time(second, beside, READ) == [("everybody's",)]
        until_served(second, beside, READ)
        cache.purge()
        assert second.metrics().entries == 1
    finally:
        second.delete()
    again = edge.create_cache(open_postgres, second.name, originTls="disable")
    try:
        assert again.id != second.id
        first_time(again, enter(TRUST, through=again), READ)
    finally:
        again.delete()


@pytest.mark.parametrize("role", [CLEARTEXT, SCRAM], ids=lambda role: role.name)
def test_nothing_is_served_before_the_origin_has_accepted_the_login(
    cache: EdgeCache, database: str, role: Role, enter: Enter
) -> None:
    until_served(cache, enter(role), READ)
    hits = cache.metrics().hits
    with RawClient(cache.edge.postgres_port) as client:
        startup = startup_packet({"user": role.name, "database": database, "application_name": cache.id})
        client.send(startup, query(READ), query(READ))
        assert client.receive().kind == "R"
    with RawClient(cache.edge.postgres_port) as client:
        client.send(startup, message("p", b"wrong\0"), query(READ))
        assert {each.kind for each in client.rest()} <= {"R", "E"}
    with pytest.raises(psycopg.OperationalError):
        enter(Role(role.name, "wrong", ""))
    assert cache.metrics().hits == hits


def test_a_session_for_replication_is_left_to_the_server(
    open_postgres: Postgres, cache: EdgeCache, database: str, visitor: Visitor, enter: Enter
) -> None:
    role = visitor("replicates")
    open_postgres.run("ALTER ROLE replicates REPLICATION")
    until_served(cache, enter(role), READ)
    with RawClient(cache.edge.postgres_port) as client:
        client.login(user=role.name, database=database, application_name=cache.id, replication="database")
        before = cache.metrics().hits
        for _ in range(4):
            client.send(query(READ))
            assert rows(client.until("Z")) == [["everybody's"]]
        assert cache.metrics().hits == before
        client.send(query("IDENTIFY_SYSTEM"))
        assert len(rows(client.until("Z"))) == 1
