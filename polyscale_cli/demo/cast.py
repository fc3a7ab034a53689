"""The tables and statements of the demo: the planets, and observations of them, enough to make an aggregate slow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from polyscale_cli.connstr.model import Database

DATABASE = "planets"

_PLANETS = "INSERT INTO planets (id, name) VALUES (1, 'Mercury'), (2, 'Venus'), (3, 'Mars')"
_OBSERVATIONS = "CREATE TABLE observations (id int NOT NULL, planet_id int NOT NULL, brightness int NOT NULL)"

QUERY = (
    "SELECT p.name, count(o.id), round(avg(o.brightness), 1) AS brightness FROM planets p"
    " LEFT JOIN observations o ON o.planet_id = p.id GROUP BY p.id ORDER BY p.id"
)

TRUTH = "SELECT name FROM planets ORDER BY id"
"""Asked of the database itself, to know whether an answer was stale."""

THROUGH = "INSERT INTO planets (id, name) VALUES (4, 'Jupiter')"
AROUND = "INSERT INTO planets (id, name) VALUES (5, 'Saturn')"


@dataclass(frozen=True, slots=True)
class Cast:
    """What is different from one database type to the other.

    Attributes:
        begin_in: the database to log in to before there is the demo's own.
        create_database: makes that.
        tables: makes the tables and the planets.
        fill: makes ``{rows}`` observations, the same in every run.
        settle: what comes after filling.
        version: asks for the server's version.
        preparations: what a person types before the steps, where ``{cache}`` is the cache's name.
        url_driver: the form in which the way through the cache is shown.
        through: how a person types a statement that is to go through the cache.
        around: the same around it.
    """

    begin_in: str | None
    create_database: str
    tables: tuple[str, ...]
    fill: str
    settle: tuple[str, ...]
    version: str
    preparations: tuple[str, ...]
    url_driver: str
    through: Callable[[str], str]
    around: Callable[[str], str]


_POSTGRES = Cast(
    begin_in="postgres",
    create_database=f"CREATE DATABASE {DATABASE}",
    tables=("CREATE TABLE planets (id int PRIMARY KEY, name text NOT NULL)", _PLANETS, _OBSERVATIONS),
    fill="INSERT INTO observations SELECT n, 1 + n % 3, n % 1000 * 7919 % 1000 FROM generate_series(1, {rows}) AS n",
    settle=(
        "ALTER TABLE observations ADD PRIMARY KEY (id), ADD FOREIGN KEY (planet_id) REFERENCES planets",
        "VACUUM (ANALYZE) observations",
    ),
    version="SHOW server_version",
    preparations=("URL=$(polyscale connstr {cache} --from-env)",),
    url_driver="any",
    through=lambda sql: f'psql "$URL" -c "{sql}"',
    around=lambda sql: f'psql "$DATABASE_URL" -c "{sql}"',
)
_MARIADB = Cast(
    begin_in=None,
    create_database=f"CREATE DATABASE {DATABASE}",
    tables=("CREATE TABLE planets (id int PRIMARY KEY, name varchar(50) NOT NULL)", _PLANETS, _OBSERVATIONS),
    fill="INSERT INTO observations SELECT seq, 1 + seq % 3, seq % 1000 * 7919 % 1000 FROM seq_1_to_{rows}",
    settle=(
        "ALTER TABLE observations ADD PRIMARY KEY (id), ADD FOREIGN KEY (planet_id) REFERENCES planets (id)",
        "ANALYZE TABLE observations",
    ),
    version="SELECT version()",
    # Its client takes no URL, but a whole command line can be had.
    preparations=(
        "EDGE=$(polyscale connstr {cache} --from-env --driver mysql)",
        "DIRECT=$(polyscale connstr {cache} --from-env --driver mysql --direct)",
    ),
    url_driver="mysql",
    through=lambda sql: f'eval "$EDGE -e \\"{sql}\\""',
    around=lambda sql: f'eval "$DIRECT -e \\"{sql}\\""',
)
CASTS: Mapping[Database, Cast] = {Database.POSTGRES: _POSTGRES, Database.MARIADB: _MARIADB}
