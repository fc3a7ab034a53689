"""``statistics.db``: what was counted, in minutes for a week and in hours for a quarter of a year.

SQLite, in a file of its own: statistics are worth less than caches and keys, grow a thousand times as much, and must
not keep an edge from starting. Each minute is added to its hour as it is written, so that an hour is at any moment the
sum of what is known of it, and a minute that comes twice, because a clock was put back, is added to itself.

All of it blocks on the disk and belongs to one thread at a time.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from polyscale_cli.edge.observe.counts import Counts, Numbers
from polyscale_cli.edge.observe.gently import gently
from polyscale_cli.edge.observe.minute import CacheRecord, Facts, MinuteRecord, Told
from polyscale_cli.edge.observe.sketch import Sketch
from polyscale_cli.edge.state import FILE_MODE

MINUTE, HOUR = 60, 3600
KEPT_SECONDS = {MINUTE: 7 * 24 * HOUR, HOUR: 90 * 24 * HOUR}
"""How long spans of each length are kept."""

MOST_BYTES = 256 << 20
"""On disk. A cache with a hundred busy templates in every minute takes some 150 MB a week. The oldest go first."""

MOST_TOLD_IN_AN_HOUR = 200
"""Templates of a cache that an hour tells apart once it is over."""

_FUTURE = 2 * HOUR
"""Seconds that a clock may have been ahead without what it labelled being thrown away."""

_VERSION = 1
_NUMBERS = ", ".join(f"{name} REAL NOT NULL" for name in Numbers._fields)
_SCHEMA = f"""
    CREATE TABLE caches (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE templates (
        number INTEGER PRIMARY KEY, cache INTEGER NOT NULL, id TEXT NOT NULL, sql TEXT NOT NULL, tables TEXT NOT NULL,
        is_read INTEGER NOT NULL, refusal TEXT, last_run REAL NOT NULL, UNIQUE (cache, id)
    ) STRICT;
    CREATE TABLE totals (
        step INTEGER NOT NULL, cache INTEGER NOT NULL, at INTEGER NOT NULL,
        {_NUMBERS}, reasons TEXT NOT NULL, origin BLOB NOT NULL, hit BLOB NOT NULL,
        untold INTEGER NOT NULL, forgotten INTEGER NOT NULL, PRIMARY KEY (step, cache, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE told (
        step INTEGER NOT NULL, cache INTEGER NOT NULL, at INTEGER NOT NULL, template INTEGER NOT NULL,
        {_NUMBERS}, reasons TEXT NOT NULL, origin BLOB NOT NULL, hit BLOB NOT NULL,
        PRIMARY KEY (step, cache, at, template)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE habits (
        cache TEXT NOT NULL, template TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (cache, template)
    ) STRICT, WITHOUT ROWID;
"""
_COUNTS = ", ".join((*Numbers._fields, "reasons", "origin", "hit"))
_MARKS = ", ".join("?" * (len(Numbers._fields) + 3))
_SPANS = ("totals", "told")


class Damaged(Exception):
    """The file is none of ours, or not as it was written."""


class StatisticsStore:
    """One open file.

    Args:
        path: made with mode 0600 when it does not exist.
        most_bytes: that the file may have.

    Raises:
        Damaged: it is no such file, or another version's.
        sqlite3.OperationalError, OSError: it cannot be opened, or not be written.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=1)
        try:
            with _damage():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Write the log back into the file and close it."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    # Statistics

    def write(self, record: MinuteRecord) -> None:
        """Keep a minute, all of it or nothing."""
        with _damage(), self._transaction():
            for cache_id, cache in record.caches.items():
                number = self._number_of_cache(cache_id)
                self._add_total(MINUTE, number, record.at, cache)
                self._add_total(HOUR, number, record.at - record.at % HOUR, cache)
                for told in gently(cache.told):
                    template = self._number_of_template(number, told)
                    self._add_told(MINUTE, number, record.at, template, told.counts)
                    self._add_told(HOUR, number, record.at - record.at % HOUR, template, told.counts)

    def totals(self, cache_id: str, step: int, since: int, until: int) -> Iterator[tuple[int, CacheRecord]]:
        """Give a cache's spans of ``step`` seconds that begin from ``since`` on and before ``until``, in order."""
        with _damage():
            rows = self._connection.execute(
                f"SELECT at, untold, forgotten, {_COUNTS} FROM totals"  # noqa: S608
                " WHERE step = ? AND cache = (SELECT number FROM caches WHERE id = ?) AND at >= ? AND at < ?"
                " ORDER BY at",
                (step, cache_id, since, until),
            )
            for at, untold, forgotten, *counts in gently(rows):
                yield at, CacheRecord(_counts(counts), (), untold, forgotten)

    def told(self, cache_id: str, step: int, since: int) -> Iterator[Told]:
        """Give what templates did in spans that begin from ``since`` on, in no order, each template once for a span."""
        facts: dict[int, tuple[Facts, float]] = {}
        with _damage():
            rows = self._connection.execute(
                f"SELECT template, {_COUNTS} FROM told"  # noqa: S608
                " WHERE step = ? AND cache = (SELECT number FROM caches WHERE id = ?) AND at >= ?",
                (step, cache_id, since),
            )
            for template, *counts in gently(rows):
                if template not in facts:
                    facts[template] = self._facts(template)
                known, last_run = facts[template]
                yield Told(known, _counts(counts), last_run)

    def forget(self, cache_id: str) -> None:
        """Remove all of a cache that was deleted."""
        with _damage(), self._transaction():
            found = self._connection.execute("SELECT number FROM caches WHERE id = ?", (cache_id,)).fetchone()
            if found is not None:
                for table in (*_SPANS, "templates"):
                    self._connection.execute(f"DELETE FROM {table} WHERE cache = ?", found)  # noqa: S608
                self._connection.execute("DELETE FROM caches WHERE number = ?", found)
            self._connection.execute("DELETE FROM habits WHERE cache = ?", (cache_id,))

    # What automation has learned

    def habits(self, cache_id: str) -> dict[str, Any]:
        """Give the states that were saved of a cache, by their templates' ids."""
        with _damage():
            rows = self._connection.execute("SELECT template, state FROM habits WHERE cache = ?", (cache_id,))
            return {template: json.loads(state) for template, state in rows}

    def save_habits(self, cache_id: str, states: Mapping[str, Any]) -> None:
        """Keep the states of a cache, in place of those that were."""
        with _damage(), self._transaction():
            self._connection.execute("DELETE FROM habits WHERE cache = ?", (cache_id,))
            self._connection.executemany(
                "INSERT INTO habits VALUES (?, ?, ?)",
                ((cache_id, template, json.dumps(state)) for template, state in gently(states.items())),
            )

    # Bounds

    def expire(self, now: int) -> None:
        """Remove what is too old by ``now``, and what would be of the future."""
        with _damage(), self._transaction():
            caches = [number for (number,) in self._connection.execute("SELECT number FROM caches")]
            for step, seconds in KEPT_SECONDS.items():
                for table in _SPANS:
                    self._connection.executemany(
                        f"DELETE FROM {table} WHERE step = ? AND cache = ? AND (at < ? OR at > ?)",  # noqa: S608
                        [(step, cache, now - seconds - step, now + _FUTURE) for cache in caches],
                    )
            self._shorten_hours(now - now % HOUR, caches)
            self._connection.execute("DELETE FROM templates WHERE number NOT IN (SELECT template FROM told)")

    def keep_in_bounds(self) -> bool:
        """Remove the oldest minutes, and then the oldest hours, until the file is small enough; whether any went."""
        removed = False
        with _damage():
            while self._used_bytes() > self._most_bytes and self._remove_oldest():
                removed = True
            if removed:
                self._connection.execute("PRAGMA incremental_vacuum").fetchall()
        return removed

    def _used_bytes(self) -> int:
        pages, free, size = (
            self._connection.execute(f"PRAGMA {what}").fetchone()[0]
            for what in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def _remove_oldest(self) -> bool:
        """Remove a tenth of the time that is kept, of minutes first, and of what is told before totals."""
        for table in reversed(_SPANS):
            for step in KEPT_SECONDS:
                oldest, newest = self._connection.execute(
                    f"SELECT min(at), max(at) FROM {table} WHERE step = ?",  # noqa: S608
                    (step,),
                ).fetchone()
                if oldest is not None:
                    with self._transaction():
                        self._connection.execute(
                            f"DELETE FROM {table} WHERE step = ? AND at <= ?",  # noqa: S608
                            (step, oldest + (newest - oldest) // 10),
                        )
                    return True
        return False

    def _shorten_hours(self, before: int, caches: list[int]) -> None:
        """Leave the busiest templates of the hours that are over."""
        for cache in caches:
            rows = self._connection.execute(
                "SELECT at FROM told WHERE step = ? AND cache = ? AND at < ? GROUP BY at HAVING count(*) > ?",
                (HOUR, cache, before, MOST_TOLD_IN_AN_HOUR),
            ).fetchall()
            for (at,) in rows:
                self._connection.execute(
                    "DELETE FROM told WHERE step = ?1 AND cache = ?2 AND at = ?3 AND template NOT IN"
                    " (SELECT template FROM told WHERE step = ?1 AND cache = ?2 AND at = ?3"
                    " ORDER BY hits + misses + passes DESC LIMIT ?4)",
                    (HOUR, cache, at, MOST_TOLD_IN_AN_HOUR),
                )

    # The file

    def _prepare(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if version not in (0, _VERSION) or (version == 0 and tables):
            raise Damaged(f"it has version {version}")
        if version == 0:
            self._connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Without a flush for each minute: a loss of power may cost the last ones, and never the file.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(f"PRAGMA journal_size_limit = {4 << 20}")
        if version == 0:
            self._connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
        for table in ("caches", "templates", *_SPANS, "habits"):
            self._connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchall()  # noqa: S608
        with self._transaction():  # a file that can only be read is better found out now
            pass

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _number_of_cache(self, cache_id: str) -> int:
        self._connection.execute("INSERT INTO caches (id) VALUES (?) ON CONFLICT DO NOTHING", (cache_id,))
        return int(self._connection.execute("SELECT number FROM caches WHERE id = ?", (cache_id,)).fetchone()[0])

    def _number_of_template(self, cache: int, told: Told) -> int:
        facts = told.facts
        (number,) = self._connection.execute(
            "INSERT INTO templates (cache, id, sql, tables, is_read, refusal, last_run) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (cache, id) DO UPDATE SET last_run = max(last_run, excluded.last_run) RETURNING number",
            (cache, facts.id, facts.sql, json.dumps(facts.tables), facts.is_read, facts.refusal, told.last_run),
        ).fetchone()
        return int(number)

    def _facts(self, template: int) -> tuple[Facts, float]:
        row = self._connection.execute(
            "SELECT id, sql, tables, is_read, refusal, last_run FROM templates WHERE number = ?", (template,)
        ).fetchone()
        if row is None:
            raise Damaged("a template is missing")
        identity, sql, tables, is_read, refusal, last_run = row
        return Facts(identity, sql, tuple(json.loads(tables)), bool(is_read), refusal), last_run

    def _add_total(self, step: int, cache: int, at: int, record: CacheRecord) -> None:
        row = self._connection.execute(
            f"SELECT untold, forgotten, {_COUNTS} FROM totals WHERE step = ? AND cache = ? AND at = ?",  # noqa: S608
            (step, cache, at),
        ).fetchone()
        untold, forgotten, counts = record.untold, record.forgotten, record.total
        if row is not None:
            untold, forgotten, counts = max(untold, row[0]), forgotten + row[1], _counts(row[2:])
            counts.add(record.total)
        self._connection.execute(
            f"INSERT OR REPLACE INTO totals (step, cache, at, untold, forgotten, {_COUNTS})"  # noqa: S608
            f" VALUES (?, ?, ?, ?, ?, {_MARKS})",
            (step, cache, at, untold, forgotten, *_columns(counts)),
        )

    def _add_told(self, step: int, cache: int, at: int, template: int, more: Counts) -> None:
        row = self._connection.execute(
            f"SELECT {_COUNTS} FROM told WHERE step = ? AND cache = ? AND at = ? AND template = ?",  # noqa: S608
            (step, cache, at, template),
        ).fetchone()
        counts = more
        if row is not None:
            counts = _counts(row)
            counts.add(more)
        self._connection.execute(
            f"INSERT OR REPLACE INTO told (step, cache, at, template, {_COUNTS}) VALUES (?, ?, ?, ?, {_MARKS})",  # noqa: S608
            (step, cache, at, template, *_columns(counts)),
        )


@contextlib.contextmanager
def _damage() -> Iterator[None]:
    """Tell a file that is not as it should be from a disk that is full or gone, which may pass."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if str(error).startswith("no such "):
            raise Damaged(str(error)) from error
        raise
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        raise Damaged(str(error)) from error


def _counts(columns: tuple[Any, ...] | list[Any]) -> Counts:
    *numbers, reasons, origin, hit = columns
    return Counts(Numbers._make(numbers), json.loads(reasons), Sketch.unpack(origin), Sketch.unpack(hit))


def _columns(counts: Counts) -> tuple[Any, ...]:
    return (*counts.numbers, json.dumps(counts.reasons), counts.origin.pack(), counts.hit.pack())
