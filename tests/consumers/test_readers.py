"""Files are read back by the programs that they are for: every connection string, whatever the password."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path

import dotenv as python_dotenv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.envfile.formats import Format
from tests.consumers import corpus

NODE = Path(__file__).parent / "node"

# All that a file may hold between double quotes; lone surrogates are no text.
VALUES = st.text(st.characters(exclude_characters='"$\\`\x7f', exclude_categories=["Cs"], min_codepoint=32))

Reader = Callable[[Path], Mapping[str, str | None]]


def with_node(reader: str) -> Reader:
    def read(path: Path) -> Mapping[str, str | None]:
        done = subprocess.run(["node", "read.mjs", reader, str(path)], cwd=NODE, capture_output=True, check=True)
        found: dict[str, str | None] = json.loads(done.stdout)
        return found

    return read


def with_python(path: Path) -> Mapping[str, str | None]:
    return python_dotenv.dotenv_values(path)


def with_sh(path: Path) -> Mapping[str, str | None]:
    """What a program sees that a shell starts after it has read the file."""
    command = ["sh", "-c", '. "$1" && exec env -0', "sh", str(path)]
    done = subprocess.run(command, capture_output=True, check=True, env={"PATH": "/usr/bin:/bin"})
    found = dict(entry.split("=", 1) for entry in done.stdout.decode().split("\0") if entry)
    return {key: value for key, value in found.items() if key not in {"PATH", "PWD", "_"}}


READERS: list[tuple[str, Format, Reader]] = [
    ("dotenv", Format.DOTENV, with_node("dotenv")),
    ("dotenv-expand", Format.DOTENV, with_node("dotenv-expand")),
    ("python-dotenv", Format.DOTENV, with_python),
    ("sh", Format.EXPORT, with_sh),
    ("dotenv-exported", Format.EXPORT, with_node("dotenv")),
    ("dotenv-expand-exported", Format.EXPORT, with_node("dotenv-expand")),
    ("python-dotenv-exported", Format.EXPORT, with_python),
]


@pytest.fixture(params=READERS, ids=lambda reader: reader[0])
def consumer(request: pytest.FixtureRequest) -> tuple[Format, Reader]:
    _, form, reader = request.param
    return form, reader


def test_every_connection_string_comes_back(consumer: tuple[Format, Reader], tmp_path: Path) -> None:
    form, read = consumer
    path = tmp_path / ".env"
    path.write_text(form.text(corpus.urls().items()), encoding="utf-8")
    assert read(path) == corpus.urls()


MESSY = (
    "\ufeff# settings\r\n"
    "A=1 # one\r\n"
    "\r\n"
    "export URL_1 = 'old' # was\r\n"
    'LONG="first\r\nURL_2=inside\r\nlast"\r\n'
    "URL_3=a\r\n"
    "URL_3=b"
)


@pytest.mark.parametrize("reader", ["dotenv", "dotenv-expand", "python-dotenv"])
def test_values_that_are_merged_into_a_messy_file_come_back_too(reader: str, tmp_path: Path) -> None:
    read = {name: read for name, _, read in READERS}[reader]
    path = tmp_path / ".env"
    path.write_bytes(MESSY.encode())
    # The byte order mark is before a comment: python-dotenv would make it part of the first name.
    before = read(path)
    document = Format.DOTENV.parse(path.read_bytes().decode())
    for key, value in corpus.urls().items():
        document = document.set(key, value)
    path.write_bytes(document.render().encode())
    assert read(path) == {**before, **corpus.urls()}


@given(VALUES)
def test_python_dotenv_reads_whatever_is_not_refused(value: str) -> None:
    written = Format.DOTENV.text([("A", value), ("B", "next")])
    assert python_dotenv.dotenv_values(stream=StringIO(written)) == {"A": value, "B": "next"}


def test_a_bare_password_comes_back_or_is_refused(consumer: tuple[Format, Reader], tmp_path: Path) -> None:
    form, read = consumer
    passwords = corpus.accepted(form)
    assert len(passwords) > 40
    path = tmp_path / ".env"
    path.write_text(form.text(passwords.items()), encoding="utf-8")
    assert read(path) == passwords
