"""The file of tokens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polyscale_cli.credentials.file_store import FILE, CredentialFile, Record
from polyscale_cli.credentials.place import Place
from polyscale_cli.credentials.token import Kind
from polyscale_cli.errors import UsageError

HERE = Place("staging", "https://edge.example.com:443")
THERE = Place("staging", "https://other.example.com:443")


def never(warning: str) -> None:
    raise AssertionError(warning)


@pytest.fixture
def file(tmp_path: Path) -> CredentialFile:
    return CredentialFile(tmp_path / "config", never)


def test_a_token_is_found_where_it_was_kept_and_nowhere_else(file: CredentialFile) -> None:
    file.keep(HERE, Record(Kind.FILE, "psc_planted"))
    file.keep(THERE, Record(Kind.KEYRING, backend="some"))
    assert file.find(HERE) == Record(Kind.FILE, "psc_planted")
    assert file.find(THERE) == Record(Kind.KEYRING, None, "some")
    assert file.find(Place("other", HERE.origin)) is None
    assert set(file.places()) == {HERE, THERE}
    assert "psc_planted" not in repr(file.find(HERE))


def test_it_is_the_user_s_alone(file: CredentialFile) -> None:
    file.keep(HERE, Record(Kind.FILE, "psc_planted"))
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


def test_one_that_others_may_read_is_closed_with_a_warning(file: CredentialFile) -> None:
    file.keep(HERE, Record(Kind.FILE, "psc_planted"))
    file.path.chmod(0o644)
    said: list[str] = []
    assert CredentialFile(file.path.parent, said.append).find(HERE) is not None
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert len(said) == 1


def test_what_is_removed_is_gone_from_the_disk(file: CredentialFile) -> None:
    file.keep(HERE, Record(Kind.FILE, "psc_planted"))
    file.remove(HERE)
    file.remove(HERE)
    assert file.find(HERE) is None
    assert "psc_planted" not in file.path.read_text()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "psc_planted",
        '{"version": 1, "tokens": [{"token": "psc_planted"}]}',
        '{"version": 1}',
        '{"tokens": []}',
        '[{"psc_planted": 1}]',
        '{"version": 1, "tokens": [{"profile": 1, "origin": "o", "store": "file", "token": "psc_planted"}]}',
        '{"version": 1, "tokens": [{"profile": "p", "origin": "o", "store": "file", "token": ["psc_planted"]}]}',
        '{"version": 1, "tokens": [{"profile": "p", "origin": "o", "store": "nowhere", "token": "psc_planted"}]}',
        '{"version": 1, "tokens": [{"profile": "p", "origin": "o", "store": "file"}]}',
        "[" * 100_000,
    ],
)
def test_one_that_is_broken_is_named_and_not_repeated(file: CredentialFile, content: str) -> None:
    file.path.parent.mkdir()
    file.path.touch(0o600)
    file.path.write_text(content)
    with pytest.raises(UsageError) as caught:
        file.find(HERE)
    assert (caught.value.code, str(file.path) in caught.value.what) == ("BROKEN_FILE", True)
    seen: list[object] = [vars(caught.value), caught.value.__cause__]
    assert "psc_planted" not in repr(seen)


def test_a_newer_one_is_left_alone(file: CredentialFile) -> None:
    file.path.parent.mkdir()
    file.path.touch(0o600)
    file.path.write_text(json.dumps({"version": 2, "vault": {}}))
    with pytest.raises(UsageError) as caught:
        file.keep(HERE, Record(Kind.FILE, "x"))
    assert caught.value.code == "NEWER_FILE"
    assert json.loads(file.path.read_text()) == {"version": 2, "vault": {}}


def test_its_name_is_known() -> None:
    assert FILE == "credentials.json", "what people are told to keep out of backups"
