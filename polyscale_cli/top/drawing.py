"""Lines of a screen, made of what is known and what was chosen; no terminal is needed for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from polyscale_cli.output.console import BOLD, RED
from polyscale_cli.output.plots.terminal import sparkline
from polyscale_cli.output.text import brief, clean
from polyscale_cli.top.columns import CACHE_COLUMNS, TEMPLATE_COLUMNS, fitted, rate
from polyscale_cli.top.controls import Controls
from polyscale_cli.top.rates import CacheRow, Frame

LEAST_WIDTH, LEAST_HEIGHT = 40, 10
CHOSEN = "7"
DIM = "2"
_MOST_CACHE_LINES = 9

HELP = (
    "q        quit",
    "up down  another cache; 1 to 9 choose one",
    "s        order the queries by rate, runs, origin p95 or hit ratio",
    "p        pause, and go on",
    "?        this help; any key leaves it",
    "",
    "/s      statements a second since the reading before; ~ is none yet",
    "HIT %   of a cache since the reading before, hits of hits and misses;",
    "        of a query in the last minutes, hits of all that it ran",
    "HIT     what hits took at the edge, ORIGIN what the database took:",
    "        half of them, and 95 of 100, in the last minutes",
    "TTL     how long answers of the query are kept now",
    "WHY NOT why the query, or that part of its runs, is passed by;",
    "        polyscale cache why tells more",
)


@dataclass(frozen=True, slots=True)
class Size:
    """Of a screen, in characters."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Styled:
    """One line and how it is painted: an SGR code, or nothing."""

    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is to be drawn.

    Attributes:
        frame: None before the first reading.
        failure: why there was no reading lately, if there was none.
        clock: the time of day, as text.
        interval: seconds from one reading to the next.
    """

    frame: Frame | None
    controls: Controls
    failure: str | None
    clock: str
    interval: float

    def with_controls(self, controls: Controls) -> Scene:
        """The same after a key."""
        return replace(self, controls=controls)

    def with_frame(self, frame: Frame, clock: str) -> Scene:
        """The same after a reading."""
        return replace(self, frame=frame, clock=clock, failure=None)

    def without_answer(self, failure: str) -> Scene:
        """The same after a reading that failed; what was known stays on the screen."""
        return replace(self, failure=failure)


def draw(scene: Scene, size: Size, *, blocks: bool) -> list[Styled]:
    """The lines of the screen: as many as its height, none wider than it; ``blocks`` says whether it has such
    characters.
    """
    if size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT:
        said = (f"At least {LEAST_WIDTH} x {LEAST_HEIGHT} characters", "are needed here; q quits.")
        return _framed([Styled(line) for line in said], size)
    lines = [_title(scene, size)]
    if scene.failure is not None:
        lines.append(Styled(f"{clean(brief(scene.failure))} Trying again.", RED))
    if scene.controls.help:
        lines += [Styled(""), *(Styled(line) for line in HELP)]
    elif scene.frame is None:
        lines += [] if scene.failure else [Styled("Waiting for the first answer.")]
    else:
        lines += _caches(scene.frame, size)
        lines += _queries(scene.frame, scene.controls, size, len(lines), blocks=blocks)
    keys = "up/down cache  s sort  p pause  ? help  q quit"
    room = size.height - 1
    return _framed([*lines[:room], *[Styled("")] * (room - len(lines)), Styled(keys, DIM)], size)


def _title(scene: Scene, size: Size) -> Styled:
    state = "paused" if scene.controls.paused else f"every {scene.interval:g} s"
    right = f"{state}  {scene.clock}"
    return Styled("polyscale top".ljust(size.width - len(right)) + right, BOLD)


def _caches(frame: Frame, size: Size) -> list[Styled]:
    """A row for each cache; those before the chosen one leave where there are too many."""
    if not frame.caches:
        return [Styled(""), Styled("There are no caches yet. Create one: polyscale cache create NAME --from-env")]
    most = min(_MOST_CACHE_LINES, max(1, size.height // 3))
    at = next((number for number, one in enumerate(frame.caches) if one.id == frame.chosen), 0)
    first = max(0, min(at - most + 1, len(frame.caches) - most)) if at >= most else 0
    columns = fitted(CACHE_COLUMNS, size.width - 2, frame.caches)
    lines = [Styled("  " + columns.titles(), BOLD)]
    for number, cache in enumerate(frame.caches[first : first + most], first + 1):
        is_chosen = cache.id == frame.chosen
        digit = str(number) if number <= 9 else " "
        mark = ">" if is_chosen else digit
        lines.append(Styled(f"{mark} {columns.row(cache)}", CHOSEN if is_chosen else ""))
    hidden = frame.unread + max(0, len(frame.caches) - most)
    if hidden:
        lines.append(Styled(f"  and {hidden} more", DIM))
    return lines


def _queries(frame: Frame, controls: Controls, size: Size, taken: int, *, blocks: bool) -> list[Styled]:
    """The chosen cache's past as a line of bars, and its templates in their order."""
    cache = frame.chosen_cache
    if cache is None:
        return []
    lines = [Styled(""), *_past(cache, size, blocks=blocks), Styled("")]
    if frame.templates is None:
        return [*lines, Styled("This edge does not tell what queries do, or not to this token.", DIM)]
    room = size.height - taken - len(lines) - 2
    rows = controls.sort.ordered(frame.templates)[: max(room, 0)]
    if not rows:
        return [*lines, Styled("No queries in the last minutes.", DIM)]
    columns = fitted(TEMPLATE_COLUMNS, size.width, rows)
    return [*lines, Styled(columns.titles(mark=controls.sort.value), BOLD), *(Styled(columns.row(one)) for one in rows)]


def _past(cache: CacheRow, size: Size, *, blocks: bool) -> list[Styled]:
    shown = cache.past[-size.width :]
    most = f", at most {rate(max(shown))}/s" if shown else ""
    return [
        Styled(f"{clean(cache.name)}: statements a second{most}", BOLD),
        Styled(sparkline(shown, width=size.width, blocks=blocks)),
    ]


def _framed(lines: Sequence[Styled], size: Size) -> list[Styled]:
    from rich.cells import set_cell_size

    return [Styled(set_cell_size(one.text, size.width), one.code) for one in lines[: size.height]]
