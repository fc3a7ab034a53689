"""GitHub's runner as a step sees it: what it reads as a command, its files, and how it runs a composite action.

Written from the runner's documented behaviour (docs.github.com, "Workflow commands for GitHub Actions") and its
ActionCommand parser: a line that begins, after spaces, with ``::``, or that holds ``##[``.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent


def commands(text: str) -> list[str]:
    """The lines that the runner obeys."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


def masks(text: str) -> list[str]:
    """What it was told to hide."""
    found = [line.removeprefix("::add-mask::") for line in commands(text) if line.startswith("::add-mask::")]
    return [line.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%") for line in found]


def outputs(file: Path) -> dict[str, str]:
    """Read a file of outputs in its ``name<<end`` form; fails on anything else."""
    found: dict[str, str] = {}
    lines = iter(file.read_text().splitlines())
    for line in lines:
        name, separator, end = line.partition("<<")
        assert separator, line
        value = []
        for inner in lines:
            if inner == end:
                break
            value.append(inner)
        else:
            raise AssertionError(f"{name} does not end")
        found[name] = "\n".join(value)
    return found


@dataclass(slots=True)
class Runner:
    """One job: its directories, and what its steps have done so far."""

    home: Path
    environ: Mapping[str, str]
    path: str = field(default_factory=lambda: os.environ["PATH"])
    said: str = ""

    def variables(self, step: str) -> dict[str, str]:
        """What the runner sets for a step."""
        files = {name: self.home / f"{step}-{name}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        for file in files.values():
            file.touch()
        return {
            **{name: str(file) for name, file in files.items()},
            **{"GITHUB_ACTIONS": "true", "CI": "true", "RUNNER_TEMP": str(self.home)},
        }

    def run_action(self, action: Path, inputs: Mapping[str, str]) -> dict[str, str]:
        """Run a composite action's steps; its outputs. Raises CalledProcessError for a step that fails."""
        found = yaml.safe_load((action / "action.yml").read_text())
        given = {name: inputs.get(name, one.get("default", "")) for name, one in found["inputs"].items()}
        steps: dict[str, dict[str, str]] = {}
        for number, step in enumerate(found["runs"]["steps"]):
            variables = self.variables(f"step{number}")
            declared = {name: evaluated(text, given, steps) for name, text in step.get("env", {}).items()}
            script = self.home / f"step{number}.sh"
            script.write_text(step["run"])
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                env={**os.environ, **self.environ, **variables, **declared, "PATH": self.path}
                | {"GITHUB_ACTION_PATH": str(action)},
                cwd=self.home,
                capture_output=True,
                text=True,
                timeout=100,
            )
            self.said += done.stdout + done.stderr
            done.check_returncode()
            for line in Path(variables["GITHUB_PATH"]).read_text().splitlines():
                self.path = f"{line}:{self.path}"
            steps[step.get("id", f"step{number}")] = outputs(Path(variables["GITHUB_OUTPUT"]))
        return {name: evaluated(one["value"], given, steps) for name, one in found["outputs"].items()}


def evaluated(text: str, inputs: Mapping[str, str], steps: Mapping[str, Mapping[str, str]]) -> str:
    """Put values in the place of expressions; of those only the two kinds that an action here may use."""

    def value(expression: re.Match[str]) -> str:
        parts: list[Any] = expression[1].split(".")
        return inputs[parts[1]] if parts[0] == "inputs" else steps[parts[1]].get(parts[3], "")

    return re.sub(r"\$\{\{\s*(\S+?)\s*\}\}", value, text)
