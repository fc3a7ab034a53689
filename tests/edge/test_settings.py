"""The settings of an edge: which it refuses to start with, and their way to the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyscale_cli.edge import process
from polyscale_cli.edge.process import EdgeSettings
from polyscale_cli.errors import UsageError


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"http_port": 65536}, "--http-port"),
        ({"postgres_port": -1}, "--postgres-port"),
        ({"http_port": 9010, "postgres_port": 9010}, "9010"),
        ({"mysql_port": 70000}, "--mysql-port"),
        ({"mysql_port": 9001, "mariadb_port": 9001}, "--mariadb-port"),
        ({"host": ""}, "--host"),
        ({"memory_bytes": 0}, "memory"),
        ({"drain_seconds": -1}, "drain"),
        ({"drain_seconds": float("nan")}, "drain"),
        ({"tls_cert": Path("a.crt")}, "--tls-key"),
        ({"tls_key": Path("a.key")}, "--tls-cert"),
        ({"log_level": "chatty"}, "chatty"),
    ],
)
def test_settings_that_no_edge_can_run_with_are_refused(
    state_dir: Path, changes: dict[str, object], named: str
) -> None:
    with pytest.raises(UsageError) as refused:
        process.start(EdgeSettings(state_dir, **changes))  # type: ignore[arg-type]
    assert named in f"{refused.value.what} {refused.value.fix}"


def test_settings_survive_the_way_to_the_child() -> None:
    settings = EdgeSettings(Path("/a b/ü"), http_port=1, drain_seconds=0.5, ready_file=Path("r"), tls_cert=Path("c"))
    assert EdgeSettings.from_json(settings.to_json()) == settings
