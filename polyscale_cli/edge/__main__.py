"""The background edge: ``python -m polyscale_cli.edge``, settings on stdin. ``polyscale edge start`` runs it."""

from __future__ import annotations

import faulthandler
import sys

from polyscale_cli.edge.background import report_error, report_ready
from polyscale_cli.edge.process import run_edge
from polyscale_cli.edge.settings import EdgeSettings
from polyscale_cli.errors import PolyscaleError


def main() -> int:
    """Serve until told to stop; the exit code is that of the error, if there is one."""
    faulthandler.enable()  # stderr is the log
    settings = EdgeSettings.from_json(sys.stdin.read())
    try:
        return run_edge(settings, lambda _: report_ready(), log_to_stderr=False)
    except PolyscaleError as error:
        report_error(error)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
