"""``polyscale env write``: the file that a program reads its DATABASE_URL from."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from polyscale_cli.settings.known_caches import KnownCache, KnownCaches
from tests.cli.conftest import Done, Run, answer

ID = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"
OTHER = "1ab23c45-6789-4de1-a34f-abc5d67e8f90"
API = "https://edge.example.com"
SHOP = KnownCache(ID, "shop", "postgres", "db", 5432, None, "edge.example.com", 9010, "require")
BLOG = KnownCache(OTHER, "blog", "postgres", "db", 5433, None, "edge.example.com", 9010, "prefer")
ORIGIN = "postgres://u:s3cret%24@db/shop?sslmode=require"
DIRECT = "postgresql://u:s3cret%24@db:5432/shop?sslmode=require"
CACHED = (
    f"postgresql://u:s3cret%24@edge.example.com:9010/shop?application_name={ID}&channel_binding=disable&sslmode=require"
)

Write = Callable[..., Done]


@pytest.fixture
def write(isolated: Path, polyscale: Run) -> Write:
    """Run it with two caches that are remembered."""
    KnownCaches(isolated / "cache" / "polyscale", API).replace([SHOP, BLOG])

    def run(*arguments: str, stdin: str = "", **env: str) -> Done:
        return polyscale("env", "write", *arguments, stdin=stdin, env={"POLYSCALE_API_URL": API, **env})

    return run


@pytest.fixture
def env(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text(f"# mine\nA='1'\nexport DATABASE_URL={ORIGIN} # main\nB=2\n")
    return path


def test_the_url_moves_behind_the_cache_and_the_rest_stays(write: Write, env: Path) -> None:
    done = write("--cache", "shop")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert env.read_text() == f"# mine\nA='1'\nexport DATABASE_URL=\"{CACHED}\" # main\nB=2\n"
    assert "Written: DATABASE_URL" in done.stderr
    assert "s3cret" not in done.stderr


def test_run_again_it_changes_nothing(write: Write, env: Path) -> None:
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


def test_the_cache_is_found_by_the_database_in_the_file(write: Write, env: Path) -> None:
    assert answer(write("--json"))["data"]["cache"] == "shop"


def test_the_way_back_restores_the_database(write: Write, env: Path) -> None:
    write("--cache", "shop")
    done = write("--cache", "shop", "--direct")
    assert done.returncode == 0, done.stderr
    assert f'DATABASE_URL="{DIRECT}" # main' in env.read_text()


def test_prisma_keeps_the_direct_url_for_migrations(write: Write, env: Path) -> None:
    done = write("--cache", "shop", "--prisma")
    assert done.returncode == 0, done.stderr
    text = env.read_text()
    assert f'DATABASE_URL="{CACHED.replace("sslmode=require", "sslmode=no-verify")}" # main\n' in text
    assert f'\nDIRECT_URL="{DIRECT}"\n' in text
    assert "prisma.config.ts" in done.stderr
    assert write("--cache", "shop", "--prisma").returncode == 0
    assert env.read_text() == text


def test_prisma_makes_the_direct_url_also_from_a_url_that_was_moved_before(write: Write, env: Path) -> None:
    write("--cache", "shop")
    assert write("--cache", "shop", "--prisma").returncode == 0
    assert f'DIRECT_URL="{DIRECT}"' in env.read_text()


def test_a_direct_url_that_is_there_stays(write: Write, env: Path) -> None:
    env.write_text(env.read_text() + "DIRECT_URL=postgres://mine@db/shop\n")
    write("--cache", "shop", "--prisma")
    assert env.read_text().endswith("DIRECT_URL=postgres://mine@db/shop\n")


def test_a_file_that_is_not_there_is_made_from_the_environment(write: Write, tmp_path: Path) -> None:
    done = write("--cache", "shop", DATABASE_URL=ORIGIN)
    assert done.returncode == 0, done.stderr
    assert f'DATABASE_URL="{CACHED}"\n' in (tmp_path / ".env").read_text()
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert "also set in the environment" in done.stderr


def test_a_file_that_is_not_there_is_made_from_stdin(write: Write, tmp_path: Path) -> None:
    assert write("--cache", "shop", "--from-url", "-", "--name", "PG_URL", stdin=ORIGIN).returncode == 0
    assert f'PG_URL="{CACHED}"\n' in (tmp_path / ".env").read_text()


def test_without_any_url_it_says_where_to_put_one(write: Write, tmp_path: Path) -> None:
    done = write("--cache", "shop")
    assert done.returncode == 2
    assert "--from-url -" in done.stderr
    assert not (tmp_path / ".env").exists()


def test_env_local_is_taken_when_it_is_the_only_one(write: Write, tmp_path: Path) -> None:
    (tmp_path / ".env.local").write_text(f"DATABASE_URL={ORIGIN}\n")
    done = write("--cache", "shop")
    assert "Using .env.local" in done.stderr
    assert CACHED in (tmp_path / ".env.local").read_text()
    assert not (tmp_path / ".env").exists()


def test_the_url_of_another_database_is_not_replaced_unasked(write: Write, env: Path) -> None:
    before = env.read_text()
    done = write("--cache", "blog", "--json")
    assert done.returncode == 5
    assert answer(done)["errors"][0]["code"] == "OTHER_DATABASE"
    assert env.read_text() == before
    assert write("--cache", "blog", "--force").returncode == 0
    assert OTHER in env.read_text()


def test_a_moved_edge_is_followed_without_being_forced(write: Write, env: Path, isolated: Path) -> None:
    write("--cache", "shop")
    import dataclasses

    moved = dataclasses.replace(SHOP, edge_host="other.example.com", edge_port=1)
    KnownCaches(isolated / "cache" / "polyscale", API).remember(moved)
    assert write("--cache", "shop").returncode == 0
    assert "@other.example.com:1/shop?" in env.read_text()


def test_a_key_that_is_there_twice_is_changed_where_it_counts(write: Write, env: Path) -> None:
    env.write_text(f"DATABASE_URL=postgres://old\nDATABASE_URL={ORIGIN}\n")
    done = write("--cache", "shop")
    assert env.read_text() == f'DATABASE_URL=postgres://old\nDATABASE_URL="{CACHED}"\n'
    assert "more than once" in done.stderr


def test_references_to_other_variables_are_filled_in(write: Write, env: Path) -> None:
    env.write_text('PW=s3cret%24\nDATABASE_URL="postgres://u:${PW}@db/shop?sslmode=require"\n')
    assert write("--cache", "shop").returncode == 0
    assert env.read_text() == f'PW=s3cret%24\nDATABASE_URL="{CACHED}"\n'


def refused(done: Done, says: str) -> None:
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert says in done.stderr


def test_a_link_is_left_alone(write: Write, env: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(env)
    before = env.read_text()
    refused(write("--cache", "shop", "--file", "link"), "symbolic link")
    assert (env.read_text(), (tmp_path / "link").is_symlink()) == (before, True)


def test_a_read_only_file_is_left_alone(write: Write, env: Path) -> None:
    env.chmod(0o400)
    refused(write("--cache", "shop"), "read-only")


def test_a_directory_is_left_alone(write: Write, tmp_path: Path) -> None:
    refused(write("--cache", "shop", "--file", str(tmp_path)), "directory")


def test_a_file_that_git_tracks_is_left_alone_unless_forced(write: Write, env: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    done = write("--cache", "shop")
    assert "git does not ignore .env" in done.stderr
    env.write_text(f"DATABASE_URL={ORIGIN}\n")
    subprocess.run(["git", "add", ".env"], cwd=tmp_path, check=True)
    done = write("--cache", "shop", "--json")
    assert done.returncode == 5
    assert answer(done)["errors"][0]["code"] == "TRACKED_BY_GIT"
    assert env.read_text() == f"DATABASE_URL={ORIGIN}\n"
    assert write("--cache", "shop", "--force").returncode == 0
    assert CACHED in env.read_text()


def test_an_ignored_file_is_written_without_a_word_about_git(write: Write, env: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text(".env\n")
    assert "git" not in write("--cache", "shop").stderr


def test_a_file_that_others_can_read_is_warned_of(write: Write, env: Path) -> None:
    env.chmod(0o644)
    assert "chmod 600 .env" in write("--cache", "shop").stderr
    assert stat.S_IMODE(env.stat().st_mode) == 0o644
