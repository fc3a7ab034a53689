"""The command tree: what it lists, what it loads, and what every command has in common."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from polyscale_cli.app import ENTRIES, GROUPS, root
from polyscale_cli.command_tree import Entry
from polyscale_cli.shell.tree import Command, walk
from tests.cli.conftest import Run, answer
from tests.cli.forks import Forks

LISTED = [entry for entry in ENTRIES if not entry.hidden]
TREE = walk()
every_command = pytest.mark.parametrize("command", TREE.commands, ids=lambda command: command.path)


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: entry.path)
def test_the_help_of_the_table_is_the_first_line_of_the_function(entry: Entry) -> None:
    first, _, rest = (inspect.getdoc(entry.load()) or "").partition("\n")
    assert first == entry.summary
    assert not rest or rest.startswith("\n")


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.alias_of], ids=lambda entry: entry.path)
def test_another_spelling_is_the_same_function(entry: Entry) -> None:
    (original,) = [each for each in ENTRIES if each.path == entry.alias_of]
    assert entry.load() is original.load()
    assert entry.answers is original.answers


@every_command
def test_every_command_says_what_it_does_and_how_it_is_typed(command: Command) -> None:
    assert command.summary.endswith(".")
    assert len(command.examples) >= (1 if len(command.options) < 12 else 2), "show how it is used"
    assert all("polyscale " in example for example in command.examples), command.examples
    for option in command.options:
        assert option.help, f"{option.flags} has no help"
        assert option.help[-1] in ".-" or option.metavar == "-", f"{option.flags}: {option.help}"
    for argument in command.arguments:
        assert argument.help, f"{argument.metavar} has no help"


@every_command
def test_help_fits_80_columns_and_names_options_and_variables(command: Command, forks: Forks, tmp_path: Path) -> None:
    done = forks.run(*command.path.split(), "-h", cwd=tmp_path, env={"COLUMNS": "80"})
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []
    text = " ".join(done.stdout.split())
    for option in command.options:
        assert option.flags[-1] in text
        assert option.variable is None or f"[env var: {option.variable}" in text
    for common in ("--output", "--json", "--quiet", "--no-input", "--color", "--help"):
        assert common in text


@pytest.mark.parametrize("columns", ["1", "20", "nonsense", "0", "100000"])
def test_help_comes_at_any_width(columns: str, forks: Forks, tmp_path: Path) -> None:
    for line in ((), ("cache",), ("cache", "create", "-h"), ("help", "environment")):
        done = forks.run(*line, cwd=tmp_path, env={"COLUMNS": columns})
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


def test_the_paths_of_the_table_are_distinct() -> None:
    paths = [entry.path for entry in ENTRIES]
    assert len(paths) == len(set(paths))


def test_a_group_is_in_the_table_of_groups() -> None:
    assert {entry.path.rpartition(" ")[0] for entry in ENTRIES} - {""} == set(GROUPS)


def test_help_lists_what_is_not_hidden(polyscale: Run) -> None:
    done = polyscale("--help")
    for word, _ in TREE.children(""):
        assert f"\n  {word} " in done.stdout
    for word in TREE.hidden_children(""):
        assert f"\n  {word} " not in done.stdout
    assert "\x1b" not in done.stdout


def test_help_stays_plain_where_colour_is_forced(polyscale: Run) -> None:
    done = polyscale("cache", "create", "-h", env={"FORCE_COLOR": "1", "GITHUB_ACTIONS": "true", "NO_COLOR": ""})
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_without_a_command_there_is_help(group: str, forks: Forks, tmp_path: Path) -> None:
    done = forks.run(*group.split(), cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: {' '.join(['polyscale', group]).strip()} ")


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
        (("cache", "list", "--fields", ""), "--fields"),
        (("cache", "list", "--fields", ","), "--fields"),
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


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_mistake_is_an_envelope_where_json_was_asked_for(form: str, polyscale: Run) -> None:
    for ask in (["-o", form], [f"--output={form}"], [f"-o{form}"]):
        done = polyscale("cache", "create", *ask)
        found = answer(done)
        assert (found["command"], found["status"], found["errors"][0]["code"]) == ("cache create", "error", "USAGE")
        assert done.stdout.count("\n") == 1 or form == "json"
    asked = polyscale("nonsense", env={"POLYSCALE_OUTPUT": form})
    assert answer(asked)["errors"][0]["code"] == "USAGE"


def test_the_tree_is_walked_without_a_command_line() -> None:
    assert root().list_commands(None)
