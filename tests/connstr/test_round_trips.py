"""What is written for a driver in Python is read back by that driver: any user, password and database name."""

from __future__ import annotations

import ast
import shlex
from dataclasses import replace
from typing import Any

import pytest
import yaml
from asyncpg import connect_utils
from hypothesis import example, given
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.parse import parse
from polyscale_cli.connstr.profiles import profiles_for
from tests.connstr.hostile import CREDENTIALS, ID, PORTS, Credentials, attempt

POSTGRES, MYSQL, MARIADB, MSSQL = Database


def written(driver: str, database: Database, who: Credentials) -> str:
    text = attempt(driver, database, who)
    assert isinstance(text, str), text
    return text


def line(driver: str, database: Database, who: Credentials) -> str | None:
    """What is written; None where the form is one line and cannot hold a line break, which is then said."""
    text = attempt(driver, database, who)
    if isinstance(text, str):
        return text
    assert (text.code, "line break" in f"{text.why}") == ("UNREPRESENTABLE", True)
    assert {"\n", "\r"} & set(who.user + who.password + who.name)
    return None


def libpq_reads(text: str, who: Credentials, password: str | None = None) -> None:
    found = conninfo_to_dict(text)
    assert (found["user"], found["dbname"]) == (who.user, who.name)
    assert found.get("password", password) == who.password
    assert (found["host"], found["port"]) == ("127.0.0.1", "9010")
    assert (found["application_name"], found["channel_binding"]) == (ID, "disable")


@pytest.mark.parametrize("driver", ["any", "libpq", "psycopg", "go"])
@given(who=CREDENTIALS)
def test_libpq_reads_the_url(driver: str, who: Credentials) -> None:
    libpq_reads(written(driver, POSTGRES, who), who)


@given(who=CREDENTIALS)
def test_libpq_reads_the_keywords(who: Credentials) -> None:
    text = line("libpq-keywords", POSTGRES, who)
    if text is not None:
        libpq_reads(text, who)
        found = parse(text)
        assert (found.user, found.password, found.name) == (who.user, who.password, who.name)


@given(who=CREDENTIALS)
def test_a_shell_hands_psql_the_keywords_and_the_password(who: Credentials) -> None:
    text = line("psql", POSTGRES, who)
    if text is not None:
        variable, program, keywords = shlex.split(text)
        assert program == "psql"
        libpq_reads(keywords, who, variable.removeprefix("PGPASSWORD="))


@pytest.mark.parametrize(("database", "program"), [(MYSQL, "mysql"), (MARIADB, "mariadb")])
@given(who=CREDENTIALS)
def test_a_shell_hands_mysql_its_options(database: Database, program: str, who: Credentials) -> None:
    text = line("mysql", database, who)
    if text is not None:
        variable, first, *options = shlex.split(text)
        assert (variable, first) == (f"MYSQL_PWD={who.password}", program)
        assert {f"--user={ID}-{who.user}", f"--database={who.name}", "--protocol=tcp"} <= set(options)


@given(who=CREDENTIALS)
def test_asyncpg_reads_its_dsn(who: Credentials) -> None:
    addresses, found = asyncpg_reads(written("asyncpg", POSTGRES, who))
    assert addresses == [("127.0.0.1", 9010)]
    assert (found.user, found.password, found.database) == (who.user, who.password, who.name)
    assert found.server_settings == {"application_name": ID}


# For each dialect, what its driver's connect() calls user, password and database.
SQLALCHEMY = [
    ("sqlalchemy", POSTGRES, ("user", "password", "dbname")),
    ("sqlalchemy-psycopg2", POSTGRES, ("user", "password", "dbname")),
    ("sqlalchemy-asyncpg", POSTGRES, ("user", "password", "database")),
    ("sqlalchemy-pg8000", POSTGRES, ("user", "password", "database")),
    ("sqlalchemy", MYSQL, ("user", "password", "database")),
    ("sqlalchemy-pymysql", MARIADB, ("user", "password", "database")),
    ("sqlalchemy-mysqldb", MYSQL, ("user", "passwd", "db")),
    ("sqlalchemy-aiomysql", MYSQL, ("user", "password", "db")),
    ("sqlalchemy-asyncmy", MARIADB, ("user", "password", "db")),
    ("sqlalchemy-mariadbconnector", MARIADB, ("username", "password", "database")),
    ("sqlalchemy-pymssql", MSSQL, ("user", "password", "database")),
]


@pytest.mark.parametrize(("driver", "database", "keys"), SQLALCHEMY)
@given(who=CREDENTIALS)
def test_sqlalchemy_hands_it_to_its_driver(
    driver: str, database: Database, keys: tuple[str, str, str], who: Credentials
) -> None:
    if database in {MYSQL, MARIADB}:
        # PyMySQL and its kin refuse the rest: see test_profiles.
        who = replace(who, password=who.password.encode("ascii", "ignore").decode() or "x")
    url = make_url(made_url(written(driver, database, who)))
    found = url.get_dialect()().create_connect_args(url)[1]
    by_name = database is POSTGRES and driver != "sqlalchemy-asyncpg"
    assert found[keys[0]] == (who.user if by_name else f"{ID}-{who.user}")
    assert (found[keys[1]], found[keys[2]]) == (who.password, who.name)
    assert found.get("application_name") == (ID if by_name else None)
    assert str(PORTS[database]) in f"{found['host']}:{found.get('port')}"


def made_url(text: str) -> str:
    """A URL as it is, or what stands in source code as the first argument of create_engine."""
    if "\n" not in text:
        return text
    call = ast.parse(text).body[-1]
    assert isinstance(call, ast.Assign)
    assert isinstance(call.value, ast.Call)
    return str(ast.literal_eval(call.value.args[0]))


@given(who=CREDENTIALS)
def test_django_gets_it_as_python(who: Credentials) -> None:
    for database in Database:
        found = settings(written("django", database, who))
        user = who.user if database is POSTGRES else f"{ID}-{who.user}"
        assert (found["USER"], found["PASSWORD"], found["NAME"]) == (user, who.password, who.name)
        assert (found["HOST"], found["PORT"]) == ("127.0.0.1", str(PORTS[database]))
    options = settings(written("django", POSTGRES, who))["OPTIONS"]
    assert options == {"application_name": ID, "channel_binding": "disable"}


@given(who=CREDENTIALS)
@example(who=Credentials("<%= 1 %>", "<%# x %>", "<%"))
def test_rails_gets_it_as_yaml(who: Credentials) -> None:
    for database in Database:
        text = written("rails", database, who)
        assert "<" not in text, "ERB would read it"
        found = yaml.safe_load(text)["production"]
        user = who.user if database is POSTGRES else f"{ID}-{who.user}"
        assert (found["username"], found["password"], found["database"]) == (user, who.password, who.name)
        assert found["port"] == PORTS[database]


@pytest.mark.parametrize("database", Database)
@given(who=CREDENTIALS)
def test_no_driver_is_given_anything_wrong_without_a_word(database: Database, who: Credentials) -> None:
    for profile in profiles_for(database):
        text = attempt(profile.name, database, who)
        if isinstance(text, str):
            assert not profile.one_line or not {"\n", "\r"} & set(text)
        else:
            assert text.code == "UNREPRESENTABLE"
            assert text.why
            assert len(who.password) < 4 or who.password not in f"{text.why}{text.fix}"


@given(who=CREDENTIALS)
def test_we_read_our_own_urls(who: Credentials) -> None:
    for driver, database in (
        ("any", POSTGRES),
        ("jdbc", POSTGRES),
        ("jdbc", MYSQL),
        ("any", MYSQL),
        ("any", MARIADB),
    ):
        found = parse(written(driver, database, who))
        user = who.user if database is POSTGRES else f"{ID}-{who.user}"
        assert (found.user, found.password, found.name) == (user, who.password, who.name)


@given(who=CREDENTIALS)
def test_we_read_our_own_strings_for_dotnet(who: Credentials) -> None:
    for database in (POSTGRES, MYSQL, MSSQL):
        text = line("ado.net", database, who)
        if text is not None:
            found = parse(text)
            user = who.user if database is POSTGRES else f"{ID}-{who.user}"
            assert (found.database, found.host, found.port) == (database, "127.0.0.1", PORTS[database])
            assert (found.user, found.password, found.name) == (user, who.password, who.name)


@given(who=CREDENTIALS)
def test_we_read_our_own_strings_for_sql_server(who: Credentials) -> None:
    for driver in ("any", "jdbc", "sqlalchemy", "go"):
        text = attempt(driver, MSSQL, who)
        if isinstance(text, str):
            found = parse(text)
            assert (found.user, found.password, found.name) == (f"{ID}-{who.user}", who.password, who.name)


def settings(text: str) -> dict[str, Any]:
    """The default database of Django's settings."""
    space: dict[str, Any] = {}
    exec(text, space)
    default: dict[str, Any] = space["DATABASES"]["default"]
    return default


def asyncpg_reads(url: str) -> tuple[list[tuple[str, int]], connect_utils._ConnectionParameters]:
    """What asyncpg would connect to and as whom."""
    nothing = dict.fromkeys(
        [
            *("host", "port", "user", "password", "passfile", "database", "command_timeout", "ssl", "direct_tls"),
            *("server_settings", "target_session_attrs", "krbsrvname", "gsslib", "service", "servicefile"),
        ]
    )
    limits = {"statement_cache_size": 100, "max_cached_statement_lifetime": 300, "max_cacheable_statement_size": 1024}
    addresses, parameters, _ = connect_utils._parse_connect_arguments(dsn=url, **nothing, **limits)
    return addresses, parameters
