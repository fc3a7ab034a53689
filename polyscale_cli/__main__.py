"""Entry of the ``polyscale`` command.

``--version`` is answered before anything else is imported; start-up time is a feature.
"""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> int:
    """Run the command line of this process and return its exit code."""
    argv = sys.argv[1:]
    try:
        if argv == ["--version"] and _say_version():
            return 0
        from polyscale_cli.postponed import NAMED, postpone

        postpone(*NAMED)
        from polyscale_cli.boundary import run

        return run(argv)
    except KeyboardInterrupt:
        # Ctrl-C while still importing.
        if sys.stderr is not None:
            sys.stderr.write("\n")
        return INTERRUPTED


def entry() -> None:
    """What the installed script runs: `main`, and then the shortest way out.

    A short command allocates too little for a garbage collection to find anything, and taking an interpreter apart
    piece by piece costs it 10 ms of processor time; both are left out.
    """
    import gc

    gc.set_threshold(100_000, 50, 50)
    code = main()
    threads = sys.modules.get("threading")
    if threads is not None and any(not one.daemon for one in threads.enumerate() if one is not threads.main_thread()):
        # Somebody's work is not done; the long way out waits for it.
        sys.exit(code)
    import atexit
    import os

    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            # Its reader is gone; the boundary has reported what there was to report.
            continue
    os._exit(code)


def _say_version() -> bool:
    """Answer at once. False when stdout does not take it: the boundary knows what to say then."""
    from polyscale_cli import __version__

    try:
        sys.stdout.write(f"polyscale {__version__}\n")
        sys.stdout.flush()
    except (AttributeError, OSError):
        return False
    return True


if __name__ == "__main__":
    entry()
