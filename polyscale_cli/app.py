"""The command tree: a table of paths, where their code is, and one line of help each.

A module is imported when its command runs or its own help is asked for; ``polyscale --help`` imports none of them.
"""

from __future__ import annotations

from polyscale_cli import __version__
from polyscale_cli.command_tree import CONTEXT_SETTINGS, Answers, CommandTree, Entry
from polyscale_cli.options import version_option

_CACHE = "polyscale_cli.commands.cache"
_ENV = "polyscale_cli.commands.env"
_EDGE = "polyscale_cli.commands.edge"

GROUPS: dict[str, str] = {
    "cache": "Create, list, show, test, change, purge and delete caches.",
    "env": "Write, print and check the variables that programs connect with.",
    "edge": "Run the edge: the process that listens, caches and serves the API.",
}

ENTRIES: tuple[Entry, ...] = (
    Entry("connstr", "polyscale_cli.commands.connstr:connstr", "Print your connection string, through the cache."),
    Entry("purge", f"{_CACHE}.purge:purge", "Drop everything that caches hold.", alias_of="cache purge"),
    Entry("demo", "polyscale_cli.commands.demo:demo", "Show the cache at work on a throw-away Postgres."),
    Entry("cache create", f"{_CACHE}.create:create", "Create a cache in front of a database and test the way to it."),
    Entry("cache list", f"{_CACHE}.list:list_caches", "List the caches.", answers=Answers.ROWS),
    Entry(
        "cache show",
        f"{_CACHE}.show:show",
        "Show one cache, its address and its counters.",
        answers=Answers.RECORD,
    ),
    Entry("cache test", f"{_CACHE}.test:test", "Test the way from the edge to the database."),
    Entry("cache update", f"{_CACHE}.update:update", "Change a cache."),
    Entry("cache purge", f"{_CACHE}.purge:purge", "Drop everything that caches hold."),
    Entry("cache delete", f"{_CACHE}.delete:delete", "Delete a cache and end its connections."),
    Entry("run", "polyscale_cli.commands.run:run", "Run a program with DATABASE_URL through the cache."),
    Entry("env write", f"{_ENV}.write:write", "Write connection variables to a file, through the cache."),
    Entry(
        "env print", f"{_ENV}.print:print_variables", "Print connection variables, through the cache, values included."
    ),
    Entry("env check", f"{_ENV}.check:check", "Check that a file's connection variables lead through the cache."),
    Entry("edge run", f"{_EDGE}:run", "Run the edge in the foreground, until it is told to stop."),
    Entry("edge start", f"{_EDGE}:start", "Start the edge in the background."),
    Entry("edge stop", f"{_EDGE}:stop", "Stop the edge, letting statements in flight finish."),
    Entry("edge status", f"{_EDGE}:status", "Show whether the edge runs, and where it listens."),
    Entry("edge logs", f"{_EDGE}:logs", "Show the last lines of the edge's log."),
    Entry("edge token", f"{_EDGE}:token", "Print the token of the local edge's API."),
    # Other spellings of the daily ones; they work and are not listed.
    Entry("create", f"{_CACHE}.create:create", "", hidden=True, alias_of="cache create"),
    Entry("list", f"{_CACHE}.list:list_caches", "", hidden=True, alias_of="cache list", answers=Answers.ROWS),
    Entry("test", f"{_CACHE}.test:test", "", hidden=True, alias_of="cache test"),
    Entry("delete", f"{_CACHE}.delete:delete", "", hidden=True, alias_of="cache delete"),
    Entry("cache ls", f"{_CACHE}.list:list_caches", "", hidden=True, alias_of="cache list", answers=Answers.ROWS),
    Entry("cache rm", f"{_CACHE}.delete:delete", "", hidden=True, alias_of="cache delete"),
)

_HELP = """Cache a database: create, test, connect, purge and delete caches, and run the cache itself.

\b
Start here:
  polyscale cache create shop --from-env    put a cache in front of your DATABASE_URL
  polyscale connstr shop --from-env         print DATABASE_URL, through the cache
  polyscale purge shop                      drop what the cache holds
"""


def root() -> CommandTree:
    """The whole tree."""
    return CommandTree(
        "", ENTRIES, GROUPS, help=_HELP, params=[version_option(__version__)], context_settings=CONTEXT_SETTINGS
    )
