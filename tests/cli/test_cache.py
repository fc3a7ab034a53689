"""Create, list, show, test, update, purge and delete, on a real edge in front of a real Postgres."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import answer
from tests.cli.interrupting import interrupt
from tests.cli.terminal import Person
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import SCRAM, Postgres
from tests.servers.process import free_port


@pytest.fixture
def name(edge: Edge) -> Iterator[str]:
    """A name for a cache, which is deleted afterwards if it was made."""
    made = f"made-{os.urandom(4).hex()}"
    yield made
    for cache in edge.api.get("/v1/caches").json():
        if cache["name"] == made:
            edge.api.delete(f"/v1/caches/{cache['id']}").raise_for_status()


def test_a_cache_is_created_from_the_environment_and_tested(edge: Edge, postgres: Postgres, name: str) -> None:
    done = edge.command(
        "cache", "create", name, "--from-env", "--json", env={"DATABASE_URL": postgres.url(SCRAM, "app")}
    )
    assert done.returncode == 0, done.stderr
    data = answer(done)["data"]
    assert data["created"] is True
    assert (data["cache"]["host"], data["cache"]["port"]) == (postgres.host, postgres.port)
    assert (data["cache"]["database"], data["cache"]["origin_tls"]) == ("postgres", "prefer")
    assert data["test"]["ok"] is True
    assert [step["name"] for step in data["test"]["steps"]] == ["resolve", "connect", "greeting"]


def test_the_env_file_is_read_when_the_environment_has_none(edge: Edge, postgres: Postgres, name: str) -> None:
    (edge.home / ".env").write_text(f"export DATABASE_URL='{postgres.url(SCRAM, 'app')}?sslmode=require' # main\n")
    try:
        done = edge.command("cache", "create", name, "--from-env", "--json")
    finally:
        (edge.home / ".env").unlink()
    assert done.returncode == 0, done.stderr
    assert answer(done)["data"]["cache"]["origin_tls"] == "require"


def test_options_say_everything_the_api_knows(edge: Edge, postgres: Postgres, name: str) -> None:
    port = free_port()
    done = edge.command(
        *("cache", "create", name, "--type", "postgres", "--host", postgres.host, "--port", str(postgres.port)),
        *("--description", "words", "--ttl", "5", "--origin-tls", "require", "--listen-port", str(port)),
        *("--no-caching", "--no-test", "--json"),
    )
    assert done.returncode == 0, done.stderr
    data = answer(done)["data"]
    assert data["test"] is None
    cache = data["cache"]
    assert (cache["description"], cache["default_ttl"], cache["origin_tls"]) == ("words", 5, "require")
    assert (cache["listen_port"], cache["caching_enabled"]) == (port, False)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ([], "--type, --host, --port are missing"),
        (["--host", "x"], "--type, --port are missing"),
        (["--type", "postgres", "--host", "x"], "--port is missing"),
        (["--from-env", "--host", "x"], "more than one way"),
        (["--from-env", "--from-url", "-"], "more than one way"),
    ],
)
def test_what_is_missing_is_named(edge: Edge, given: list[str], missing: str) -> None:
    done = edge.command("cache", "create", "x", *given)
    assert done.returncode == 2
    assert missing in done.stderr


def test_a_cache_whose_database_is_away_is_created_and_exits_with_7(edge: Edge, name: str) -> None:
    port = free_port()
    done = edge.command(
        "cache", "create", name, "--type", "postgres", "--host", "127.0.0.1", "--port", str(port), "--json"
    )
    assert done.returncode == 7
    found = answer(done)
    assert (found["status"], found["data"]["created"], found["data"]["test"]["ok"]) == ("partial", True, False)
    assert found["errors"][0]["fix"]
    assert found["next_steps"] == [f"polyscale cache test {name}"]
    assert edge.command("cache", "show", name).returncode == 0
    spaced = edge.command("cache", "update", name, "--name", f"{name} no 2", "--port", str(port), "--json")
    assert answer(spaced)["next_steps"] == [f"polyscale cache test '{name} no 2'"], "it can be pasted"
    edge.command("cache", "update", f"{name} no 2", "--name", name)
    again = edge.command("cache", "test", name)
    assert again.returncode == 7
    assert str(port) in again.stderr
    assert "resolve\tok\t" in again.stdout
    assert "connect\tfailed\t" in again.stdout


def test_a_name_that_is_taken_is_a_conflict(edge: Edge, cache: EdgeCache, postgres: Postgres) -> None:
    url = postgres.url(SCRAM, "app")
    done = edge.command("cache", "create", cache.name, "--from-url", "-", stdin=url)
    assert done.returncode == 5
    assert "--if-not-exists" in done.stderr
    same = edge.command("cache", "create", cache.name, "--from-url", "-", "--if-not-exists", "--json", stdin=url)
    assert same.returncode == 0, same.stderr
    data = answer(same)["data"]
    assert (data["created"], data["cache"]["id"]) == (False, cache.id)


def test_if_not_exists_does_not_take_another_database_for_the_same(edge: Edge, cache: EdgeCache) -> None:
    done = edge.command(
        "cache", "create", cache.name, "--from-url", "-", "--if-not-exists", stdin="postgres://u@other/d"
    )
    assert done.returncode == 5
    assert "another database" in done.stderr


def test_a_url_that_goes_through_a_cache_makes_no_second_one(edge: Edge, cache: EdgeCache) -> None:
    done = edge.command("cache", "create", "chain", "--from-url", "-", stdin=cache.url())
    assert done.returncode == 5
    assert "through a cache already" in done.stderr


def test_the_edge_itself_is_no_database(edge: Edge) -> None:
    url = f"postgres://u:p@localhost:{edge.postgres_port}/d"
    done = edge.command("cache", "create", "circle", "--from-url", "-", stdin=url)
    assert done.returncode == 5
    assert "the edge itself" in done.stderr


def test_a_password_on_the_command_line_is_warned_of(edge: Edge, postgres: Postgres, name: str) -> None:
    done = edge.command("cache", "create", name, "--from-url", postgres.url(SCRAM, "app"))
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("warning: A password on the command line") == 1


def test_a_url_without_a_password_is_not(edge: Edge, postgres: Postgres, name: str) -> None:
    done = edge.command("cache", "create", name, "--from-url", f"postgres://u@{postgres.host}:{postgres.port}/app")
    assert "warning" not in done.stderr


@pytest.mark.parametrize("stdin", ["", "\n", "not a url", "postgres://a,b/d", "postgres:///d?host=/tmp"])
def test_a_url_that_cannot_be_used_is_refused_before_anything_is_made(edge: Edge, stdin: str) -> None:
    done = edge.command("cache", "create", "x", "--from-url", "-", stdin=stdin)
    assert done.returncode == 2
    assert "stdin" in done.stderr


def test_a_list_without_a_terminal_is_tab_separated(edge: Edge, cache: EdgeCache, postgres: Postgres) -> None:
    rows = [line.split("\t") for line in edge.command("cache", "list").stdout.splitlines()]
    (row,) = [row for row in rows if row[0] == cache.name]
    origin, connect = f"{postgres.host}:{postgres.port}", f"127.0.0.1:{edge.postgres_port}"
    assert row == [cache.name, cache.id, "postgres", origin, connect, "on"]


def test_quiet_lists_ids(edge: Edge, cache: EdgeCache) -> None:
    assert cache.id in edge.command("list", "-q").stdout.splitlines()


@pytest.mark.parametrize("length", [6, 20, 36])
def test_a_cache_is_named_by_the_beginning_of_its_id(edge: Edge, cache: EdgeCache, length: int) -> None:
    done = edge.command("cache", "show", cache.id[:length].upper(), "--json")
    assert answer(done)["data"]["id"] == cache.id


def test_the_beginning_has_to_be_long_enough_to_mean_something(edge: Edge, cache: EdgeCache) -> None:
    assert edge.command("cache", "show", cache.id[:5]).returncode == 3


def test_without_a_name_several_caches_are_listed(edge: Edge, cache: EdgeCache, postgres: Postgres) -> None:
    second = edge.create_cache(postgres)
    done = edge.command("cache", "show")
    second.delete()
    assert done.returncode == 2
    assert cache.name in done.stderr
    assert second.name in done.stderr


def test_a_variable_names_the_cache(edge: Edge, cache: EdgeCache) -> None:
    done = edge.command("cache", "show", "--json", env={"POLYSCALE_CACHE": cache.name})
    assert answer(done)["data"]["id"] == cache.id


def test_a_cache_that_is_not_there_is_not_found(edge: Edge) -> None:
    done = edge.command("cache", "show", "nowhere")
    assert done.returncode == 3
    assert "polyscale cache list" in done.stderr


def test_show_counts(edge: Edge, cache: EdgeCache) -> None:
    data = answer(edge.command("cache", "show", cache.name, "--json"))["data"]
    assert set(data["metrics"]) == {
        *("hits", "misses", "passes", "entries", "bytes", "invalidated", "purged", "connections"),
        *("would_hit", "would_be_stale", "would_save_ms", "would_hit_rate"),
    }


def test_an_update_changes_what_was_named_and_nothing_else(edge: Edge, cache: EdgeCache) -> None:
    before = answer(edge.command("cache", "show", cache.name, "--json"))["data"]
    after = answer(edge.command("cache", "update", cache.name, "--ttl", "7", "--no-caching", "--json"))["data"]
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"default_ttl", "caching_enabled"}
    assert (after["default_ttl"], after["caching_enabled"]) == (7, False)


def test_a_port_of_its_own_is_taken_and_given_up(edge: Edge, cache: EdgeCache) -> None:
    port = answer(edge.command("cache", "update", cache.name, "--listen-port", "0", "--json"))["data"]["listen_port"]
    line = edge.command("connstr", cache.name, "--user", "u", "--database", "d", "--no-password").stdout
    assert line.startswith(f"postgresql://u@127.0.0.1:{port}/d?")
    edge.command("cache", "update", cache.name, "--listen-port", "none")
    line = edge.command("connstr", cache.name, "--user", "u", "--database", "d", "--no-password").stdout
    assert line.startswith(f"postgresql://u@127.0.0.1:{edge.postgres_port}/d?")


@pytest.mark.parametrize("given", [[], ["--listen-port", "many"], ["--ttl", "-1"]])
def test_an_update_of_nothing_or_to_nonsense_is_refused(edge: Edge, cache: EdgeCache, given: list[str]) -> None:
    assert edge.command("cache", "update", cache.name, *given).returncode == 2


def test_delete_needs_a_confirmation_that_a_program_gives_with_yes(edge: Edge, postgres: Postgres) -> None:
    made = edge.create_cache(postgres)
    done = edge.command("cache", "delete", made.name, "--json")
    assert done.returncode == 5
    assert answer(done)["errors"][0]["code"] == "CONFIRMATION_NEEDED"
    assert edge.command("cache", "delete", made.name, "--yes").returncode == 0
    assert edge.command("cache", "show", made.name).returncode == 3
    assert edge.command("cache", "delete", made.name, "--yes").returncode == 3
    again = edge.command("cache", "delete", made.name, "--yes", "--if-exists", "--json")
    assert (again.returncode, answer(again)["data"]["deleted"]) == (0, False)


def at_a_terminal(edge: Edge, *arguments: str, directory: Path) -> Person:
    return Person(arguments, {**edge.env, "TERM": "xterm", "COLUMNS": "200"}, directory)


def test_a_person_types_the_name_to_delete(edge: Edge, postgres: Postgres, tmp_path: Path) -> None:
    made = edge.create_cache(postgres)
    person = at_a_terminal(edge, "cache", "delete", made.name, directory=tmp_path)
    person.reads("to confirm")
    person.types("something else\n")
    assert person.ends() == 1
    assert edge.command("cache", "show", made.name).returncode == 0
    person = at_a_terminal(edge, "cache", "delete", made.name, directory=tmp_path)
    person.reads("to confirm")
    person.types(f"{made.name}\n")
    assert person.ends() == 0
    assert edge.command("cache", "show", made.name).returncode == 3


def test_nobody_is_asked_under_ci_or_when_told_not_to(edge: Edge, cache: EdgeCache, tmp_path: Path) -> None:
    for arguments, env in ((["--no-input"], {}), ([], {"CI": "true"}), ([], {"POLYSCALE_NO_INPUT": "1"})):
        person = Person(("cache", "delete", cache.name, *arguments), {**edge.env, **env}, tmp_path)
        assert person.ends() == 5


def test_ctrl_c_at_a_question_is_130_and_changes_nothing(edge: Edge, cache: EdgeCache, tmp_path: Path) -> None:
    person = at_a_terminal(edge, "cache", "delete", cache.name, directory=tmp_path)
    person.reads("to confirm")
    interrupt(person.process)
    assert person.ends() == 130
    assert edge.command("cache", "show", cache.name).returncode == 0


def test_the_end_of_input_at_a_question_is_a_no(edge: Edge, cache: EdgeCache, tmp_path: Path) -> None:
    person = at_a_terminal(edge, "cache", "delete", cache.name, directory=tmp_path)
    person.reads("to confirm")
    person.types("\x04")
    assert person.ends() == 1


def test_a_narrow_terminal_cuts_nothing_of_what_a_person_sees(edge: Edge, cache: EdgeCache, tmp_path: Path) -> None:
    person = Person(("cache", "list"), {**edge.env, "TERM": "xterm", "COLUMNS": "30"}, tmp_path)
    assert person.ends() == 0
    assert "connect to" in person.seen
    assert cache.id in person.seen
