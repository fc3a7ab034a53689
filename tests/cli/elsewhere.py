"""The real edge as if it ran on another machine: reached by its URL, by somebody who cannot read its state."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.edge import Edge

BACKENDS = Path(__file__).parent.parent / "credentials" / "backends"
PROFILE = "staging"


@dataclass(slots=True)
class Elsewhere:
    """A person's own machine, on which the profile ``staging`` leads to ``edge``.

    Attributes:
        home: theirs; commands run in ``home/work``.
    """

    edge: Edge
    home: Path
    env: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        (self.home / "work").mkdir(parents=True)
        self.env = {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "POLYSCALE_STATE_DIR": str(self.home / "no-edge"),
            "POLYSCALE_KEYRING": "off",
            # Where tests keep keyrings that misbehave.
            "PYTHONPATH": str(BACKENDS),
        }
        done = self.command("profile", "add", PROFILE, "--api-url", self.url, "--use")
        assert done.returncode == 0, done.stderr

    @property
    def url(self) -> str:
        return str(self.edge.api.base_url).rstrip("/")

    @property
    def credentials(self) -> Path:
        return self.home / "config" / "polyscale" / "credentials.json"

    def command(
        self, *arguments: str, stdin: str | bytes = "", env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run ``polyscale`` there."""
        raw = subprocess.run(
            [sys.executable, "-m", "polyscale_cli", *arguments],
            input=stdin if isinstance(stdin, bytes) else stdin.encode(),
            capture_output=True,
            env=self.environ(env),
            cwd=cwd or self.home / "work",
            timeout=60,
        )
        return subprocess.CompletedProcess(raw.args, raw.returncode, raw.stdout.decode(), raw.stderr.decode())

    def environ(self, env: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a process there sees."""
        return {**os.environ, **self.env, **(env or {})}

    def login(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """Log in with the edge's own token; what the command says."""
        done = self.command("auth", "login", "--with-token", *arguments, stdin=self.edge.token + "\n", env=env)
        assert done.returncode == 0, done.stderr
        return done.stderr
