"""Which continuous integration this process runs in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NO_GITHUB = "--no-github"


def on_github(environ: Mapping[str, str], argv: Sequence[str]) -> bool:
    """Whether the reader of both streams is GitHub's runner, and nobody has said that it is to be treated as any other.

    The command line is looked at before it is parsed, because its own mistakes are annotated, too.
    """
    if environ.get("GITHUB_ACTIONS") != "true":
        return False
    own = argv[: argv.index("--")] if "--" in argv else argv
    return NO_GITHUB not in own
