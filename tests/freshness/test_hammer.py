"""The hammer, short; and proof that it can find an old answer."""

from __future__ import annotations

import psycopg

from tests.freshness.hammer import SCHEMA, Hammer
from tests.freshness.through import Through
from tests.servers.postgres import TRUST
from tests.servers.process import PATIENCE


def made(through: Through) -> None:
    through.around(SCHEMA + "GRANT ALL ON ALL TABLES IN SCHEMA public TO public")


def test_no_read_is_behind_an_acknowledged_write(through: Through) -> None:
    made(through)
    before = through.hits
    verdict = Hammer(through.connect, through.connect).run(seconds=PATIENCE, writes=40, writers=2, readers=4)
    assert verdict.is_clean, verdict
    assert verdict.writes >= 40
    assert through.hits - before > verdict.reads / 2


def test_the_hammer_finds_old_answers_when_writers_go_around_the_edge(through: Through) -> None:
    made(through)

    def around() -> psycopg.Connection:
        return psycopg.connect(through.postgres.url(TRUST, through.database), autocommit=True)

    verdict = Hammer(through.connect, around).run(seconds=PATIENCE, writes=20, writers=2, readers=4)
    assert verdict.errors == []
    assert verdict.stale
