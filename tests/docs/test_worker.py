"""The Worker of docs/guides/cloudflare-workers.md, under `wrangler dev` as the page starts it."""

from __future__ import annotations

import httpx
import pytest

from tests.docs.pages import ROOT, blocks
from tests.docs.world import World, has
from tests.servers.process import ServerProcess, free_port

PAGE = ROOT / "docs/guides/cloudflare-workers.md"
ROWS = [{"id": 1, "name": "Mercury"}, {"id": 2, "name": "Venus"}]


@pytest.mark.skipif(not has("wrangler"), reason="wrangler needs a newer Node.js")
def test_it_reads_through_the_cache(world: World) -> None:
    for block in blocks(PAGE):
        if block.file is not None:
            world.write(block.file, block.text)
    for command in (
        "polyscale cache create shop --from-env",
        'polyscale query shop "CREATE TABLE planets (id int PRIMARY KEY, name text)"',
        "polyscale query shop \"INSERT INTO planets VALUES (1, 'Mercury'), (2, 'Venus')\"",
    ):
        assert world.type(command, at_terminal=False).status == 0
    (as_shown,) = [one.text.strip() for one in blocks(PAGE) if one.text.startswith("polyscale run --cache shop")]
    port = free_port()
    # npx does not pass a signal on to the end.
    dev = (
        f"exec {as_shown.replace('npx ', 'node_modules/.bin/')} --local --ip 127.0.0.1 --port {port} --inspector-port 0"
    )
    # -i: the reader's environment, and nothing of that of the tests.
    surroundings = (f"{name}={value}" for name, value in world.shell.environment.items())
    server = ServerProcess(("env", "-i", *surroundings, "sh", "-c", dev), world.home / "dev.log", cwd=world.directory)
    server.start()
    try:
        server.wait_ready(lambda: "Ready on http" in server.tail(), timeout=90)
        for _ in range(4):
            assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False, timeout=30).json() == ROWS
    finally:
        server.stop()
    counted = world.type("polyscale cache show shop --field metrics.hits", at_terminal=False)
    assert int(counted.printed) >= 1
