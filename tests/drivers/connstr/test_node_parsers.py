"""What is written for drivers on Node.js is read back by each driver's own parser: one process for the whole corpus."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import Identity, profile_named
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.errors import UsageError
from tests.connstr.hostile import ID, PORTS, Credentials, attempt, corpus, edge

NODE = Path(__file__).parent / "node"
READERS = {
    "any": (*Database,),
    "node-postgres": (Database.POSTGRES,),
    "postgres.js": (Database.POSTGRES,),
    "mysql2": (Database.MYSQL, Database.MARIADB),
    "mariadb": (Database.MYSQL, Database.MARIADB),
    "mssql": (Database.MSSQL,),
    "prisma": (*Database,),
    "drizzle": (Database.POSTGRES, Database.MYSQL),
    "knex": (*Database,),
    "hyperdrive": (Database.POSTGRES, Database.MYSQL),
    "serverless": (*Database,),
}
# The drivers that check a certificate unless they are told not to.
ENCRYPTED = {"node-postgres", "mysql2", "prisma", "drizzle", "knex"}


@dataclass(frozen=True, slots=True)
class Written:
    driver: str
    database: Database
    who: Credentials
    text: str
    encrypted: bool = False


def write(driver: str, database: Database, who: Credentials, *, encrypted: bool = False) -> Written | None:
    query = (("encrypt", "true") if database is Database.MSSQL else ("sslmode", "require"),) if encrypted else ()
    # Elsewhere, so that TLS is not left out for being pointless inside one machine.
    text = attempt(driver, database, who, query, "192.0.2.1")
    return Written(driver, database, who, text, encrypted) if isinstance(text, str) else None


def read(texts: list[Written]) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", "read.mjs"],
        input=json.dumps([(one.driver, one.database, one.text) for one in texts]),
        capture_output=True,
        text=True,
        cwd=NODE,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def everything() -> list[tuple[Written, dict[str, Any]]]:
    made = [
        write(driver, database, who)
        for driver, databases in READERS.items()
        for database in databases
        # `any` is for whoever reads most; node-postgres reads fewer database names, and says nothing about it.
        for who in corpus()
        if driver != "any" or who.name.isalnum()
    ]
    usual = Credentials("app", "simple", "shop")
    made += [write(driver, one, usual, encrypted=True) for driver in sorted(ENCRYPTED) for one in READERS[driver]]
    texts = [one for one in made if one is not None]
    return list(zip(texts, read(texts), strict=True))


def test_each_driver_reads_back_what_was_written(everything: list[tuple[Written, dict[str, Any]]]) -> None:
    assert len(everything) > 5000
    wrong = []
    for one, found in everything:
        identity = profile_named(one.driver).identity
        by_name = one.database is Database.POSTGRES and identity is Identity.APPLICATION_NAME
        user = one.who.user if by_name or identity is Identity.SEPARATE else f"{ID}-{one.who.user}"
        expected = (user, one.who.password, one.who.name, "192.0.2.1", str(PORTS[one.database]))
        if one.driver == "serverless":
            expected = (*expected[:3], "127.0.0.1", "10000")
        got = tuple(found.get(key) for key in ("user", "password", "database", "host"))
        if (*got, str(found.get("port"))) != expected or (by_name and found["id"] != ID):
            wrong.append((one.driver, one.database.value, one.text, found))
    assert wrong == []


@pytest.mark.parametrize("driver", sorted(READERS))
def test_what_is_usual_is_never_refused(driver: str) -> None:
    for database in READERS[driver]:
        assert write(driver, database, Credentials("app", "s3cret/@:?#&=%+ '\"", "shop")) is not None


def test_tls_is_asked_for_without_a_check_of_the_edges_own_certificate(
    everything: list[tuple[Written, dict[str, Any]]],
) -> None:
    found = [(one.driver, one.database, answer) for one, answer in everything if one.encrypted]
    assert len(found) > 10
    for driver, database, answer in found:
        # Prisma's adapter for MySQL takes TLS as an option, not from the URL.
        if (driver, database) not in {("prisma", Database.MYSQL), ("prisma", Database.MARIADB)}:
            assert answer["tls"] is False, (driver, database)


@pytest.mark.parametrize(
    ("driver", "database", "who", "says"),
    [
        ("node-postgres", Database.POSTGRES, Credentials("u", "p", "a/b"), "cannot read a database name"),
        ("postgres.js", Database.POSTGRES, Credentials("u", "p", "a b"), "does not decode"),
        ("mysql2", Database.MYSQL, Credentials("u", "p", ".."), "step in a path"),
        ("mariadb", Database.MARIADB, Credentials("u", "p", ""), "needs the database's name"),
        ("mssql", Database.MSSQL, Credentials("dom\\u", "p", "d"), "Windows domain"),
        ("mssql", Database.MSSQL, Credentials("u", "a\nb", "d"), "line break"),
        ("prisma", Database.MSSQL, Credentials("u", "a}b;c", "d"), "holds a brace together with ;"),
        ("prisma", Database.MSSQL, Credentials("u", " {", "d"), "holds a brace together with ;"),
        ("hyperdrive", Database.POSTGRES, Credentials("u", "", "d"), "needs a user and a password"),
    ],
)
def test_what_a_driver_cannot_be_told_is_refused_with_the_reason(
    driver: str, database: Database, who: Credentials, says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        through_cache(who.url(database), edge(database), profile_named(driver))
    assert says in f"{caught.value.why}"
    assert caught.value.fix
