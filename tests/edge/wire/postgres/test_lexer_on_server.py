"""The lexer against PostgreSQL's own: where a literal begins and ends, and which statements a text holds.

Texts are put together from what could confuse: quotes in comments, comments in quotes, dollars, escapes, operators. A
real server says of each whether it is a statement at all, what it replaces by ``$1`` (pg_stat_statements), and what it
writes. Where the two lexers differ, a write could hide from the edge, or two different statements share a template.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import settings
from psycopg import pq

from polyscale_cli.edge.engine import Effect
from polyscale_cli.edge.wire.postgres.dialect import PostgresDialect
from polyscale_cli.edge.wire.postgres.lexer import RAW, normalise
from polyscale_cli.edge.wire.tokens import PLACEHOLDER
from tests.servers.postgres import run_postgres

TEXTS = 6 * settings().max_examples
SEED = 1 if settings().derandomize else random.randrange(1 << 30)
SETUP = "CREATE EXTENSION pg_stat_statements; CREATE TABLE t (a int, b text); CREATE TABLE hidden (n int)"


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    """A session of a server that says how it reads statements."""
    with run_postgres(
        "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_utility = off\n"
    ) as made:
        made.run(SETUP)
        with psycopg.connect(made.dsn(), autocommit=True) as session:
            session.execute("SET statement_timeout = '5s'; SET client_min_messages = error")
            yield session


def simple(session: psycopg.Connection, text: bytes) -> pq.ExecStatus:
    """Send a Query as it is."""
    return pq.ExecStatus(session.pgconn.exec_(text).status)


def contents(session: psycopg.Connection) -> bytes | None:
    """All that is in the table that writes are hidden for."""
    return session.pgconn.exec_(b"SELECT array_agg(n) FROM hidden").get_value(0, 0)


class Writer:
    """Makes texts, the same from the same seed."""

    def __init__(self, seed: int) -> None:
        self._choose = random.Random(seed)

    def literal(self) -> str:
        choose = self._choose
        inside = "".join(choose.choices(CONFUSING, k=choose.randrange(5)))
        form = choose.randrange(12)
        if form < 3:
            return "'" + inside.replace("'", "''") + "'"
        if form < 5:
            return "E'" + inside.replace("\\", "\\\\").replace("'", choose.choice(("''", "\\'"))) + "'"
        if form == 5:
            tag = choose.choice(("", "q", "é", "_1"))
            return f"${tag}${inside.replace('$', '')}${tag}$"
        if form == 6:
            return "U&'" + inside.replace("\\", "\\\\").replace("'", "''") + "'"
        if form == 7:
            return choose.choice(("B'01'", "X'1f'", "b''", "x''"))
        if form == 8:
            gap = choose.choice(("\n", " -- '\n ", "\r", "\n\n"))
            return f"'{choose.choice(('a', '', '--', '/*'))}'{gap}'{choose.choice(('b', '*/', ';'))}'"
        return choose.choice(("1", "0", "1.", ".5", "1.5e10", "12e3", "007", "1e-3"))

    def gap(self) -> str:
        return self._choose.choice(GAPS)

    def expression(self) -> str:
        choose = self._choose
        parts = [choose.choice(("a", "b", '"a"', 't."b"', "t.a", "T.B")) if choose.random() < 0.3 else self.literal()]
        for _ in range(choose.randrange(3)):
            parts += [choose.choice((",", ",", ",", "||", "=", "-", "::text ||", "IS DISTINCT FROM")), self.literal()]
        return self.gap().join(parts)

    def statement(self) -> str:
        choose = self._choose
        form = choose.randrange(10)
        if form < 7:
            columns = f"{self.gap()},".join(self.expression() for _ in range(choose.randrange(1, 3)))
            where = f"{self.gap()}WHERE{self.gap()}{self.expression()}" if choose.random() < 0.4 else ""
            return f"SELECT{self.gap()}{columns}{self.gap()}FROM{self.gap()}t{where}"
        if form == 7:
            return f"INSERT{self.gap()}INTO{self.gap()}hidden VALUES{self.gap()}(1)"
        return choose.choice(("SELECT 1", "DELETE FROM hidden", "UPDATE hidden SET n = 2", "TABLE t", ""))

    def text(self) -> bytes:
        """One to three statements, and sometimes some bytes more or less than there should be."""
        choose = self._choose
        made = choose.choice((";", " ; ", ";--;\n", ";/*;*/")).join(
            self.statement() for _ in range(choose.choice((1, 1, 1, 2, 3)))
        )
        for _ in range(choose.choice((0, 0, 0, 0, 1, 2, 4))):
            at = choose.randrange(len(made) + 1)
            if choose.random() < 0.5:
                made = made[:at] + choose.choice(CONFUSING) + made[at:]
            else:
                made = made[:at] + made[at + choose.randrange(1, 4) :]
        return made.encode().replace(b"\0", b"")


CONFUSING = (
    *r"""' '' " \ \' \\ $ $$ $q$ -- /* */ ; "a" e' E U& u&' B' x' 1 a é $1 * / - + @ [1] :: :a { } # ? % `""".split(),
    *("&", "|", "..", "--\n", "/* /* */ */", "; DELETE FROM hidden; ", *"\n\r\t\v\f \u00a0\u2028"),
)
COMMENTS = ("/**/", "/* ' */", '/* " */', "/* -- */", "/* $$ */", "/* ; */", "/***/", "/* /* ' */ */", "/*/**/*/")
LINES = ("-- '\n", '-- "\n', "--\r", "-- /*\n", "--- \n", "/* */ -- */\n")
GAPS = (*(" ", " ", " ", "  ", "\n", "\t", "\f", "\r\n"), *COMMENTS, *LINES)


def canonical(template: bytes) -> bytes:
    """What is left of a template where the two may differ without harm: signs of numbers, strings in parts, spaces."""
    template = re.sub(rb"(?:\[\?\]\s*)+", PLACEHOLDER, re.sub(rb"\$\d+", PLACEHOLDER, template))
    return re.sub(rb"\s+", b" ", re.sub(rb"[-+\s]*\[\?\]", PLACEHOLDER, template)).strip(b" ;")


def test_literals_are_where_the_server_finds_them(server: psycopg.Connection) -> None:
    """Of a text that is one query, the server's form with ``$1`` for each constant has the same template."""
    writer, compared = Writer(SEED), 0
    for _ in range(TEXTS):
        text = writer.text()
        if normalise(text).startswith(RAW) or b"$1" in text:
            continue
        simple(server, b"SELECT pg_stat_statements_reset()")
        if simple(server, text) is not pq.ExecStatus.TUPLES_OK:
            continue
        found = server.pgconn.exec_(
            b"SELECT query FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' ORDER BY query"
        )
        if found.ntuples != 1 or (seen := found.get_value(0, 0)) is None or normalise(seen).startswith(RAW):
            continue
        compared += 1
        if b";" not in canonical(normalise(text)):
            assert canonical(normalise(seen)) == canonical(normalise(text)), (SEED, text)
    assert compared > TEXTS / 20


def test_no_write_hides_from_the_analysis(server: psycopg.Connection) -> None:
    """Whatever the server writes when it is sent a text, the analysis of the text has said that it might."""
    writer, wrote = Writer(SEED), 0
    dialect = PostgresDialect()
    simple(server, b"SET pg_stat_statements.track = none")
    for number in range(TEXTS):
        text = writer.text()
        if number % 50 == 0:
            simple(server, b"TRUNCATE hidden; INSERT INTO hidden VALUES (0)")
        before = contents(server)
        status = simple(server, text)
        if status is pq.ExecStatus.FATAL_ERROR or contents(server) == before:
            continue
        wrote += 1
        analysis = dialect.analyse(text)
        assert ("hidden",) in analysis.writes or Effect.WRITES_ANYTHING in analysis.effects, (SEED, text)
        assert not analysis.is_plain_read, (SEED, text)
    assert wrote > TEXTS / 100
