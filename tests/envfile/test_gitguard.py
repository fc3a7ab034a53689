"""What git makes of a file, asked of a real git."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from polyscale_cli.envfile.gitguard import GitState, git_state, ignore
from polyscale_cli.errors import UsageError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / ".env").write_text("A=1\n")
    return tmp_path


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=directory, check=True)


def test_outside_of_a_repository(tmp_path: Path) -> None:
    assert git_state(tmp_path / ".env") is GitState.OUTSIDE


def test_a_file_that_git_does_not_ignore(repository: Path) -> None:
    assert git_state(repository / ".env") is GitState.NOT_IGNORED


@pytest.mark.parametrize("rule", [".env", "*.env", ".env*\n!.env.example", "/.env"])
def test_a_file_that_git_ignores_by_whatever_rule(repository: Path, rule: str) -> None:
    (repository / ".gitignore").write_text(f"{rule}\n")
    assert git_state(repository / ".env") is GitState.IGNORED


def test_a_rule_that_is_taken_back_does_not_count(repository: Path) -> None:
    (repository / ".gitignore").write_text(".env\n!.env\n")
    assert git_state(repository / ".env") is GitState.NOT_IGNORED


def test_a_file_that_git_tracks_although_it_is_ignored(repository: Path) -> None:
    git(repository, "add", ".env")
    (repository / ".gitignore").write_text(".env\n")
    assert git_state(repository / ".env") is GitState.TRACKED


def test_a_file_that_does_not_exist_yet_in_a_folder_below(repository: Path) -> None:
    (repository / "app").mkdir()
    (repository / ".gitignore").write_text(".env\n")
    assert git_state(repository / "app" / ".env") is GitState.IGNORED


def test_a_program_that_the_repository_names_is_not_run(repository: Path) -> None:
    trap = repository / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {repository}/ran\n")
    trap.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(trap))
    git_state(repository / ".env")
    assert not (repository / "ran").exists()


def test_without_git_there_is_no_answer_and_no_error(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert git_state(repository / ".env") is GitState.OUTSIDE


@pytest.mark.parametrize("name", [".env", "a b.env", "*.env", "[x].env", "#x", "!x", "back\\slash", "é", "blanks  "])
def test_a_file_is_ignored_by_one_line_whatever_its_name(repository: Path, name: str) -> None:
    path = repository / name
    path.write_text("A=1\n")
    (repository / "other.env").write_text("")
    assert ignore(path) == repository / ".gitignore"
    assert git_state(path) is GitState.IGNORED
    assert git_state(repository / "other.env") is GitState.NOT_IGNORED, "and no other"
    assert ignore(path) is None
    assert len((repository / ".gitignore").read_text().splitlines()) == 1


def test_a_file_in_a_folder_is_ignored_at_the_top(repository: Path) -> None:
    path = repository / "apps" / "web" / ".env"
    path.parent.mkdir(parents=True)
    assert ignore(path) == repository / ".gitignore"
    assert (repository / ".gitignore").read_text() == "/apps/web/.env\n"
    assert git_state(path) is GitState.IGNORED


def test_a_gitignore_beside_the_file_is_taken_first(repository: Path) -> None:
    (repository / "app").mkdir()
    (repository / "app" / ".gitignore").write_text("*.log")
    assert ignore(repository / "app" / ".env") == repository / "app" / ".gitignore"
    assert (repository / "app" / ".gitignore").read_text() == "*.log\n/.env\n"


def test_a_gitignore_that_is_a_link_is_left_alone(repository: Path) -> None:
    (repository / ".gitignore").symlink_to(repository / "elsewhere")
    (repository / "elsewhere").write_text("")
    with pytest.raises(UsageError):
        ignore(repository / ".env")
    assert (repository / "elsewhere").read_text() == ""
