"""``polyscale version``: what is installed here, for a report."""

from __future__ import annotations

import typer

from polyscale_cli.output import Fields, Result
from polyscale_cli.output.result import Json


def version(ctx: typer.Context) -> Result:
    """Show the version of this command, of Python, and where both are.

    `polyscale --version` prints one line, and faster.

    \b
    Examples:
      polyscale version
      polyscale version --field version
    """
    import os
    import sys
    from pathlib import Path

    import polyscale_cli

    # `platform` would tell more, and start a program to find it out.
    system = os.uname() if hasattr(os, "uname") else None
    data: dict[str, Json] = {
        "version": polyscale_cli.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "system": f"{system.sysname} {system.release} {system.machine}" if system else sys.platform,
        "location": str(Path(polyscale_cli.__file__).parent),
        "executable": sys.executable,
    }
    return Result(data=data, view=Fields(tuple((name, str(value)) for name, value in data.items())))
