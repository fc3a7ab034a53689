"""examples/cloudflare-worker under `wrangler dev`: a real Worker, reading by SQL over HTTP; and what deploys it."""

from __future__ import annotations

import json

import httpx
import psycopg
import pytest

from tests.docs.world import has, run_cloudflare
from tests.e2e.serverless.conftest import MakeProject
from tests.e2e.serverless.project import PLANETS
from tests.servers.postgres import SCRAM
from tests.servers.process import free_port, wait_until

pytestmark = pytest.mark.skipif(not has("wrangler"), reason="wrangler needs a newer Node.js")


def test_the_example_reads_through_the_cache_and_its_secrets_are_taken(example: MakeProject, database: str) -> None:
    project = example("cloudflare-worker")
    project.type('psql "$DATABASE_URL" -f planets.sql')
    project.type("polyscale cache create shop --from-env")
    project.type("polyscale env write --cache shop --format dev-vars")
    port = free_port()
    endpoint = f"--var=ENDPOINT:{str(project.edge.api.base_url).rstrip('/')}"
    ports = ("--ip", "127.0.0.1", "--port", str(port), "--inspector-port", "0")
    worker = project.server("wrangler", "dev", "--local", *ports, endpoint)
    worker.start()
    try:
        # While it starts.
        project.type("polyscale env write --cache shop --format wrangler")
        with run_cloudflare() as cloudflare:
            uploaded = project.type("npx wrangler secret bulk secrets.json", cloudflare)
        assert "4 secrets successfully uploaded" in uploaded
        secrets = json.loads((project.directory / "secrets.json").read_text())
        assert (secrets["CACHE_ID"], secrets["PASSWORD"]) == (project.cache.id, SCRAM.password)

        worker.wait_ready(lambda: "Ready on http" in worker.tail(), timeout=90)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as browser:
            assert [browser.get("/").json() for _ in range(3)] == [PLANETS] * 3
            assert project.cache.metrics().hits == 1
            assert [browser.get("/", params={"name": "Venus"}).json() for _ in range(3)] == [[PLANETS[1]]] * 3
            assert project.cache.metrics().hits == 2
            with psycopg.connect(project.cache.url(SCRAM, database), autocommit=True) as tcp:
                tcp.execute("UPDATE planets SET name = 'Ares' WHERE id = 3")
            assert browser.get("/").json()[-1] == {"id": 3, "name": "Ares"}
            with psycopg.connect(project.cache.url(SCRAM, database), autocommit=True) as tcp:
                tcp.execute("ALTER TABLE planets RENAME TO moons")
            refused = browser.get("/")
            assert (refused.status_code, refused.json()) == (503, {"error": "The planets are out of reach."})
            wait_until(lambda: '422 42P01 relation "planets" does not exist' in worker.tail(), "a line in the log")
    finally:
        worker.stop()
