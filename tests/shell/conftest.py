"""The command as a process, as in the tests of the commands."""

from __future__ import annotations

from tests.cli.conftest import forks, polyscale

__all__ = ["forks", "polyscale"]
