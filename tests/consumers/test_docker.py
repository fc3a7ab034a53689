"""Docker's ``--env-file``: by its documented rule, and by the docker client itself where there is one.

The client reads the file before it asks the daemon for anything, so that a stand-in for the daemon sees what it read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from polyscale_cli.envfile.formats import Format
from tests.consumers import corpus
from tests.consumers.stub import Request, run_stub

Read = Callable[[Path], Mapping[str, str]]


def by_rule(path: Path) -> Mapping[str, str]:
    """docker/cli, pkg/kvfile: one line each, blanks before it dropped, all behind the first = is the value."""
    found = {}
    for line in path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode().split("\n"):
        text = line.removesuffix("\r").lstrip()
        if text and not text.startswith("#"):
            key, _, value = text.partition("=")
            assert key
            assert not any(character.isspace() for character in key)
            found[key] = value
    return found


def by_client(path: Path) -> Mapping[str, str]:
    """What `docker create --env-file` sends to the daemon."""

    def daemon(request: Request) -> object:
        return {"Id": "0" * 64, "Warnings": []} if request.path.endswith("/create") else {}

    with run_stub(daemon) as stub:
        command = ["docker", "-H", f"tcp://127.0.0.1:{stub.port}", "create", "--env-file", str(path), "image"]
        environ = {"PATH": os.environ["PATH"], "HOME": str(path.parent)}
        done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60)
        assert done.returncode == 0, done.stderr
        sent = json.loads(stub.last("POST", "/containers/create").body)
    return dict(entry.split("=", 1) for entry in sent["Env"])


@pytest.fixture(
    params=[
        by_rule,
        pytest.param(
            by_client, marks=pytest.mark.skipif(shutil.which("docker") is None, reason="docker's client is missing")
        ),
    ]
)
def read(request: pytest.FixtureRequest) -> Read:
    chosen: Read = request.param
    return chosen


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_every_connection_string_comes_back(read: Read, tmp_path: Path) -> None:
    file = written(tmp_path / ".env.docker", Format.DOCKER.text(corpus.urls().items()))
    assert read(file) == corpus.urls()


def test_a_bare_password_comes_back_or_is_refused(read: Read, tmp_path: Path) -> None:
    passwords = corpus.accepted(Format.DOCKER)
    assert len(passwords) > 60
    assert read(written(tmp_path / ".env.docker", Format.DOCKER.text(passwords.items()))) == passwords


def test_a_value_is_changed_where_it_stands_and_the_others_stay(read: Read, tmp_path: Path) -> None:
    before = '\ufeff# settings\r\nA="kept" # as it is\r\n URL_1=old\r\nB=\r\n#URL_2=no'
    document = Format.DOCKER.parse(before)
    for key, value in corpus.urls().items():
        document = document.set(key, value)
    file = written(tmp_path / ".env.docker", document.render())
    assert read(file) == {"A": '"kept" # as it is', "B": "", **corpus.urls()}
    assert file.read_bytes().startswith(b'\xef\xbb\xbf# settings\r\nA="kept" # as it is\r\n URL_1=postgresql')
