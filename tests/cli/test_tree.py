"""The command tree: what it lists, what it loads, and what every command has in common."""

from __future__ import annotations

import inspect

import pytest

from polyscale_cli.app import ENTRIES, root
from polyscale_cli.command_tree import Entry
from tests.cli.conftest import Run, answer

BUILT = [entry for entry in ENTRIES if entry.path != "demo"]
LISTED = [entry for entry in BUILT if not entry.hidden]


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: entry.path)
def test_the_help_of_the_table_is_the_first_line_of_the_function(entry: Entry) -> None:
    first, _, rest = (inspect.getdoc(entry.load()) or "").partition("\n")
    assert first == entry.summary
    assert not rest or rest.startswith("\n")


@pytest.mark.parametrize("entry", [entry for entry in BUILT if entry.alias_of], ids=lambda entry: entry.path)
def test_another_spelling_is_the_same_function(entry: Entry) -> None:
    (original,) = [each for each in ENTRIES if each.path == entry.alias_of]
    assert entry.load() is original.load()


@pytest.mark.parametrize("entry", BUILT, ids=lambda entry: entry.path)
def test_every_command_has_the_common_options_and_help(entry: Entry, polyscale: Run) -> None:
    done = polyscale(*entry.path.split(), "-h")
    assert done.returncode == 0
    assert done.stderr == ""
    for option in ("--output", "--json", "--quiet", "--no-input", "--color", "--help"):
        assert option in done.stdout


def test_the_paths_of_the_table_are_distinct() -> None:
    paths = [entry.path for entry in ENTRIES]
    assert len(paths) == len(set(paths))


def test_help_lists_what_is_not_hidden(polyscale: Run) -> None:
    done = polyscale("--help")
    for word in ("cache", "env", "edge", "connstr", "purge", "demo"):
        assert f"\n  {word} " in done.stdout
    assert "\n  create " not in done.stdout
    assert "\x1b" not in done.stdout


def test_help_stays_plain_where_colour_is_forced(polyscale: Run) -> None:
    done = polyscale("cache", "create", "-h", env={"FORCE_COLOR": "1", "GITHUB_ACTIONS": "true", "NO_COLOR": ""})
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("arguments", [(), ("cache",), ("edge",), ("env",)])
def test_without_a_command_there_is_help(arguments: tuple[str, ...], polyscale: Run) -> None:
    done = polyscale(*arguments)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: polyscale")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("cach",), "Did you mean 'cache'?"),
        (("cache", "crete"), "Did you mean 'create'?"),
        (("cache", "list", "--nope"), "--nope"),
        (("cache", "create"), "NAME"),
        (("cache", "create", "x", "--port", "many"), "--port"),
        (("cache", "create", "x", "--origin-tls", "maybe"), "--origin-tls"),
        (("cache", "list", "-o", "xml"), "xml"),
        (("cache", "list", "extra"), "extra"),
    ],
)
def test_a_mistake_on_the_command_line_is_said_and_exits_with_2(
    arguments: tuple[str, ...], says: str, polyscale: Run
) -> None:
    done = polyscale(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert says in done.stderr


def test_a_mistake_is_an_envelope_where_json_was_asked_for(polyscale: Run) -> None:
    found = answer(polyscale("cache", "create", "--json"))
    assert (found["command"], found["status"], found["errors"][0]["code"]) == ("cache create", "error", "USAGE")


def test_the_tree_is_walked_without_a_command_line() -> None:
    assert root().list_commands(None)
