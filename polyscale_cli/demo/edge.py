"""An edge of the demo's own: another state directory, other ports, nothing of the user's edge."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from signal import SIGTERM
from typing import TYPE_CHECKING

from polyscale_cli.client.target import Target, local_target
from polyscale_cli.demo.process import ending, ready, started
from polyscale_cli.errors import UnavailableError
from polyscale_cli.settings.local_edge import read_local_edge
from polyscale_cli.settings.resolve import Settings

if TYPE_CHECKING:
    from polyscale_cli.demo.interrupts import Interrupts

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


class OwnEdge:
    """One edge, run as a person would run it: ``polyscale edge run``."""

    def __init__(self, directory: Path, interrupts: Interrupts) -> None:
        self.state_dir = directory / "state"
        self.log = directory / "edge.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._interrupts = interrupts

    def launch(self) -> None:
        """Start it, and do not wait."""
        # -P keeps a module in the current directory from taking the place of one of ours.
        command = [
            *(sys.executable, "-P", "-m", "polyscale_cli", "edge", "run", "--state-dir", str(self.state_dir)),
            *("--http-port", "0", "--postgres-port", "0", "--mysql-port", "0", "--mariadb-port", "0"),
        ]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("POLYSCALE_")}
        with self._interrupts.held():
            self.process = started(command, self.log, env=environment)

    def target(self) -> Target:
        """Wait until it is ready; its API. Raises PolyscaleError with its own words when it is not to be had."""
        if self.process is None:
            raise RuntimeError("launch comes first")
        ready(self.process, lambda: read_local_edge(self.state_dir) is not None, self.log, "The edge", _START_SECONDS)
        # Nothing that is set for the user's own edge concerns this one.
        found = local_target(Settings.of_variables({"POLYSCALE_STATE_DIR": str(self.state_dir)}))
        if found is None:
            raise UnavailableError("The edge ended as soon as it had started.", code="DEMO_START")
        return found

    def stop(self) -> None:
        """End it, letting statements in flight finish."""
        if self.process is not None:
            ending(self.process, (SIGTERM,), _STOP_SECONDS)
            self.process = None
