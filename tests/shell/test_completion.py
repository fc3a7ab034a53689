"""Real shells complete with the committed scripts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.servers.edge import Edge, EdgeCache
from tests.shell.shells import COMPLETIONS, complete

SHELLS = ("bash", "zsh", "fish")
CACHES = {"shop", "shop-eu"}

# What is typed before the Tab; what must be offered; what must not.
CASES = [
    ("polyscale ca", {"cache"}, {"edge", "connstr"}),
    ("polyscale ", {"cache", "connstr", "purge", "edge", "completion"}, {"create", "delete"}),
    ("polyscale cache ", {"create", "list", "show", "delete"}, {"ls", "rm", "connstr"}),
    ("polyscale cache show --fi", {"--field"}, {"--output"}),
    ("polyscale cache list -o ", {"table", "json", "jsonl", "plain", "csv"}, CACHES),
    ("polyscale cache show ", CACHES, {"create"}),
    ("polyscale cache show --timeout 3 ", CACHES, set()),
    ("polyscale cache show shop ", set(), {"shop-eu"}),
    ("polyscale cache rm ", CACHES, set()),
    ("polyscale purge shop ", {"shop-eu"}, set()),
    ("polyscale env write --cache ", CACHES, set()),
    ("polyscale env write --file ", {"some.env"}, CACHES),
    ("polyscale cache create x --type ", {"postgres", "mysql"}, set()),
    ("polyscale completion ", {"bash", "zsh", "fish", "powershell"}, {"some.env"}),
    ("polyscale help e", {"environment", "exit-codes"}, {"formatting"}),
    ("polyscale connstr --driver asy", {"asyncpg"}, {"some.env"}),
    ("polyscale config get ", {"timeout", "cache"}, CACHES),
    ("polyscale query sh", {"shop"}, {"some.env"}),
    ("polyscale edge run --log-level ", {"debug", "error"}, {"some.env"}),
    ("polyscale run -- grof", {"groff"}, {"some.env"}),
    ("polyscale run --cache shop -- cat s", {"some.env"}, CACHES),
    # Not listed, and yet a command whose options are known.
    ("polyscale create --ty", {"--type"}, {"--host"}),
]


@pytest.fixture
def directory(tmp_path: Path, isolated: Path) -> Path:
    """A directory with a file, and a home that remembers names of caches, one of them by a stranger's hand."""
    (tmp_path / "some.env").touch()
    names = isolated / "cache/polyscale/cache-names"
    names.parent.mkdir(parents=True)
    names.write_text("shop\nshop-eu\n$(touch${IFS}hacked)\n`touch`\n")
    return tmp_path


@pytest.mark.parametrize(("line", "offered", "others"), CASES, ids=[case[0] for case in CASES])
@pytest.mark.parametrize("shell", SHELLS)
def test_a_tab_offers_what_may_follow(
    shell: str, line: str, offered: set[str], others: set[str], directory: Path
) -> None:
    words = complete(shell, line, directory)
    assert offered <= words
    assert not others & words
    assert not (directory / "hacked").exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_value_behind_an_equals_sign_is_completed(shell: str, directory: Path) -> None:
    words = complete(shell, "polyscale cache list --output=js", directory)
    # bash takes the sign for the end of a word.
    assert {"json", "jsonl"} <= {word.removeprefix("--output=") for word in words}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_cache_is_offered_from_its_creation_to_its_deletion(
    shell: str, edge: Edge, cache: EdgeCache, tmp_path: Path
) -> None:
    made = f"made-{cache.name}"
    where = ("--type", "postgres", "--host", "127.0.0.1", "--port", "1", "--no-test")
    assert edge.command("cache", "create", made, *where).returncode == 0
    assert made in complete(shell, "polyscale cache delete made-", tmp_path)
    assert edge.command("cache", "list").returncode == 0
    assert cache.name in complete(shell, "polyscale cache delete test-", tmp_path)
    assert edge.command("cache", "delete", made, "--yes").returncode == 0
    assert made not in complete(shell, "polyscale cache delete made-", tmp_path)


@pytest.mark.parametrize("shell", SHELLS)
def test_names_are_those_of_the_profile(
    shell: str, directory: Path, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (isolated / "cache/polyscale/cache-names-work").write_text("ledger\nledger-eu\n")
    monkeypatch.setenv("POLYSCALE_PROFILE", "work")
    words = complete(shell, "polyscale purge ", directory)
    assert {"ledger", "ledger-eu"} <= words
    assert not CACHES & words


@pytest.mark.parametrize("shell", SHELLS)
def test_without_names_there_is_silence(
    shell: str, tmp_path: Path, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(isolated / "nothing here"))
    words = complete(shell, "polyscale cache show ", tmp_path)
    assert not [word for word in words if "nothing" in word or "cache-names" in word or "error" in word.lower()]


def test_zsh_takes_the_script_from_its_command_as_well(tmp_path: Path) -> None:
    script = f"autoload -U compinit; compinit -u -D; source {COMPLETIONS}/_polyscale; print -r -- $_comps[polyscale]"
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("_polyscale\n", "")
