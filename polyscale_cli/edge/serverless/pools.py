"""Pools of connections: a few for each cache, user, password and database.

A connection is reset between uses, so that nobody meets what another left behind, and closed when it has been idle for
a while. Who finds all of them lent waits in line; the line has an end, and so has the waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import replace

from polyscale_cli.edge.serverless.backend import Answer, Backend, ConnectionLost, Unreachable
from polyscale_cli.edge.serverless.failures import busy, timed_out
from polyscale_cli.edge.serverless.limits import PoolLimits
from polyscale_cli.edge.serverless.statement import Statement

_log = logging.getLogger(__name__)

SETTLING_SECONDS = 5.0
"""How long a connection may take to be ready again, after a statement or its cancellation; then it is closed."""

TRUSTED_SECONDS = 10.0
"""A connection that was idle for longer is tried before it is lent: its origin may be gone without a word."""

LONGEST_SECONDS = 60.0
"""After its login, a connection is not lent any more: whether a password is still right, and what settings a role was
given, is seen by logins alone. Answers are kept as long by default."""

LONGEST_SECONDS_AFTER_CHANGE = 1.0
"""The same where the edge has seen a change of definitions since, which may be one of those."""


class Pool:
    """The connections of one user in one database.

    Args:
        connect: makes one; what it raises, the one who asked is told.
        limits: see there.
        redefined: how often definitions have changed at the origin (``engine.origin.Origin.redefined``).
        emptied: called when the last connection is gone and nobody waits.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Backend]],
        limits: PoolLimits,
        redefined: Callable[[], int],
        emptied: Callable[[], None],
    ) -> None:
        self._connect = connect
        self._redefined = redefined
        self._limits = limits
        self._emptied = emptied
        self._loop = asyncio.get_running_loop()
        self._idle: list[tuple[Backend, float, asyncio.TimerHandle]] = []
        # When each began to log in, and how often definitions had changed then.
        self._since: dict[Backend, tuple[float, int]] = {}
        self._taken = 0
        self._line: deque[asyncio.Future[None]] = deque()
        self._settling: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def size(self) -> int:
        """How many connections there are, those that are being made among them."""
        return self._taken + len(self._idle)

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._line)

    async def run(self, statement: Statement) -> Answer:
        """Run a statement on a connection of its own. One that is given up (cancelled) is cancelled at the origin.

        Raises:
            ApiError: 503, nothing was sent: the line is full, or waiting in it took too long; 504, the statement did.
            Refused, Unreachable, QueryFailed, ConnectionLost: see ``backend``.
        """
        await self._take_place()
        try:
            backend = await self._ready_backend()
        except BaseException:
            self._give_place()
            raise
        work = self._loop.create_task(backend.run(statement))
        try:
            done, _ = await asyncio.wait((work,), timeout=self._limits.statement_seconds)
        except asyncio.CancelledError:
            self._settle(backend, work, cancelled=True)
            raise
        if not done:
            self._settle(backend, work, cancelled=True)
            raise timed_out(self._limits.statement_seconds)
        self._settle(backend, work, cancelled=False)
        try:
            answer = work.result()
            # A login of now might give another: it is not kept as the answer to everybody with these credentials.
            return answer if self._is_like_new(backend) else replace(answer, entry=None)
        finally:
            del work  # it may have an error, whose traceback has this frame

    def close(self) -> None:
        """Close every connection; those that are lent, too."""
        self._closed = True
        for _, _, timer in self._idle:
            timer.cancel()
        self._idle.clear()
        for backend in tuple(self._since):
            backend.close()
        self._since.clear()

    async def settled(self) -> None:
        """Wait until no connection is being made ready again."""
        while self._settling:
            await asyncio.wait(self._settling)

    # -- places: as many as there may be connections ----------------------------------------------------------------

    async def _take_place(self) -> None:
        if self._taken < self._limits.connections and not self._line:
            self._taken += 1
            return
        if len(self._line) >= self._limits.queue:
            raise busy(f"All {self._limits.connections} connections are in use, and {self._limits.queue} requests wait")
        turn: asyncio.Future[None] = self._loop.create_future()
        self._line.append(turn)
        try:
            async with asyncio.timeout(self._limits.queue_seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._give_place()
            else:
                with contextlib.suppress(ValueError):  # whoever gave a place may have passed over it by now
                    self._line.remove(turn)
            if isinstance(error, TimeoutError):
                raise busy(f"No connection was free for {self._limits.queue_seconds:g} s") from None
            raise

    def _give_place(self) -> None:
        """Let the next in line have the place."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._taken -= 1
        if not self.size:
            self._emptied()

    # -- connections -------------------------------------------------------------------------------------------------

    async def _ready_backend(self) -> Backend:
        while self._idle:
            backend, since, timer = self._idle.pop()
            timer.cancel()
            lent = False
            try:
                trusted = self._loop.time() - since < TRUSTED_SECONDS
                lent = self._may_be_lent(backend) and (trusted or await _succeeds(backend.check()))
            finally:
                if not lent:
                    self._discard(backend)
            if lent:
                return backend
        login = (self._loop.time(), self._redefined())
        backend = await self._connect()
        if self._closed:
            backend.close()
            raise Unreachable("the cache was changed or deleted meanwhile; nothing was sent")
        self._since[backend] = login
        return backend

    def _may_be_lent(self, backend: Backend) -> bool:
        longest = LONGEST_SECONDS if self._is_like_new(backend) else LONGEST_SECONDS_AFTER_CHANGE
        return backend.is_usable and self._loop.time() - self._since[backend][0] < longest

    def _is_like_new(self, backend: Backend) -> bool:
        """Whether the edge knows of nothing for which a login of now might come to something else."""
        since = self._since.get(backend)
        return since is not None and since[1] == self._redefined()

    def _settle(self, backend: Backend, work: asyncio.Task[Answer], *, cancelled: bool) -> None:
        if cancelled:
            work.add_done_callback(_hear)
        task = self._loop.create_task(self._make_ready(backend, work, cancelled=cancelled))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    async def _make_ready(self, backend: Backend, work: asyncio.Task[Answer], *, cancelled: bool) -> None:
        """Have a connection that was used ready for the next one, or close it; the place goes on in any case."""
        ready = False
        try:
            if cancelled:
                backend.cancel()
                await asyncio.wait((work,), timeout=SETTLING_SECONDS)
            ready = work.done() and not self._closed and await _succeeds(backend.reset())
        finally:
            if ready and backend.is_usable and not self._closed:
                timer = self._loop.call_later(self._limits.idle_seconds, self._expire, backend)
                self._idle.append((backend, self._loop.time(), timer))
            else:
                self._discard(backend)
            self._give_place()

    def _expire(self, backend: Backend) -> None:
        self._idle = [one for one in self._idle if one[0] is not backend]
        self._discard(backend)
        if not self.size:
            self._emptied()

    def _discard(self, backend: Backend) -> None:
        self._since.pop(backend, None)
        backend.close()


async def _succeeds(step: Awaitable[None]) -> bool:
    """Take a step that makes a connection ready to be lent. Returns whether it is."""
    try:
        async with asyncio.timeout(SETTLING_SECONDS):
            await step
    except (ConnectionLost, TimeoutError):
        return False
    except Exception:  # noqa: BLE001  # whatever it is, this connection is not lent again
        _log.exception("a pooled connection could not be reset")
        return False
    return True


def _hear(work: asyncio.Task[Answer]) -> None:
    """Take an outcome that nobody asks for."""
    if not work.cancelled():
        work.exception()


class Pools:
    """All pools of one edge.

    Args:
        limits: of each.
        most: pools of one cache; strangers who guess passwords make one for each guess.
    """

    def __init__(self, limits: PoolLimits, most: int = 200) -> None:
        self.limits = limits
        self._most = most
        self._pools: dict[str, dict[Hashable, Pool]] = {}

    def find(
        self,
        cache_id: str,
        who: Hashable,
        connect: Callable[[], Awaitable[Backend]],
        redefined: Callable[[], int],
    ) -> Pool:
        """Find or make the pool of those who give the same credentials.

        Raises:
            ApiError: 503, the cache has too many.
        """
        pools = self._pools.setdefault(cache_id, {})
        pool = pools.get(who)
        if pool is None:
            if len(pools) >= self._most:
                raise busy(f"{self._most} pools of this cache are in use")
            pool = pools[who] = Pool(connect, self.limits, redefined, lambda: self._forget(cache_id, who))
        return pool

    def count(self, cache_id: str) -> int:
        """How many pools of a cache there are."""
        return len(self._pools.get(cache_id, ()))

    def close_those_of(self, cache_id: str) -> None:
        """Close the pools of a cache that was deleted, or whose origin has changed."""
        for pool in tuple(self._pools.pop(cache_id, {}).values()):
            pool.close()

    async def close(self) -> None:
        """Close all pools."""
        every = [pool for pools in self._pools.values() for pool in pools.values()]
        for cache_id in tuple(self._pools):
            self.close_those_of(cache_id)
        for pool in every:
            await pool.settled()

    def _forget(self, cache_id: str, who: Hashable) -> None:
        pools = self._pools.get(cache_id, {})
        pool = pools.get(who)
        if pool is not None and not pool.size and not pool.waiting:
            del pools[who]
            if not pools:
                self._pools.pop(cache_id, None)
