"""The two streams: the answer on one, everything else on the other."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TextIO

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.output.colour import paint, wants_colour
from polyscale_cli.output.redact import Redactor
from polyscale_cli.output.streams import prepare_streams, silence
from polyscale_cli.output.text import brief, clean, clean_lines

BOLD = "1"
RED = "1;31"
YELLOW = "1;33"


class Console:
    """Both streams of this process, with what was decided about them.

    Attributes:
        quiet: leave out notes; warnings and errors still show.
        colour_flag: ``--color`` or ``--no-color``; None asks environment and terminal.
    """

    def __init__(self, out: TextIO, err: TextIO, environ: Mapping[str, str]) -> None:
        self.out = out
        self.err = err
        self.redact = Redactor()
        self.quiet = False
        self.colour_flag: bool | None = None
        self._environ = environ

    @classmethod
    def of_process(cls, environ: Mapping[str, str]) -> Console:
        """Take this process's streams, and see to it that no character can make printing fail."""
        prepare_streams()
        return cls(sys.stdout, sys.stderr, environ)

    @property
    def out_is_terminal(self) -> bool:
        """Whether a person reads the answer directly."""
        return is_terminal(self.out)

    @property
    def err_is_terminal(self) -> bool:
        """Whether a person reads the rest directly."""
        return is_terminal(self.err)

    @property
    def err_can_move(self) -> bool:
        """Whether what was written there can be written over: not so on a terminal that is dumb."""
        return self.err_is_terminal and self._environ.get("TERM") != "dumb"

    @property
    def out_can_move(self) -> bool:
        """Whether the answer's terminal can be written over: not so on one that is dumb."""
        return self._environ.get("TERM", "dumb") != "dumb"

    @property
    def out_colour(self) -> bool:
        """Whether the answer is coloured."""
        return wants_colour(self.colour_flag, self._environ, is_terminal=self.out_is_terminal)

    @property
    def err_colour(self) -> bool:
        """Whether the rest is coloured."""
        return wants_colour(self.colour_flag, self._environ, is_terminal=self.err_is_terminal)

    def answer(self, text: str) -> None:
        """Write text of the answer, with a newline, as it is."""
        self.out.write(f"{text}\n")

    def note(self, text: str) -> None:
        """Say something that helps, unless asked to be quiet."""
        if not self.quiet:
            self._say(clean(brief(text)))

    def warn(self, text: str) -> None:
        """Say something that the reader should act on."""
        self._say(f"{paint('warning:', YELLOW, colour=self.err_colour)} {clean(brief(text))}")

    def error(self, error: PolyscaleError) -> None:
        """Show an error as what, why, fix, each on a line of its own."""
        self._say(f"{paint('error:', RED, colour=self.err_colour)} {clean(brief(error.what))}")
        if error.why:
            self._say(f"  why: {clean(brief(error.why))}")
        if error.fix:
            self._say(f"  fix: {clean(brief(error.fix))}")
        for step in error.next_steps:
            self._say(f"       {clean(brief(step))}")

    def debug(self, text: str) -> None:
        """Write text that only ``POLYSCALE_DEBUG`` asks for; secrets are masked here, too."""
        self._say(clean_lines(text))

    def aside(self, text: str) -> None:
        """Write to stderr as it is. That nobody reads there is no reason to stop doing what was asked for."""
        try:
            self.err.write(text)
            self.err.flush()
        except OSError:
            silence(self.err)

    def _say(self, text: str) -> None:
        self.aside(f"{self.redact(text)}\n")


def is_terminal(stream: TextIO) -> bool:
    """Whether the stream is a terminal; a closed or missing one is not."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False
