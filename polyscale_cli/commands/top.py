"""``polyscale top``: what caches do at this moment, over the whole screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from polyscale_cli.commands.session import session
from polyscale_cli.context import AppContext
from polyscale_cli.errors import PolyscaleError, UnavailableError, UsageError
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Result, Table
from polyscale_cli.output.form import OutputForm
from polyscale_cli.settings.keys import Key

if TYPE_CHECKING:
    from polyscale_cli.top.asking import Asker
    from polyscale_cli.top.rates import Frame

SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.1, 3600.0


def top(
    ctx: typer.Context,
    cache: CacheRef = None,
    *,
    interval: Annotated[
        float, typer.Option("--interval", metavar="SECONDS", help="Between two readings.", show_default=True)
    ] = 1.0,
    count: Annotated[
        int | None,
        typer.Option("--count", metavar="N", min=1, help="Not over the screen: print so many, by default 1."),
    ] = None,
) -> Result:
    """Show what caches do at this moment, over the whole screen.

    Each cache with its rate, hit ratio, times and memory; of the one that is chosen, its queries. Rates are of the
    time between two readings, times of the last minutes. Keys: q quits, s changes the order of the queries, p pauses,
    up and down or a number choose a cache, ? shows the rest. It goes on when an edge was gone and is back.

    Without a terminal, in a form for programs, or with --count, it takes readings and prints what was between them.

    \b
    Examples:
      polyscale top
      polyscale top shop --interval 5
      polyscale top shop --count 3 --json
    """
    app = context_of(ctx)
    if not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
        raise UsageError(
            f"--interval {interval} is not a number of seconds that this can be done in.",
            fix=f"Give one from {SHORTEST_INTERVAL} to {LONGEST_INTERVAL:.0f}.",
        )
    with session(app) as current:
        named = cache is not None or current.settings.value(Key.CACHE) is not None
        only = current.cache(cache).id if named else None
    if count is None and app.form is OutputForm.TABLE:
        from polyscale_cli.output.screen import can_fill_the_screen

        if can_fill_the_screen(app.console, app.stdin):
            _fill_the_screen(app, only, interval)
            return Result()
    return _snapshots(app, only, interval, count or 1)


@contextmanager
def _connected(app: AppContext, only: str | None) -> Iterator[Callable[[], Asker]]:
    """What asks the edge that is there when it is called; a local one may have come back on another port."""
    from polyscale_cli.client.api import ManagementApi
    from polyscale_cli.client.http import HttpClient
    from polyscale_cli.client.target import find_target
    from polyscale_cli.top.asking import Asker

    clients: list[HttpClient] = []

    def connect() -> Asker:
        while clients:
            clients.pop().close()
        target = find_target(app.settings)
        if target is None:
            raise UnavailableError("No edge is running.", fix="Start it with: polyscale edge start")
        app.console.redact.learn([target.token.secret])
        clients.append(HttpClient(target, app.settings))
        return Asker(ManagementApi(clients[-1]), time.monotonic, only=only)

    try:
        yield connect
    finally:
        while clients:
            clients.pop().close()


def _fill_the_screen(app: AppContext, only: str | None, interval: float) -> None:
    from polyscale_cli.output.plots.terminal import BLOCKS
    from polyscale_cli.output.screen import Screen
    from polyscale_cli.output.streams import can_encode
    from polyscale_cli.top.controls import Controls
    from polyscale_cli.top.drawing import Scene, Size, draw
    from polyscale_cli.top.polling import Poller
    from polyscale_cli.top.rates import Rates

    scene = Scene(None, Controls(), None, "", interval)
    rates = Rates()
    blocks = can_encode(app.console.out, BLOCKS)
    with (
        _connected(app, only) as connect,
        Screen(app.console, app.stdin) as screen,
        Poller(connect, interval, screen.wake) as poller,
    ):
        while not scene.controls.done:
            width, height = screen.size
            lines = draw(scene, Size(width, height), blocks=blocks)
            screen.show([(line.text, line.code) for line in lines])
            for key in screen.wait(interval):
                shown = [one.id for one in scene.frame.caches] if scene.frame else []
                scene = scene.with_controls(scene.controls.press(key, shown))
            poller.paused = scene.controls.paused
            poller.choose(scene.controls.chosen)
            while (found := poller.take()) is not None:
                if isinstance(found, PolyscaleError):
                    scene = scene.without_answer(app.console.redact(found.what))
                else:
                    scene = scene.with_frame(rates.take(found), time.strftime("%H:%M:%S"))


def _snapshots(app: AppContext, only: str | None, interval: float, count: int) -> Result:
    """Rates take two readings: one before, and one for each snapshot."""
    from polyscale_cli.top.rates import Rates
    from polyscale_cli.top.snapshots import document, rows

    rates = Rates()
    frames: list[tuple[str, Frame]] = []
    with _connected(app, only) as connect, app.progress("Taking readings"):
        asker = connect()
        frame = rates.take(asker.read(None))
        while len(frames) < count:
            time.sleep(interval)
            frame = rates.take(asker.read(frame.chosen))
            frames.append((time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), frame))
    columns, cells = rows([frame for _, frame in frames])
    return Result(
        data={"snapshots": [document(at, frame) for at, frame in frames]},
        view=Table(columns, cells, empty="There are no caches yet. Create one: polyscale cache create NAME --from-env"),
        ids=tuple(one.id for one in frame.caches),
    )
