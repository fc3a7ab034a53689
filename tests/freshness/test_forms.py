"""What the analysis finds in a query is held against what the server itself says that it depends on."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from polyscale_cli.edge.wire.postgres.dialect import PostgresDialect
from tests.freshness.forms import FORMS, TABLES
from tests.servers.postgres import Postgres

DEPENDS = r"""
SELECT DISTINCT c.relname FROM pg_rewrite r, regexp_matches(r.ev_action::text, ':relid (\d+)', 'g') m, pg_class c
  WHERE r.ev_class = 'seen'::regclass AND c.oid = m[1]::oid AND c.oid <> r.ev_class
"""


@pytest.fixture
def server(postgres: Postgres, database: str) -> Iterator[psycopg.Connection]:
    postgres.run(TABLES, database)
    with psycopg.connect(postgres.dsn(database), autocommit=True) as connection:
        yield connection


def tables_of(server: psycopg.Connection, sql: str) -> set[str]:
    """The tables that a view of the query depends on."""
    try:
        server.execute(f"CREATE VIEW seen AS {sql}".encode())
    except (psycopg.errors.DuplicateColumn, psycopg.errors.InvalidTableDefinition):
        server.execute(f"CREATE VIEW seen AS SELECT 1 AS one FROM ({sql}) x".encode())
    try:
        return {row[0] for row in server.execute(DEPENDS.encode())}
    finally:
        server.execute("DROP VIEW seen")


def test_no_form_of_a_query_hides_a_table(server: psycopg.Connection) -> None:
    """Where the analysis understands less than the whole, it must say so, and nothing is kept."""
    dialect = PostgresDialect()
    understood = 0
    missed = []
    forms = FORMS.strip().splitlines()
    for sql in forms:
        analysis = dialect.analyse(sql.encode())
        found = {name[-1] for name in analysis.reads}
        if analysis.is_plain_read:
            understood += 1
            if not tables_of(server, sql) <= found:
                missed.append(sql)
    assert missed == []
    assert understood >= 0.9 * len(forms), "most forms must be understood, or nothing is tried here"
