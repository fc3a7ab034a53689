"""A step that does not come out as it must is a fault, and says so: the demo proves something only if it can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.http import HttpClient
from polyscale_cli.client.target import local_target
from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.demo import cast
from polyscale_cli.demo.story import Expected, Outcome, Step, told
from polyscale_cli.settings.resolve import Settings
from tests.servers.edge import Edge
from tests.servers.postgres import SUPERUSER, Postgres

READ = Step("read", "", Outcome.HIT, Expected(Outcome.HIT), 0.001, answer=("Mercury",))


def test_a_step_as_it_must_be_has_no_fault() -> None:
    assert READ.fault is None
    assert replace(READ, stale=True, expected=Expected(Outcome.HIT, stale=True)).fault is None
    assert Step("purge", "", Outcome.PURGED, Expected(Outcome.PURGED), 0.001, purged=1).fault is None


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (replace(READ, outcome=Outcome.MISS), "it was a MISS, and had to be a HIT"),
        (replace(READ, stale=True), "its answer was stale: Mercury"),
        (replace(READ, expected=Expected(Outcome.HIT, stale=True)), "its answer was fresh although"),
        (Step("purge", "", Outcome.PURGED, Expected(Outcome.PURGED), 0.001, purged=0), "the cache was empty"),
    ],
)
def test_a_step_that_is_not_says_what_is_wrong(step: Step, fault: str) -> None:
    assert step.fault is not None
    assert fault in step.fault


def test_with_caching_off_the_story_finds_every_missing_hit(edge: Edge, postgres: Postgres) -> None:
    settings = Settings.of_variables({"POLYSCALE_STATE_DIR": str(edge.state_dir)})
    target = local_target(settings)
    assert target is not None
    http = HttpClient(target, settings)
    origin = DatabaseUrl(
        Database.POSTGRES,
        "postgresql",
        postgres.host,
        postgres.port,
        SUPERUSER,
        name=cast.DATABASE,
        query=(("sslmode", "disable"),),
    )
    api = ManagementApi(http)
    try:
        with told(api, origin) as story:
            story.fill(100)
            cache = story.create_cache()
            try:
                api.update(cache.id, {"cachingEnabled": False})
                steps = list(story.steps(cache))
            finally:
                api.delete(cache.id)
    finally:
        http.close()
        postgres.drop_database(cast.DATABASE)
    reads = [step for step in steps if step.action == "read"]
    assert all(step.outcome is Outcome.PASS for step in reads)
    assert all(step.fault is not None for step in reads)
    assert next(step for step in steps if step.action == "purge").fault == "the cache was empty"
    assert reads[-1].answer == ("Mercury", "Venus", "Mars", "Jupiter", "Saturn")
