"""Where the keyring is asked at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from polyscale_cli.credentials.keyring_store import reason_against

DESKTOP = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1000/bus"}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps its keyring behind a D-Bus")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine that is neither a container nor Windows."""
    kernel = tmp_path / "proc" / "sys" / "kernel"
    kernel.mkdir(parents=True)
    (kernel / "osrelease").write_text("6.1.0-18-amd64\n")
    return tmp_path


def test_on_a_desktop_it_is(root: Path, tmp_path: Path) -> None:
    assert reason_against("auto", DESKTOP, root) is None
    (tmp_path / "bus").touch()
    assert reason_against("auto", {"XDG_RUNTIME_DIR": str(tmp_path)}, root) is None


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"CI": "true"}, "CI"),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "SSH"),
        ({"WSL_DISTRO_NAME": "Debian"}, "WSL"),
        ({"container": "podman"}, "container"),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "container"),
        ({"DBUS_SESSION_BUS_ADDRESS": ""}, "D-Bus"),
        ({"DBUS_SESSION_BUS_ADDRESS": "", "XDG_RUNTIME_DIR": "/nowhere"}, "D-Bus"),
    ],
)
def test_where_nobody_would_see_its_question_it_is_not(root: Path, variables: dict[str, str], word: str) -> None:
    assert word in (reason_against("auto", {**DESKTOP, **variables}, root) or "")


def test_over_ssh_with_a_screen_it_is(root: Path) -> None:
    assert reason_against("auto", {**DESKTOP, "SSH_CONNECTION": "x", "DISPLAY": "localhost:10.0"}, root) is None


@pytest.mark.parametrize("mark", [".dockerenv", "run/.containerenv"])
def test_in_a_container_it_is_not(root: Path, mark: str) -> None:
    (root / mark).parent.mkdir(exist_ok=True)
    (root / mark).touch()
    assert "container" in (reason_against("auto", DESKTOP, root) or "")


def test_on_windows_linux_it_is_not(root: Path) -> None:
    (root / "proc/sys/kernel/osrelease").write_text("5.15.90.1-microsoft-standard-WSL2\n")
    assert "WSL" in (reason_against("auto", DESKTOP, root) or "")


def test_the_user_has_the_last_word(root: Path) -> None:
    assert "switched off" in (reason_against("off", DESKTOP, root) or "")
    assert reason_against("required", {"CI": "1"}, root) is None
