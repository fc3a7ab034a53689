"""The system's keyring, which is asked last and never waited for.

A keyring may hang for ever: a D-Bus service that does not answer, a prompt on a screen that nobody sees. Therefore
each call runs in a thread that is left behind after three seconds, and machines that can have none are not asked.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from polyscale_cli.credentials.place import Place
from polyscale_cli.errors import AuthenticationError
from polyscale_cli.settings.environment import is_ci, text
from polyscale_cli.settings.keys import Key

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from polyscale_cli.settings.resolve import Settings

BOUND_SECONDS = 3.0
SERVICE = "polyscale-cli"  # without a space: gnome-keyring loses items whose service has one
_NO_BACKENDS = ("keyring.backends.fail", "keyring.backends.null")
_LEAST_PRIORITY = 1  # what keyring itself recommends; below it are stores in plain text
_Value = TypeVar("_Value")


def why_not(settings: Settings) -> str | None:
    """Why the keyring is not to be asked, as the settings and this machine have it; None when it may be."""
    return reason_against(settings.value(Key.KEYRING) or "", settings.environ)


def reason_against(mode: str, environ: Mapping[str, str], root: Path = Path("/")) -> str | None:
    """Why the keyring is not to be asked here; None when it may be.

    ``mode`` is ``auto``, ``off`` or ``required``; ``root`` is where the system's files are.
    """
    if mode == "off":
        return "the keyring is switched off (POLYSCALE_KEYRING=off)"
    if mode == "required":
        return None
    if is_ci(environ):
        return "CI is set"
    return _reason_on_linux(environ, root) if sys.platform == "linux" else None


def _reason_on_linux(environ: Mapping[str, str], root: Path) -> str | None:
    if text(environ, "WSL_DISTRO_NAME") or "microsoft" in _content(root / "proc/sys/kernel/osrelease").lower():
        return "this is Linux on Windows (WSL)"
    if (
        (root / ".dockerenv").exists()
        or (root / "run/.containerenv").exists()
        or text(environ, "container")
        or text(environ, "KUBERNETES_SERVICE_HOST")
    ):
        return "this is a container"
    if text(environ, "SSH_CONNECTION") and not (text(environ, "DISPLAY") or text(environ, "WAYLAND_DISPLAY")):
        return "this is a login over SSH, without a screen on which a keyring could ask"
    runtime = text(environ, "XDG_RUNTIME_DIR")
    if not text(environ, "DBUS_SESSION_BUS_ADDRESS") and not (runtime and (Path(runtime) / "bus").exists()):
        return "there is no D-Bus session"
    return None


def read(place: Place) -> str | None:
    """The token of a place, None when the keyring has none. Raises AuthenticationError when it cannot be asked."""
    return _bounded(lambda: _backend().get_password(SERVICE, place.account))


def write(place: Place, secret: str) -> str:
    """Keep a token, read it back, and say what the keyring calls itself. Raises AuthenticationError."""

    def keep() -> str:
        backend = _backend()
        backend.set_password(SERVICE, place.account, secret)
        # Some accept everything and keep nothing.
        if backend.get_password(SERVICE, place.account) != secret:
            raise RuntimeError("it took the token and did not give it back")
        return str(backend.name)

    return _bounded(keep)


def delete(place: Place) -> None:
    """Forget the token of a place, if it is there. Raises AuthenticationError."""

    def forget() -> None:
        backend = _backend()
        if backend.get_password(SERVICE, place.account) is not None:
            backend.delete_password(SERVICE, place.account)

    _bounded(forget)


def _backend() -> KeyringBackend:
    """The keyring of this machine. Raises RuntimeError when there is none worth the name."""
    import keyring

    backend = keyring.get_keyring()
    inner = getattr(backend, "backends", None)  # several behind one, perhaps none
    chosen = text(os.environ, "PYTHON_KEYRING_BACKEND") is not None
    if type(backend).__module__.startswith(_NO_BACKENDS) or (inner is not None and not list(inner)):
        raise RuntimeError("this machine has none")
    if not chosen and backend.priority < _LEAST_PRIORITY:
        raise RuntimeError(f"it has none but {backend.name}, which keeps secrets as plain text")
    return backend


def _bounded(call: Callable[[], _Value]) -> _Value:
    done: list[_Value] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(call())
        except BaseException as error:  # noqa: BLE001 - backends raise whatever their libraries do
            failed.append(error)

    # A daemon: the process ends without it.
    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(BOUND_SECONDS)
    if done:
        return done[0]
    if failed:
        raise _trouble(f"{type(failed[0]).__name__}: {failed[0]}", "KEYRING_FAILED") from failed[0]
    raise _trouble(f"It did not answer within {BOUND_SECONDS:.0f} seconds.", "KEYRING_TIMEOUT")


def _trouble(why: str, code: str) -> AuthenticationError:
    return AuthenticationError(
        "The keyring cannot be used.",
        why=why,
        fix="Unlock it, or do without: set POLYSCALE_TOKEN, or log in with --insecure-storage.",
        code=code,
    )


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
