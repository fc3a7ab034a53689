"""What is known of any driver under test: how it connects, what it needs, and which release it is of."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.drivers.sessions.face import Session
from tests.drivers.sessions.processes import HERE


@dataclass(frozen=True, slots=True)
class AnyDriver:
    """One driver, in one way of using it.

    Attributes:
        connect: takes where to, in the form that its protocol's tests have for that.
        needs: commands that succeed where its language and library are installed.
        tls: whether it can speak TLS through something that ends it, with a certificate that nobody signed.
        refuses_types: whether it knows some types only as an error.
    """

    name: str
    connect: Callable[[Any], Session]
    version: Callable[[], str]
    needs: tuple[tuple[str, ...], ...] = field(default=(), kw_only=True)
    tls: bool = field(default=True, kw_only=True)
    refuses_types: bool = field(default=False, kw_only=True)

    @property
    def missing(self) -> str | None:
        """What it needs and is not here."""
        return failing(self.needs)

    def can(self, ability: type) -> bool:
        """Whether its sessions have an ability, which is one of the protocols of a face."""
        assert isinstance(self.connect, type)
        return issubclass(self.connect, ability)


@functools.cache
def failing(commands: tuple[tuple[str, ...], ...]) -> str | None:
    """Says which of some commands does not succeed."""
    for command in commands:
        if shutil.which(command[0]) is None or subprocess.run(command, capture_output=True, timeout=60).returncode:
            return f"`{' '.join(command)}` fails"
    return None


@functools.cache
def said(*command: str) -> str:
    """The release that a command tells."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return found.group() if found else done.stdout.strip()


def of_node(folder: str, package: str) -> str:
    """The release of a package that npm installed."""
    release: str = json.loads((HERE / folder / "node_modules" / package / "package.json").read_text())["version"]
    return release


def of_jar(path: Path) -> str:
    """The release that a jar says it is of."""
    with zipfile.ZipFile(path) as jar:
        found = re.search(r"(?:Implementation|Bundle)-Version: (\S+)", jar.read("META-INF/MANIFEST.MF").decode())
    return found.group(1) if found else "unknown"
