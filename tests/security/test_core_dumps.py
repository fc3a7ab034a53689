"""Rows are in the edge's memory."""

from __future__ import annotations

from pathlib import Path

from tests.servers.edge import run_edge


def test_the_edge_leaves_no_dump_of_its_memory_where_others_would() -> None:
    with run_edge(prefix=("prlimit", "--core=unlimited")) as edge:
        limits = Path(f"/proc/{edge.process.pid}/limits").read_text()
        (core,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
        assert core.split()[4] == "0"
