"""Writers and readers at once, and a judge: no read that began after an acknowledged write may be from before it.

Each group is a pair of tables that only one writer changes, always both in one transaction, so that its version only
grows and the two never differ. A writer notes a version when the server has told it that the write is done; a reader
takes the note before it asks.

    python -m tests.freshness.hammer --seconds 300            through an edge
    python -m tests.freshness.hammer --seconds 10 --around    writers go around it: this must find old answers
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

GROUPS = 4
READS_PER_WRITE = 200
"""A writer waits for so many reads before it writes again, so that there is something to hit."""

SCHEMA = "".join(
    f"""
    CREATE TABLE left_{g} (id int PRIMARY KEY, version int);
    CREATE TABLE right_{g} (id int PRIMARY KEY, version int);
    INSERT INTO left_{g} VALUES (1, 0); INSERT INTO right_{g} VALUES (1, 0);
    CREATE VIEW both_{g} AS SELECT l.version AS l, r.version AS r FROM left_{g} l JOIN right_{g} r USING (id);
    CREATE FUNCTION bump_{g}(v int) RETURNS void LANGUAGE sql AS
      'UPDATE left_{g} SET version = v; UPDATE right_{g} SET version = v';
    """
    for g in range(GROUPS)
)


@dataclass(slots=True)
class Verdict:
    """What happened. ``stale`` and ``torn`` say what was asked, the least version that was right, and the answer."""

    reads: int = 0
    writes: int = 0
    stale: list[tuple[str, int, int]] = field(default_factory=list)
    torn: list[tuple[str, int, int]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every answer was right."""
        return not (self.stale or self.torn or self.errors)


class Hammer:
    """One run. Connections are made by ``read_as`` and ``write_as``, in autocommit."""

    def __init__(self, read_as: Callable[[], psycopg.Connection], write_as: Callable[[], psycopg.Connection]) -> None:
        self.verdict = Verdict()
        self._read_as = read_as
        self._write_as = write_as
        self._acknowledged = [0] * GROUPS
        self._progress = threading.Condition()
        self._over = False

    def run(self, *, seconds: float, writes: int, writers: int, readers: int) -> Verdict:
        """Run until the time is over or all writes are done, whichever is first."""
        writing = [
            threading.Thread(target=self._guarded, args=(self._write, w, writers, writes)) for w in range(writers)
        ]
        reading = [threading.Thread(target=self._guarded, args=(self._read, r)) for r in range(readers)]
        for thread in (*reading, *writing):
            thread.start()
        deadline = time.monotonic() + seconds
        for thread in writing:
            thread.join(max(0.0, deadline - time.monotonic()))
        with self._progress:
            self._over = True
            self._progress.notify_all()
        for thread in (*reading, *writing):
            thread.join()
        return self.verdict

    def _guarded(self, work: Callable[..., None], *arguments: int) -> None:
        try:
            work(*arguments)
        except psycopg.Error as error:
            self.verdict.errors.append(str(error))
            with self._progress:
                self._over = True
                self._progress.notify_all()

    def _write(self, which: int, writers: int, writes: int) -> None:
        choose = random.Random(which)
        groups = range(which, GROUPS, writers)
        with self._write_as() as connection:
            for version in range(1, writes + 1):
                with self._progress:
                    due = self.verdict.reads + READS_PER_WRITE
                    self._progress.wait_for(lambda due=due: self._over or self.verdict.reads >= due)  # type: ignore[misc]
                    if self._over:
                        return
                for group in groups:
                    choose.choice(WAYS_TO_WRITE)(connection, group, version)
                    self._acknowledged[group] = version
                    self.verdict.writes += 1

    def _read(self, which: int) -> None:
        choose = random.Random(1000 + which)
        with self._read_as() as connection:
            connection.prepare_threshold = 1_000_000
            while not self._over:
                group = choose.randrange(GROUPS)
                name, ask = choose.choice(WAYS_TO_READ)
                least = self._acknowledged[group]
                answer = ask(connection, group)
                with self._progress:
                    self.verdict.reads += 1
                    if min(answer) < least:
                        self.verdict.stale.append((f"{name} of group {group}", least, min(answer)))
                    if len(set(answer)) > 1:
                        self.verdict.torn.append((f"{name} of group {group}", answer[0], answer[-1]))
                    self._progress.notify_all()


def _texts(group: int, version: int) -> tuple[str, str]:
    return tuple(f"UPDATE {side}_{group} SET version = {version}" for side in ("left", "right"))  # type: ignore[return-value]


def _in_a_block(connection: psycopg.Connection, group: int, version: int) -> None:
    connection.execute("BEGIN")
    for text in _texts(group, version):
        connection.execute(text.encode())
    connection.execute("COMMIT")


def _in_one_text(connection: psycopg.Connection, group: int, version: int) -> None:
    connection.execute("; ".join(_texts(group, version)).encode())


def _in_one_statement(connection: psycopg.Connection, group: int, version: int) -> None:
    left, right = _texts(group, version)
    connection.execute(f"WITH l AS ({left}) {right}".encode())


def _in_a_pipeline(connection: psycopg.Connection, group: int, version: int) -> None:
    with connection.pipeline(), connection.transaction():
        for text in _texts(group, version):
            connection.execute(text.encode())


def _by_a_function(connection: psycopg.Connection, group: int, version: int) -> None:
    connection.execute(f"SELECT bump_{group}({version})".encode())


def _prepared(connection: psycopg.Connection, group: int, version: int) -> None:
    with connection.transaction():
        for side in ("left", "right"):
            connection.execute(f"UPDATE {side}_{group} SET version = %s".encode(), (version,), prepare=True)


def _after_a_rollback(connection: psycopg.Connection, group: int, version: int) -> None:
    connection.execute(f"BEGIN; UPDATE left_{group} SET version = {version + 1_000_000}".encode())
    connection.execute("ROLLBACK")
    _in_a_block(connection, group, version)


WAYS_TO_WRITE = (
    *(_in_a_block, _in_one_text, _in_one_statement, _in_a_pipeline, _by_a_function, _prepared, _after_a_rollback),
)


def _row(connection: psycopg.Connection, sql: str, *parameters: object, prepare: bool = False) -> tuple[int, ...]:
    row = connection.execute(sql.encode(), parameters or None, prepare=prepare).fetchone()
    assert row is not None
    return tuple(row)


WAYS_TO_READ: tuple[tuple[str, Callable[[psycopg.Connection, int], tuple[int, ...]]], ...] = (
    ("left", lambda c, g: _row(c, f"SELECT version FROM left_{g}")),
    ("right with a parameter", lambda c, g: _row(c, f"SELECT version FROM right_{g} WHERE id = %s", 1)),
    ("left prepared", lambda c, g: _row(c, f"SELECT version FROM left_{g} WHERE id = %s", 1, prepare=True)),
    ("join", lambda c, g: _row(c, f"SELECT l.version, r.version FROM left_{g} l JOIN right_{g} r USING (id)")),
    ("view", lambda c, g: _row(c, f"SELECT l, r FROM both_{g}")),
    ("view prepared", lambda c, g: _row(c, f"SELECT l, r FROM both_{g} WHERE l >= %s", 0, prepare=True)),
)


def main() -> int:
    """Run it by hand against servers of its own."""
    from tests.servers.edge import run_edge
    from tests.servers.postgres import TRUST, run_postgres

    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--writers", type=int, default=3)
    arguments.add_argument("--readers", type=int, default=6)
    arguments.add_argument("--around", action="store_true", help="writers go straight to the server")
    given = arguments.parse_args()
    with run_postgres() as postgres, run_edge() as edge:
        postgres.run(SCHEMA + "GRANT ALL ON ALL TABLES IN SCHEMA public TO public", "app")
        cache = edge.create_cache(postgres, originTls="disable")
        through, around = cache.url(TRUST, "app", sslmode="disable"), postgres.url(TRUST, "app")
        verdict = Hammer(
            lambda: psycopg.connect(through, autocommit=True),
            lambda: psycopg.connect(around if given.around else through, autocommit=True),
        ).run(seconds=given.seconds, writes=1_000_000_000, writers=given.writers, readers=given.readers)
        metrics = cache.metrics()
    share = metrics.hits / max(1, verdict.reads)
    counts = f"{len(verdict.stale)} stale, {len(verdict.torn)} torn, {len(verdict.errors)} errors"
    lines = [f"{verdict.reads} reads ({share:.0%} hits), {verdict.writes} writes, {counts}"]
    lines += [f"  {wrong}" for wrong in (*verdict.stale[:5], *verdict.torn[:5], *verdict.errors[:5])]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if verdict.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
