"""What every test may ask for: the real servers. And what no test may see: the surroundings of whoever runs it."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

import pytest

from tests.servers.place import keep_in_memory

pytest_plugins = ["tests.servers.fixtures", "tests.profiles", "tests.tally"]

CLEARED_PREFIXES = ("POLYSCALE_", "GITHUB_", "PG", "GIT_")
CLEARED = (
    *("CI", "DATABASE_URL", "DIRECT_URL", "SSL_CERT_FILE", "SSL_CERT_DIR", "COLUMNS", "FORCE_COLOR", "CLICOLOR_FORCE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
)


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell has what it runs in the background ignore Ctrl-C, and so would every program that a test interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

keep_in_memory()

# Ten thousand tests are half a million objects that stay, and to look at them again and again finds nothing.
gc.disable()


def pytest_collection_finish() -> None:
    """Look only at what the tests make."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for each test, and none of the caller's settings."""
    for name in list(os.environ):
        if name in CLEARED or name.startswith(CLEARED_PREFIXES):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name, directory in (("CONFIG", "config"), ("DATA", "data"), ("STATE", "state"), ("CACHE", "cache")):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / directory))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    # A test that wants an edge starts its own and ends it.
    monkeypatch.setenv("POLYSCALE_AUTOSTART", "0")
    return home
