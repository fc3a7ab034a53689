"""What a session's first call of a function decides for all its calls: hits would move that call."""

from __future__ import annotations

import pytest

from tests.freshness.through import Through, ask

BODIES = {
    "a literal that is read by the time zone": "BEGIN RETURN '2020-01-01 00:00'::timestamptz; END",
    "the same in escapes": "BEGIN RETURN E'2020-01-01 00:00'::timestamptz; END",
    "a variable whose type the search path decides": "DECLARE a amount; BEGIN a := 1.23456; RETURN a; END",
    "the second variable": "DECLARE i int; a CONSTANT amount := 1; BEGIN RETURN a; END",
    "an assertion, which a setting switches off": "BEGIN ASSERT true; RETURN 1; END",
}


def test_such_functions_are_asked_every_time(through: Through) -> None:
    through.around("CREATE DOMAIN amount AS numeric(10, 1)")
    through.around(
        ";".join(
            f"CREATE FUNCTION f{i}() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ {body} $$"
            for i, body in enumerate(BODIES.values())
        )
    )
    connection = through.connect()
    for i in range(len(BODIES)):
        through.never_hits(lambda i=i: ask(connection, f"SELECT f{i}()"))  # type: ignore[misc]


def test_others_are_kept(through: Through) -> None:
    through.around(
        "CREATE FUNCTION f(text, int) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ DECLARE t text := 'x'; n int;"
        " BEGIN n := $2 + 1; RETURN regexp_replace($1, '[^0-9]+', t) || n; END $$"
    )
    connection = through.connect()
    assert through.prime(lambda: ask(connection, "SELECT f('a1', 2)")) == [("x13",)]


@pytest.mark.parametrize("level", ["error", "notice"])
def test_an_answer_without_its_notices_is_for_those_who_want_none(level: str, through: Through) -> None:
    through.around(
        "CREATE FUNCTION says(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE NOTICE 'said'; RETURN $1; END $$"
    )
    quiet, other = through.connect(options="-c client_min_messages=error"), through.connect()
    through.prime(lambda: ask(quiet, "SELECT says(1)"))
    heard: list[str | None] = []
    other.add_notice_handler(lambda notice: heard.append(notice.message_primary))
    other.execute(f"SET client_min_messages = {level}")
    ask(other, "SELECT says(1)")
    assert heard == (["said"] if level == "notice" else [])
