"""Programs in Java, compiled once for each process of tests: ``java Program.java`` compiles at every start."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path


def java(source: Path, *jars: Path) -> tuple[str, ...]:
    """The command that runs a program, with its libraries."""
    with_libraries = ":".join(map(str, jars))
    classes = _compiled(source, with_libraries).name
    return ("java", "-cp", f"{with_libraries}:{classes}", source.stem)


@functools.cache
def _compiled(source: Path, libraries: str) -> tempfile.TemporaryDirectory[str]:
    """Where a program's classes are, as long as this process lives."""
    made = tempfile.TemporaryDirectory(prefix="polyscale-java-")
    subprocess.run(["javac", "-cp", libraries, "-d", made.name, source], check=True, timeout=100)
    return made
