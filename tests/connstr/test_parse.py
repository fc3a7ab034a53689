"""Connection strings as people have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.connstr.parse import parse
from polyscale_cli.errors import UsageError

POSTGRES = Database.POSTGRES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://h", DatabaseUrl(POSTGRES, "postgres", "h", 5432)),
        (
            " postgresql://me:p%40ss@db.example.com:6543/shop \n",
            DatabaseUrl(POSTGRES, "postgresql", "db.example.com", 6543, "me", "p@ss", "shop"),
        ),
        ("postgres://me@h/", DatabaseUrl(POSTGRES, "postgres", "h", 5432, "me")),
        ("postgres://me:@h/d", DatabaseUrl(POSTGRES, "postgres", "h", 5432, "me", "", "d")),
        ("postgres://me:a@b:c@h/d", DatabaseUrl(POSTGRES, "postgres", "h", 5432, "me", "a@b:c", "d")),
        ("postgres://me:a+b@h/d", DatabaseUrl(POSTGRES, "postgres", "h", 5432, "me", "a+b", "d")),
        ("postgres://[2001:db8::1]:7/d", DatabaseUrl(POSTGRES, "postgres", "2001:db8::1", 7, name="d")),
        (
            "postgres://h/d?a=1&b=x%20y&c",
            DatabaseUrl(POSTGRES, "postgres", "h", 5432, name="d", query=(("a", "1"), ("b", "x y"), ("c", ""))),
        ),
        ("postgres://h?sslmode=require", DatabaseUrl(POSTGRES, "postgres", "h", 5432, query=(("sslmode", "require"),))),
        ("postgresql+asyncpg://u@h/d", DatabaseUrl(POSTGRES, "postgresql", "h", 5432, "u", None, "d", "asyncpg")),
        ("POSTGRES://h/d#fragment", DatabaseUrl(POSTGRES, "postgres", "h", 5432, name="d")),
        ("mysql://u:p@h/d", DatabaseUrl(Database.MYSQL, "mysql", "h", 3306, "u", "p", "d")),
        ("mariadb://h:3307/d", DatabaseUrl(Database.MARIADB, "mariadb", "h", 3307, name="d")),
        (
            "sqlserver://h:1444;initial catalog=shop;user=me;password=abc;encrypt=true",
            DatabaseUrl(Database.MSSQL, "sqlserver", "h", 1444, "me", "abc", "shop", query=(("encrypt", "true"),)),
        ),
    ],
)
def test_it_is_taken_apart(text: str, expected: DatabaseUrl) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "host=db.example.com port=6543 user=me password='it\\'s \\\\ a' dbname = shop sslmode=require",
            DatabaseUrl(
                POSTGRES,
                "postgresql",
                "db.example.com",
                6543,
                "me",
                "it's \\ a",
                "shop",
                query=(("sslmode", "require"),),
            ),
        ),
        ("host=db password=''", DatabaseUrl(POSTGRES, "postgresql", "db", 5432, None, "")),
        ("host=db user=a\\ b", DatabaseUrl(POSTGRES, "postgresql", "db", 5432, "a b")),
        (
            "jdbc:postgresql://db/shop?user=me&password=a+b%2B&ApplicationName=x",
            DatabaseUrl(POSTGRES, "postgresql", "db", 5432, "me", "a b+", "shop", query=(("application_name", "x"),)),
        ),
        (
            "jdbc:mysql://db:3307/shop?user=me&password=p%26&useSSL=true",
            DatabaseUrl(Database.MYSQL, "mysql", "db", 3307, "me", "p&", "shop", query=(("useSSL", "true"),)),
        ),
        (
            "jdbc:mariadb://me:p@db/shop",
            DatabaseUrl(Database.MARIADB, "mariadb", "db", 3306, "me", "p", "shop"),
        ),
        (
            "jdbc:sqlserver://db:1444;databaseName=shop;user=me;password={a;b}}c};loginTimeout=3",
            DatabaseUrl(Database.MSSQL, "sqlserver", "db", 1444, "me", "a;b}c", "shop", query=(("loginTimeout", "3"),)),
        ),
        (
            "jdbc:sqlserver://;serverName=2001:db8::1;databaseName=shop",
            DatabaseUrl(Database.MSSQL, "sqlserver", "2001:db8::1", 1433, name="shop"),
        ),
        (
            "sqlserver://db:1433;database=shop;user=me;password={a;b};encrypt=true",
            DatabaseUrl(Database.MSSQL, "sqlserver", "db", 1433, "me", "a;b", "shop", query=(("encrypt", "true"),)),
        ),
        (
            "sqlserver://me:p%3B@db?database=shop&encrypt=disable",
            DatabaseUrl(Database.MSSQL, "sqlserver", "db", 1433, "me", "p;", "shop", query=(("encrypt", "disable"),)),
        ),
        (
            "mssql+pyodbc://me:p@db/shop?driver=ODBC+Driver+18+for+SQL+Server&Encrypt=yes",
            DatabaseUrl(Database.MSSQL, "mssql", "db", 1433, "me", "p", "shop", "pyodbc", (("Encrypt", "yes"),)),
        ),
        (
            "mysql+pymysql://me:p@db/?database=a%20b&charset=utf8mb4",
            DatabaseUrl(Database.MYSQL, "mysql", "db", 3306, "me", "p", "a b", "pymysql", (("charset", "utf8mb4"),)),
        ),
        (
            'Server=tcp:db.example.com,1444;Initial Catalog=shop;User ID=me;Password="a;""b";Encrypt=True;',
            DatabaseUrl(
                Database.MSSQL,
                "sqlserver",
                "db.example.com",
                1444,
                "me",
                'a;"b',
                "shop",
                query=(("encrypt", "True"),),
            ),
        ),
        ("Data Source=.;User Id=me", DatabaseUrl(Database.MSSQL, "sqlserver", "localhost", 1433, "me")),
        (
            "Host=db;Username=me;Password='it''s';Database=shop;SSL Mode=VerifyFull;Application Name=x",
            DatabaseUrl(
                POSTGRES,
                "postgresql",
                "db",
                5432,
                "me",
                "it's",
                "shop",
                query=(("sslmode", "VerifyFull"), ("application_name", "x")),
            ),
        ),
        (
            "Server=db;Port=3307;Uid=me;Pwd=a=b;Database=shop",
            DatabaseUrl(Database.MYSQL, "mysql", "db", 3307, "me", "a=b", "shop"),
        ),
        ("host=h password=a;b=c", DatabaseUrl(POSTGRES, "postgresql", "h", 5432, None, "a;b=c")),
        ("mysql2://me@db/shop", DatabaseUrl(Database.MYSQL, "mysql2", "db", 3306, "me", name="shop")),
    ],
)
def test_other_forms_are_taken_apart(text: str, expected: DatabaseUrl) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "psql 'postgres://me:p@db/shop'",
        'psql "postgres://me:p@db/shop"',
        "psql postgres://me:p@db/shop",
        "DATABASE_URL=postgres://me:p@db/shop",
        'export DATABASE_URL="postgres://me:p@db/shop"',
        "'postgres://me:p@db/shop'",
    ],
)
def test_what_is_copied_along_is_taken_off(text: str) -> None:
    assert parse(text) == parse("postgres://me:p@db/shop")


def test_psql_takes_keywords_too() -> None:
    assert parse("psql 'host=db user=me'").user == "me"


def test_what_libpq_takes_from_the_query_is_taken_from_there() -> None:
    url = parse("postgresql:///?host=db&port=7&user=u&password=p%26&dbname=d&application_name=x")
    assert url == DatabaseUrl(POSTGRES, "postgresql", "db", 7, "u", "p&", "d", query=(("application_name", "x"),))


def test_hostaddr_is_where_libpq_connects() -> None:
    assert parse("postgres://name:7/d?hostaddr=192.0.2.1").host == "192.0.2.1"
    assert parse("postgres://name:7/d?hostaddr=192.0.2.1").port == 7


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a URL"),
        ("just words", "not a URL"),
        ("mongodb://h", "starts with mongodb"),
        ("prisma+postgres://accelerate.example.com/?api_key=x", "Accelerate"),
        ("postgres://", "no host"),
        ("postgres:///d", "no host"),
        ("postgres://a,b/d", "several hosts"),
        ("postgres://h/d?host=a,b", "several hosts"),
        ("postgres:///d?host=/var/run/postgresql", "Unix socket"),
        ("postgres://%2Fvar%2Frun/d", "Unix socket"),
        ("postgres://h:x/d", "port"),
        ("postgres://h:0/d", "port"),
        ("postgres://h:65536/d", "port"),
        ("postgres://h:٣/d", "port"),
        ("postgres://[::1/d", "brackets"),
        ("postgres://::1/d", "colons"),
        ("postgres://u:pa#ss@h/d", "not encoded"),
        ("postgres://u:pa/ss@h/d", "not encoded"),
        ("postgres://u:pa?ss@h/d", "not encoded"),
        ("postgres://u:p@ss/w@h:5432/d", "not encoded"),
        ("postgres://u:p@ss?w@h:5432/d", "not encoded"),
        ("postgres://u:p@ss?w@h/d?sslmode=require", "not encoded"),
        ("postgres://u:p@ss#w@h/d", "not encoded"),
        ("postgres://u:p ss@h/d", "space"),
        ("host=db user", "no key=value"),
        ("host=db password='open", "no key=value"),
        ("user=me", "no host"),
        ("host=/var/run/postgresql", "Unix socket"),
        ("host=a,b", "several hosts"),
        ("jdbc:postgresql:shop", "without a host"),
        ("jdbc:oracle:thin:@h", "without a host"),
        ("sqlserver://;database=shop", "no host"),
        ("sqlserver://db\\\\instance;database=shop", "instance"),
        ("Server=db,x;Database=shop", "port"),
        ("Server=db\\\\instance;Database=shop", "instance"),
        ("Server=;Database=shop", "no host"),
        ("sqlserver://db:x;database=shop", "port"),
        ("sqlserver://db;password=a;b;database=shop", "has no ="),
        ("sqlserver://db;password={a};b}", "has no ="),
        ("postgres://h/d\npostgres://h/e", "space or a line break"),
    ],
)
def test_what_cannot_be_used_says_why(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert says in f"{caught.value.what} {caught.value.why}"
    assert caught.value.code == "INVALID_URL"
    assert caught.value.fix


@pytest.mark.parametrize("text", ["postgres://u:%zz@h/d", "postgres://u:50%@h/d", "postgres://u:a%00b@h/d"])
def test_a_broken_escape_names_the_part_and_not_what_is_in_it(text: str) -> None:
    with pytest.raises(UsageError, match="password"):
        parse(text)


@pytest.mark.parametrize(
    "start",
    [
        *(
            "postgres://u:",
            "mysql://u:",
            "host=h password=",
            "jdbc:postgresql://h/d?password=",
            "psql 'postgres://u:",
            "Server=h;Password=",
        ),
        *("sqlserver://h;password=", "jdbc:sqlserver://h;password={", "mssql+pyodbc://u:", ""),
    ],
)
@given(text=st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_quoted(start: str, text: str) -> None:
    secret, said = "Sw0rdf1sh", ""
    try:
        parse(f"{start}{secret}{text}")
    except UsageError as error:
        said = f"{error.what} {error.why} {error.fix}"
    assert secret not in said
