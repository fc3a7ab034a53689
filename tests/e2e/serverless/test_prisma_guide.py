"""examples/prisma: a real Prisma 7 client through the edge, with what `polyscale env write --prisma` writes."""

from __future__ import annotations

import json

import pytest

from tests.docs.world import has
from tests.e2e.serverless.conftest import MakeProject
from tests.e2e.serverless.project import PLANETS

THROUGH = "connectionString: process.env.DATABASE_URL"
# What Prisma did by itself before version 7. The edge's own certificate is of no public authority.
BINDING = f"{THROUGH}, enableChannelBinding: true, ssl: {{ rejectUnauthorized: false }}"

pytestmark = pytest.mark.skipif(not has("prisma"), reason="Prisma 7 needs a newer Node.js")


def test_the_example_is_denied_access_while_it_binds_channels_and_then_served_from_the_cache(
    example: MakeProject,
) -> None:
    project = example("prisma")
    project.type('psql "$DATABASE_URL" -f planets.sql')
    project.type("polyscale cache create shop --from-env")
    project.type("polyscale env write --cache shop --prisma")
    del project.environment["DATABASE_URL"]
    project.type("npx prisma generate")

    program = project.directory / "planets.ts"
    as_it_is = program.read_text()
    program.write_text(as_it_is.replace(THROUGH, BINDING))
    failed = project.type("npx tsx planets.ts", succeeds=False)
    assert "User was denied access on the database" in failed
    assert "P1010" in failed
    assert "SCRAM channel binding negotiation error" in failed

    program.write_text(as_it_is)
    first, second = map(json.loads, project.type("npx tsx planets.ts").splitlines())
    assert (first, second) == (PLANETS, [*PLANETS[:2], {"id": 3, "name": "Ares"}])
    assert project.cache.metrics().hits == 3
