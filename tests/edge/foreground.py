"""The edge in the foreground of a child process, as ``polyscale edge run`` runs it, with its output to be read."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence

from polyscale_cli.edge.process import EdgeSettings

_PROGRAM = """
import sys
from polyscale_cli.edge.process import EdgeSettings, run
from polyscale_cli.errors import PolyscaleError
try:
    sys.exit(run(EdgeSettings.from_json(sys.argv[1])))
except PolyscaleError as error:
    print(error.code, error.what, error.why, error.fix, file=sys.stderr)
    sys.exit(error.exit_code)
"""


@contextlib.contextmanager
def foreground(settings: EdgeSettings, prefix: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    """Start it, by the program `prefix` if there is one; killed at the end if it still runs."""
    with subprocess.Popen(
        [*prefix, sys.executable, "-c", _PROGRAM, settings.to_json()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def readiness(child: subprocess.Popen[str]) -> str:
    """The line that says it is ready; what it said of its failure if there is none."""
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise AssertionError(f"the edge did not start: {child.communicate()[1]}")
    return line.strip()
