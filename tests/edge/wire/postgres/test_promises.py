"""What the source of a function that is declared IMMUTABLE or STABLE tells of it."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.wire.postgres.functions import Judgement, Volatility
from polyscale_cli.edge.wire.postgres.promises import Promise

STANDARD = "CREATE OR REPLACE FUNCTION public.f(x integer)\n RETURNS integer\n LANGUAGE sql\n IMMUTABLE\n"
COMPUTES = {
    ("sql", "SELECT $1 + 1"): set(),
    ("sql", "SELECT $1.first || ' ' || $1.last"): set(),
    ("sql", "SELECT 'unknown'"): set(),
    ("sql", "SELECT extract(year FROM $1)::int"): {"extract"},
    ("sql", "SELECT sum(x) FROM unnest($1) AS x"): {"sum", "unnest"},
    ("sql", "SELECT public.unaccent('public.unaccent', $1)"): {"unaccent"},
    ("sql", STANDARD + "RETURN (f.x + g(1))\n"): {"g"},
    ("plpgsql", "BEGIN RETURN lower(a) || g(b); END"): {"lower", "g"},
    ("plpgsql", "BEGIN IF a IS DISTINCT FROM b THEN RETURN 1; END IF; RETURN NULL; END"): set(),
    ("plpgsql", "BEGIN <<odd>> x ?= g(1); END"): {"g"},
}
READS = [
    ("sql", "SELECT count(*) FROM parts"),
    ("sql", "TABLE parts"),
    ("sql", "WITH a AS (SELECT 1) SELECT * FROM a"),
    ("sql", "SELECT $1 > current_date"),
    ("sql", "SELECT $1 > 'today'::date"),
    ("sql", "SELECT $1 > E'n\\157w'::date"),
    ("sql", "SELECT /* a /* comment */ in another */ 1"),
    ("sql", STANDARD + "BEGIN ATOMIC\n SELECT count(*) AS count\n    FROM parts;\nEND\n"),
    ("sql", STANDARD + "something else\n"),
    ("plpgsql", "BEGIN RETURN (SELECT count(*) FROM parts); END"),
    ("plpgsql", "DECLARE r text; BEGIN EXECUTE 'SELECT 1' INTO r; RETURN r; END"),
    ("sql", "SELECT 1 -- " + "x" * 40_000),
    ("sql", None),
]


@pytest.mark.parametrize("case", COMPUTES)
def test_one_that_only_computes_is_believed(case: tuple[str, str]) -> None:
    language, source = case
    promise = Promise(Volatility.IMMUTABLE, language, source)
    assert promise.judgement is Judgement.PURE
    assert {name[-1] for name in promise.body.names.functions} == COMPUTES[case]
    assert Promise(Volatility.STABLE, language, source).judgement is Judgement.CLOCK_OR_TABLES


@pytest.mark.parametrize(("language", "source"), READS)
def test_one_that_may_read_more_is_not(language: str, source: str | None) -> None:
    assert Promise(Volatility.IMMUTABLE, language, source).judgement is Judgement.CLOCK_OR_TABLES
