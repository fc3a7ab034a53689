"""docs/ci.md: its commands run, its YAML says what the action takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest
import yaml

from tests.ci.runner import ROOT
from tests.servers.edge import Edge
from tests.servers.postgres import Postgres

TEXT = (ROOT / "docs/ci.md").read_text()
BLOCKS = {language: re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL) for language in ("sh", "yaml")}
COMMANDS = sorted(set(re.findall(r"^ *(?:- )?polyscale (.+)$", "".join(BLOCKS["sh"] + BLOCKS["yaml"]), re.MULTILINE)))


@pytest.fixture
def shop(edge: Edge, postgres: Postgres) -> Iterator[Edge]:
    """An edge with the cache that the page is about."""
    made = edge.create_cache(postgres, name="shop")
    yield edge
    made.delete()
    for key in edge.api.get("/v1/keys").json():
        if key["name"] == "ci":
            edge.api.delete(f"/v1/keys/{key['id']}")


def test_every_command_runs(shop: Edge) -> None:
    assert len(COMMANDS) > 3
    for command in COMMANDS:
        done = shop.command(*shlex.split(command), env={"CI": "true"})
        assert done.returncode == 0, f"{command}: {done.stderr}"


def test_the_examples_are_yaml_and_give_the_action_what_it_takes() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    examples = [yaml.safe_load(block) for block in BLOCKS["yaml"]]
    steps = [step for one in examples if "jobs" in one for job in one["jobs"].values() for step in job["steps"]]
    (ours,) = [step for step in steps if "polyscale-cli@" in step.get("uses", "")]
    assert ours["with"].keys() <= action["inputs"].keys()
    assert ours["env"].keys() == {"POLYSCALE_TOKEN"}


def test_every_option_of_the_table_is_one(shop: Edge) -> None:
    known = shop.command("purge", "--help").stdout
    options = re.findall(r"^\| `(-[-\w]+)", TEXT, re.MULTILINE)
    assert len(options) > 3
    assert [option for option in options if f"{option} " not in known and f"{option}," not in known] == []
