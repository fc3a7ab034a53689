"""The ports that somebody chose for the edge of a state directory, which the next one takes again.

Connection strings name them, in files that nobody changes because an edge begins anew: one that went back to the usual
ports would leave all of them dead, and no command that starts an edge by itself has an option for a port.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from polyscale_cli.settings.private_file import write_private
from polyscale_cli.value import Value

FILE = "ports.json"
NAMES = ("http_port", "postgres_port", "mysql_port", "mariadb_port")


class ChosenPort(Value):
    """One port; ``any_free`` where no number was asked for, so that another one will do if it is taken."""

    port: int
    any_free: bool


def read_chosen_ports(state_dir: Path) -> dict[str, ChosenPort]:
    """What is remembered, by the names of the edge's settings; an unreadable file remembers nothing."""
    try:
        found = json.loads((state_dir / FILE).read_text(encoding="utf-8"))
        return {
            name: ChosenPort(int(found[name]["port"]), bool(found[name]["any_free"])) for name in NAMES if name in found
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_chosen_ports(state_dir: Path, ports: Mapping[str, ChosenPort]) -> None:
    """Remember these and no others. Raises OSError."""
    document = {name: one.as_dict() for name, one in ports.items()}
    write_private(state_dir / FILE, json.dumps(document, indent=1) + "\n")
