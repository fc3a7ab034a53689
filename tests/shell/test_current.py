"""What is made from the command tree is current, readable by what reads it, and in the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from polyscale_cli.app import ENTRIES
from polyscale_cli.errors import EXIT_CODES
from polyscale_cli.shell.scripts import SCRIPTS, read_script
from polyscale_cli.shell.topics import TOPICS, VARIABLES
from polyscale_cli.shell.tree import walk
from tests.cli.conftest import Run, answer

ROOT = Path(__file__).parents[2]
MAN_PAGE = ROOT / "share/man/man1/polyscale.1"


def test_the_committed_files_are_current() -> None:
    done = subprocess.run([sys.executable, "-m", "polyscale_cli.shell", "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), f"run `make completions`; not current:\n{done.stdout}"


def test_the_man_page_has_no_mistakes_and_every_command() -> None:
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-P-c", str(MAN_PAGE)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    # Strike-over is how such pages are bold.
    text = "".join(one for at, one in enumerate(done.stdout) if done.stdout[at + 1 : at + 2] != "\b" and one != "\b")
    words = " ".join(text.split())
    for command in walk().listed:
        assert f"polyscale {command.path}" in words
    for code in EXIT_CODES:
        assert f"\n       {code} " in text


@pytest.mark.parametrize("shell", SCRIPTS)
def test_completion_prints_the_committed_script(shell: str, polyscale: Run) -> None:
    committed = (ROOT / "completions" / SCRIPTS[shell]).read_text()
    assert polyscale("completion", shell).stdout == committed
    assert answer(polyscale("completion", shell, "--json"))["data"] == {"shell": shell, "script": committed}
    assert read_script(shell) == committed


def test_all_of_it_is_in_the_wheel(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        data = next(name for name in names if ".data/" in name).partition("/")[0]
        shared = {
            "bash-completion/completions/polyscale": "completions/polyscale.bash",
            "zsh/site-functions/_polyscale": "completions/_polyscale",
            "fish/vendor_completions.d/polyscale.fish": "completions/polyscale.fish",
            "man/man1/polyscale.1": "share/man/man1/polyscale.1",
        }
        for there, here in shared.items():
            assert packed.read(f"{data}/data/share/{there}") == (ROOT / here).read_bytes()
        for script in SCRIPTS.values():
            assert f"polyscale_cli/shell/completions/{script}" in names
        page = ROOT / "polyscale_cli/edge/console"
        assert {f"polyscale_cli/edge/console/{path.name}" for path in page.iterdir()} <= set(names)
        entry_points = packed.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert "polyscale = polyscale_cli.__main__:entry" in entry_points


def test_a_topic_names_every_variable_that_is_read() -> None:
    import re

    sources = [path.read_text() for path in (ROOT / "polyscale_cli").rglob("*.py")]
    # A name that ends in an underscore is the beginning of several.
    read = {name for source in sources for name in re.findall(r"\bPOLYSCALE_[A-Z_]*[A-Z]\b", source)}
    known = {name for variables in VARIABLES.values() for name in variables}
    assert read - known == set()
    assert {name for name in known if name.startswith("POLYSCALE_")} - read == set()


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_plain_text_of_80_columns(topic: str, polyscale: Run) -> None:
    done = polyscale("help", topic)
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert answer(polyscale("help", topic, "--json"))["data"]["topic"] == topic


def test_help_knows_topics_and_commands_and_nothing_else(polyscale: Run) -> None:
    assert [line.partition("\t")[0] for line in polyscale("help").stdout.splitlines()] == list(TOPICS)
    assert polyscale("help", "cache", "create").stdout.rstrip() == polyscale("cache", "create", "-h").stdout.rstrip()
    done = polyscale("help", "nonsense")
    assert done.returncode == 3
    assert "exit-codes" in done.stderr


def test_the_tree_knows_every_entry() -> None:
    tree = walk()
    assert [command.path for command in tree.commands] == [entry.path for entry in ENTRIES]
    assert all(command.options for command in tree.commands)


def test_the_script_for_powershell_closes_what_it_opens() -> None:
    # No PowerShell is at hand where these tests run; this is its syntax as far as it can be judged from outside.
    import re

    text = (ROOT / "completions/polyscale.ps1").read_text()
    assert text.isascii(), "an old PowerShell reads other bytes as another code page"
    bare = re.sub(r"'(?:[^']|'')*'|#[^\n]*", "", text)
    assert "'" not in bare
    pairs = {")": "(", "}": "{", "]": "["}
    open_ones: list[str] = []
    for one in re.sub(r'"[^"\n]*"', "", bare):
        if one in pairs.values():
            open_ones.append(one)
        elif one in pairs:
            assert open_ones.pop() == pairs[one]
    assert open_ones == []
