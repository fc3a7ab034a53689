"""Profiles: one for each API."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run, answer
from tests.cli.elsewhere import PROFILE, Elsewhere
from tests.cli.terminal import Person
from tests.servers.edge import Edge

URL = "https://edge.example.com"


def test_local_is_there_from_the_beginning(polyscale: Run) -> None:
    found = answer(polyscale("profile", "list", "--json"))["data"]
    assert found == [{"name": "local", "api_url": None, "cache": None, "in_use": True, "token_store": None}]


def test_a_profile_is_added_used_and_removed(polyscale: Run) -> None:
    added = answer(polyscale("profile", "add", "staging", "--api-url", f"{URL}/v1/", "--cache", "shop", "--json"))
    assert added["data"]["api_url"] == URL
    assert added["next_steps"] == ["polyscale auth login --profile staging"]
    assert polyscale("profile", "use", "staging").returncode == 0
    listed = answer(polyscale("profile", "list", "--json"))["data"]
    assert [(one["name"], one["in_use"], one["cache"]) for one in listed] == [
        ("local", False, None),
        ("staging", True, "shop"),
    ]
    assert polyscale("profile", "remove", "staging", "--json").returncode == 5
    assert polyscale("profile", "remove", "staging", "--yes").returncode == 0
    assert answer(polyscale("profile", "list", "--json"))["data"][0]["in_use"] is True
    assert polyscale("profile", "remove", "staging", "--yes").returncode == 3
    assert polyscale("profile", "remove", "staging", "--yes", "--if-exists").returncode == 0


def test_adding_it_again_changes_nothing_and_another_api_is_a_conflict(polyscale: Run) -> None:
    for _ in range(2):
        assert polyscale("profile", "add", "staging", "--api-url", URL).returncode == 0
    done = polyscale("profile", "add", "staging", "--api-url", "https://other.example.com", "--json")
    assert (done.returncode, answer(done)["errors"][0]["code"]) == (5, "PROFILE_EXISTS")


@pytest.mark.parametrize("name", ["local", "", "a b", "../x", "-x", "x" * 64, "\x1b[31m", "tök", "a/b"])
def test_a_name_that_cannot_be_one_is_refused(polyscale: Run, name: str, isolated: Path) -> None:
    done = polyscale("profile", "add", "--api-url", URL, "--json", "--", name)
    assert done.returncode == 2
    assert "\x1b" not in done.stdout + done.stderr
    assert not (isolated / "config").exists()


@pytest.mark.parametrize("url", ["", "edge.example.com", "ftp://x", "https://u:hunter2@x", "http://edge.example.com"])
def test_an_api_that_cannot_be_one_is_refused(polyscale: Run, url: str) -> None:
    done = polyscale("profile", "add", "staging", "--api-url", url)
    assert done.returncode == 2
    assert "hunter2" not in done.stderr


def test_removing_one_forgets_its_tokens(edge: Edge, tmp_path: Path) -> None:
    there = Elsewhere(edge, tmp_path / "person")
    there.login("--insecure-storage")
    assert answer(there.command("profile", "list", "--json"))["data"][1]["token_store"] == "file"
    person = Person(("profile", "remove", PROFILE), there.env, there.home / "work")
    person.reads("[y/N]")
    person.types("n\n")
    assert person.ends() == 1
    person = Person(("profile", "remove", PROFILE), there.env, there.home / "work")
    person.reads("[y/N]")
    person.types("y\n")
    assert person.ends() == 0
    assert edge.token not in there.credentials.read_text()


def test_what_comes_first_is_said(polyscale: Run, tmp_path: Path) -> None:
    polyscale("profile", "add", "staging", "--api-url", URL)
    (tmp_path / ".polyscale.toml").write_text('profile = "local"\n')
    assert ".polyscale.toml says local, and comes first." in polyscale("profile", "use", "staging").stderr
    assert polyscale("config", "get", "profile").stdout == "local\n"
    assert polyscale("config", "get", "profile", "--profile", "staging").stdout == "staging\n"


def test_a_variable_that_leads_elsewhere_than_the_profile_asked_for_is_said(edge: Edge, tmp_path: Path) -> None:
    there = Elsewhere(edge, tmp_path / "person")
    there.command("profile", "add", "other", "--api-url", URL)
    env = {"POLYSCALE_API_URL": there.url, "POLYSCALE_TOKEN": edge.token}
    said = there.command("cache", "list", "--profile", "other", env=env).stderr
    assert "POLYSCALE_API_URL is set, and comes before" in said
    assert "POLYSCALE_API_URL" not in there.command("cache", "list", env=env).stderr


def test_a_profile_without_an_api_is_not_the_local_edge(edge: Edge, isolated: Path) -> None:
    file = isolated / "config" / "polyscale" / "config.toml"
    file.parent.mkdir(parents=True)
    file.touch(0o600)
    file.write_text('[profiles.staging]\ncache = "shop"\n')
    env = {"POLYSCALE_CONFIG_DIR": str(file.parent)}
    for command in (("cache", "list"), ("auth", "token"), ("auth", "login"), ("purge", "--all")):
        done = edge.command(*command, "--profile", "staging", "--json", env=env)
        assert (done.returncode, answer(done)["errors"][0]["code"]) == (2, "NO_API_URL")
