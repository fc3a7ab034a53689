"""What a session took is free as soon as it is over, however it ends: nothing is left to the collector of cycles.

The edge has that look seldom, and at what has lived for long hardly ever.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import struct
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvloop

from polyscale_cli.edge.engine import Engine
from polyscale_cli.edge.wire.listeners import Listeners
from tests.edge.wire.sides import ID, Side, cache_of
from tests.servers.process import PATIENCE


def vanish(client: Any) -> None:
    """Close with a reset (socket(7), SO_LINGER)."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()


def vanish_at_work(side: Any, client: Any) -> None:
    """The same, while the origin is at it."""
    side.hang(client)
    vanish(client)


ENDINGS: dict[str, Callable[[Any, Any, Listeners[Any]], object]] = {
    "the client says goodbye": lambda side, client, _: side.say_goodbye(client),
    "the client vanishes": lambda _side, client, _: vanish(client),
    "the client vanishes in the midst of a statement": lambda side, client, _: vanish_at_work(side, client),
    "the origin ends it": lambda side, _client, _: side.terminate(),
    "the edge ends it": lambda _side, _client, server: server.end_sessions(ID, "over"),
}


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Leave cycles where they are."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def live(side: Side, ending: str) -> None:
    """One session, until all of it is free."""
    engine = Engine(asyncio.get_running_loop().time, budget_bytes=1 << 20, entry_limit_bytes=1 << 16)
    server = side.serve(engine, cache_of(side))
    port = await server.listen("127.0.0.1", 0, ID)
    with ExitStack() as stack:
        client = await asyncio.to_thread(side.enter, stack, port)
        await asyncio.to_thread(side.work, client)  # type: ignore[arg-type]
        (session,) = server._sessions
        gone = [asyncio.Event(), asyncio.Event()]
        for each, event in zip((session, session.conversation), gone, strict=True):
            weakref.finalize(each, event.set)
        del session, each
        ENDINGS[ending](side, client, server)
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(event.wait() for event in gone))
        finally:
            await server.drain(0)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.usefixtures("no_collector")
def test_a_session_is_free_as_soon_as_it_is_over(side: Side, ending: str) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(live(side, ending))
