"""What /openapi.json says of the edge, tried by a program that makes up requests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.edge import EdgeCache

PACKAGES = Path(__file__).parents[3] / "build" / "schemathesis"
"""Where `make test` puts it: with click, which it needs, every command of the project starts slower."""
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES")
"""How many to try of each operation, as `make fuzz` sets it; unless told otherwise a few, of POST /sql alone."""
# That a database is not there, or not to be asked over HTTP, is no failure of the edge; and no schema can say which
# bindings a text needs.
SETTINGS = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 501, 502, 503, 504]

[[operations]]
include-name = "POST /sql"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 422, 429, "5xx"]
"""


@pytest.mark.timeout(3600 if EXAMPLES else 600)
def test_schemathesis_finds_nothing(cache: EdgeCache, tmp_path: Path) -> None:
    if not PACKAGES.is_dir():
        pytest.skip("schemathesis is not installed: make test does that")
    (tmp_path / "schemathesis.toml").write_text(SETTINGS)
    edge = cache.edge
    http = edge.runtime["http"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"http://{http['host']}:{http['port']}/openapi.json"),
            *("--header", f"Authorization: Bearer {edge.token}", "--max-examples", EXAMPLES or "3", "--seed", "1"),
            *("--phases", "coverage,fuzzing", "--no-color", *(() if EXAMPLES else ("--include-path", "/sql"))),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PACKAGES), "NO_PROXY": "*"},
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert edge.process.running
