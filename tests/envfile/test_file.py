"""A file of secrets is replaced as a whole, or left alone."""

from __future__ import annotations

import os
import resource
import socket
import stat
from pathlib import Path

import pytest

from polyscale_cli.envfile.dotenv import EnvFile, parse
from polyscale_cli.envfile.file import Loaded, look, read, save
from polyscale_cli.envfile.file import load as load_by
from polyscale_cli.errors import ConflictError, PolyscaleError, UsageError


def load(path: Path) -> Loaded[EnvFile]:
    return load_by(path, parse)


@pytest.fixture
def env(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    loaded = load(tmp_path / ".env")
    save(loaded, loaded.content.set("A", "1"))
    assert mode(tmp_path / ".env") == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / ".env"], "nothing is left beside it"


def test_an_old_file_keeps_its_mode(env: Path) -> None:
    env.chmod(0o640)
    loaded = load(env)
    assert loaded.open_to_others
    save(loaded, loaded.content.set("A", "2"))
    assert mode(env) == 0o640
    assert env.read_bytes() == b'A="2"\n'


def test_line_endings_and_the_byte_order_mark_survive_the_disk(env: Path) -> None:
    env.write_bytes(b"\xef\xbb\xbfA=1\r\nB=2\r\n")
    loaded = load(env)
    save(loaded, loaded.content.set("B", "3"))
    assert env.read_bytes() == b'\xef\xbb\xbfA=1\r\nB="3"\r\n'


def refusal(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        load(path)
    assert caught.value.code == "FILE_REFUSED"
    assert str(path) in caught.value.what
    return caught.value.why or ""


def test_a_link_is_refused_and_what_is_behind_it_is_named(env: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(env)
    with pytest.raises(UsageError) as caught:
        load(link)
    assert caught.value.fix is not None
    assert str(env) in caught.value.fix
    assert read(link) is not None, "to read through a link is fine"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert "directory" in refusal(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "ordinary" in refusal(tmp_path / "pipe")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("s")
        assert "ordinary" in refusal(tmp_path / "s")


def test_a_read_only_file_is_refused_even_for_root(env: Path) -> None:
    env.chmod(0o444)
    assert "read-only" in refusal(env)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_leaves_the_owner_as_it_was(env: Path) -> None:
    os.chown(env, 12345, 12345)
    loaded = load(env)
    save(loaded, loaded.content.set("A", "2"))
    assert (env.stat().st_uid, env.stat().st_gid) == (12345, 12345)


def test_what_is_no_text_is_refused(env: Path) -> None:
    env.write_bytes(b"A=\xff\n")
    assert "UTF-8" in refusal(env)


def test_what_is_far_too_large_is_refused(env: Path) -> None:
    with env.open("wb") as file:
        file.truncate(5 * 1024 * 1024)
    assert "larger" in refusal(env)


def test_a_directory_that_is_missing_says_so(tmp_path: Path) -> None:
    loaded = load(tmp_path / "nowhere" / ".env")
    with pytest.raises(UsageError) as caught:
        save(loaded, loaded.content.set("A", "1"))
    assert "directory" in (caught.value.why or "")


def test_a_change_by_somebody_else_is_not_overwritten(env: Path) -> None:
    loaded = load(env)
    env.write_text("A=theirs\n")
    with pytest.raises(ConflictError):
        save(loaded, loaded.content.set("A", "ours"))
    assert env.read_text() == "A=theirs\n"
    assert list(env.parent.iterdir()) == [env]


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    loaded = load(tmp_path / ".env")
    (tmp_path / ".env").write_text("A=theirs\n")
    with pytest.raises(ConflictError):
        save(loaded, loaded.content.set("A", "ours"))


def test_reading_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / ".env") is None


def test_a_file_that_is_only_looked_at_may_be_a_link_and_read_only(env: Path, tmp_path: Path) -> None:
    env.chmod(0o400)
    (tmp_path / "link").symlink_to(env)
    assert look(tmp_path / "link", parse).content.get("A") == "1"
    assert look(tmp_path / "none", parse).found is None
    with pytest.raises(UsageError):
        look(tmp_path, parse)


def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(env: Path) -> None:
    loaded = load(env)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        with pytest.raises(PolyscaleError) as caught:
            save(loaded, loaded.content.set("A", "x" * 100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (caught.value.code, caught.value.exit_code) == ("FILE_NOT_WRITTEN", 1)
    assert env.read_text() == "A=1\n"
    assert list(env.parent.iterdir()) == [env]


def test_a_mode_that_is_asked_for_is_given(env: Path) -> None:
    env.chmod(0o644)
    loaded = load(env)
    save(loaded, loaded.content, mode=0o600)
    assert mode(env) == 0o600


def test_a_large_file_of_quotes_is_read_at_once(env: Path) -> None:
    content = 'A="\\"x\\""y\n' * 200_000
    assert len(content) < 4 * 1024 * 1024
    env.write_text(content)
    assert load(env).content.render() == content
