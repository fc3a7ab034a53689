"""A directory bound to a cache."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import answer
from tests.cli.elsewhere import PROFILE, Elsewhere
from tests.servers.edge import Edge, EdgeCache


@pytest.fixture
def caches(edge: Edge) -> Iterator[tuple[EdgeCache, EdgeCache]]:
    """Two, so that a command has to know which."""
    made = edge.create_cache(("127.0.0.1", 5432)), edge.create_cache(("127.0.0.1", 5433))
    yield made
    for one in made:
        one.delete()


@pytest.fixture
def there(edge: Edge, tmp_path: Path) -> Elsewhere:
    made = Elsewhere(edge, tmp_path / "person")
    made.login("--insecure-storage")
    return made


def test_commands_below_need_not_name_the_cache(there: Elsewhere, caches: tuple[EdgeCache, EdgeCache]) -> None:
    linked, other = caches
    assert there.command("cache", "show").returncode == 2, "there are several"
    found = answer(there.command("link", linked.name, "--json"))["data"]
    file = there.home / "work" / ".polyscale.toml"
    assert found == {"file": str(file), "profile": PROFILE, "cache": linked.name, "cache_id": linked.id}
    assert there.edge.token not in file.read_text()
    assert there.url not in file.read_text()
    below = there.home / "work" / "src"
    below.mkdir()
    (there.home / "work" / ".git").mkdir()
    there.command("profile", "use", "local")
    for arguments, env, expected in (
        ((), {}, linked),
        ((other.name,), {}, other),
        (("--cache", other.name), {"POLYSCALE_CACHE": linked.name}, other),
        ((), {"POLYSCALE_CACHE": other.id}, other),
        ((), {"POLYSCALE_CACHE": ""}, linked),
    ):
        shown = there.command("cache", "show", *arguments, "--json", env=env, cwd=below)
        assert answer(shown)["data"]["id"] == expected.id, (arguments, env)
    url = there.command("connstr", "--from-url", "-", stdin="postgres://u:p@127.0.0.1:5432/d", cwd=below).stdout
    assert linked.id in url
    assert answer(there.command("unlink", "--json", cwd=below))["data"] == {"removed": True, "file": str(file)}
    assert not file.exists()
    assert answer(there.command("unlink", "--json"))["data"]["removed"] is False


def test_a_cache_that_is_not_there_binds_nothing(there: Elsewhere) -> None:
    assert there.command("link", "nowhere").returncode == 3
    assert not (there.home / "work" / ".polyscale.toml").exists()


def test_an_api_of_a_variable_is_in_no_file(there: Elsewhere, caches: tuple[EdgeCache, EdgeCache]) -> None:
    env = {"POLYSCALE_API_URL": there.url, "POLYSCALE_TOKEN": there.edge.token}
    found = answer(there.command("link", caches[0].name, "--json", env=env))["data"]
    assert found["profile"] is None
    assert "profile" not in (there.home / "work" / ".polyscale.toml").read_text().partition("\n")[2]


def test_a_cache_that_went_is_named_with_the_file_that_names_it(there: Elsewhere) -> None:
    (there.home / "work" / ".polyscale.toml").write_text('cache = "gone"\n')
    done = there.command("cache", "show", "--json")
    assert done.returncode == 3
    assert ".polyscale.toml" in answer(done)["errors"][0]["why"]


def test_what_it_overwrites_is_kept_where_it_had_comments(
    there: Elsewhere, caches: tuple[EdgeCache, EdgeCache]
) -> None:
    file = there.home / "work" / ".polyscale.toml"
    file.write_text(f'cache = "{caches[1].name}" # for now\n')
    assert "polyscale.toml.bak" in there.command("link", caches[0].name).stderr
    assert caches[0].name in file.read_text()


def test_a_hostile_file_can_be_removed(there: Elsewhere) -> None:
    file = there.home / "work" / ".polyscale.toml"
    file.write_text('api_url = "https://thief.example.com"\n')
    assert there.command("link", "x").returncode == 2
    assert there.command("unlink").returncode == 0
    assert not file.exists()


def test_connstr_and_purge_say_it_too(there: Elsewhere) -> None:
    (there.home / "work" / ".polyscale.toml").write_text('cache = "gone"\n')
    url = "postgres://u:p@127.0.0.1:5432/d"
    for command in (("connstr", "--from-url", "-"), ("purge",)):
        done = there.command(*command, "--json", stdin=url)
        assert done.returncode == 3
        assert ".polyscale.toml" in answer(done)["errors"][0]["why"]
