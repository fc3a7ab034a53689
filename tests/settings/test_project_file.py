"""The project file: it chooses by name, and nothing else, for it may be a stranger's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.project_file import ProjectFile, read_project_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".polyscale.toml"


def test_it_chooses_a_profile_and_a_cache(file: Path) -> None:
    file.write_text('profile = "staging"\ncache = "shop"\n')
    assert read_project_file(file) == ProjectFile(file, "staging", "shop")


@pytest.mark.parametrize(
    "line",
    [
        'api_url = "https://thief.example.com"',
        'token = "psc_planted"',
        'ca_bundle = "thief.pem"',
        'keyring = "off"',
        'profiles.staging.api_url = "https://thief.example.com"',
        '[profiles.staging]\napi_url = "https://thief.example.com"',
        "timeout = 1",
        'unknown = "x"',
    ],
)
def test_anything_more_is_refused_and_none_of_it_used(file: Path, line: str) -> None:
    file.write_text(f'cache = "shop"\n{line}\n')
    with pytest.raises(UsageError) as caught:
        read_project_file(file)
    assert caught.value.code == "PROJECT_FILE"
    said = f"{caught.value.what} {caught.value.why} {caught.value.fix}"
    assert str(file) in said
    assert "thief" not in said
    assert "psc_planted" not in said


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"cache = ", "BROKEN_FILE"),
        (b"cache = 'a'\ncache = 'b'", "BROKEN_FILE"),
        (b"\xff\xfe", "UNREADABLE_FILE"),
        (b"#" * (2 << 20), "UNREADABLE_FILE"),
        (b"cache = [" + b"[" * 100_000, "BROKEN_FILE"),
        (b"cache = 5", "PROJECT_FILE"),
        (b"profile = ''", "PROJECT_FILE"),
        (b"profile = '../x'", "INVALID_PROFILE_NAME"),
        (rb'cache = "\u001b[31m"', "INVALID_VALUE"),
    ],
)
def test_one_that_is_broken_is_named(file: Path, content: bytes, code: str) -> None:
    file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_project_file(file)
    assert caught.value.code == code
    assert str(file) in f"{caught.value.what} {caught.value.why}"


@pytest.mark.parametrize("content", ['token = "psc_planted" psc_planted =', "a = {psc_planted = 1, psc_planted = 2}"])
def test_a_complaint_about_its_form_repeats_nothing_of_it(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(UsageError) as caught:
        read_project_file(file)
    assert "psc_planted" not in f"{caught.value.what} {caught.value.why} {caught.value.fix}"


def test_a_pipe_in_its_place_is_not_waited_for(file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(UsageError, match="cannot be read"):
        read_project_file(file)


def test_a_link_that_leads_nowhere_is_named(file: Path) -> None:
    file.symlink_to("nowhere")
    with pytest.raises(UsageError, match="cannot be read"):
        read_project_file(file)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_one_that_may_not_be_read_is_named(file: Path) -> None:
    file.touch(mode=0)
    with pytest.raises(UsageError, match="cannot be read"):
        read_project_file(file)


def test_what_is_written_is_read_back_and_open_to_the_project(file: Path) -> None:
    before = os.umask(0o022)
    try:
        assert ProjectFile(file, "staging", "shop").save() is None
    finally:
        os.umask(before)
    assert read_project_file(file) == ProjectFile(file, "staging", "shop")
    assert file.stat().st_mode & 0o777 == 0o644
    assert file.read_text().startswith("# Written by polyscale")


def test_comments_are_kept_in_a_copy(file: Path) -> None:
    file.write_text('cache = "shop"  # the big one\n')
    kept = ProjectFile(file, None, "blog").save()
    assert kept == file.with_name(".polyscale.toml.bak")
    assert "the big one" in kept.read_text()


def test_where_it_cannot_be_written_the_way_without_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError) as caught:
        ProjectFile(tmp_path / "file" / ".polyscale.toml", None, "shop").save()
    assert "POLYSCALE_CACHE" in str(caught.value.fix)
    assert "POLYSCALE_CONFIG_DIR" not in str(caught.value.fix)
