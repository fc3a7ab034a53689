"""Two caches that the command remembers, so that commands about variables need no edge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from polyscale_cli.settings.known_caches import KnownCache, KnownCaches
from tests.cli.conftest import Done, Run

ID = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"
OTHER = "1ab23c45-6789-4de1-a34f-abc5d67e8f90"
API = "https://edge.example.com"
SHOP = KnownCache(ID, "shop", "postgres", "db", 5432, None, "edge.example.com", 9010, "require")
BLOG = KnownCache(OTHER, "blog", "postgres", "db", 5433, None, "edge.example.com", 9010, "prefer")
ORIGIN = "postgres://u:s3cret%24@db/shop?sslmode=require"
DIRECT = "postgresql://u:s3cret%24@db:5432/shop?sslmode=require"
CACHED = (
    f"postgresql://u:s3cret%24@edge.example.com:9010/shop?application_name={ID}&channel_binding=disable&sslmode=require"
)
SERVERLESS = {"CACHE_ID": ID, "USERNAME": "u", "PASSWORD": "s3cret$", "DATABASE_NAME": "shop"}

Command = Callable[..., Done]


def known(home: Path) -> KnownCaches:
    """What is remembered in a test's home."""
    return KnownCaches(home / "cache" / "polyscale", API)


def with_caches(home: Path, polyscale: Run, *path: str) -> Command:
    """Run one command with both caches remembered; keywords are environment variables."""
    known(home).replace([SHOP, BLOG])

    def run(*arguments: str, stdin: str = "", **env: str) -> Done:
        return polyscale(*path, *arguments, stdin=stdin, env={"POLYSCALE_API_URL": API, **env})

    return run


def refused(done: Done, code: int, *says: str) -> None:
    """It ended with that exit code, said so in sentences, and showed no secret."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith(("error: ", "warning: "))
    assert "polyscale itself" not in done.stderr
    for text in says:
        assert text in done.stderr
    assert "s3cret" not in done.stderr
