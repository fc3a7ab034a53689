"""What each driver is given: its own words for the cache, for TLS and for parameters; and what it is refused."""

from __future__ import annotations

import pytest

from polyscale_cli.connstr.model import CacheAddress, Database
from polyscale_cli.connstr.parse import parse
from polyscale_cli.connstr.profiles import PROFILES, profile_named
from polyscale_cli.connstr.write import direct, through_cache
from polyscale_cli.errors import UsageError
from tests.connstr.hostile import ID, Credentials, attempt

HOST = "edge.example.com"
POSTGRES = "postgres://u:p@db/s?sslmode=verify-full"
MYSQL = "mysql://u:p@db/s?ssl-mode=VERIFY_CA"
MSSQL = "sqlserver://db;database=s;user=u;password=p;encrypt=true"
NAME = f"application_name={ID}"
WHO = f"{ID}-u"

WRITTEN = {
    ("any", POSTGRES): f"postgresql://u:p@{HOST}:9/s?{NAME}&channel_binding=disable&sslmode=require",
    ("libpq", POSTGRES): f"postgresql://u:p@{HOST}:9/s?{NAME}&channel_binding=disable&sslmode=require",
    ("libpq-keywords", POSTGRES): (
        f"host={HOST} port=9 user=u password=p dbname=s {NAME} channel_binding=disable sslmode=require"
    ),
    ("psql", POSTGRES): (
        f"PGPASSWORD=p psql 'host={HOST} port=9 user=u dbname=s {NAME} channel_binding=disable sslmode=require'"
    ),
    ("prisma", POSTGRES): f"postgresql://u:p@{HOST}:9/s?{NAME}&channel_binding=disable&sslmode=no-verify",
    ("node-postgres", POSTGRES): f"postgresql://u:p@{HOST}:9/s?{NAME}&channel_binding=disable&sslmode=no-verify",
    ("drizzle", POSTGRES): f"postgresql://u:p@{HOST}:9/s?{NAME}&channel_binding=disable&sslmode=no-verify",
    ("postgres.js", POSTGRES): f"postgresql://u:p@{HOST}:9/s?{NAME}&sslmode=require",
    ("asyncpg", POSTGRES): f"postgresql://u:p@{HOST}:9/s?{NAME}&sslmode=require",
    ("hyperdrive", POSTGRES): f"postgresql://{WHO}:p@{HOST}:9/s",
    ("sqlalchemy", POSTGRES): f"postgresql+psycopg://u:p@{HOST}:9/s?{NAME}&channel_binding=disable&sslmode=require",
    ("sqlalchemy-asyncpg", POSTGRES): f"postgresql+asyncpg://{WHO}:p@{HOST}:9/s?ssl=require",
    ("jdbc", POSTGRES): (
        f"jdbc:postgresql://{HOST}:9/s?user=u&password=p&ApplicationName={ID}&assumeMinServerVersion=9.0"
        "&sslmode=require&channelBinding=disable"
    ),
    ("ado.net", POSTGRES): (
        f"Host={HOST};Port=9;Username=u;Password=p;Database=s;Application Name={ID};"
        "Channel Binding=Disable;SSL Mode=Require"
    ),
    ("go", POSTGRES): f"postgresql://u:p@{HOST}:9/s?{NAME}&channel_binding=disable&sslmode=require",
    ("php-pdo", POSTGRES): (
        f"new PDO('pgsql:host={HOST};port=9;dbname=s;{NAME};channel_binding=disable;sslmode=require', 'u', 'p');"
    ),
    ("any", MYSQL): f"mysql://{WHO}:p@{HOST}:9/s?ssl-mode=REQUIRED",
    (
        "mysql",
        MYSQL,
    ): f"MYSQL_PWD=p mysql --protocol=tcp --host={HOST} --port=9 --user={WHO} --ssl-mode=REQUIRED --database=s",
    ("prisma", MYSQL): f"mysql://{WHO}:p@{HOST}:9/s?sslaccept=accept_invalid_certs",
    ("mysql2", MYSQL): f"mysql://{WHO}:p@{HOST}:9/s?ssl=%7B%22rejectUnauthorized%22:false%7D",
    ("hyperdrive", MYSQL): f"mysql://{WHO}:p@{HOST}:9/s",
    ("sqlalchemy", MYSQL): f"mysql+pymysql://{WHO}:p@{HOST}:9/s?ssl_check_hostname=false",
    ("sqlalchemy-mysqldb", MYSQL): f"mysql+mysqldb://{WHO}:p@{HOST}:9/s?ssl_mode=REQUIRED",
    ("sqlalchemy-asyncmy", MYSQL): f"mysql+asyncmy://{WHO}:p@{HOST}:9/s?ssl_check_hostname=false",
    (
        "sqlalchemy-mariadbconnector",
        MYSQL,
    ): f"mysql+mariadbconnector://{WHO}:p@{HOST}:9/s?ssl=true&ssl_verify_cert=false",
    ("jdbc", MYSQL): f"jdbc:mysql://{HOST}:9/s?user={WHO}&password=p&sslMode=REQUIRED",
    ("ado.net", MYSQL): f"Server={HOST};Port=9;User ID={WHO};Password=p;Database=s;SSL Mode=Required",
    ("go", MYSQL): f"{WHO}:p@tcp({HOST}:9)/s?tls=skip-verify",
    ("any", MSSQL): f"sqlserver://{HOST}:9;database=s;user={WHO};password=p;encrypt=true;trustServerCertificate=true",
    ("mssql", MSSQL): f"Server={HOST},9;Database=s;User ID={WHO};Password=p;Encrypt=true;TrustServerCertificate=true",
    ("sqlalchemy", MSSQL): (
        f"mssql+pyodbc://{WHO}:p@{HOST}:9/s?driver=ODBC%20Driver%2018%20for%20SQL%20Server&Encrypt=yes&TrustServerCertificate=yes"
    ),
    ("sqlalchemy-pymssql", MSSQL): f"mssql+pymssql://{WHO}:p@{HOST}:9/s?encryption=require",
    ("jdbc", MSSQL): (
        f"jdbc:sqlserver://{HOST}:9;databaseName=s;user={WHO};password=p;encrypt=true;trustServerCertificate=true"
    ),
    ("go", MSSQL): f"sqlserver://{WHO}:p@{HOST}:9?database=s&encrypt=true&TrustServerCertificate=true",
    (
        "php-pdo",
        MSSQL,
    ): f"new PDO('sqlsrv:Server={HOST},9;Database=s;Encrypt=1;TrustServerCertificate=1', '{WHO}', 'p');",
    ("odbc", MSSQL): (
        f"Driver={{ODBC Driver 18 for SQL Server}};Server={HOST},9;Database=s;UID={WHO};PWD=p;"
        "Encrypt=yes;TrustServerCertificate=yes"
    ),
    ("rails", POSTGRES): f"""production:
  adapter: postgresql
  port: 9
  host: "{HOST}"
  username: "u"
  password: "p"
  database: "s"
  application_name: "{ID}"
  channel_binding: "disable"
  sslmode: "require\"""",
    ("rails", MYSQL): f"""production:
  adapter: mysql2
  port: 9
  host: "{HOST}"
  username: "{WHO}"
  password: "p"
  database: "s"
  ssl_mode: "required\"""",
    ("django", MSSQL): f"""DATABASES = {{
    "default": {{
        "ENGINE": "mssql",
        "HOST": "{HOST}",
        "PORT": "9",
        "NAME": "s",
        "USER": "{WHO}",
        "PASSWORD": "p",
        "OPTIONS": {{
            "driver": "ODBC Driver 18 for SQL Server",
            "extra_params": "Encrypt=yes;TrustServerCertificate=yes",
        }},
    }},
}}""",
    ("knex", MSSQL): f"""module.exports = {{
  client: "mssql",
  connection: {{
    server: "{HOST}",
    port: 9,
    user: "{WHO}",
    password: "p",
    database: "s",
    options: {{
      encrypt: true,
      trustServerCertificate: true,
    }},
  }},
}};""",
    ("serverless", MYSQL): f"""import {{ Client }} from "@polyscale/serverless-js";

const client = new Client("https://edge.example.com", {{
  cacheId: "{ID}",
  username: "u",
  password: "p",
  database: "s",
  provider: "mysql",
}});""",
}


def through(driver: str, text: str, host: str = HOST, database: Database | None = None) -> str:
    address = CacheAddress(ID, host, 9, database, "https://edge.example.com")
    return through_cache(parse(text), address, profile_named(driver)).url


@pytest.mark.parametrize(("driver", "text"), WRITTEN)
def test_each_has_its_own_words(driver: str, text: str) -> None:
    assert through(driver, text) == WRITTEN[driver, text]


def test_for_mariadb_the_program_the_scheme_and_the_modes_differ() -> None:
    text = "mysql://u:p@db/s?sslmode=required"
    mariadb = {
        driver: through(driver, text, database=Database.MARIADB) for driver in ("mysql", "jdbc", "sqlalchemy", "any")
    }
    assert mariadb == {
        "mysql": f"MYSQL_PWD=p mariadb --protocol=tcp --host={HOST} --port=9 --user={WHO} --ssl "
        "--skip-ssl-verify-server-cert --database=s",
        "jdbc": f"jdbc:mariadb://{HOST}:9/s?user={WHO}&password=p&sslMode=trust",
        "sqlalchemy": f"mariadb+pymysql://{WHO}:p@{HOST}:9/s?ssl_check_hostname=false",
        "any": f"mysql://{WHO}:p@{HOST}:9/s?sslmode=required",
    }


@pytest.mark.parametrize(("driver", "key"), [("sqlalchemy", "dbname"), ("sqlalchemy-asyncpg", "database")])
def test_sqlalchemy_gets_a_name_that_needs_encoding_as_an_argument(driver: str, key: str) -> None:
    # Before 2.1 it does not decode the path.
    written = through(driver, "postgres://u:p@db/a%20b%3F")
    assert f"@{HOST}:9/?" in written
    assert written.endswith(f"{key}=a%20b%3F")


def test_its_password_may_be_left_out() -> None:
    for profile in PROFILES.values():
        if profile.name in {"serverless", "hyperdrive"}:
            continue
        for database in profile.databases:
            text = {Database.POSTGRES: POSTGRES, Database.MSSQL: MSSQL}.get(database, MYSQL).replace(":p@", "@")
            text = text.replace("password=p;", "").partition("?")[0]
            written = through(profile.name, text)
            assert "password" not in written.lower().replace("passwords", "")
            assert "None" not in written
            assert "PWD" not in written


@pytest.mark.parametrize("driver", ["libpq-keywords", "jdbc", "go", "mysql2", "sqlalchemy", "mysql", "ado.net", "knex"])
def test_an_edge_with_an_ipv6_address_is_named_as_the_driver_has_it(driver: str) -> None:
    text = MYSQL if driver in {"mysql2", "mysql"} else POSTGRES
    written = through(driver, text.partition("?")[0], "2001:db8::1")
    bare = driver in {"libpq-keywords", "mysql", "ado.net", "knex"}
    assert ("2001:db8::1" if bare else "[2001:db8::1]") in written
    assert bare is ("[" not in written)


@pytest.mark.parametrize(
    ("driver", "kept", "left"),
    [
        ("any", {"schema", "connect_timeout", "pgbouncer", "statement_timeout"}, set()),
        ("prisma", {"schema", "connect_timeout", "pgbouncer", "statement_timeout"}, set()),
        ("libpq", {"connect_timeout"}, {"schema", "pgbouncer", "statement_timeout"}),
        ("django", {"connect_timeout"}, {"schema", "pgbouncer", "statement_timeout"}),
        # What they do not know they send as a setting, which the server may know.
        ("asyncpg", {"statement_timeout"}, {"schema", "pgbouncer", "connect_timeout"}),
        ("postgres.js", {"statement_timeout", "connect_timeout"}, {"schema", "pgbouncer"}),
        ("go", {"statement_timeout", "connect_timeout"}, {"schema", "pgbouncer"}),
        ("jdbc", {"statement_timeout"}, {"schema", "pgbouncer", "connect_timeout"}),
        ("hyperdrive", set(), {"schema", "connect_timeout", "pgbouncer", "statement_timeout"}),
    ],
)
def test_a_driver_is_not_handed_anothers_parameters(driver: str, kept: set[str], left: set[str]) -> None:
    url = parse("postgres://u:p@db/s?schema=x&connect_timeout=5&pgbouncer=true&statement_timeout=9")
    written = through_cache(url, CacheAddress(ID, HOST, 9), profile_named(driver))
    assert {name for name in kept | left if name in written.url} == kept
    said = " ".join(written.notes)
    assert {name for name in kept | left if name in said} == left


@pytest.mark.parametrize("driver", ["mariadb", "sqlalchemy-aiomysql"])
def test_tls_is_left_out_inside_one_machine_and_nowhere_else(driver: str) -> None:
    url = parse("mysql://u:p@db/s?ssl-mode=REQUIRED")
    here = through_cache(url, CacheAddress(ID, "127.0.0.1", 9), profile_named(driver))
    assert "this machine" in " ".join(here.notes)
    with pytest.raises(UsageError) as caught:
        through_cache(url, CacheAddress(ID, HOST, 9), profile_named(driver))
    assert caught.value.code == "UNREPRESENTABLE"
    assert "certificate" in f"{caught.value.why}"


def test_prisma_7_is_told_where_it_takes_tls_for_mysql_from() -> None:
    notes = through_cache(parse(MYSQL), CacheAddress(ID, HOST, 9), profile_named("prisma")).notes
    assert "ssl: { rejectUnauthorized: false }" in " ".join(notes)
    assert not through_cache(parse("mysql://u@db/s"), CacheAddress(ID, HOST, 9), profile_named("prisma")).notes


def test_pg8000_is_kept_from_tls_since_it_would_bind_the_channel() -> None:
    assert through("pg8000", "postgres://u:p@db/s") == (
        "from sqlalchemy import create_engine\n\n"
        "engine = create_engine(\n"
        f'    "postgresql+pg8000://u:p@{HOST}:9/s?{NAME}",\n'
        '    connect_args={"ssl_context": False},\n'
        ")"
    )
    with pytest.raises(UsageError, match="pg8000"):
        through("pg8000", POSTGRES)


@pytest.mark.parametrize(
    ("driver", "database", "who", "says"),
    [
        ("go", Database.MYSQL, Credentials("a:b", "p", "d"), "first colon"),
        ("php-pdo", Database.POSTGRES, Credentials("u", "p", "a;b"), "semicolon"),
        ("jdbc", Database.MARIADB, Credentials("u", "a&b", "d"), "only some of its versions decode"),
        ("sqlalchemy", Database.MYSQL, Credentials("u", "é", "d"), "Latin-1"),
        ("any", Database.MSSQL, Credentials("u", "a;}", "d"), "no escape"),
        ("any", Database.MSSQL, Credentials("u", "a\ud800", "d"), "not UTF-8"),
        ("libpq-keywords", Database.POSTGRES, Credentials("u", "a\nb", "d"), "line break"),
        ("libpq-keywords", Database.POSTGRES, Credentials("u", "a\udcff", "d"), "not UTF-8"),
        ("asyncpg", Database.POSTGRES, Credentials("u", "a\udcff", "d"), "not UTF-8"),
        ("libpq", Database.POSTGRES, Credentials("u", "a\0b", "d"), "zero byte"),
        ("django", Database.POSTGRES, Credentials("u", "p", ""), "database's name"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_reason(
    driver: str, database: Database, who: Credentials, says: str
) -> None:
    found = attempt(driver, database, who)
    assert isinstance(found, UsageError)
    assert (found.code, says in f"{found.why}") == ("UNREPRESENTABLE", True)
    assert found.fix


def test_bytes_that_are_no_text_go_where_they_can() -> None:
    assert attempt("libpq", Database.POSTGRES, Credentials("u", "a\udcff", "d")) == (
        f"postgresql://u:a%FF@127.0.0.1:9010/d?{NAME}&channel_binding=disable"
    )


@pytest.mark.parametrize("driver", ["any", "mysql2", "hyperdrive", "mssql"])
def test_without_a_user_there_is_no_place_for_the_cache(driver: str) -> None:
    text = "sqlserver://db;database=s" if driver == "mssql" else "mysql://db/s"
    with pytest.raises(UsageError) as caught:
        through(driver, text)
    assert caught.value.code == "NO_USER"


def test_the_way_around_is_written_for_a_driver_too() -> None:
    url = parse("postgres://u:p@db/s?sslmode=verify-full&application_name=mine")
    assert direct(url, "db", 5432, "prefer", profile_named("jdbc")).url == (
        "jdbc:postgresql://db:5432/s?user=u&password=p&ApplicationName=mine&assumeMinServerVersion=9.0&sslmode=verify-full"
    )
    back = parse(through("any", MYSQL))
    assert direct(back, "db", 3306, "verify-full", profile_named("mysql2")).url == (
        "mysql://u:p@db:3306/s?ssl=%7B%22rejectUnauthorized%22:true%7D"
    )
    with pytest.raises(UsageError, match="Serverless"):
        direct(url, "db", 5432, "prefer", profile_named("serverless"))


@pytest.mark.parametrize(
    ("driver", "kept"),
    [
        ("libpq", {"sslrootcert", "channel_binding"}),
        ("libpq-keywords", {"sslrootcert", "channel_binding"}),
        ("node-postgres", {"sslrootcert", "channel_binding"}),
        ("asyncpg", {"sslrootcert"}),
        ("jdbc", {"sslrootcert"}),
        ("postgres.js", set()),
        ("ado.net", set()),
    ],
)
def test_the_way_around_keeps_what_proves_the_database(driver: str, kept: set[str]) -> None:
    url = parse("postgres://u:p@db/s?sslmode=verify-full&sslrootcert=/ca.pem&channel_binding=require")
    written = direct(url, "db", 5432, "prefer", profile_named(driver))
    files = {"sslrootcert", "channel_binding"}
    assert {name for name in files if name in written.url} == kept
    assert {name for name in files if any(name in note for note in written.notes)} == files - kept
    assert "verify" in written.url.lower()


def test_a_word_about_tls_that_nobody_knows_is_left_out_and_said() -> None:
    written = through_cache(parse("postgres://u@db/s?sslmode=nonsense"), CacheAddress(ID, HOST, 9))
    assert "nonsense" not in written.url
    assert "sslmode=nonsense" in " ".join(written.notes)


def test_every_name_means_one_driver() -> None:
    names = [name for one in PROFILES.values() for name in (one.name, *one.aliases)]
    assert len(names) == len(set(names))
    for one in PROFILES.values():
        assert {profile_named(name).name for name in (one.name, one.name.upper(), *one.aliases)} == {one.name}
