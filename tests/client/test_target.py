"""Which API, with which token."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from polyscale_cli.client.target import configured_url, find_target
from polyscale_cli.edge.lock import EdgeLock
from polyscale_cli.errors import AuthenticationError, UsageError
from polyscale_cli.settings.known_caches import known_key
from polyscale_cli.settings.resolve import Settings


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "POLYSCALE_STATE_DIR": str(tmp_path / "state")}


def test_nothing_configured_and_nothing_running_is_no_target(environ: dict[str, str]) -> None:
    assert find_target(Settings(environ)) is None
    assert known_key(Settings(environ)) == f"local:{environ['POLYSCALE_STATE_DIR']}"


@pytest.mark.parametrize(
    "url", ["https://edge.example.com", "https://edge.example.com/", "https://edge.example.com/v1/"]
)
def test_a_configured_url_is_used_with_its_token(environ: dict[str, str], url: str) -> None:
    target = find_target(Settings({**environ, "POLYSCALE_API_URL": url, "POLYSCALE_TOKEN": " psc_x\n"}))
    assert target is not None
    assert target.url == "https://edge.example.com"
    assert target.token.secret == "psc_x"
    assert target.token.source == "the variable POLYSCALE_TOKEN"
    assert "psc_x" not in repr(target)


def test_a_configured_url_without_a_token_names_the_variable(environ: dict[str, str]) -> None:
    with pytest.raises(AuthenticationError) as caught:
        find_target(Settings({**environ, "POLYSCALE_API_URL": "https://edge.example.com"}))
    assert (caught.value.why or "").startswith("POLYSCALE_TOKEN is not set, and none is stored for the profile local")


def test_the_local_token_is_never_sent_elsewhere(environ: dict[str, str]) -> None:
    state = Path(environ["POLYSCALE_STATE_DIR"])
    state.mkdir()
    (state / "token").write_text("psc_local")
    with pytest.raises(AuthenticationError):
        find_target(Settings({**environ, "POLYSCALE_API_URL": "http://127.0.0.1:1"}))


def test_a_token_does_not_travel_unencrypted(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        find_target(Settings({**environ, "POLYSCALE_API_URL": "http://edge.example.com", "POLYSCALE_TOKEN": "x"}))
    assert caught.value.code == "INSECURE_API_URL"


def test_on_this_machine_it_may(environ: dict[str, str]) -> None:
    settings = Settings({**environ, "POLYSCALE_API_URL": "http://[::1]:10000", "POLYSCALE_TOKEN": "x"})
    assert find_target(settings) is not None


@pytest.mark.parametrize(
    "url",
    ["edge.example.com", "ftp://x", "https://", "https://u:hunter2@x", "https://x/?a=1", "https://[x", "https://x:y"],
)
def test_what_is_no_api_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        configured_url(Settings({"POLYSCALE_API_URL": url}))
    assert caught.value.code == "INVALID_API_URL"
    assert "hunter2" not in f"{caught.value.what} {caught.value.why} {caught.value.fix}"


def test_a_token_that_the_running_edge_has_lost_is_made_again_by_the_next(environ: dict[str, str]) -> None:
    state = Path(environ["POLYSCALE_STATE_DIR"])
    state.mkdir()
    running = {"pid": os.getpid(), "http": {"host": "127.0.0.1", "port": 1}, "listeners": []}
    (state / "edge.json").write_text(json.dumps(running))
    lock = EdgeLock(state / "edge.pid")
    assert lock.acquire()
    try:
        with pytest.raises(AuthenticationError) as caught:
            find_target(Settings(environ))
    finally:
        lock.release()
    assert "polyscale edge stop; polyscale edge start" in str(caught.value.fix)
