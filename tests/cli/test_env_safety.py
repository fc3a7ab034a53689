"""What ``env write`` does not touch, and what it leaves when it cannot go on: the file as it was."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, answer
from tests.cli.env_caches import API, CACHED, ORIGIN, Command, refused
from tests.cli.terminal import Person


@pytest.fixture
def env(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text(f"DATABASE_URL={ORIGIN}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., str]:
    """A repository around the file."""

    def run(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    run("init", "-q")
    return run


@pytest.fixture
def person(write: Command, tmp_path: Path) -> Callable[..., Person]:
    def run(*arguments: str, **env: str) -> Person:
        return Person(("env", "write", "--cache", "shop", *arguments), {"POLYSCALE_API_URL": API, **env}, tmp_path)

    return run


def test_a_link_is_left_alone(write: Command, env: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(env)
    before = env.read_text()
    refused(write("--cache", "shop", "--file", "link"), 2, "symbolic link")
    assert (env.read_text(), (tmp_path / "link").is_symlink()) == (before, True)


def test_a_read_only_file_is_left_alone(write: Command, env: Path) -> None:
    env.chmod(0o400)
    refused(write("--cache", "shop"), 2, "read-only")


def test_a_directory_is_left_alone(write: Command, tmp_path: Path) -> None:
    refused(write("--cache", "shop", "--file", str(tmp_path)), 2, "directory")


def test_a_file_that_git_tracks_is_left_alone_unless_forced(write: Command, env: Path, tmp_path: Path) -> None:
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


def test_an_ignored_file_is_written_without_a_word_about_git(write: Command, env: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text(".env\n")
    assert "git" not in write("--cache", "shop").stderr


def test_a_secret_that_is_added_to_a_file_that_others_can_read_is_warned_of_once(write: Command, env: Path) -> None:
    env.chmod(0o644)
    assert "chmod 600" not in write("--cache", "shop").stderr, "the same password stood there before"
    assert "chmod 600 .env" in write("--cache", "shop", "--name", "OTHER_URL").stderr
    assert "chmod 600" not in write("--cache", "shop", "--name", "OTHER_URL").stderr
    assert stat.S_IMODE(env.stat().st_mode) == 0o644


def test_a_file_that_others_can_read_is_closed_when_asked(write: Command, env: Path) -> None:
    env.chmod(0o644)
    assert "other users" not in write("--cache", "shop", "--chmod").stderr
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    env.chmod(0o644)
    assert "nothing was changed" in write("--cache", "shop", "--chmod").stderr
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_gitignore_is_edited_when_asked_and_once(
    write: Command, env: Path, tmp_path: Path, git: Callable[..., str]
) -> None:
    assert "--gitignore" in write("--cache", "shop").stderr
    assert not (tmp_path / ".gitignore").exists(), "never unasked"
    env.write_text(f"DATABASE_URL={ORIGIN}\n")
    (tmp_path / ".gitignore").write_bytes(b"*.log\r\nbuild")
    done = write("--cache", "shop", "--gitignore")
    assert "Added .env to" in done.stderr
    assert "warning" not in done.stderr
    assert (tmp_path / ".gitignore").read_bytes() == b"*.log\r\nbuild\r\n/.env\r\n"
    assert git("status", "--porcelain", "--ignored") == "?? .gitignore\n!! .env\n"
    write("--cache", "shop", "--direct", "--gitignore")
    write("--cache", "shop", "--direct", "--gitignore")
    assert (tmp_path / ".gitignore").read_bytes() == b"*.log\r\nbuild\r\n/.env\r\n"


def test_gitignore_is_edited_when_nothing_else_is_to_do(write: Command, env: Path, git: Callable[..., str]) -> None:
    write("--cache", "shop")
    done = write("--cache", "shop", "--gitignore")
    assert "Added .env to" in done.stderr
    assert "nothing was changed" in done.stderr
    assert git("status", "--porcelain", "--ignored") == "?? .gitignore\n!! .env\n"


def test_a_new_gitignore_is_no_secret(write: Command, env: Path, tmp_path: Path, git: Callable[..., str]) -> None:
    write("--cache", "shop", "--gitignore")
    assert stat.S_IMODE((tmp_path / ".gitignore").stat().st_mode) == 0o644


def test_a_person_is_asked_about_gitignore(
    env: Path, person: Callable[..., Person], tmp_path: Path, git: Callable[..., str]
) -> None:
    someone = person()
    someone.reads("Add it to .gitignore? [y/N]")
    someone.types("y\n")
    assert someone.ends() == 0
    assert (tmp_path / ".gitignore").read_text() == "/.env\n"
    assert CACHED in env.read_text()


def test_a_person_is_asked_before_another_value_is_replaced(env: Path, person: Callable[..., Person]) -> None:
    before = env.read_text()
    for typed, code in (("n", 1), ("y", 0)):
        someone = person("--from-url", "-")
        someone.reads("Connection string (input hidden)")
        someone.types(ORIGIN.replace("s3cret", "changed") + "\n")
        someone.reads("Replace it? [y/N]")
        assert env.read_text() == before
        someone.types(f"{typed}\n")
        assert someone.ends() == code
        assert "changed" not in someone.seen.replace("nothing was changed", "")
    assert CACHED.replace("s3cret", "changed") in env.read_text()


def test_a_rule_that_takes_it_back_is_named(write: Command, env: Path, tmp_path: Path, git: Callable[..., str]) -> None:
    (tmp_path / ".gitignore").write_text("/.env\n!.env\n")
    assert "a rule takes it back" in write("--cache", "shop", "--gitignore").stderr
    assert (tmp_path / ".gitignore").read_text() == "/.env\n!.env\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"DATABASE_URL=\xff\n", "UTF-8"),
        (b"#" * (5 * 1024 * 1024), "4 MiB"),
        (b"DATABASE_URL=nonsense\n", "DATABASE_URL in .env"),
        (b"", "no DATABASE_URL"),
    ],
)
def test_a_file_that_is_no_use_is_left_as_it_is(write: Command, env: Path, content: bytes, says: str) -> None:
    env.write_bytes(content)
    refused(write("--cache", "shop"), 2, says)
    assert env.read_bytes() == content
    assert list(env.parent.iterdir()) == [env]


def test_a_directory_that_is_not_there_is_named(write: Command, tmp_path: Path) -> None:
    refused(write("--cache", "shop", "--file", "no/where/.env", DATABASE_URL=ORIGIN), 2, "where", "directory")


@pytest.mark.usefixtures("write")
def test_a_directory_that_was_deleted_is_not_taken_for_another(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f"rmdir {gone} && exec {' '.join(COMMAND)} env write --cache shop"
    environ = {**os.environ, "POLYSCALE_API_URL": API, "DATABASE_URL": ORIGIN}
    done = subprocess.run(["sh", "-c", command], cwd=gone, env=environ, capture_output=True, text=True)
    refused(done, 2, "does not exist any more")
    assert not Path("/.env").exists()


def with_limits(env: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it where no file may grow beyond some bytes, which is how a full disk looks."""
    return subprocess.run(
        [*COMMAND, "env", "write", "--cache", "shop", *arguments],
        cwd=env.parent,
        env={**os.environ, "POLYSCALE_API_URL": API},
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )


@pytest.mark.usefixtures("write")
def test_a_full_disk_leaves_the_old_file_whole(env: Path) -> None:
    before = env.read_bytes()
    done = with_limits(env)
    refused(done, 1, "as it was", "File too large")
    assert env.read_bytes() == before
    assert list(env.parent.iterdir()) == [env], "nothing half-written is left"
    assert answer(with_limits(env, "--json"))["errors"][0]["code"] == "FILE_NOT_WRITTEN"


@pytest.mark.usefixtures("write")
@pytest.mark.parametrize("arguments", ["", "--from-url -"])
def test_a_closed_input_is_no_trouble_where_none_is_read(env: Path, arguments: str) -> None:
    command = f"{' '.join(COMMAND)} env write --cache shop {arguments} <&-"
    environ = {**os.environ, "POLYSCALE_API_URL": API}
    done = subprocess.run(["sh", "-c", command], cwd=env.parent, env=environ, capture_output=True, text=True)
    if arguments:
        refused(done, 2, "stdin")
    else:
        assert done.returncode == 0, done.stderr
