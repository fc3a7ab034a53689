"""Which Prisma a project uses, and what follows from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polyscale_cli.connstr.prisma_project import hint, objection, prisma_version


def package(directory: Path, content: object) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "package.json").write_text(content if isinstance(content, str) else json.dumps(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"dependencies": {"@prisma/client": "^6.19.0"}}, (6, 19)),
        ({"devDependencies": {"prisma": "7.10.0"}}, (7, 10)),
        ({"devDependencies": {"prisma": "~4.7"}}, (4, 7)),
        ({"dependencies": {"prisma": ">=5"}}, (5, 0)),
        ({"dependencies": {"prisma": "latest"}}, None),
        ({"dependencies": {"prisma": 7}}, None),
        ({"dependencies": {"react": "19.0.0"}}, None),
        ({"dependencies": ["prisma"]}, None),
        ([], None),
        ("{ not json", None),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin1"), None),
    ],
)
def test_the_stated_version_is_read_and_a_broken_file_is_nobodys_business(
    tmp_path: Path, content: object, expected: tuple[int, int] | None
) -> None:
    package(tmp_path, content)
    assert prisma_version(tmp_path) == expected


def test_the_installed_version_is_known_better_than_the_stated_range(tmp_path: Path) -> None:
    package(tmp_path, {"dependencies": {"prisma": "*"}})
    package(tmp_path / "node_modules" / "prisma", {"version": "6.19.1"})
    assert prisma_version(tmp_path) == (6, 19)


def test_the_nearest_project_with_prisma_counts(tmp_path: Path) -> None:
    package(tmp_path, {"dependencies": {"prisma": "5.1.0"}})
    package(tmp_path / "apps" / "web", {"dependencies": {"prisma": "7.0.0"}})
    package(tmp_path / "apps" / "docs", {"dependencies": {}})
    assert prisma_version(tmp_path / "apps" / "web" / "src") == (7, 0)
    assert prisma_version(tmp_path / "apps" / "docs") == (5, 1)


def test_each_version_is_told_where_it_keeps_its_urls() -> None:
    assert "directUrl" in hint((6, 19), "DIRECT_URL")
    assert "prisma.config.ts" not in hint((6, 19), "DIRECT_URL")
    assert "prisma.config.ts" in hint((7, 0), "DIRECT_URL")
    assert "driver adapter" in hint((7, 0), "DIRECT_URL")
    for version in (None, (6, 0), (7, 1)):
        assert "DIRECT_URL" in hint(version, "DIRECT_URL")
    assert {"prisma.config.ts", "directUrl"} <= set(hint(None, "X").replace(",", " ").split())


@pytest.mark.parametrize(
    ("version", "old"), [(None, False), ((4, 7), True), ((3, 15), True), ((4, 8), False), ((7, 0), False)]
)
def test_what_is_too_old_for_channel_binding_is_said(version: tuple[int, int] | None, old: bool) -> None:
    found = objection(version)
    assert (found is not None) is old
    assert not old or "4.8" in str(found)
