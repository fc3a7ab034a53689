"""What becomes of a project whose connection string leads through a cache that is deleted: there is a way out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Done, Run, answer
from tests.servers.edge import Edge, EdgeCache
from tests.servers.process import free_port

# A host that nobody else has a cache for: nothing asks it.
HOST = "db.deleted.example"


class Project:
    """A directory whose .env leads through a cache."""

    def __init__(self, edge: Edge, polyscale: Run) -> None:
        self.edge, self.polyscale = edge, polyscale
        self.port = free_port()
        self.direct = f"postgresql://app:s3cret@{HOST}:{self.port}/shop"
        self.file = edge.home / ".env"

    def run(self, *arguments: str) -> Done:
        """Run a command there."""
        return self.polyscale(*arguments, env=self.edge.env, cwd=self.edge.home)

    def cache(self) -> EdgeCache:
        """A cache of the database."""
        return self.edge.create_cache((HOST, self.port))

    def leads_through(self, cache: EdgeCache) -> None:
        """Have .env lead through it."""
        self.file.write_text(f"DATABASE_URL={self.direct}\n")
        assert self.run("env", "write", "--cache", cache.name).returncode == 0
        assert cache.id in self.file.read_text()


@pytest.fixture
def project(edge: Edge, polyscale: Run) -> Iterator[Project]:
    made = Project(edge, polyscale)
    yield made
    made.file.unlink(missing_ok=True)
    (edge.home / ".polyscale.toml").unlink(missing_ok=True)


@pytest.fixture
def orphan(project: Project) -> EdgeCache:
    """A deleted cache that .env still leads through."""
    made = project.cache()
    project.leads_through(made)
    assert project.run("cache", "delete", made.name, "--yes").returncode == 0
    return made


def test_delete_says_what_still_leads_through_the_cache_and_what_to_type(project: Project) -> None:
    made = project.cache()
    project.leads_through(made)
    assert project.run("link", made.name).returncode == 0
    dry = project.run("cache", "delete", made.name, "--dry-run")
    assert "DATABASE_URL in .env leads through it." in dry.stderr
    done = project.run("cache", "delete", made.name, "--yes", "--json")
    assert answer(done)["next_steps"] == ["polyscale env write --direct", "polyscale unlink"]
    assert "DATABASE_URL in .env leads through it, and nowhere now." in done.stderr
    assert "s3cret" not in done.stderr


@pytest.mark.parametrize("how", ["named", "by the string", "where another is linked"])
def test_env_write_leads_back_to_the_database_of_a_deleted_cache(
    project: Project, orphan: EdgeCache, cache: EdgeCache, how: str
) -> None:
    if how == "where another is linked":
        assert project.run("link", cache.name).returncode == 0
    command = ["env", "write", "--direct", *(["--cache", orphan.name] if how == "named" else [])]
    done = project.run(*command)
    assert done.returncode == 0, done.stderr
    assert project.direct in project.file.read_text()
    (project.edge.home / ".polyscale.toml").unlink(missing_ok=True)
    again = project.run(*command)
    assert (again.returncode, "nothing was changed" in again.stderr) == (0, True), again.stderr


@pytest.mark.parametrize(
    "command", [("env", "check"), ("connstr", "--from-env"), ("query", "SELECT 1"), ("run", "--", "true")]
)
def test_who_uses_the_string_is_told_of_the_deletion_and_the_way_back(
    project: Project, orphan: EdgeCache, command: tuple[str, ...]
) -> None:
    done = project.run(*command)
    assert done.returncode == 3
    assert f"goes through the cache {orphan.name}, which was deleted" in done.stderr
    assert f"{HOST}:{project.port}" in done.stderr
    assert "polyscale env write --direct" in done.stderr
    assert f"polyscale cache create {orphan.name} --from-env" in done.stderr


def test_a_new_cache_is_made_of_a_deleted_ones_string_and_the_file_led_through_it(
    edge: Edge, project: Project, orphan: EdgeCache
) -> None:
    made = answer(project.run("cache", "create", orphan.name, "--from-env", "--no-test", "--json"))["data"]["cache"]
    try:
        assert (made["host"], made["port"], made["database"]) == (HOST, project.port, "postgres")
        done = project.run("env", "write", "--cache", orphan.name)
        assert done.returncode == 0, done.stderr
        assert made["id"] in project.file.read_text()
        assert project.run("env", "check").returncode == 0
    finally:
        edge.api.delete(f"/v1/caches/{made['id']}")


@pytest.mark.usefixtures("orphan")
def test_another_cache_of_the_same_database_takes_the_deleted_ones_place(project: Project) -> None:
    other = project.cache()
    try:
        done = project.run("connstr", "--from-env")
        assert (done.returncode, done.stderr) == (0, "")
        assert other.id in done.stdout
        check = project.run("env", "check")
        assert (check.returncode, f"as the cache {other.name} needs it" in check.stderr) == (7, True)
    finally:
        other.delete()


def test_a_string_through_a_cache_that_the_edge_never_had_is_called_that(project: Project) -> None:
    unknown = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"
    project.file.write_text(f"DATABASE_URL={project.direct}?application_name={unknown}\n")
    for command in (("env", "check"), ("cache", "create", "anew", "--from-env")):
        done = project.run(*command)
        assert done.returncode == 3
        assert f"goes through the cache {unknown}, of which this edge knows nothing" in done.stderr
        assert "the database's own URL" in done.stderr


def test_an_env_file_that_leads_elsewhere_is_not_touched_by_a_deletion(project: Project) -> None:
    made = project.cache()
    project.file.write_text(f"DATABASE_URL={project.direct}\n")
    done = project.run("cache", "delete", made.name, "--yes")
    assert (done.returncode, done.stderr) == (0, f"Deleted the cache {made.name}.\n")
