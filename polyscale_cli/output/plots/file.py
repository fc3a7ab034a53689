"""Plots as files, drawn by matplotlib, which is an extra: ``polyscale-cli[plot]``."""

from __future__ import annotations

import importlib.util
import math
import os
from collections.abc import Sequence
from pathlib import Path

from polyscale_cli.errors import PolyscaleError, UsageError
from polyscale_cli.output.plots.terminal import LEAST, Series, duration, round_duration

_SUFFIXES = (".png", ".svg")
_BINS = 60
_COLOURS = ("#3d6fb4", "#d9822b", "#5b8c5a", "#8a5a9e")
_INCHES = (8, 4)


def check_plot(path: Path) -> None:
    """See before the work is done whether a plot can be written there.

    Raises:
        UsageError: its name ends in nothing that is drawn, or its directory does not exist or may not be written to.
        PolyscaleError: matplotlib is not installed.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise UsageError(
            f"{path.name} names no plot that can be drawn.",
            fix=f"Let its name end in {' or '.join(_SUFFIXES)}.",
            code="UNKNOWN_PLOT",
        )
    if not path.parent.is_dir():
        raise UsageError(f"There is no directory {path.parent}.", code="NO_DIRECTORY")
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(
            f"No plot can be written to {path}.",
            why="It is a directory." if path.is_dir() else "The system does not let this user write there.",
            fix="Name another file with --plot.",
            code="NOT_WRITABLE",
        )
    if importlib.util.find_spec("matplotlib") is None:
        raise PolyscaleError(
            "Plots are drawn by matplotlib, and it is not installed.",
            fix="Install it beside polyscale: pip install 'polyscale-cli[plot]'",
            code="NO_MATPLOTLIB",
        )


def draw_distributions(path: Path, title: str, series: Sequence[Series]) -> None:
    """Draw the distribution of each series of times over a logarithmic axis, with its median, as PNG or SVG.

    A series is a label with at least one positive time in seconds.

    Raises:
        OSError: the file cannot be written.
    """
    import logging

    # That its own files found no home is no news for whoever asked for a plot.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    everything = [max(value, LEAST) for _, values in series for value in values]
    low, high = min(everything) / 1.1, max(everything) * 1.1
    edges = [low * (high / low) ** (step / _BINS) for step in range(_BINS + 1)]
    figure = Figure(figsize=_INCHES, layout="constrained")
    axes = figure.add_subplot()
    for (label, values), colour in zip(series, _COLOURS, strict=False):
        median = sorted(values)[(len(values) - 1) // 2]
        axes.hist(values, bins=edges, color=colour, alpha=0.6, label=f"{label}: median {duration(median)}")
        axes.axvline(median, color=colour, linewidth=1.5, linestyle="--")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if math.log10(high / low) < 2 else (1,)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: round_duration(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("time of a run")
    axes.set_ylabel("runs")
    axes.set_title(title, loc="left", parse_math=False)
    axes.legend(frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, format=path.suffix.lower().removeprefix("."), dpi=150)
