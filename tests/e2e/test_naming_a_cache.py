"""Every way in which a connection may name its cache, and what is said to one that names none."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.e2e.raw import RawClient, startup_packet
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import MD5, SCRAM, TRUST, Postgres, Role
from tests.servers.process import free_port


def connect(edge: Edge, role: Role, **settings: object) -> psycopg.Connection:
    fields = {"host": edge.host, "port": edge.postgres_port, "user": role.name, "dbname": "app", **settings}
    if role.password:
        fields["password"] = role.password
    return psycopg.connect(make_conninfo(**{key: str(value) for key, value in fields.items()}), autocommit=True)


def hits_after_four_reads(cache: EdgeCache, connection: psycopg.Connection) -> int:
    with connection:
        assert [connection.execute("SELECT 7 AS seven").fetchall() for _ in range(4)] == [[(7,)]] * 4
    return cache.metrics().hits


def test_by_application_name(cache: EdgeCache) -> None:
    assert hits_after_four_reads(cache, connect(cache.edge, SCRAM, application_name=cache.id)) >= 2


def test_by_application_name_in_capitals(cache: EdgeCache) -> None:
    assert hits_after_four_reads(cache, connect(cache.edge, SCRAM, application_name=cache.id.upper())) >= 2


@pytest.mark.parametrize("spelling", ["-c application_name={}", "-capplication_name={}", "--application-name={}"])
def test_by_options(cache: EdgeCache, spelling: str) -> None:
    assert hits_after_four_reads(cache, connect(cache.edge, SCRAM, options=spelling.format(cache.id))) >= 2


def test_other_options_reach_the_origin(cache: EdgeCache) -> None:
    options = f"-c work_mem=7MB -c application_name={cache.id} -c statement_timeout=12345"
    with connect(cache.edge, SCRAM, options=options) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)
        assert connection.execute("SHOW statement_timeout").fetchone() == ("12345ms",)


def test_by_the_user_name(cache: EdgeCache) -> None:
    assert hits_after_four_reads(cache, connect(cache.edge, SCRAM, user=f"{cache.id}-{SCRAM.name}")) >= 2


def test_by_the_user_name_md5_says_why_it_cannot_work(cache: EdgeCache) -> None:
    with pytest.raises(psycopg.OperationalError) as failure:
        connect(cache.edge, MD5, user=f"{cache.id}-{MD5.name}")
    assert "md5" in str(failure.value).lower()
    assert "application_name" in str(failure.value)


def test_by_a_port_of_its_own(edge: Edge, postgres: Postgres) -> None:
    port = free_port()
    cache = edge.create_cache(postgres, listenPort=port)
    assert hits_after_four_reads(cache, connect(edge, SCRAM, port=port, application_name="my app")) >= 2
    with connect(edge, SCRAM, port=port, application_name="my app") as connection:
        assert connection.execute("SHOW application_name").fetchone() == ("my app",)
    cache.delete()


def test_an_unknown_id_is_named_in_the_error(edge: Edge) -> None:
    unknown = str(uuid.uuid4())
    with pytest.raises(psycopg.OperationalError) as failure:
        connect(edge, SCRAM, application_name=unknown)
    assert unknown in str(failure.value)
    assert "polyscale cache list" in str(failure.value)


@pytest.mark.parametrize("name", ["", "psql", "not-a-uuid", "0"])
def test_no_id_is_an_error_that_says_how_to_give_one(edge: Edge, name: str) -> None:
    with pytest.raises(psycopg.OperationalError) as failure:
        connect(edge, SCRAM, application_name=name)
    assert "application_name" in str(failure.value)
    assert "polyscale cache list" in str(failure.value)


def test_the_error_has_the_protocols_shape(edge: Edge) -> None:
    with RawClient(edge.postgres_port) as client:
        client.send(startup_packet({"user": "anybody"}))
        found = client.rest()
    assert [each.kind for each in found] == ["E"]
    assert {"S", "V", "C", "M"} <= set(found[0].fields)
    assert found[0].fields["S"] == "FATAL"


def test_a_deleted_cache_is_unknown(edge: Edge, postgres: Postgres) -> None:
    cache = edge.create_cache(postgres)
    connect(edge, TRUST, application_name=cache.id).close()
    cache.delete()
    with pytest.raises(psycopg.OperationalError, match=cache.id):
        connect(edge, TRUST, application_name=cache.id)


def test_what_only_libpq_knows_is_taken_out_of_the_startup(cache: EdgeCache) -> None:
    with RawClient(cache.edge.postgres_port) as client:
        startup = {"user": TRUST.name, "database": "app", "application_name": cache.id, "channel_binding": "disable"}
        assert client.login(**startup)[-1].kind == "Z"
