"""``polyscale env write``: the file that a program reads its DATABASE_URL from."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import answer
from tests.cli.env_caches import CACHED, DIRECT, ID, ORIGIN, OTHER, SHOP, Command, known, refused


@pytest.fixture
def env(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text(f"# mine\nA='1'\nexport DATABASE_URL={ORIGIN} # main\nB=2\n")
    return path


def test_the_url_moves_behind_the_cache_and_the_rest_stays(write: Command, env: Path) -> None:
    done = write("--cache", "shop")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert env.read_text() == f"# mine\nA='1'\nexport DATABASE_URL=\"{CACHED}\" # main\nB=2\n"
    assert "Written: DATABASE_URL" in done.stderr
    assert "s3cret" not in done.stderr


def test_run_again_it_changes_nothing(write: Command, env: Path) -> None:
    write("--cache", "shop")
    before = env.stat()
    done = write("--cache", "shop")
    assert done.returncode == 0
    assert "goes through the cache shop already" in done.stderr
    after = env.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert answer(write("--json"))["data"] == {
        "file": str(env),
        "format": "dotenv",
        "changed": False,
        "keys": [],
        "cache_id": ID,
        "cache": "shop",
    }


def test_the_cache_is_found_by_the_database_in_the_file(write: Command, env: Path) -> None:
    assert answer(write("--json"))["data"]["cache"] == "shop"


def test_the_way_back_restores_the_database(write: Command, env: Path) -> None:
    write("--cache", "shop")
    done = write("--cache", "shop", "--direct")
    assert done.returncode == 0, done.stderr
    assert f'DATABASE_URL="{DIRECT}" # main' in env.read_text()


def test_prisma_keeps_the_direct_url_for_migrations(write: Command, env: Path) -> None:
    done = write("--cache", "shop", "--prisma")
    assert done.returncode == 0, done.stderr
    text = env.read_text()
    assert f'DATABASE_URL="{CACHED.replace("sslmode=require", "sslmode=no-verify")}" # main\n' in text
    assert f'\nDIRECT_URL="{DIRECT}"\n' in text
    assert "prisma.config.ts" in done.stderr
    assert write("--cache", "shop", "--prisma").returncode == 0
    assert env.read_text() == text


def test_prisma_makes_the_direct_url_also_from_a_url_that_was_moved_before(write: Command, env: Path) -> None:
    write("--cache", "shop")
    assert write("--cache", "shop", "--prisma").returncode == 0
    assert f'DIRECT_URL="{DIRECT}"' in env.read_text()


def test_a_direct_url_that_is_there_stays(write: Command, env: Path) -> None:
    env.write_text(env.read_text() + "DIRECT_URL=postgres://mine@db/shop\n")
    write("--cache", "shop", "--prisma")
    assert env.read_text().endswith("DIRECT_URL=postgres://mine@db/shop\n")


def test_a_file_that_is_not_there_is_made_from_the_environment(write: Command, tmp_path: Path) -> None:
    done = write("--cache", "shop", DATABASE_URL=ORIGIN)
    assert done.returncode == 0, done.stderr
    assert f'DATABASE_URL="{CACHED}"\n' in (tmp_path / ".env").read_text()
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert "also set in the environment" in done.stderr


def test_a_file_that_is_not_there_is_made_from_stdin(write: Command, tmp_path: Path) -> None:
    assert write("--cache", "shop", "--from-url", "-", "--name", "PG_URL", stdin=ORIGIN).returncode == 0
    assert f'PG_URL="{CACHED}"\n' in (tmp_path / ".env").read_text()


def test_without_any_url_it_says_where_to_put_one(write: Command, tmp_path: Path) -> None:
    done = write("--cache", "shop")
    assert done.returncode == 2
    assert "--from-url -" in done.stderr
    assert not (tmp_path / ".env").exists()


def test_env_local_is_taken_when_it_is_the_only_one(write: Command, tmp_path: Path) -> None:
    (tmp_path / ".env.local").write_text(f"DATABASE_URL={ORIGIN}\n")
    done = write("--cache", "shop")
    assert "Using .env.local" in done.stderr
    assert CACHED in (tmp_path / ".env.local").read_text()
    assert not (tmp_path / ".env").exists()


def test_the_url_of_another_database_is_not_replaced_unasked(write: Command, env: Path) -> None:
    before = env.read_text()
    done = write("--cache", "blog", "--json")
    assert done.returncode == 5
    assert answer(done)["errors"][0]["code"] == "OTHER_DATABASE"
    assert env.read_text() == before
    assert write("--cache", "blog", "--force").returncode == 0
    assert OTHER in env.read_text()


def test_a_moved_edge_is_followed_without_being_forced(write: Command, env: Path, isolated: Path) -> None:
    write("--cache", "shop")
    known(isolated).remember(SHOP.replace(edge_host="other.example.com", edge_port=1))
    assert write("--cache", "shop").returncode == 0
    assert "@other.example.com:1/shop?" in env.read_text()


def test_a_key_that_is_there_twice_is_changed_where_it_counts(write: Command, env: Path) -> None:
    env.write_text(f"DATABASE_URL=postgres://old\nDATABASE_URL={ORIGIN}\n")
    done = write("--cache", "shop")
    assert env.read_text() == f'DATABASE_URL=postgres://old\nDATABASE_URL="{CACHED}"\n'
    assert "more than once" in done.stderr


def test_references_to_other_variables_are_filled_in(write: Command, env: Path) -> None:
    env.write_text('PW=s3cret%24\nDATABASE_URL="postgres://u:${PW}@db/shop?sslmode=require"\n')
    assert write("--cache", "shop").returncode == 0
    assert env.read_text() == f'PW=s3cret%24\nDATABASE_URL="{CACHED}"\n'


def test_another_value_is_not_replaced_unasked(write: Command, env: Path) -> None:
    before, changed = env.read_text(), ORIGIN.replace("s3cret", "changed")
    refused(write("--cache", "shop", "--from-url", "-", stdin=changed), 5, "another value for DATABASE_URL", "--force")
    assert env.read_text() == before
    assert write("--cache", "shop", "--from-url", "-", "--force", stdin=changed).returncode == 0
    assert f'DATABASE_URL="{CACHED.replace("s3cret", "changed")}" # main' in env.read_text()


@pytest.mark.parametrize("elsewhere", [ORIGIN.replace("@db", "@elsewhere"), CACHED.replace(ID, OTHER)])
def test_the_same_user_of_another_database_is_not_replaced_unasked(write: Command, env: Path, elsewhere: str) -> None:
    env.write_text(f"DATABASE_URL={elsewhere}\n")
    refused(write("--cache", "shop", "--from-url", "-", stdin=ORIGIN), 5, "another value for DATABASE_URL")
    assert env.read_text() == f"DATABASE_URL={elsewhere}\n"


def test_the_same_database_led_another_way_needs_no_force(write: Command, env: Path) -> None:
    assert write("--cache", "shop", "--from-url", "-", stdin=ORIGIN).returncode == 0
    assert CACHED in env.read_text()


def test_what_is_no_connection_string_is_not_replaced_unasked(write: Command, env: Path) -> None:
    env.write_text("DATABASE_URL=file:./dev.db\n")
    refused(write("--cache", "shop", "--from-url", "-", stdin=ORIGIN), 5, "another value")
    assert env.read_text() == "DATABASE_URL=file:./dev.db\n"


def test_another_variable_is_added_from_the_usual_one(write: Command, env: Path) -> None:
    before = env.read_text()
    assert write("--cache", "shop", "--name", "CACHED_URL").returncode == 0
    assert env.read_text() == f'{before}\n# Written by polyscale\nCACHED_URL="{CACHED}"\n'


def test_a_value_led_by_another_driver_is_followed(write: Command, env: Path) -> None:
    assert write("--cache", "shop", "--driver", "asyncpg").returncode == 0
    assert "channel_binding" not in env.read_text()
    assert write("--cache", "shop").returncode == 0
    assert CACHED in env.read_text()


@pytest.mark.parametrize(
    ("kind", "port", "url"),
    [
        ("mysql", 3306, "mysql://u:s3cret%24@db/shop"),
        ("mariadb", 3307, "mysql://u:s3cret%24@db:3307/shop"),
        ("mssql", 1433, "mssql://u:s3cret@db:1433/shop"),
        ("mssql", 1433, "sqlserver://db:1433;database=shop;user=u;password=s3cret"),
    ],
)
def test_every_type_of_database_goes_there_stays_there_and_comes_back(
    write: Command, env: Path, isolated: Path, kind: str, port: int, url: str
) -> None:
    cache = SHOP.replace(id=OTHER.replace("1", "2"), name=kind, database=kind, port=port)
    known(isolated).remember(cache)
    env.write_text(f'DATABASE_URL="{url}"\n')
    assert write().returncode == 0
    assert f"{cache.id}-u" in env.read_text()
    assert answer(write("--json"))["data"]["changed"] is False
    assert write("--direct").returncode == 0
    assert "@db:" in env.read_text() or "//db:" in env.read_text()
    assert cache.id not in env.read_text()


def test_source_code_is_no_value_of_a_variable(write: Command, env: Path) -> None:
    before = env.read_text()
    refused(write("--cache", "shop", "--driver", "django"), 2, "source code")
    assert env.read_text() == before


def test_a_direct_url_that_goes_through_the_cache_is_led_around_it(write: Command, env: Path) -> None:
    env.write_text(f'DATABASE_URL="{CACHED}"\nDIRECT_URL="{CACHED}"\n')
    assert write("--cache", "shop", "--prisma").returncode == 0
    assert f'DIRECT_URL="{DIRECT}"\n' in env.read_text()


def test_the_hint_for_prisma_is_that_of_the_projects_version(write: Command, env: Path, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"devDependencies": {"prisma": "^5.22.0"}}')
    assert "schema.prisma" in write("--cache", "shop", "--prisma").stderr
    env.write_text(f"DATABASE_URL={ORIGIN}\n")
    (tmp_path / "package.json").write_text('{"devDependencies": {"prisma": "^7.1.0"}}')
    said = write("--cache", "shop", "--prisma").stderr
    assert "prisma.config.ts" in said
    assert "schema.prisma" not in said


def test_another_file_of_prisma_with_the_same_variable_is_warned_of(write: Command, env: Path, tmp_path: Path) -> None:
    (tmp_path / "prisma").mkdir()
    (tmp_path / "prisma" / ".env").write_text("DATABASE_URL=postgres://old\n")
    assert "prisma/.env sets DATABASE_URL, too" in write("--cache", "shop").stderr
    (tmp_path / "prisma" / ".env").write_text("OTHER=1\n")
    assert "prisma/.env" not in write("--cache", "shop").stderr
