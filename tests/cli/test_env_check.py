"""``env check``: the gate that fails when ``env write`` would change something."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Run, answer
from tests.cli.env_caches import (
    API,
    CACHED,
    ORIGIN,
    OTHER,
    SERVERLESS,
    SHOP,
    Command,
    known,
    refused,
    with_caches,
)


@pytest.fixture
def check(isolated: Path, polyscale: Run) -> Command:
    return with_caches(isolated, polyscale, "env", "check")


@pytest.fixture
def env(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text(f'DATABASE_URL="{CACHED}"\n')
    path.chmod(0o600)
    return path


def failed(check: Command, *arguments: str, **env: str) -> list[str]:
    """The codes of what it objects to; it must exit with 7 in both forms."""
    plain = check(*arguments, **env)
    assert (plain.returncode, plain.stdout) == (7, "")
    assert "s3cret" not in plain.stderr
    done = check(*arguments, "--json", **env)
    assert done.returncode == 7
    found = answer(done)
    assert found["status"] == "partial"
    return [error["code"] for error in found["errors"]]


def test_a_file_that_is_up_to_date_passes_and_is_not_touched(check: Command, env: Path) -> None:
    before = (env.stat().st_ino, env.stat().st_mtime_ns)
    done = check("--cache", "shop")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert ".env is as it should be for the cache shop." in done.stderr
    assert (env.stat().st_ino, env.stat().st_mtime_ns) == before
    assert answer(check("--json"))["data"] == {
        "file": str(env),
        "format": "dotenv",
        "cache_id": SHOP.id,
        "cache": "shop",
        "keys": {"DATABASE_URL": "current"},
    }


def test_no_file_fails_without_asking_any_edge(check: Command) -> None:
    assert failed(check, POLYSCALE_API_URL="http://127.0.0.1:1") == ["FILE_MISSING"]


@pytest.mark.parametrize("content", ["", "OTHER=1\n", "DATABASE_URL=\n"])
def test_a_variable_that_is_missing_fails_without_asking_any_edge(check: Command, env: Path, content: str) -> None:
    env.write_text(content)
    assert failed(check, POLYSCALE_API_URL="http://127.0.0.1:1") == ["KEY_MISSING"]


def test_a_url_of_the_database_itself_fails(check: Command, env: Path) -> None:
    env.write_text(f"DATABASE_URL={ORIGIN}\n")
    assert failed(check) == ["KEY_STALE"]
    assert "leads to the database itself" in check().stderr


def test_a_url_of_another_cache_fails(check: Command, env: Path) -> None:
    assert failed(check, "--cache", "blog") == ["KEY_STALE"]
    assert "another cache" in check("--cache", "blog").stderr


def test_an_edge_that_moved_fails_and_the_next_step_mends_it(
    check: Command, env: Path, isolated: Path, polyscale: Run
) -> None:
    known(isolated).remember(SHOP.replace(edge_port=1))
    assert failed(check) == ["KEY_STALE"]
    step = answer(check("--cache", "shop", "--json"))["next_steps"][0]
    assert step == "polyscale env write --cache shop"
    done = polyscale(*shlex.split(step)[1:], env={"POLYSCALE_API_URL": API})
    assert done.returncode == 0, done.stderr
    assert check("--cache", "shop").returncode == 0


def test_prisma_needs_its_second_url(check: Command, env: Path, isolated: Path, polyscale: Run) -> None:
    through, around = with_caches(isolated, polyscale, "env", "print")("--prisma").stdout.splitlines()
    env.write_text(through)
    assert failed(check, "--prisma") == ["KEY_MISSING"]
    env.write_text(f"{through}\n{around}\n")
    assert check("--prisma").returncode == 0
    env.write_text(f"{through}\nDIRECT_URL=postgres://mine@elsewhere/x\n")
    assert check("--prisma").returncode == 0, "somebody's own choice"
    env.write_text(f"{through}\nDIRECT_URL={CACHED}\n")
    assert failed(check, "--prisma") == ["KEY_STALE"]


def test_secrets_pass_without_any_url_at_hand(check: Command, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps(SERVERLESS))
    assert check("--format", "wrangler").returncode == 0
    assert failed(check, "--format", "wrangler", "--cache", "blog") == ["KEY_STALE"]
    file.write_text(json.dumps({**SERVERLESS, "PASSWORD": ""}))
    assert failed(check, "--format", "wrangler") == ["KEY_MISSING"]
    step = answer(check("--format", "wrangler", "--json"))["next_steps"]
    assert step == ["polyscale env write --format wrangler"]


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ("--file web/.env", "--file {}/web/.env"),
        ("--file other.json", "--file {}/other.json"),
        ("--file secrets.json --format json", "--format json --file {}/secrets.json"),
        ("--format docker --prisma --name X", "--format docker --name X --prisma"),
        ("--hyperdrive DB", "--hyperdrive DB"),
        ("--driver asyncpg --direct", "--driver asyncpg --direct"),
        ("--format wrangler --prefix A_", "--format wrangler --prefix A_"),
    ],
)
def test_the_next_step_means_the_same_file_and_variables(
    check: Command, tmp_path: Path, arguments: str, command: str
) -> None:
    found = answer(check(*arguments.split(), "--json"))
    assert found["next_steps"] == [f"polyscale env write {command.format(tmp_path)}"]


def test_what_the_environment_says_otherwise_is_a_warning(check: Command, env: Path) -> None:
    done = check(DATABASE_URL=ORIGIN)
    assert done.returncode == 0
    assert "warning: DATABASE_URL is also set in the environment" in done.stderr
    assert "environment" not in check(DATABASE_URL=CACHED).stderr


def test_what_another_file_says_is_a_warning(check: Command, env: Path, tmp_path: Path) -> None:
    (tmp_path / "prisma").mkdir()
    (tmp_path / "prisma" / ".env").write_text("DATABASE_URL=x\n")
    done = check()
    assert done.returncode == 0
    assert "prisma/.env" in done.stderr


def test_a_file_that_may_not_be_written_can_be_checked(check: Command, env: Path, tmp_path: Path) -> None:
    env.chmod(0o400)
    (tmp_path / "link").symlink_to(env)
    assert check("--file", "link").returncode == 0


def test_a_directory_is_no_file(check: Command, tmp_path: Path) -> None:
    refused(check("--file", str(tmp_path)), 2, "not a file")


def test_a_cache_that_is_unknown_everywhere_is_not_found(check: Command, env: Path) -> None:
    env.write_text(f"DATABASE_URL={CACHED.replace(SHOP.id, OTHER.replace('1', '2'))}\n")
    done = check("--cache", "shop")
    assert done.returncode == 7
    assert "another cache" in done.stderr
