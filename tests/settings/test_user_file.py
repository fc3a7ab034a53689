"""The user's own file: read with care, written whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.user_file import FILE, UserFile, read_user_file


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "config"


def written(directory: Path, content: bytes, mode: int = 0o600) -> Path:
    directory.mkdir(exist_ok=True)
    file = directory / FILE
    file.write_bytes(content)
    file.chmod(mode)
    return file


def never(warning: str) -> None:
    raise AssertionError(warning)


def test_no_file_says_nothing(directory: Path) -> None:
    assert read_user_file(directory, never) == UserFile(directory / FILE)


def test_what_is_written_is_read_back_and_is_the_user_s_alone(directory: Path) -> None:
    made = UserFile(directory / FILE).with_value("staging", Key.API_URL, "https://edge.example.com").using("staging")
    made = made.with_value("staging", Key.TIMEOUT, "2.5").with_value("local", Key.CACHE, 'a "b" \\ #')
    assert made.save() is None
    assert read_user_file(directory, never) == made
    assert (directory / FILE).stat().st_mode & 0o777 == 0o600
    assert directory.stat().st_mode & 0o777 == 0o700
    assert (directory / FILE).read_text().startswith("# Written by polyscale")
    assert [path.name for path in directory.iterdir()] == [FILE]


def test_a_value_can_be_taken_out_and_a_profile_too(directory: Path) -> None:
    made = UserFile(directory / FILE).with_value("staging", Key.API_URL, "https://e").using("staging")
    assert made.with_value("staging", Key.API_URL, None).profiles == {"staging": {}}
    assert made.without("staging") == UserFile(directory / FILE)


def test_comments_of_a_person_are_kept_in_a_copy(directory: Path) -> None:
    written(directory, b'profile = "local" # mine\n')
    kept = read_user_file(directory, never).using("local").save()
    assert kept == directory / "config.toml.bak"
    assert kept.read_text() == 'profile = "local" # mine\n'
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"profile = ", "BROKEN_FILE"),
        (b"\x80", "UNREADABLE_FILE"),
        (b"#" * (2 << 20), "UNREADABLE_FILE"),
        (b"version = 2\nnew = 'thing'", "NEWER_FILE"),
        (b"version = 0", "INVALID_FILE"),
        (b"version = 'x'", "INVALID_FILE"),
        (b"profile = 1", "INVALID_FILE"),
        (b"profiles = 1", "INVALID_FILE"),
        (b"[profiles]\nx = 1", "INVALID_FILE"),
        (b"timeout = 3", "INVALID_FILE"),
        (b"[profiles.x]\ntoken = 'psc_planted'", "INVALID_FILE"),
        (b"[profiles.x]\noutput = 'json'", "INVALID_FILE"),
        (b"[profiles.x]\napi_url = 5", "INVALID_FILE"),
        (b"[profiles.x]\ntimeout = true", "INVALID_FILE"),
        (b"[profiles.x]\ntimeout = -1", "INVALID_TIMEOUT"),
        (b"[profiles.x]\napi_url = 'ftp://x'", "INVALID_API_URL"),
        (b"[profiles.x]\napi_url = 'https://u:hunter2@x'", "INVALID_API_URL"),
        (b"[profiles.'a b']\n", "INVALID_PROFILE_NAME"),
    ],
)
def test_one_that_is_broken_or_newer_is_named(directory: Path, content: bytes, code: str) -> None:
    file = written(directory, content)
    with pytest.raises(UsageError) as caught:
        read_user_file(directory, never)
    said = f"{caught.value.what} {caught.value.why} {caught.value.fix}"
    assert (caught.value.code, str(file) in said) == (code, True)
    assert "psc_planted" not in said
    assert "hunter2" not in said
    assert file.read_bytes() == content, "what cannot be read is not touched"


def test_one_that_others_may_read_is_closed_with_a_warning(directory: Path) -> None:
    file = written(directory, b"version = 1\n", 0o644)
    said: list[str] = []
    read_user_file(directory, said.append)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [str(file) in one for one in said] == [True]
    read_user_file(directory, never)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_one_that_may_not_be_read_is_named(directory: Path) -> None:
    written(directory, b"", 0)
    with pytest.raises(UsageError, match="cannot be read"):
        read_user_file(directory, never)


def test_a_link_to_itself_is_named(directory: Path) -> None:
    directory.mkdir()
    (directory / FILE).symlink_to(FILE)
    with pytest.raises(UsageError, match="cannot be read"):
        read_user_file(directory, never)


def test_a_directory_in_its_place_is_named(directory: Path) -> None:
    (directory / FILE).mkdir(parents=True)
    with pytest.raises(UsageError, match="cannot be read"):
        read_user_file(directory, never)


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way")
    with pytest.raises(UsageError) as caught:
        UserFile(tmp_path / "config" / FILE).using("local").save()
    assert caught.value.code == "UNWRITABLE_FILE"


def test_a_byte_order_mark_is_no_mistake(directory: Path) -> None:
    written(directory, b"\xef\xbb\xbfprofile = 'local'\n")
    assert read_user_file(directory, never).selected == "local"
