"""The life of a running edge: open everything, say so, wait for a signal, drain, close."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable

from polyscale_cli import __version__
from polyscale_cli.edge.api.http import HttpServer
from polyscale_cli.edge.listening import start_failure
from polyscale_cli.edge.registry import Registry
from polyscale_cli.edge.runtime import Runtime, is_loopback
from polyscale_cli.edge.server import Edge
from polyscale_cli.edge.settings import EdgeSettings
from polyscale_cli.edge.state import StateDirectory
from polyscale_cli.edge.tls import client_context
from polyscale_cli.edge.token import local_token

_log = logging.getLogger(__name__)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(settings: EdgeSettings, announce: Callable[[Runtime], None], gone: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        settings: checked; the state directory is prepared and its lock is ours.
        announce: called once everything accepts connections, and again when the listeners have changed.
        gone: called before a second signal ends the process without draining.

    Raises:
        PolyscaleError: the edge cannot start.
    """
    _set_limits()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, announce, gone))


async def _serve(settings: EdgeSettings, announce: Callable[[Runtime], None], gone: Callable[[], None]) -> None:
    state = StateDirectory(settings.state_dir)
    stop = _stop_on_signal(gone)
    tls = client_context(state, settings.tls_cert, settings.tls_key)
    registry = Registry(state.database)
    try:
        edge = Edge(settings, registry, local_token(state.token), tls)
        http = HttpServer(edge)
        try:
            edge.http = (settings.host, await _listen(http, settings))
            await edge.start()
            _settle_memory()
            announce(_runtime(edge, state))
            edge.listeners_changed = lambda: _announce_again(edge, state, announce)
            _log.info("edge %s ready, pid %d", __version__, os.getpid())
            if not is_loopback(settings.host):
                _log.warning(
                    "other machines can reach %s: the API's token and its answers travel unencrypted", settings.host
                )
            await stop.wait()
            _log.info("edge stopping, statements in flight have %g s", settings.drain_seconds)
        finally:
            await edge.drain()
            await http.close()
    finally:
        registry.close()
    _log.info("edge stopped")


async def _listen(http: HttpServer, settings: EdgeSettings) -> int:
    try:
        return await http.listen(settings.host, settings.http_port)
    except OSError as error:
        raise start_failure(error, settings.host, settings.http_port, "--http-port") from error


def _announce_again(edge: Edge, state: StateDirectory, announce: Callable[[Runtime], None]) -> None:
    try:
        announce(_runtime(edge, state))
    except OSError as error:  # a full disk; the listeners themselves are open, and GET /v1/edge shows them
        _log.error("cannot say where the edge listens: %s", error)


def _runtime(edge: Edge, state: StateDirectory) -> Runtime:
    host, port = edge.http
    return Runtime(os.getpid(), __version__, edge.started_at, host, port, edge.listeners, state.log)


def _stop_on_signal(gone: Callable[[], None]) -> asyncio.Event:
    """An event that the first SIGTERM or SIGINT sets; the second ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        if not stop.is_set():
            stop.set()
            return
        _log.warning("second %s: ending without waiting for statements in flight", number.name)
        gone()
        os._exit(128 + number)

    for number in _SIGNALS:
        if sys.platform == "win32":
            signal.signal(number, lambda got, _: loop.call_soon_threadsafe(on_signal, signal.Signals(got)))
        else:
            loop.add_signal_handler(number, on_signal, number)
    return stop


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _set_limits() -> None:
    """Let the process open as many files as it may: each client takes two, and the usual soft limit is 1024.

    And let it leave no image of its memory where it fails: there are rows in it, and passwords on their way. Only the
    soft limit, so that somebody who looks for the failure can allow it again (``prlimit``).
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS calls its hard limit infinite and refuses to go there.
    wanted = 65536 if hard == resource.RLIM_INFINITY else hard
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError) as error:
            _log.info("the limit of open files stays at %d: %s", soft, error)


def _settle_memory() -> None:
    """Keep the garbage collector from pausing the edge.

    A full collection visits every live container, and 100,000 entries make that a pause of many milliseconds, in which
    no client is served. Entries and sessions are freed by reference counting; the collector is there for cycles, which
    only failures leave behind. What start-up has made stays for good and is taken out of its sight; full
    collections become rare instead of impossible.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 5, 1_000)
