"""The URL that goes through a cache, driver by driver."""

from __future__ import annotations

import pytest
from hypothesis import given

from polyscale_cli.connstr.model import CacheAddress, Database
from polyscale_cli.connstr.parse import parse
from polyscale_cli.connstr.profiles import LIBPQ, profile_named
from polyscale_cli.connstr.tls import origin_tls
from polyscale_cli.connstr.write import cache_id_in, direct, through_cache
from polyscale_cli.errors import UsageError
from tests.connstr.hostile import CREDENTIALS, ID, Credentials

HERE = CacheAddress(ID, "127.0.0.1", 9010)
REMOTE = CacheAddress(ID, "edge.example.com", 9010)
OURS = f"application_name={ID}&channel_binding=disable"


def written(text: str, cache: CacheAddress = HERE, driver: str | None = None) -> str:
    url = parse(text)
    return (through_cache(url, cache, profile_named(driver)) if driver else through_cache(url, cache)).url


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgres://u:p@db:6543/shop", f"postgresql://u:p@127.0.0.1:9010/shop?{OURS}"),
        ("postgres://u@db/shop", f"postgresql://u@127.0.0.1:9010/shop?{OURS}"),
        ("postgres://db", f"postgresql://127.0.0.1:9010/?{OURS}"),
        ("postgres://u:a@b$c'd@db/s", f"postgresql://u:a%40b%24c%27d@127.0.0.1:9010/s?{OURS}"),
        (
            "postgres://db/s?schema=public&connect_timeout=3",
            f"postgresql://127.0.0.1:9010/s?{OURS}&schema=public&connect_timeout=3",
        ),
        ("postgres://db/s?application_name=mine&x=1", f"postgresql://127.0.0.1:9010/s?{OURS}&x=1"),
        (
            "postgres://db/s?options=-c%20search_path%3Da,b",
            f"postgresql://127.0.0.1:9010/s?{OURS}&options=-c%20search_path%3Da,b",
        ),
    ],
)
def test_it_leads_to_the_edge_and_keeps_the_rest(given: str, expected: str) -> None:
    assert written(given) == expected


def test_an_edge_with_an_ipv6_address_gets_its_brackets() -> None:
    assert written("postgres://u@db/s", CacheAddress(ID, "::1", 9010)).startswith("postgresql://u@[::1]:9010/s?")


@pytest.mark.parametrize("mode", ["require", "prefer"])
def test_channel_binding_becomes_disable(mode: str) -> None:
    assert written(f"postgres://u@db/s?channel_binding={mode}") == f"postgresql://u@127.0.0.1:9010/s?{OURS}"


def test_demanded_channel_binding_is_not_dropped_in_silence() -> None:
    assert any(
        "channel_binding" in note for note in through_cache(parse("postgres://db/?channel_binding=require"), HERE).notes
    )


@pytest.mark.parametrize(
    ("mode", "remote"),
    [
        ("disable", "disable"),
        ("allow", "prefer"),
        ("prefer", "prefer"),
        ("require", "require"),
        ("verify-ca", "require"),
        ("verify-full", "require"),
    ],
)
def test_a_check_of_the_databases_certificate_cannot_hold_for_the_edges_own(mode: str, remote: str) -> None:
    text = f"postgres://u@db/s?sslmode={mode}&sslrootcert=/ca.pem"
    for driver in (None, "libpq"):
        url = parse(written(text, REMOTE, driver))
        assert (url.parameter("sslmode"), url.parameter("sslrootcert")) == (remote, None)


def test_what_is_changed_about_certificates_is_said() -> None:
    notes = " ".join(through_cache(parse("postgres://u@db/s?sslmode=verify-full&sslrootcert=/ca"), REMOTE).notes)
    assert "sslmode=verify-full became TLS without a check" in notes
    assert "sslrootcert" in notes


def test_for_any_driver_an_edge_on_this_machine_is_named_without_a_mode() -> None:
    # node-postgres takes sslmode=require for a demand to check the certificate, which is the edge's own.
    assert parse(written("postgres://u@db/s?sslmode=require")).parameter("sslmode") is None
    assert parse(written("postgres://u@db/s?sslmode=disable")).parameter("sslmode") == "disable"
    assert parse(written("postgres://u@db/s?sslmode=require", driver="libpq")).parameter("sslmode") == "require"


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        ("libpq", f"postgresql://u:p@127.0.0.1:9010/s?{OURS}&sslmode=require"),
        ("psycopg", f"postgresql://u:p@127.0.0.1:9010/s?{OURS}&sslmode=require"),
        ("prisma", f"postgresql://u:p@127.0.0.1:9010/s?{OURS}&sslmode=no-verify"),
        ("asyncpg", f"postgresql://u:p@127.0.0.1:9010/s?application_name={ID}&sslmode=require"),
        ("node-postgres", f"postgresql://u:p@127.0.0.1:9010/s?{OURS}&sslmode=no-verify"),
        ("postgres.js", f"postgresql://u:p@127.0.0.1:9010/s?application_name={ID}&sslmode=require"),
        ("sqlalchemy", f"postgresql+psycopg://u:p@127.0.0.1:9010/s?{OURS}&sslmode=require"),
        ("sqlalchemy-asyncpg", f"postgresql+asyncpg://{ID}-u:p@127.0.0.1:9010/s?ssl=require"),
    ],
)
def test_each_driver_gets_what_it_understands(driver: str, expected: str) -> None:
    assert written("postgres://u:p@db/s?sslmode=require", driver=driver) == expected


def test_an_unknown_driver_lists_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        profile_named("oracle")
    assert caught.value.fix is not None
    assert "asyncpg" in caught.value.fix


def test_a_name_that_a_driver_cannot_read_back_is_refused() -> None:
    with pytest.raises(UsageError, match="node-postgres"):
        written("postgres://u@db/a%2Fb", driver="node-postgres")


def test_a_driver_of_another_database_is_refused_and_the_fitting_ones_are_named() -> None:
    with pytest.raises(UsageError, match="psycopg is not for mysql") as caught:
        written("mysql://u@db/s", driver="psycopg")
    assert caught.value.fix is not None
    assert "mysql2" in caught.value.fix


# What these write for Postgres is read again by `parse`.
READ_AGAIN = [
    *(None, "libpq", "libpq-keywords", "prisma", "node-postgres", "postgres.js", "drizzle", "psycopg", "asyncpg"),
    *("sqlalchemy", "sqlalchemy-psycopg2", "sqlalchemy-asyncpg", "jdbc", "go", "hyperdrive"),
]


@pytest.mark.parametrize("driver", READ_AGAIN)
def test_written_twice_is_written_once(driver: str | None) -> None:
    once = written("postgres://u:p%24@db/s?sslmode=require&x=1", driver=driver)
    assert written(once, driver=driver) == once


@pytest.mark.parametrize("driver", READ_AGAIN)
def test_the_way_back_leads_to_the_database(driver: str | None) -> None:
    through = parse(written("postgres://u:p%24@db:6543/s", driver=driver))
    assert cache_id_in(through) == ID
    assert direct(through, "db", 6543, "require").url == "postgresql://u:p%24@db:6543/s?sslmode=require"


def test_the_way_back_keeps_parameters() -> None:
    through = parse(written("postgres://u@db:6543/s?x=1"))
    assert direct(through, "db", 6543, "prefer").url == "postgresql://u@db:6543/s?x=1"


def test_the_way_back_of_what_never_left_changes_nothing() -> None:
    text = "postgresql://u:p%24@db:6543/s?sslmode=verify-full&application_name=mine"
    assert direct(parse(text), "elsewhere", 1, "disable").url == text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "prefer"),
        ("sslmode=disable", "disable"),
        ("sslmode=allow", "prefer"),
        ("sslmode=prefer", "prefer"),
        ("sslmode=require", "require"),
        ("sslmode=verify-ca", "verify-full"),
        ("sslmode=verify-full", "verify-full"),
        ("sslmode=require&sslrootcert=system", "verify-full"),
        ("ssl=true", "require"),
        ("sslmode=no-verify", "require"),
        ("sslmode=nonsense", "prefer"),
    ],
)
def test_how_the_edge_is_to_speak_tls_to_the_database(query: str, expected: str) -> None:
    assert origin_tls(parse(f"postgres://db/s?{query}")) == expected


@given(who=CREDENTIALS)
def test_no_character_needs_quoting_anywhere(who: Credentials) -> None:
    url = through_cache(who.url(Database.POSTGRES), HERE, LIBPQ).url
    assert not set(url) & set(" \"'$`\\#<>|*;()!\t\n")
    assert url.isascii()
