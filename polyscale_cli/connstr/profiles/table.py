"""The table of drivers and frameworks: what each understands, measured with the versions that the tests run."""

from __future__ import annotations

from polyscale_cli.connstr import parameters
from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles.model import Identity, Profile

_POSTGRES = (Database.POSTGRES,)
_MYSQL = (Database.MYSQL, Database.MARIADB)
_MSSQL = (Database.MSSQL,)
_ALL = tuple(Database)
_PYTHON_PARAMETERS = dict.fromkeys(_MYSQL, parameters.MYSQL_PYTHON) | {Database.POSTGRES: parameters.LIBPQ}
_JDBC_PARAMETERS = dict.fromkeys(_MYSQL, parameters.MYSQL_JDBC) | {Database.POSTGRES: parameters.PGJDBC}
_GO_PARAMETERS = dict.fromkeys(_MYSQL, parameters.GO_MYSQL) | {Database.POSTGRES: parameters.PGX}
_LIBPQ_ONLY = {Database.POSTGRES: parameters.LIBPQ}

ANY = Profile(
    "any",
    "any driver; the choice when none is named",
    _ALL,
    "anything:write",
    takes_bytes=True,
    for_any=True,
)
LIBPQ = Profile(
    "libpq",
    "a URL for whatever is built on libpq",
    _POSTGRES,
    "libpq:uri",
    takes_bytes=True,
    parameters=parameters.LIBPQ,
    aliases=("uri",),
)
PRISMA = Profile("prisma", "DATABASE_URL for Prisma 4.8 and later", _ALL, "prisma:write")

_COMMAND_LINES = (
    LIBPQ,
    Profile(
        "libpq-keywords",
        "the same as key=value pairs",
        _POSTGRES,
        "libpq:keywords",
        parameters=parameters.LIBPQ,
        aliases=("keywords", "conninfo"),
    ),
    Profile(
        "psql",
        "a command line for psql",
        _POSTGRES,
        "libpq:psql",
        parameters=parameters.LIBPQ,
    ),
    Profile(
        "mysql",
        "a command line for mysql, or mariadb",
        _MYSQL,
        "mysql_client:write",
        parameters=parameters.NONE,
        aliases=("mysql-cli", "mariadb-cli"),
    ),
)
_JAVASCRIPT = (
    PRISMA,
    Profile("node-postgres", "a URL for pg", _POSTGRES, "node:pg", aliases=("pg",)),
    Profile(
        "postgres.js",
        "a URL for postgres, on Node.js, Deno and Bun",
        _POSTGRES,
        "node:postgres_js",
        parameters=parameters.POSTGRES_JS,
        aliases=("postgresjs", "postgres-js"),
    ),
    Profile("mysql2", "a URL for mysql2", _MYSQL, "node:mysql2", parameters=parameters.MYSQL2),
    Profile("mariadb", "a URL for mariadb", _MYSQL, "node:mariadb", parameters=parameters.MARIADB_JS),
    Profile(
        "mssql",
        "a connection string for mssql, which is built on tedious",
        _MSSQL,
        "node:mssql",
        parameters=parameters.NONE,
        aliases=("tedious", "node-mssql"),
    ),
    Profile("drizzle", "a URL for Drizzle on pg or mysql2", (*_POSTGRES, *_MYSQL), "node:drizzle"),
    Profile("knex", "knexfile.js for Knex", _ALL, "knex:write", one_line=False, parameters=parameters.NONE),
    Profile(
        "hyperdrive",
        "a URL for Cloudflare Hyperdrive",
        (*_POSTGRES, *_MYSQL),
        "hyperdrive:write",
        parameters=parameters.NONE,
        identity=Identity.USER_PREFIX,
    ),
    Profile(
        "serverless",
        "a client of @polyscale/serverless-js",
        _ALL,
        "serverless:write",
        one_line=False,
        parameters=parameters.NONE,
        identity=Identity.SEPARATE,
    ),
)
_PYTHON = (
    Profile(
        "psycopg",
        "a URL for psycopg 3 and psycopg2",
        _POSTGRES,
        "libpq:uri",
        takes_bytes=True,
        parameters=parameters.LIBPQ,
        aliases=("psycopg2", "psycopg3"),
    ),
    Profile("asyncpg", "a DSN for asyncpg", _POSTGRES, "asyncpg:write", parameters=parameters.ASYNCPG),
    Profile(
        "sqlalchemy",
        "a URL for SQLAlchemy with psycopg, PyMySQL or pyodbc",
        _ALL,
        "sqlalchemy:usual",
        parameters=_PYTHON_PARAMETERS,
        aliases=("sqlalchemy-psycopg",),
        scheme_driver="psycopg",
    ),
    *(
        Profile(
            f"sqlalchemy-{driver}",
            f"{'create_engine(…)' if driver == 'pg8000' else 'a URL'} for SQLAlchemy with {driver}",
            databases,
            f"sqlalchemy:{driver}",
            parameters=vocabulary,
            one_line=driver != "pg8000",
            scheme_driver=driver,
            # Its parameters become arguments of asyncpg.connect, which has none for an application's name.
            identity=Identity.USER_PREFIX if driver == "asyncpg" else Identity.APPLICATION_NAME,
            aliases=("pg8000",) if driver == "pg8000" else (),
        )
        for driver, databases, vocabulary in (
            ("psycopg2", _POSTGRES, parameters.LIBPQ),
            ("asyncpg", _POSTGRES, parameters.ASYNCPG_ARGUMENTS),
            ("pg8000", _POSTGRES, parameters.PG8000),
            ("pymysql", _MYSQL, parameters.MYSQL_PYTHON),
            ("mysqldb", _MYSQL, parameters.MYSQL_PYTHON),
            ("aiomysql", _MYSQL, parameters.MYSQL_PYTHON),
            ("asyncmy", _MYSQL, parameters.MYSQL_PYTHON),
            ("mariadbconnector", _MYSQL, parameters.MYSQL_PYTHON),
            ("pyodbc", _MSSQL, parameters.NONE),
            ("pymssql", _MSSQL, parameters.NONE),
        )
    ),
    Profile(
        "django",
        "DATABASES in the settings of Django",
        _ALL,
        "django:write",
        one_line=False,
        parameters=_PYTHON_PARAMETERS,
    ),
)
_OTHERS = (
    Profile("rails", "config/database.yml of Rails", _ALL, "rails:write", one_line=False, parameters=_LIBPQ_ONLY),
    Profile("jdbc", "a JDBC URL", _ALL, "jdbc:write", aliases=("java",), parameters=_JDBC_PARAMETERS),
    Profile(
        "ado.net",
        "a connection string for Npgsql, MySqlConnector or SqlClient",
        _ALL,
        "adonet:write",
        parameters=parameters.NONE,
        aliases=("adonet", "npgsql", "mysqlconnector", "sqlclient"),
    ),
    Profile(
        "go",
        "a DSN for pgx, go-sql-driver or go-mssqldb",
        _ALL,
        "go:write",
        parameters=_GO_PARAMETERS,
        aliases=("pgx", "go-sql-driver", "go-mssqldb"),
    ),
    Profile(
        "php-pdo",
        "new PDO(…) for PHP",
        _ALL,
        "php:write",
        parameters=_LIBPQ_ONLY,
        aliases=("php", "pdo"),
    ),
    Profile(
        "odbc",
        "an ODBC connection string, for pyodbc and others",
        _MSSQL,
        "odbc:write",
        parameters=parameters.NONE,
        aliases=("pyodbc",),
    ),
)

PROFILES = {one.name: one for one in (ANY, *_COMMAND_LINES, *_JAVASCRIPT, *_PYTHON, *_OTHERS)}
