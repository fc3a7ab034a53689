"""Functions that casts and domains call: what is not kept for their sake, and how a user learns of it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import answer
from tests.freshness.hidden import DELETE, NAME, Hidden, reads
from tests.freshness.through import Through, ask
from tests.servers.postgres import TRUST

SHOWN = "CREATE FUNCTION shown(apart) RETURNS int {how} LANGUAGE sql AS 'SELECT $1.id';"
CAST = "CREATE CAST (apart AS int) WITH FUNCTION shown(apart)"
CHECKED = (
    "CREATE FUNCTION accepted(int) RETURNS bool {how} LANGUAGE sql AS 'SELECT $1 > 0';"
    "CREATE DOMAIN positive AS int CHECK (accepted(value)); CREATE TABLE held (x positive);"
)


def told(through: Through) -> list[str]:
    """What a network test says of the database's functions."""
    path = f"/v1/caches/{through.cache.id}/network-tests"
    found: list[str] = through.cache.edge.api.post(path).raise_for_status().json()["hindrances"]
    return found


@pytest.mark.parametrize("context", ["", "AS ASSIGNMENT"])
@pytest.mark.parametrize(
    "casts",
    [
        "SELECT a::int FROM apart a",
        "SELECT CAST(a AS int) FROM apart a",
        "SELECT n FROM spelled",
    ],
)
def test_a_cast_that_is_not_implicit_costs_those_their_hits_that_cast(
    casts: str, context: str, through: Through
) -> None:
    through.around(SHOWN.replace("{how}", "VOLATILE") + f"{CAST} {context};")
    through.around("CREATE VIEW spelled AS SELECT a::int AS n FROM apart a; GRANT ALL ON spelled TO public")
    connection = through.connect()
    through.prime(lambda: ask(connection, NAME))
    through.prime(lambda: ask(connection, "SELECT count(*), max(name) FROM items"))
    through.never_hits(lambda: ask(connection, casts))
    assert through.hit(lambda: ask(connection, NAME))[1]


@pytest.mark.parametrize(
    ("setup", "name"),
    [(SHOWN + CAST + " AS IMPLICIT", "public.shown"), (CHECKED, "public.accepted")],
    ids=["an implicit cast", "the check of a domain"],
)
def test_what_costs_every_read_its_hits_is_told_and_is_over_when_it_is_mended(
    setup: str, name: str, through: Through
) -> None:
    through.around(setup.replace("{how}", "VOLATILE"))
    connection = through.connect()
    through.never_hits(lambda: ask(connection, NAME))
    assert told(through) == [name]
    edge = through.cache.edge
    said = edge.command("cache", "test", through.cache.id)
    assert f"may call {name}." in said.stderr
    findings = answer(edge.command("doctor", "--json"))["data"]
    (found,) = [one for one in findings if name in one["what"]]
    assert (found["level"], "IMMUTABLE" in found["fix"]) == ("warn", True)
    signature = "public.shown(apart)" if "shown" in name else "public.accepted(int)"
    through.around(f"ALTER FUNCTION {signature} OWNER TO {TRUST.name}")
    connection.execute(f"ALTER FUNCTION {signature} IMMUTABLE".encode())
    through.prime(lambda: ask(connection, NAME))
    assert told(through) == []


def test_a_database_without_such_functions_has_nothing_to_tell(through: Through) -> None:
    through.around(SHOWN.replace("{how}", "IMMUTABLE") + CAST + " AS IMPLICIT")
    connection = through.connect()
    through.prime(lambda: ask(connection, NAME))
    assert told(through) == []


CAST_THAT_READS = reads("f", "apart", "int", "count(*)::int") + "CREATE CAST (apart AS int) WITH FUNCTION f(apart)"
REACHED = {
    "in a view": ("; CREATE VIEW v AS SELECT CAST(a AS int) AS c FROM apart a", "SELECT c FROM v"),
    "in a function": (
        "; CREATE FUNCTION g(apart) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1::int'",
        "SELECT g(a) FROM apart a",
    ),
    "in a function's assignment": (
        " AS ASSIGNMENT; CREATE FUNCTION g(apart) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
        " 'DECLARE t int; BEGIN t := $1; RETURN t; END'",
        "SELECT g(a) FROM apart a",
    ),
    "as a function's result": (
        " AS ASSIGNMENT; CREATE FUNCTION g(a apart) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a'",
        "SELECT g(a) FROM apart a",
    ),
    "implicitly": (" AS IMPLICIT", "SELECT length(repeat('x', a)) FROM apart a"),
}


@pytest.mark.parametrize("how", REACHED)
def test_a_cast_that_reads_a_table_is_never_missed(how: str, through: Through) -> None:
    more, question = REACHED[how]
    Hidden(CAST_THAT_READS + more, question, DELETE, [(0,)]).must_show(through)
