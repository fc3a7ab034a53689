"""examples/koyeb: Express and Prisma, as they run on Koyeb, through the edge."""

from __future__ import annotations

import httpx
import pytest

from tests.docs.world import has
from tests.e2e.serverless.conftest import MakeProject
from tests.e2e.serverless.project import PLANETS
from tests.servers.process import free_port

pytestmark = pytest.mark.skipif(not has("prisma"), reason="Prisma 7 needs a newer Node.js")


def test_the_example_answers_with_three_planets_from_the_cache(example: MakeProject) -> None:
    project = example("koyeb")
    project.type("polyscale cache create shop --from-env")
    url = project.type("polyscale connstr shop --from-env --prisma").strip()
    project.environment["DATABASE_URL"] = url
    project.type("npm run postgres:init")
    port = free_port()
    application = project.server(*project.script("start").split(), PORT=str(port))
    application.start()
    try:
        application.wait_ready(lambda: "listening" in application.tail(), timeout=60)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as browser:
            assert [browser.get("/planets").json() for _ in range(3)] == [PLANETS] * 3
        assert project.cache.metrics().hits == 1
    finally:
        assert application.stop() == 0
