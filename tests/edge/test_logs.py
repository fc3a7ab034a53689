"""The last lines of an edge's log."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyscale_cli.edge import process
from polyscale_cli.errors import NotFoundError


def test_the_last_lines_of_the_log_reach_back_into_the_older_file(state_dir: Path) -> None:
    state_dir.mkdir()
    (state_dir / "edge.log.1").write_text("one\ntwo\n")
    (state_dir / "edge.log").write_text("three\n")
    assert process.logs(state_dir, 2) == ["two", "three"]
    assert process.logs(state_dir, 1) == ["three"]
    assert process.logs(state_dir, 0) == []


def test_without_an_edge_there_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        process.logs(tmp_path)
