"""The command tree: a table of paths, where their code is, and one line of help each.

A module is imported when its command runs or its own help is asked for; ``polyscale --help`` imports none of them.
"""

from __future__ import annotations

from polyscale_cli import __version__
from polyscale_cli.command_tree import CONTEXT_SETTINGS, Answers, CommandTree, Entry
from polyscale_cli.options import version_option

_CACHE = "polyscale_cli.commands.cache"
_RULES = "polyscale_cli.commands.rules"
_ENV = "polyscale_cli.commands.env"
_EDGE = "polyscale_cli.commands.edge"
_AUTH = "polyscale_cli.commands.auth"
_PROFILE = "polyscale_cli.commands.profile"
_CONFIG = "polyscale_cli.commands.config"
_LINK = "polyscale_cli.commands.link"

GROUPS: dict[str, str] = {
    "cache": "Create, list, show, test, change, purge and delete caches, and ask why.",
    "rules": "Say for how long answers are kept, and ask what holds for a statement.",
    "env": "Write, print and check the variables that programs connect with.",
    "edge": "Run the edge: the process that listens, caches and serves the API.",
    "auth": "Log in to an API, show and forget its token, and manage API keys.",
    "auth keys": "Make, list and revoke API keys, such as one for CI that may only purge.",
    "profile": "Add, choose, list and remove profiles: one for each API.",
    "config": "Show and change settings, and see where each comes from.",
}

ENTRIES: tuple[Entry, ...] = (
    Entry("connstr", "polyscale_cli.commands.connstr:connstr", "Print your connection string, through the cache."),
    Entry(
        "purge",
        f"{_CACHE}.purge:purge",
        "Drop what caches hold: everything, or what is named.",
        alias_of="cache purge",
    ),
    Entry("demo", "polyscale_cli.commands.demo:demo", "Show the cache at work on a throw-away database."),
    Entry("cache create", f"{_CACHE}.create:create", "Create a cache in front of a database and test the way to it."),
    Entry("cache list", f"{_CACHE}.list:list_caches", "List the caches.", answers=Answers.ROWS),
    Entry(
        "cache show",
        f"{_CACHE}.show:show",
        "Show one cache, its address and its counters.",
        answers=Answers.RECORD,
    ),
    Entry("cache test", f"{_CACHE}.test:test", "Test the way from the edge to the database, or measure a query."),
    Entry("cache update", f"{_CACHE}.update:update", "Change a cache."),
    Entry(
        "cache queries",
        f"{_CACHE}.queries:queries",
        "Show what a cache is asked, and why some of it is not kept.",
        answers=Answers.ROWS,
    ),
    Entry("cache why", f"{_CACHE}.why:why", "Tell what became of the answers to a query, and why it is served or not."),
    Entry("cache purge", f"{_CACHE}.purge:purge", "Drop what caches hold: everything, or what is named."),
    Entry("cache delete", f"{_CACHE}.delete:delete", "Delete a cache and end its connections."),
    Entry("rules list", f"{_RULES}.list:list_rules", "List a cache's rules, the oldest first.", answers=Answers.ROWS),
    Entry(
        "rules set",
        f"{_RULES}.set:set_rules",
        "Set rules, in place of those about the same tables, templates or queries.",
    ),
    Entry(
        "rules reset",
        f"{_RULES}.reset:reset",
        "Remove rules: automation decides again, or the rules that remain.",
    ),
    Entry(
        "rules explain",
        f"{_RULES}.explain:explain",
        "Say whether a statement is cached, which rule decides for how long, and why.",
        answers=Answers.RECORD,
    ),
    Entry(
        "doctor",
        "polyscale_cli.commands.doctor:doctor",
        "Look for what goes wrong in practice, and say how to mend it.",
        answers=Answers.ROWS,
    ),
    Entry(
        "stats", "polyscale_cli.commands.stats:stats", "Show what caches have answered, and how much of it from memory."
    ),
    Entry("top", "polyscale_cli.commands.top:top", "Show what caches do at this moment, over the whole screen."),
    Entry(
        "ips",
        "polyscale_cli.commands.ips:ips",
        "Show the addresses from which the edge connects to databases.",
        answers=Answers.ROWS,
    ),
    Entry("console", "polyscale_cli.commands.console:console", "Show the address of the web console, or open it."),
    Entry("query", "polyscale_cli.commands.query:query", "Run one SQL statement through a cache and show its rows."),
    Entry("run", "polyscale_cli.commands.run:run", "Run a program with DATABASE_URL through the cache."),
    Entry("env write", f"{_ENV}.write:write", "Write connection variables to a file, through the cache."),
    Entry(
        "env print", f"{_ENV}.print:print_variables", "Print connection variables, through the cache, values included."
    ),
    Entry("env check", f"{_ENV}.check:check", "Check that a file's connection variables lead through the cache."),
    Entry("edge run", f"{_EDGE}:run", "Run the edge in the foreground, until it is told to stop."),
    Entry("edge start", f"{_EDGE}:start", "Start the edge in the background."),
    Entry("edge stop", f"{_EDGE}:stop", "Stop the edge, letting statements in flight finish."),
    Entry("edge status", f"{_EDGE}:status", "Show whether the edge runs and answers, and where it listens."),
    Entry("edge logs", f"{_EDGE}:logs", "Show the last lines of the edge's log."),
    Entry("edge token", f"{_EDGE}:token", "Print the token of the local edge's API."),
    Entry(
        "completion",
        "polyscale_cli.commands.completion:completion",
        "Print the script that makes a shell complete polyscale.",
    ),
    Entry(
        "help",
        "polyscale_cli.commands.topics:show_help",
        "Explain a topic: environment, exit-codes, formatting or ci.",
    ),
    Entry(
        "version",
        "polyscale_cli.commands.version:version",
        "Show the version of this command, of Python, and where both are.",
        answers=Answers.RECORD,
    ),
    Entry("auth login", f"{_AUTH}.login:login", "Store a token for the API of the profile in use."),
    Entry(
        "auth status",
        f"{_AUTH}.token:status",
        "Show which token is used, where it comes from, and whether it is valid.",
        answers=Answers.RECORD,
    ),
    Entry("auth token", f"{_AUTH}.token:token", "Print the token that commands use."),
    Entry("auth logout", f"{_AUTH}.token:logout", "Forget the stored token of the profile in use."),
    Entry("auth keys create", f"{_AUTH}.keys:create", "Make an API key and print it."),
    Entry(
        "auth keys list", f"{_AUTH}.keys:list_keys", "List the API keys, without their secrets.", answers=Answers.ROWS
    ),
    Entry("auth keys revoke", f"{_AUTH}.keys:revoke", "Revoke an API key, at once."),
    Entry("profile list", f"{_PROFILE}:list_profiles", "List the profiles.", answers=Answers.ROWS),
    Entry("profile use", f"{_PROFILE}:use", "Use a profile from now on."),
    Entry("profile add", f"{_PROFILE}:add", "Add a profile: an API, and how to use it."),
    Entry("profile remove", f"{_PROFILE}:remove", "Remove a profile, and forget its token."),
    Entry("config list", f"{_CONFIG}:list_settings", "List the settings that hold here.", answers=Answers.ROWS),
    Entry("config get", f"{_CONFIG}:get", "Print the value of one setting."),
    Entry("config set", f"{_CONFIG}:set_value", "Set a value in the profile in use."),
    Entry("config unset", f"{_CONFIG}:unset", "Take a value out of the profile in use."),
    Entry("config path", f"{_CONFIG}:path", "Print where your own file of settings is, whether or not it exists yet."),
    Entry("link", f"{_LINK}:link", "Bind this directory to a cache, so that commands here need not name it."),
    Entry("unlink", f"{_LINK}:unlink", "Remove the .polyscale.toml that holds here."),
    Entry(
        "api",
        "polyscale_cli.commands.api:api",
        "Send any request to the management API, and print the answer.",
    ),
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
