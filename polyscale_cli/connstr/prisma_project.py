"""Which Prisma a project uses, as its ``package.json`` says, and what that means for its connection strings."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_PACKAGES = ("prisma", "@prisma/client")
_VERSION = r"(\d+)(?:\.(\d+))?"
_LONGEST = 1_000_000

# The first that understands channel_binding, and the first whose URL is in prisma.config.ts.
FIRST_WITH_CHANNEL_BINDING = (4, 8)
FIRST_WITH_CONFIG_FILE = (7, 0)


def prisma_version(directory: Path) -> tuple[int, int] | None:
    """Major and minor version of the Prisma of the project around a directory; None when there is none to be found.

    The nearest ``package.json`` that names Prisma counts. An installed package knows its version better than a range
    such as ``^6.1.0``, whose first number is taken otherwise.
    """
    for place in (directory, *directory.parents):
        stated = _stated(place / "package.json")
        if stated is not None:
            return _installed(place) or _read(stated)
    return None


def hint(version: tuple[int, int] | None, direct_name: str) -> str:
    """Where this Prisma looks for the URL around the cache."""
    before = f'directUrl = env("{direct_name}") in the datasource of schema.prisma'
    after = f'datasource.url = env("{direct_name}") in prisma.config.ts'
    if version is None:
        return f"Migrations go around the cache: {after} with Prisma 7, {before} before."
    if version >= FIRST_WITH_CONFIG_FILE:
        return (
            f"Prisma {version[0]}: {after}, for migrations; give DATABASE_URL to the driver adapter of PrismaClient, "
            'and load .env yourself: import "dotenv/config".'
        )
    return f"Prisma {version[0]}.{version[1]}: {before}, for migrations."


def objection(version: tuple[int, int] | None) -> str | None:
    """Why this Prisma cannot go through a cache of a Postgres that uses SCRAM; None when it can."""
    if version is None or version >= FIRST_WITH_CHANNEL_BINDING:
        return None
    return (
        f"Prisma {version[0]}.{version[1]} does not understand channel_binding and may be denied access: "
        "use 4.8 or later."
    )


def _stated(path: Path) -> str | None:
    found = _json(path)
    for section in ("dependencies", "devDependencies"):
        packages = found.get(section)
        if isinstance(packages, dict):
            for name in _PACKAGES:
                if isinstance(packages.get(name), str):
                    return str(packages[name])
    return None


def _installed(place: Path) -> tuple[int, int] | None:
    for name in _PACKAGES:
        version = _json(place / "node_modules" / name / "package.json").get("version")
        if isinstance(version, str):
            return _read(version)
    return None


def _json(path: Path) -> dict[str, Any]:
    """A JSON object; empty when there is none. A project's broken file is not this command's business."""
    try:
        with path.open(encoding="utf-8") as file:
            found = json.loads(file.read(_LONGEST))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _read(text: str) -> tuple[int, int] | None:
    found = re.search(_VERSION, text)
    return (int(found[1]), int(found[2] or 0)) if found else None
