"""``polyscale connstr``: one line, from wherever the URL comes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from polyscale_cli.settings.known_caches import KnownCache, KnownCaches
from tests.cli.conftest import Done, Run, answer
from tests.cli.terminal import Person
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import SCRAM, TLS_ONLY, Postgres

ID = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"
OTHER = "1ab23c45-6789-4de1-a34f-abc5d67e8f90"
API = "https://edge.example.com"
OURS = f"application_name={ID}&channel_binding=disable"
SHOP = KnownCache(ID, "shop", "postgres", "db.example.com", 5432, None, "edge.example.com", 9010, "require")
MARIADB, MSSQL = OTHER.replace("1ab", "2ab"), OTHER.replace("1ab", "3ab")
WIKI = KnownCache(MARIADB, "wiki", "mariadb", "db.example.com", 3307, None, "edge.example.com", 9001, "prefer")
CRM = KnownCache(MSSQL, "crm", "mssql", "db.example.com", 1433, None, "edge.example.com", 9020, "prefer")
BLOG = KnownCache(OTHER, "blog", "postgres", "db.example.com", 5433, None, "edge.example.com", 9010, "prefer")


@pytest.fixture
def connstr(isolated: Path, polyscale: Run) -> Callable[..., Done]:
    """Run it with caches that are remembered, and an API that is never asked."""
    KnownCaches(isolated / "cache" / "polyscale", API).replace([SHOP, BLOG, WIKI, CRM])

    def run(*arguments: str, stdin: str = "", **env: str) -> Done:
        return polyscale("connstr", *arguments, stdin=stdin, env={"POLYSCALE_API_URL": API, **env})

    return run


Connstr = Callable[..., Done]


def test_it_is_one_line_and_nothing_else(connstr: Connstr) -> None:
    done = connstr("shop", "--from-url", "-", stdin="postgres://u:p@db.example.com/d\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"postgresql://u:p@edge.example.com:9010/d?{OURS}\n"


def test_colour_and_width_do_not_touch_it(connstr: Connstr) -> None:
    long = f"postgres://u:{'x' * 300}@db.example.com/d"
    done = connstr("shop", "--from-url", "-", "--color", stdin=long, COLUMNS="20")
    assert done.stdout.count("\n") == 1
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("quiet", ["-q", "--no-input"])
def test_it_stays_one_line_when_asked_to_be_quiet(connstr: Connstr, quiet: str) -> None:
    done = connstr("shop", quiet, "--from-url", "-", stdin="postgres://u:p@db.example.com/d")
    assert done.stdout == f"postgresql://u:p@edge.example.com:9010/d?{OURS}\n"


def test_json_names_the_cache_and_the_driver(connstr: Connstr) -> None:
    done = connstr("shop", "--from-url", "-", "--prisma", "--json", stdin="postgres://u:p@db.example.com/d")
    assert answer(done)["data"] == {
        "url": f"postgresql://u:p@edge.example.com:9010/d?{OURS}",
        "snippet": None,
        "cache_id": ID,
        "cache": "shop",
        "driver": "prisma",
    }


def test_the_environment_comes_before_the_file(connstr: Connstr, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=postgres://file:p@db.example.com/d\n")
    assert "://file:p@" in connstr("shop", "--from-env").stdout
    assert (
        "://environment:p@"
        in connstr("shop", "--from-env", DATABASE_URL="postgres://environment:p@db.example.com/d").stdout
    )


def test_env_local_is_read_where_there_is_no_env(connstr: Connstr, tmp_path: Path) -> None:
    (tmp_path / ".env.local").write_text("DATABASE_URL=postgres://local:p@db.example.com/d\n")
    assert "://local:p@" in connstr("shop", "--from-env").stdout


def test_another_variable_can_be_read(connstr: Connstr) -> None:
    done = connstr("--from-env", "--variable", "DIRECT_URL", DIRECT_URL="postgres://u@db.example.com/d")
    assert done.returncode == 0


def test_a_variable_that_is_nowhere_says_where_it_was_looked_for(connstr: Connstr, tmp_path: Path) -> None:
    done = connstr("shop", "--from-env")
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert "--from-url -" in done.stderr


def test_the_cache_is_found_by_its_database(connstr: Connstr) -> None:
    done = connstr("--from-url", "-", stdin="postgres://u@DB.example.com.:5433/d")
    assert f"application_name={OTHER}" in done.stdout


def test_a_cache_that_is_named_wins_and_what_does_not_fit_is_said(connstr: Connstr) -> None:
    done = connstr("shop", "--from-url", "-", stdin="postgres://u@elsewhere/d")
    assert done.returncode == 0
    assert f"application_name={ID}" in done.stdout
    assert "warning: Check stdin: it leads to elsewhere:5432, and the cache shop to db.example.com:5432." in done.stderr


def test_what_goes_through_the_cache_already_is_not_chained(connstr: Connstr) -> None:
    once = connstr("shop", "--from-url", "-", stdin="postgres://u:p@db.example.com/d").stdout
    again = connstr("--from-url", "-", stdin=once)
    assert again.stdout == once
    assert "goes through the cache shop already" in again.stderr


def test_what_goes_through_another_cache_is_warned_of(connstr: Connstr) -> None:
    once = connstr("blog", "--from-url", "-", stdin="postgres://u@db.example.com:5433/d").stdout
    assert "another cache" in connstr("shop", "--from-url", "-", stdin=once).stderr


def test_the_database_itself_can_be_had_back(connstr: Connstr) -> None:
    once = connstr("shop", "--from-url", "-", stdin="postgres://u:p%25@db.example.com/d?schema=x").stdout
    back = connstr("--from-url", "-", "--direct", stdin=once)
    assert back.stdout == "postgresql://u:p%25@db.example.com:5432/d?sslmode=require&schema=x\n"


def test_the_scheme_of_sqlalchemy_chooses_its_driver(connstr: Connstr) -> None:
    done = connstr("shop", "--from-url", "-", stdin="postgresql+asyncpg://u:p@db.example.com/d")
    assert done.stdout == f"postgresql+asyncpg://{ID}-u:p@edge.example.com:9010/d\n"


def test_source_code_is_printed_as_it_is(connstr: Connstr) -> None:
    done = connstr("shop", "--from-url", "-", "--driver", "django", stdin="postgres://u:p%27%22@db.example.com/d")
    assert (done.returncode, done.stderr) == (0, "")
    space: dict[str, Any] = {}
    exec(done.stdout, space)
    assert space["DATABASES"]["default"]["PASSWORD"] == "p'\""
    done = connstr("shop", "--from-url", "-", "--driver", "django", "--json", stdin="postgres://u@db.example.com/d")
    data = answer(done)["data"]
    assert data["url"] is None
    assert data["snippet"].startswith("DATABASES = {\n")


@pytest.mark.parametrize(
    "given",
    [
        "host=db.example.com user=u password='p w' dbname=d",
        "jdbc:postgresql://db.example.com/d?user=u&password=p+w",
        "psql 'postgresql://u:p%20w@db.example.com/d'",
    ],
)
def test_any_form_is_taken(connstr: Connstr, given: str) -> None:
    done = connstr("shop", "--from-url", "-", stdin=given)
    assert done.stdout == f"postgresql://u:p%20w@edge.example.com:9010/d?{OURS}\n"
    assert "p w" not in done.stderr


@pytest.mark.parametrize(
    ("given", "arguments", "printed"),
    [
        ("mysql://u:p@db.example.com:3307/d", (), f"mysql://{MARIADB}-u:p@edge.example.com:9001/d"),
        (
            "mysql://u:p@db.example.com:3307/d",
            ("--driver", "jdbc"),
            f"jdbc:mariadb://edge.example.com:9001/d?user={MARIADB}-u&password=p",
        ),
        ("mariadb://u:p@db.example.com:3307/d", ("--direct",), "mariadb://u:p@db.example.com:3307/d"),
        (
            "sqlserver://db.example.com;database=d;user=u;password=p",
            ("--prisma",),
            f"sqlserver://edge.example.com:9020;database=d;user={MSSQL}-u;password=p;"
            "encrypt=true;trustServerCertificate=true",
        ),
    ],
)
def test_other_databases_have_theirs(connstr: Connstr, given: str, arguments: tuple[str, ...], printed: str) -> None:
    done = connstr("--from-url", "-", *arguments, stdin=given)
    assert done.stdout == f"{printed}\n", done.stderr


def test_parts_make_a_string_of_the_caches_own_database(connstr: Connstr) -> None:
    done = connstr("wiki", "--user", "u", "--database", "d", "--password-stdin", "--driver", "mysql2", stdin="p/")
    assert done.stdout == f"mysql://{MARIADB}-u:p%2F@edge.example.com:9001/d\n"


def test_a_driver_of_another_database_is_refused(connstr: Connstr) -> None:
    done = connstr("wiki", "--from-url", "-", "--driver", "psycopg", "--json", stdin="mysql://u@db.example.com:3307/d")
    assert done.returncode == 2
    assert answer(done)["errors"][0]["code"] == "WRONG_DRIVER"


def test_what_cannot_be_said_is_refused_and_no_part_of_it_is_shown(connstr: Connstr) -> None:
    done = connstr("crm", "--from-url", "-", stdin="jdbc:sqlserver://db.example.com;user=u;password={hidden}};x}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "The password holds a brace" in done.stderr
    assert "hidden" not in done.stderr


@pytest.mark.parametrize(
    ("version", "says"), [("^6.19.0", "directUrl"), ("7.10.0", "prisma.config.ts"), ("4.7.1", "use 4.8 or later")]
)
def test_prisma_is_told_what_its_version_needs(connstr: Connstr, tmp_path: Path, version: str, says: str) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {"@prisma/client": version}}))
    done = connstr("shop", "--from-url", "-", "--prisma", stdin="postgres://u:p@db.example.com/d")
    assert done.stdout == f"postgresql://u:p@edge.example.com:9010/d?{OURS}\n"
    assert says in done.stderr


def test_the_serverless_client_is_told_the_edges_http_address(connstr: Connstr) -> None:
    done = connstr("shop", "--from-url", "-", "--serverless", stdin="postgres://u:p@db.example.com/d")
    assert f'new Client("{API}", {{' in done.stdout
    assert f'cacheId: "{ID}"' in done.stdout


@pytest.mark.parametrize("two", [("--prisma", "--driver", "asyncpg"), ("--prisma", "--serverless")])
def test_two_drivers_are_one_too_many(connstr: Connstr, two: tuple[str, ...]) -> None:
    assert connstr("shop", "--from-url", "-", *two, stdin="postgres://u@h/d").returncode == 2


def test_drivers_are_listed_without_a_cache(polyscale: Run) -> None:
    done = polyscale("connstr", "--list-drivers", "--json")
    found = {each["name"]: each for each in answer(done)["data"]}
    assert found["asyncpg"]["databases"] == ["postgres"]
    assert found["django"]["one_line"] is False
    listed = polyscale("connstr", "--list-drivers").stdout
    assert "mysql2\tmysql mariadb\ta URL for mysql2\n" in listed


def test_it_is_built_from_parts(connstr: Connstr) -> None:
    done = connstr("shop", "--user", "me", "--database", "d b", "--password-stdin", stdin="p@ss w\n")
    assert done.stdout == f"postgresql://me:p%40ss%20w@edge.example.com:9010/d%20b?{OURS}\n"


def test_it_is_built_from_variables(connstr: Connstr) -> None:
    env = {
        "POLYSCALE_DB_USER": "me",
        "POLYSCALE_DB_NAME": "d",
        "POLYSCALE_DB_PASSWORD": "p$",
        "POLYSCALE_CACHE": "shop",
    }
    assert connstr(**env).stdout == f"postgresql://me:p%24@edge.example.com:9010/d?{OURS}\n"
    assert connstr("--no-password", **env).stdout == f"postgresql://me@edge.example.com:9010/d?{OURS}\n"


def test_without_a_user_nobody_guesses(connstr: Connstr) -> None:
    done = connstr("shop")
    assert done.returncode == 2
    for way in ("--from-env", "--from-url", "--user", "POLYSCALE_DB_USER"):
        assert way in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--from-env", "--from-url", "-"), ("--from-url", "-", "--user", "me"), ("--from-url", "-", "--password-stdin")],
)
def test_a_whole_and_its_parts_are_not_both_taken(connstr: Connstr, arguments: tuple[str, ...]) -> None:
    assert connstr("shop", *arguments, stdin="postgres://u@h/d", DATABASE_URL="postgres://u@h/d").returncode == 2


def test_a_person_is_asked_for_the_parts(connstr: Connstr, tmp_path: Path) -> None:
    person = Person(("connstr", "shop"), {"POLYSCALE_API_URL": API, "TERM": "xterm", "COLUMNS": "200"}, tmp_path)
    person.reads("Database user: ")
    person.types("me\n")
    person.reads("Database name [me]: ")
    person.types("\n")
    person.reads("Password (input hidden): ")
    person.types("s3cret!\n")
    assert person.ends() == 0
    assert f"postgresql://me:s3cret%21@edge.example.com:9010/me?{OURS}" in person.seen
    assert "s3cret!" not in person.seen


def test_an_unknown_cache_asks_the_api_and_says_what_there_is(edge: Edge, cache: EdgeCache) -> None:
    done = edge.command("connstr", "nowhere", "--from-url", "-", stdin="postgres://u@h/d")
    assert done.returncode == 3
    assert cache.name in done.stderr


def test_a_cache_that_another_made_is_found_through_the_api(edge: Edge, cache: EdgeCache, postgres: Postgres) -> None:
    line = edge.connstr(cache, postgres.url(SCRAM, "app"))
    with psycopg.connect(line) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (SCRAM.name,)


def test_the_command_line_for_psql_can_be_run_as_it_is(edge: Edge, cache: EdgeCache, postgres: Postgres) -> None:
    line = edge.connstr(cache, postgres.url(SCRAM, "app"), "--driver", "psql")
    done = subprocess.run(
        ["sh", "-c", f"{line} --no-psqlrc -Atc 'SELECT current_user'"], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == (f"{SCRAM.name}\n", "")


@pytest.mark.parametrize("named", [True, False])
def test_a_cache_that_the_edge_has_no_listener_for_is_refused(edge: Edge, named: bool) -> None:
    edge.command("cache", "create", "hers", "--type", "mssql", "--host", "192.0.2.7", "--port", "1433", "--no-test")
    try:
        reference = ["hers"] if named else []
        done = edge.command(
            "connstr",
            *reference,
            "--from-url",
            "-",
            "--json",
            stdin="sqlserver://192.0.2.7;database=d;user=u;password=p",
        )
        assert done.returncode == 2
        assert answer(done)["errors"][0]["code"] == "UNSUPPORTED_DATABASE"
    finally:
        edge.command("cache", "delete", "hers", "--yes")


def test_a_database_that_demands_tls_is_reached_through_the_printed_line(
    edge: Edge, cache: EdgeCache, postgres: Postgres
) -> None:
    line = edge.connstr(cache, postgres.url(TLS_ONLY, "app") + "?sslmode=verify-full&sslrootcert=/nowhere.pem")
    with psycopg.connect(line) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_known_cache_needs_no_running_edge_and_says_that_none_runs(
    edge: Edge, cache: EdgeCache, isolated: Path, tmp_path: Path
) -> None:
    edge.command("cache", "list")
    before = edge.connstr(cache, "postgres://u@h/d")
    # The same state, seen from where no edge holds the lock.
    nowhere = tmp_path / "state"
    nowhere.mkdir()
    shutil.copy(edge.state_dir / "token", nowhere)
    known = isolated / "cache" / "polyscale" / "known-caches.json"
    known.write_text(known.read_text().replace(str(edge.state_dir), str(nowhere)))
    done = edge.command(
        "connstr", cache.name, "--from-url", "-", stdin="postgres://u@h/d", env={"POLYSCALE_STATE_DIR": str(nowhere)}
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == before
    assert "polyscale edge start" in done.stderr
