"""What every command has at hand: environment, console, how to answer, and whether a person is there."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from polyscale_cli.output.console import Console, is_terminal
from polyscale_cli.output.form import OutputForm
from polyscale_cli.settings.environment import is_ci, is_on
from polyscale_cli.settings.keys import Key

if TYPE_CHECKING:
    from polyscale_cli.ci.github import Workflow
    from polyscale_cli.output.progress import Progress
    from polyscale_cli.settings.resolve import Settings


@dataclass(eq=False, repr=False)
class AppContext:
    """One run of the command line.

    Attributes:
        command: the command's path, such as ``cache create``; known once it is resolved.
        form: how the answer is printed.
        no_input: never ask, whatever the terminal.
        fields: those of a list's rows that were asked for; empty means all.
        only_field: the one that was asked for of a single thing.
        options: settings that the command line gives for this one run.
        workflow: the step of GitHub Actions that this runs in, if it does.
    """

    environ: Mapping[str, str]
    console: Console
    stdin: TextIO
    cwd: Path
    form: OutputForm = OutputForm.TABLE
    command: str = ""
    no_input: bool = False
    fields: tuple[str, ...] = ()
    only_field: str | None = None
    options: dict[Key, str] = field(default_factory=dict)
    workflow: Workflow | None = None
    debug: bool = field(init=False)
    _settings: Settings | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.debug = is_on(self.environ, "POLYSCALE_DEBUG")

    @property
    def settings(self) -> Settings:
        """Which value of each setting holds, and why."""
        if self._settings is None:
            from polyscale_cli.settings.resolve import Settings

            self._settings = Settings(self.environ, cwd=self.cwd, options=self.options, warn=self.console.warn)
        return self._settings

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked: terminals on both sides, no CI, answers for people."""
        return (
            not self.no_input
            and not is_on(self.environ, "POLYSCALE_NO_INPUT")
            and not is_ci(self.environ)
            and self.form is OutputForm.TABLE
            and is_terminal(self.stdin)
            and self.console.err_is_terminal
        )

    def progress(self, text: str) -> Progress:
        """Say, from 300 ms on, that something is under way."""
        from polyscale_cli.output.progress import Progress

        moving = not is_ci(self.environ) and not self.form.is_json
        return Progress(text, self.console, moving=moving)


def of_process(environ: Mapping[str, str]) -> AppContext:
    """The context of this process."""
    try:
        cwd = Path.cwd()
    except FileNotFoundError:
        # The directory was deleted under us; only commands that read files in it will mind.
        cwd = Path("/")
    return AppContext(environ=environ, console=Console.of_process(environ), stdin=sys.stdin, cwd=cwd)
