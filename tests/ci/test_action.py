"""The action at the root: its form, and its steps run as the runner runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from tests.ci.runner import ROOT, Runner
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import Postgres

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]


def test_it_has_the_form_of_a_composite_action() -> None:
    assert ACTION.keys() == {"name", "description", "branding", "inputs", "outputs", "runs"}
    assert ACTION["runs"]["using"] == "composite"
    for name, one in ACTION["inputs"].items():
        assert re.fullmatch(r"[a-z][a-z-]*", name)
        assert isinstance(one["description"], str)
        assert isinstance(one["default"], str)
    ids = {step["id"] for step in STEPS if "id" in step}
    for one in ACTION["outputs"].values():
        assert re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.\w+ \}\}", one["value"])[1] in ids  # type: ignore[index]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["name"])
def test_no_input_is_pasted_into_a_script(step: dict[str, Any], tmp_path: Path) -> None:
    assert step["shell"] == "bash"
    assert "${{" not in step["run"]
    script = tmp_path / "script.sh"
    script.write_text(step["run"])
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_every_input_reaches_a_step() -> None:
    used = {name for step in STEPS for text in step["env"].values() for name in re.findall(r"inputs\.([\w-]+)", text)}
    assert used == ACTION["inputs"].keys()


@pytest.fixture
def runner(tmp_path: Path, edge: Edge) -> Runner:
    """A job that knows the edge, and has the packages that polyscale needs at hand instead of downloading them."""
    packages = sysconfig.get_paths()["purelib"]
    environ = {"POLYSCALE_TOKEN": edge.token, "PYTHONPATH": packages, "HOME": str(tmp_path)}
    return Runner(tmp_path, environ)


def api_url(edge: Edge) -> str:
    return str(edge.api.base_url)


def test_it_installs_and_purges(
    runner: Runner, edge: Edge, cache: EdgeCache, postgres: Postgres, database: str
) -> None:
    postgres.run("CREATE TABLE items (id int); GRANT ALL ON items TO public", database)
    with psycopg.connect(cache.url(database=database), autocommit=True) as connection:
        for _ in range(5):
            connection.execute("SELECT id FROM items").fetchall()
    assert cache.metrics().entries == 1
    inputs = {"cache": f"  {cache.name}\n\n", "tables": "items\n\npublic.nothing\n", "api-url": api_url(edge)}
    assert runner.run_action(ROOT, inputs) == {"purged": "1", "cache-id": cache.id}, runner.said
    assert cache.metrics().entries == 0
    assert runner.path.startswith(f"{runner.home}/polyscale/bin:")
    summary = next(runner.home.glob("step1-GITHUB_STEP_SUMMARY")).read_text()
    assert "| 1 | items, public.nothing |" in summary


@pytest.mark.parametrize(
    "inputs",
    [
        {"cache": "$(touch pwned)\n`touch pwned`; touch pwned #"},
        {"cache": "nobody", "tables": '"; touch pwned; "'},
        {"cache": "nobody", "tags": '"; touch pwned; "'},
        {"cache": "--all", "tables": "--all"},
        {"cache": "' && touch pwned && '"},
    ],
)
def test_an_input_is_never_a_part_of_a_script(runner: Runner, edge: Edge, inputs: dict[str, str]) -> None:
    runner.path = f"{Path(sysconfig.get_path('scripts'))}:{os.environ['PATH']}"
    with pytest.raises(subprocess.CalledProcessError):
        runner.run_action(ROOT, {"package": "", "api-url": api_url(edge), **inputs})
    assert not list(runner.home.glob("pwned"))
    assert "::error title=polyscale cache purge::" in runner.said


def test_all_and_a_dry_run(runner: Runner, edge: Edge, cache: EdgeCache) -> None:
    runner.path = f"{Path(sysconfig.get_path('scripts'))}:{os.environ['PATH']}"
    found = runner.run_action(ROOT, {"package": "", "all": "true", "dry-run": "true", "api-url": api_url(edge)})
    assert found["purged"] == "0"
    assert cache.id in found["cache-id"].splitlines()
    assert f"Would purge 0 entries of {cache.name}." in runner.said
