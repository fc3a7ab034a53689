"""Millions of statements, and as many connections as are worth it: what they leave behind in the edge."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from benchmarks.connections import connections
from benchmarks.growth import STATEMENTS, growth_figure
from benchmarks.mysql.targets import DATABASE, KEYS, edge_target, expected
from benchmarks.report import Part, number, progress
from benchmarks.target import Target
from tests.e2e.raw_mysql import Answer, Command, RawMySql
from tests.load.memory import SAMPLES, Growth
from tests.servers.edge import run_edge
from tests.servers.mysql_like import MySqlLike
from tests.servers.process import ServerError, resident_bytes

CLIENTS = 8
HOT = 50
COUNTERS = 100
LEAVING = 0.004
"""After so many of a client's turns it leaves, and another comes."""

FILLING_TURNS = 50_000
"""Of which two fifths each make a text to be asked and one to be prepared: as many as the edge remembers."""


def _told(answer: Answer, *rows: bytes, error: int | None = None) -> int:
    if answer.error != error or (rows and answer.rows != tuple((row,) for row in rows)):
        raise ServerError(f"under load: {answer}, not {rows} {error}")
    return 1


def _read(client: RawMySql, key: int, column: str = "c") -> int:
    answer = client.query(f"SELECT {column} FROM sbtest1 WHERE id = {key}")
    return _told(answer, expected(key).encode())


def _hit(client: RawMySql, turn: int) -> int:
    return _read(client, turn % HOT + 1)


def _miss(client: RawMySql, turn: int) -> int:
    return _read(client, turn * 7919 % (KEYS - COUNTERS) + 1)


def _distinct(client: RawMySql, turn: int) -> int:
    return _read(client, turn % HOT + 1, f"c AS c{turn}")


def _prepared(client: RawMySql, turn: int) -> int:
    statement = client.prepare("SELECT c FROM sbtest1 WHERE id = ?")
    for _ in range(2):
        _told(client.execute(statement, str(turn % HOT + 1)))
    client.close_statement(statement)
    return 4


def _closed(client: RawMySql, turn: int) -> int:
    client.close_statement(client.prepare(f"SELECT k - {turn} FROM sbtest1 WHERE id = ?"))
    return 2


def _abandoned(client: RawMySql, turn: int) -> int:
    client.prepare(f"SELECT k + {turn} FROM sbtest1 WHERE id = ?")
    return 1


def _failing(client: RawMySql, turn: int) -> int:
    if turn % 100 == 0:
        return _told(client.query(f"SELEC {turn}"), error=1064)  # nobody knows what this would have done
    return _told(client.query("SELECT nothing FROM sbtest1"), error=1054)


def _writing(client: RawMySql, turn: int) -> int:
    return _told(client.query(f"UPDATE sbtest1 SET k = k + 1 WHERE id = {KEYS - turn % COUNTERS}"))


def _transaction(client: RawMySql, turn: int) -> int:
    made = _told(client.query("BEGIN")) + _hit(client, turn) + (_writing(client, turn) if turn & 2 else 0)
    return made + _told(client.query("COMMIT" if turn & 1 else "ROLLBACK"))


def _settling(client: RawMySql, turn: int) -> int:
    made = _told(client.query(f"SET time_zone = '+{turn % 13:02}:{turn // 13 % 60:02}'"))
    return made + _hit(client, turn) + _told(client.query("SET time_zone = DEFAULT"))


Kind = Callable[[RawMySql, int], int]
FILLING: tuple[Kind, ...] = (_distinct, _distinct, _closed, _closed, _settling)
KINDS: tuple[Kind, ...] = (
    *((_hit,) * 8),
    *((_miss,) * 4),
    *((_prepared,) * 2),
    _abandoned,
    *((_distinct,) * 2),
    _failing,
    _writing,
    _transaction,
    _settling,
)


class _Crowd:
    """CLIENTS that take turns; now and then one leaves, and another comes."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._chance = random.Random(1)
        self._turn = 0
        self._clients = [enter(target, ExitStack()) for _ in range(CLIENTS)]

    def play(self, kinds: Sequence[Kind]) -> int:
        """One turn. Returns how many statements it was."""
        self._turn += 1
        at = self._turn % CLIENTS
        made = self._chance.choice(kinds)(self._clients[at], self._turn)
        if self._chance.random() < LEAVING:
            self._clients[at].socket.close()
            self._clients[at] = enter(self._target, ExitStack())
        return made


def enter(target: Target, stack: ExitStack) -> RawMySql:
    """Log in, and let the stack say goodbye."""
    client = stack.enter_context(RawMySql(target.port))
    if client.login(target.user, DATABASE).is_error:
        raise ServerError("the edge let nobody in")
    stack.callback(client.send, bytes((Command.QUIT,)))
    return client


def statements(origin: MySqlLike) -> Part:
    """How memory grows over STATEMENTS statements of all kinds, once all that is remembered has been filled."""
    progress(f"load: {FILLING_TURNS:,} turns to fill what is remembered, then {STATEMENTS:,} statements")
    with run_edge("--memory", "16MiB") as edge:
        pid = edge.process.pid
        crowd = _Crowd(edge_target(edge, origin))
        for _ in range(FILLING_TURNS):
            crowd.play(FILLING)
        samples = [(0, resident_bytes(pid))]
        made = 0
        while made < STATEMENTS:
            made += crowd.play(KINDS)
            if made >= STATEMENTS * len(samples) // SAMPLES:
                samples.append((made, resident_bytes(pid)))
                progress(f"load: {made:,} statements, {number(samples[-1][1], 'bytes')} resident")
    return growth_figure(Growth(tuple(samples)), CLIENTS)


def come_and_go(origin: MySqlLike) -> Part:
    """What connections leave behind that ask once."""
    with run_edge() as edge:
        target = edge_target(edge, origin)
        return connections(edge.process.pid, lambda stack: _hit(enter(target, stack), 1))
