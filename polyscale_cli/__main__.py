"""Entry of the ``polyscale`` command.

``--version`` is answered before anything else is imported; start-up time is a feature.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line of this process and return its exit code."""
    argv = sys.argv[1:]
    if argv == ["--version"]:
        from polyscale_cli import __version__

        sys.stdout.write(f"polyscale {__version__}\n")
        return 0
    try:
        from polyscale_cli.boundary import run

        return run(argv)
    except KeyboardInterrupt:
        # Ctrl-C while still importing.
        sys.stderr.write("\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
