"""`python -m benchmarks.cli`: what short commands cost, beside an interpreter that does nothing and two tools on Node.

Processor time (user and system) of whole processes, as a wall clock would measure the machine's other work as well; all
commands take turns. Needs npm, which puts the two tools into a folder that is removed afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.report import progress
from benchmarks.startup import LIMIT, SCRIPT, cpu_seconds
from polyscale_cli.settings.known_caches import KnownCache, KnownCaches
from tests.servers.edge import run_edge

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"(<!-- bench-cli: begin[^\n]*-->\n).*?(<!-- bench-cli: end -->)", re.DOTALL)
BARE = "python -c pass"
LOCAL_MS = 60
# Newer wranglers want a newer Node than distributions have.
OTHERS = {"neonctl": "latest", "wrangler": "4.86"}
ID = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"
API = "https://edge.example.com"


@dataclass(frozen=True, slots=True)
class Measured:
    """One command and its times, in milliseconds.

    Attributes:
        limit: what the project promises, in milliseconds; None where it promises nothing.
    """

    name: str
    command: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    limit: float | None = None
    times: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Measure it once."""
        self.times.append(1000 * cpu_seconds(self.command, cwd=self.cwd, env=self.env))

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.times)


@contextmanager
def installed() -> Iterator[dict[str, tuple[str, list[str]]]]:
    """The other tools, in a folder of their own: by name, their version and how they are started."""
    with tempfile.TemporaryDirectory(prefix="bench-cli-") as folder:
        progress(f"installing {' and '.join(OTHERS)}")
        names = [f"{name}@{version}" for name, version in OTHERS.items()]
        command = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", *names]
        subprocess.run(command, check=True, stdout=sys.stderr)
        tools = {}
        for name in OTHERS:
            package = json.loads((Path(folder) / "node_modules" / name / "package.json").read_text())
            tools[name] = (str(package["version"]), [f"{folder}/node_modules/.bin/{name}"])
        yield tools


def ours(directory: Path, edge_env: Mapping[str, str]) -> list[Measured]:
    """The project's own commands, in a directory whose .env leads through a cache that is known."""
    home = directory / "home"
    env = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    env |= {"HOME": str(home), "POLYSCALE_AUTOSTART": "0"}
    local = env | {"POLYSCALE_API_URL": API}
    known = KnownCache(ID, "shop", "postgres", "db.example.com", 5432, None, "edge.example.com", 9010, "prefer")
    KnownCaches(home / ".cache" / "polyscale", API).replace([known])
    file = directory / ".env"
    file.write_text("DATABASE_URL=postgres://app:secret@db.example.com/shop\n")
    file.chmod(0o600)
    subprocess.run([SCRIPT, "env", "write", "--force"], check=True, capture_output=True, cwd=directory, env=local)

    def measured(line: str, limit: float | None, env: Mapping[str, str]) -> Measured:
        return Measured(f"polyscale {line}", [str(SCRIPT), *line.split()], directory, env, limit)

    return [
        Measured(BARE, [sys.executable, "-c", "pass"], directory, env),
        measured("--version", None, env),
        measured("--help", LOCAL_MS, env),
        measured("completion bash", LOCAL_MS, env),
        measured("connstr --from-env", LOCAL_MS, local),
        measured("env check", LOCAL_MS, local),
        measured("cache list", None, env | dict(edge_env)),
    ]


def theirs(tools: Mapping[str, tuple[str, list[str]]], directory: Path) -> list[Measured]:
    """The others, without a word to anybody about being run."""
    quiet = {"CI": "1", "WRANGLER_SEND_METRICS": "false", "NEON_NO_ANALYTICS": "1", "NO_UPDATE_NOTIFIER": "1"}
    env = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ} | quiet
    env["HOME"] = str(directory / "home")
    return [
        Measured(f"{name} {option}", [*start, option], directory, env)
        for name, (_, start) in tools.items()
        for option in ("--version", "--help")
    ]


def table(rows: Sequence[Measured]) -> list[str]:
    """What was measured, as a table of the README."""
    bare = next(row.median for row in rows if row.name == BARE)
    lines = ["| command | median | least | most | of `python -c pass` |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        times = " | ".join(f"{value:.0f} ms" for value in (row.median, min(row.times), max(row.times)))
        lines.append(f"| `{row.name}` | {times} | {row.median / bare:.1f} x |")
    return lines


def figures(rows: Sequence[Measured]) -> list[str]:
    """What the project promises, and what this run reached."""
    medians = {row.name: row.median for row in rows}
    ratio = medians["polyscale --version"] / medians[BARE]
    lines = ["| figure | goal | reached | |", "| --- | --- | --- | --- |"]
    lines.append(f"| `polyscale --version`, of `{BARE}` | <= {LIMIT} x | {ratio:.2f} x | {_yes(ratio <= LIMIT)} |")
    for row in rows:
        if row.limit is not None:
            yes = _yes(row.median <= row.limit)
            lines.append(f"| `{row.name}` | <= {row.limit:.0f} ms | {row.median:.0f} ms | {yes} |")
    return lines


def _yes(reached: bool) -> str:
    return "yes" if reached else "NO"


def main() -> int:
    """Install, measure, print; 0 unless something could not be run."""
    parser = argparse.ArgumentParser(prog="benchmarks.cli", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=21, help="how often each command is run (21)")
    parser.add_argument("--write", action="store_true", help="put the tables into the README")
    options = parser.parse_args()
    if shutil.which("npm") is None:
        parser.error("npm is missing: it installs the tools to compare with")
    with tempfile.TemporaryDirectory(prefix="bench-cli-") as folder, installed() as tools, run_edge() as edge:
        directory = Path(folder)
        rows = [*ours(directory, edge.env), *theirs(tools, directory)]
        progress(f"{options.runs} runs of {len(rows)} commands")
        for _ in range(options.runs):
            for row in rows:
                row.run()
    versions = ", ".join(f"{name} {version}" for name, (version, _) in tools.items())
    node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    text = "\n".join(
        [
            f"Processor time of one start ({os.cpu_count()} processors), Python {platform.python_version()}, "
            f"{versions} on Node {node}; {options.runs} runs, taking turns.",
            "",
            *table(rows),
            "",
            *figures(rows),
        ]
    )
    print(text)
    if options.write:
        page = README.read_text(encoding="utf-8")
        README.write_text(BLOCK.sub(lambda match: f"{match[1]}\n{text}\n\n{match[2]}", page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
