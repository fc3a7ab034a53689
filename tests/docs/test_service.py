"""The units of docs/service.md: systemd and launchd would take them, and what they start is a command."""

from __future__ import annotations

import configparser
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from polyscale_cli.app import ENTRIES
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/service.md").read_text(encoding="utf-8")
UNIT, AGENT = (re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE) for kind in ("ini", "xml"))
PROGRAM = "%h/.local/bin/polyscale"


def is_command(words: list[str]) -> bool:
    return any(entry.path == " ".join(words) for entry in ENTRIES)


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    assert UNIT is not None
    text = UNIT[1]
    unit = configparser.ConfigParser(interpolation=None)
    unit.read_string(text)
    assert set(unit) - {"DEFAULT"} == {"Unit", "Service", "Install"}
    program, *words = unit["Service"]["ExecStart"].split()
    assert (program, is_command(words)) == (PROGRAM, True)
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return
    path = tmp_path / "polyscale.service"
    # It looks whether the program is there.
    path.write_text(text.replace(PROGRAM, sys.executable))
    done = subprocess.run([analyze, "verify", "--man=no", str(path)], capture_output=True, text=True)
    about_it = [line for line in done.stderr.splitlines() if path.name in line]
    assert (done.returncode, about_it) == (0, []), done.stderr


def test_the_agent_is_one_that_launchd_takes() -> None:
    assert AGENT is not None
    agent = plistlib.loads(AGENT[1].encode())
    program, *words = agent["ProgramArguments"]
    assert program.endswith("/polyscale")
    assert is_command(words)
    assert f"{agent['Label']}.plist" in PAGE
    assert agent["KeepAlive"] == {"SuccessfulExit": False}, "it may be stopped"
