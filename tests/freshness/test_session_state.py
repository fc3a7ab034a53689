"""What a session sets decides what its reads mean; no session is ever given another's meaning."""

from __future__ import annotations

import psycopg
import pytest

from tests.freshness.through import Through, ask
from tests.servers.postgres import CLEARTEXT, SCRAM, SUPERUSER, TRUST, Role

ITEM = "SELECT name FROM items WHERE id = 1"
OLD, SECOND = [("old",)], [("second",)]


def both_settled(through: Through, one: psycopg.Connection, other: psycopg.Connection, sql: str = ITEM) -> None:
    """Two sessions of which the first means public.items and the second two.items, asked often."""
    for _ in range(6):
        assert ask(one, sql) == OLD
        assert ask(other, sql) == SECOND


@pytest.mark.parametrize(
    "change",
    [
        "SET search_path = two",
        "set SESSION Search_Path to 'two', \"public\"",
        'SET "search_path" = two',
        "SET SCHEMA 'two'",
        "SELECT set_config('search_path', 'two', false)",
        "BEGIN; SET search_path = two; COMMIT",
        "BEGIN; SET LOCAL search_path = public; SET search_path = two; COMMIT",
        "BEGIN; SAVEPOINT a; SET search_path = two; RELEASE a; COMMIT",
        "SET search_path = public; SET search_path = two",
        "UPDATE pg_settings SET setting = 'two' WHERE name = 'search_path'",
        "VALUES (set_config('search_path', 'two', false))",
        "(SELECT set_config('search_path', 'two', false))",
        "EXPLAIN ANALYZE SELECT set_config('search_path', 'two', false)",
        "INSERT INTO log SELECT set_config('search_path', 'two', false)",
        "WITH c AS (SELECT set_config('search_path', 'two', false)) SELECT * FROM c",
        "SELECT pg_catalog . \"set_config\" ('search_path', $$two$$, false)",
        "SELECT set_config(E'search\\137path', 'two', false)",
        "SELECT set_config('search_path', 'public', false), set_config('search_path', 'two', false)",
        "DO $$ BEGIN SET search_path = two; END $$",
        "SET search_path = two; SELECT 1",
        "/* first */ SET -- second\n search_path /* third */ = two",
        "BEGIN; SET search_path = two; COMMIT; ROLLBACK",
        "SET search_path = two; COMMIT; ROLLBACK",
        "BEGIN; SAVEPOINT a; SET search_path = public; ROLLBACK TO a; SET search_path = two; COMMIT",
    ],
)
def test_a_change_of_the_search_path_changes_what_is_meant(change: str, through: Through) -> None:
    one, other, third = through.connect(), through.connect(), through.connect()
    through.prime(lambda: ask(one, ITEM))
    other.execute(change.encode())
    both_settled(through, one, other)
    third.execute("SET search_path = two")
    for _ in range(4):
        assert ask(third, ITEM) == SECOND


@pytest.mark.parametrize(
    "change",
    [
        "BEGIN; SET search_path = two; ROLLBACK",
        "BEGIN; SET search_path = two; ROLLBACK; SELECT 1",
        "BEGIN; SET LOCAL search_path = two; COMMIT",
        "BEGIN; SAVEPOINT a; SET search_path = two; ROLLBACK TO a; COMMIT",
        "SET search_path = two; RESET search_path",
        "SET search_path = two; SET search_path TO DEFAULT",
        "SET search_path = two; RESET ALL",
        "SET LOCAL search_path = two",
        "SET search_path = two; ROLLBACK",
        "BEGIN; SET LOCAL search_path = two; SELECT 1; COMMIT; SELECT 1",
        "BEGIN; SELECT set_config('search_path', 'two', true); COMMIT",
        "BEGIN; SET search_path = two; PREPARE TRANSACTION 'refused'",
        "SELECT set_config('search_path', 'two', false) WHERE false",
        "SELECT CASE WHEN false THEN set_config('search_path', 'two', false) END",
        "SELECT set_config('search_path', 'two', true)",
    ],
)
def test_a_change_that_did_not_last_means_nothing(change: str, through: Through) -> None:
    one, other, third = through.connect(), through.connect(), through.connect()
    third.execute("SET search_path = two")
    through.prime(lambda: ask(third, ITEM))
    through.prime(lambda: ask(one, ITEM))
    try:
        other.execute(change.encode())
    except psycopg.Error:
        other.execute("ROLLBACK")
    assert other.execute("SHOW search_path").fetchone() == ('"$user", public',)
    for _ in range(6):
        assert ask(other, ITEM) == OLD
        assert ask(third, ITEM) == SECOND
        assert ask(one, ITEM) == OLD


def test_a_list_and_a_name_that_look_alike_are_not_the_same_path(through: Through) -> None:
    """``set_config`` takes a list in one text, SET takes each name in a text of its own."""
    through.around('CREATE SCHEMA "two, public"; CREATE TABLE "two, public".items AS SELECT 1 AS id, \'old\' AS name')
    through.around('GRANT ALL ON SCHEMA "two, public" TO public; GRANT ALL ON "two, public".items TO public')
    one, other = through.connect(), through.connect()
    one.execute("SET search_path = 'two, public'")
    other.execute("SELECT set_config('search_path', 'two, public', false)")
    both_settled(through, one, other)


def test_a_change_in_a_transaction_whose_commit_fails_means_nothing(through: Through) -> None:
    one, other = through.connect(), through.connect()
    other.execute("SET search_path = two")
    through.prime(lambda: ask(other, ITEM))
    one.execute("BEGIN")
    one.execute("SET search_path = two")
    one.execute("INSERT INTO public.deferred VALUES (99)")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        one.execute("COMMIT")
    assert one.execute("SHOW search_path").fetchone() == ('"$user", public',)
    for _ in range(6):
        assert ask(one, ITEM) == OLD
        assert ask(other, ITEM) == SECOND


def test_a_change_in_a_pipeline_that_fails_later_means_nothing(through: Through) -> None:
    one, other = through.connect(), through.connect()
    other.execute("SET search_path = two")
    through.prime(lambda: ask(other, ITEM))
    with pytest.raises(psycopg.errors.DivisionByZero), one.pipeline():
        one.execute("SET search_path = two")
        one.execute("SELECT 1/0")
    for _ in range(6):
        assert ask(one, ITEM) == OLD
        assert ask(other, ITEM) == SECOND


def test_a_change_in_a_pipeline_takes_effect_where_it_stands(through: Through) -> None:
    one, other = through.connect(), through.connect()
    through.prime(lambda: ask(one, ITEM))
    through.prime(lambda: ask(other, ITEM))
    with other.pipeline():
        first = other.execute(ITEM)
        other.execute("SET search_path = two")
        second = other.execute(ITEM)
        other.execute("UPDATE items SET name = 'newer'")
        assert first.fetchall() == OLD
        assert second.fetchall() == SECOND
    assert ask(other, ITEM) == [("newer",)]
    assert ask(one, ITEM) == OLD
    assert ask(one, "SELECT name FROM two.items") == [("newer",)]


@pytest.mark.parametrize("path", ["SET search_path = two", "SET LOCAL search_path = two"])
def test_a_write_by_a_path_set_in_the_same_transaction_is_seen(path: str, through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    question = "SELECT name FROM two.items"
    writer.execute("UPDATE items SET n = n")
    through.prime(lambda: ask(reader, question))
    writer.execute("BEGIN")
    writer.execute(path.encode())
    writer.execute("UPDATE items SET name = 'new'")
    writer.execute("COMMIT")
    assert ask(reader, question) == [("new",)]


def test_discard_all_brings_a_session_back(through: Through) -> None:
    one, other = through.connect(), through.connect()
    other.execute("SET search_path = two")
    other.execute("SET TimeZone = 'Asia/Tokyo'")
    other.execute("CREATE TEMP TABLE parts (x int)")
    both_settled(through, one, other)
    other.execute("DISCARD ALL")
    through.prime(lambda: ask(one, ITEM))
    answer, was_hit = through.hit(lambda: ask(other, ITEM))
    assert answer == OLD
    assert was_hit, "after DISCARD ALL it shares the others' entries again"


def test_settings_of_the_connection_string_count(through: Through) -> None:
    one, other = through.connect(), through.connect(options="-c search_path=two")
    both_settled(through, one, other)


@pytest.mark.parametrize(
    ("scope", "undo"),
    [("ROLE app_cleartext IN DATABASE {}", ""), ("DATABASE {}", ""), ("ROLE app_cleartext", "ROLE app_cleartext")],
)
def test_settings_of_roles_and_databases_count_for_sessions_that_begin_later(
    scope: str, undo: str, through: Through
) -> None:
    one = through.connect(CLEARTEXT)
    through.prime(lambda: ask(one, ITEM))
    through.around(f"ALTER {scope.format(through.database)} SET search_path = two")
    try:
        both_settled(through, one, through.connect(CLEARTEXT))
    finally:
        if undo:
            through.around(f"ALTER {undo} RESET search_path")


def test_a_role_that_is_set_decides(through: Through) -> None:
    through.around("CREATE SCHEMA app_cleartext; CREATE TABLE app_cleartext.items AS SELECT 1 AS id, 'second' AS name")
    through.around("GRANT ALL ON SCHEMA app_cleartext TO public; GRANT ALL ON app_cleartext.items TO public")
    through.around("GRANT app_cleartext TO app_trust")
    try:
        one, other = through.connect(), through.connect()
        through.prime(lambda: ask(one, ITEM))
        other.execute("SET ROLE app_cleartext")
        both_settled(through, one, other)
        other.execute("UPDATE items SET name = 'newer'")
        assert ask(other, ITEM) == [("newer",)]
        other.execute("RESET ROLE")
        for _ in range(4):
            assert ask(other, ITEM) == OLD
        other.execute("SET SESSION ROLE app_cleartext")
        for _ in range(4):
            assert ask(other, ITEM) == [("newer",)]
        other.execute("SET ROLE NONE")
        for _ in range(4):
            assert ask(other, ITEM) == OLD
    finally:
        through.around("REVOKE app_cleartext FROM app_trust")


def test_a_role_that_was_renamed_since_it_was_set_is_not_its_successor(through: Through) -> None:
    through.around("CREATE ROLE passing; GRANT passing TO app_trust")
    one, other = through.connect(), through.connect()
    administrator = through.connect(Role(SUPERUSER, "", ""))
    try:
        one.execute("SET ROLE passing")
        through.prime(lambda: ask(one, "SELECT current_user"))
        for change in ("ALTER ROLE passing RENAME TO passed", "CREATE ROLE passing", "GRANT passing TO app_trust"):
            administrator.execute(change)
        other.execute("SET ROLE passing")
        for _ in range(4):
            assert ask(one, "SELECT current_user") == [("passed",)]
            assert ask(other, "SELECT current_user") == [("passing",)]
    finally:
        through.around("DROP ROLE IF EXISTS passed; DROP ROLE passing")


def test_who_asks_decides(through: Through) -> None:
    sql = "SELECT current_user, name FROM items WHERE id = 1"
    connections = {role.name: through.connect(role) for role in (TRUST, SCRAM, CLEARTEXT)}
    for _ in range(6):
        for name, connection in connections.items():
            assert ask(connection, sql) == [(name, "old")]


def test_a_user_without_the_right_is_refused_what_another_cached(through: Through) -> None:
    through.around("CREATE TABLE secret AS SELECT 'secret' AS name; GRANT SELECT ON secret TO app_trust")
    may, may_not = through.connect(TRUST), through.connect(CLEARTEXT)
    assert through.prime(lambda: ask(may, "SELECT name FROM secret")) == [("secret",)]
    for _ in range(4):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(may_not, "SELECT name FROM secret")


def test_revoke_and_grant_count_at_once(through: Through) -> None:
    owner, user = through.connect(TRUST), through.connect(CLEARTEXT)
    assert through.prime(lambda: ask(user, ITEM)) == OLD
    owner.execute("REVOKE ALL ON items FROM public")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(user, ITEM)
    owner.execute("GRANT SELECT ON items TO public")
    assert through.prime(lambda: ask(user, ITEM)) == OLD


def test_row_level_security_is_left_to_the_server(through: Through) -> None:
    through.around("ALTER TABLE items ENABLE ROW LEVEL SECURITY; ALTER TABLE items FORCE ROW LEVEL SECURITY")
    through.around("CREATE POLICY mine ON items USING (name = current_setting('app.mine', true))")
    one, other = through.connect(), through.connect()
    for _ in range(6):
        one.execute("SELECT set_config('app.mine', 'old', false)")
        other.execute("SET app.mine = 'two'")
        assert ask(one, "SELECT name FROM items") == [("old",)]
        assert ask(other, "SELECT name FROM items") == [("two",)]
        assert ask(other, "SELECT name FROM shown") == [("two",)]
        other.execute("SET app.mine = 'old'")
        assert ask(other, "SELECT name FROM items") == [("old",)]


def test_row_level_security_switched_on_later_counts(through: Through) -> None:
    owner, user = through.connect(TRUST), through.connect(CLEARTEXT)
    through.prime(lambda: ask(user, "SELECT count(*) FROM items"))
    owner.execute("ALTER TABLE items ENABLE ROW LEVEL SECURITY")
    assert ask(user, "SELECT count(*) FROM items") == [(0,)]


def test_settings_shape_what_is_shown(through: Through) -> None:
    sql = "SELECT at::text, day::text, f::text, raw::text FROM typed"
    plain, other = through.connect(), through.connect()
    expected = [("2020-06-01 12:00:00+00", "2020-06-01", "0.30000000000000004", "\\x01ff")]
    assert through.prime(lambda: ask(plain, sql)) == expected
    changes = {
        "SET TimeZone = 'Asia/Tokyo'": ("2020-06-01 21:00:00+09", "2020-06-01", "0.30000000000000004", "\\x01ff"),
        "SET TIME ZONE 'UTC'": expected[0],
        "SET DateStyle = 'SQL, DMY'": ("01/06/2020 12:00:00 UTC", "01/06/2020", "0.30000000000000004", "\\x01ff"),
        "SET datestyle TO DEFAULT": expected[0],
        "SET extra_float_digits = -10": (expected[0][0], "2020-06-01", "0.3", "\\x01ff"),
        "RESET extra_float_digits": expected[0],
        "SET bytea_output = escape": (*expected[0][:3], "\\001\\377"),
        "RESET ALL": expected[0],
    }
    for change, shown in changes.items():
        other.execute(change.encode())
        for _ in range(4):
            assert ask(other, sql) == [shown], change
            assert ask(plain, sql) == expected
    assert through.prime(lambda: ask(other, sql)) == expected


def test_an_encoding_shapes_what_is_sent(through: Through) -> None:
    through.around("UPDATE items SET name = 'é' WHERE id = 1")
    one, other = through.connect(), through.connect()
    other.execute("SET client_encoding = 'LATIN1'")
    for _ in range(6):
        assert ask(one, ITEM) == [("é",)]
        assert ask(other, ITEM) == [("é",)]
    other.execute("SET NAMES 'UTF8'")
    assert ask(other, ITEM) == [("é",)]


def test_backslashes_in_strings_mean_what_the_session_says(through: Through) -> None:
    one, other = through.connect(), through.connect()
    sql = r"SELECT 'a\'||(SELECT count(*) FROM parts)||'"
    one_sql = sql + "'"
    for _ in range(4):
        assert ask(one, one_sql) == [("a\\1",)]
    other.execute("SET standard_conforming_strings = off; SET escape_string_warning = off")
    writer_sql = r"SELECT 'x\'', (SELECT count(*) FROM parts), 'y'"
    for count in (1, 2, 3):
        for _ in range(4):
            assert ask(other, writer_sql) == [("x'", count, "y")]
        other.execute(r"INSERT INTO parts VALUES (1, '\'')")


def test_a_temporary_table_hides_the_real_one(through: Through) -> None:
    one, other = through.connect(), through.connect()
    sql = "SELECT count(*) FROM parts"
    through.prime(lambda: ask(one, sql))
    one.execute("CREATE TEMP TABLE parts (x int)")
    for _ in range(4):
        assert ask(one, sql) == [(0,)]
        assert ask(other, sql) == [(1,)]
    one.execute("INSERT INTO parts VALUES (1), (2)")
    assert ask(one, sql) == [(2,)]
    assert ask(other, sql) == [(1,)]
    one.execute("DROP TABLE parts")
    one.execute("INSERT INTO parts VALUES (1, 'x')")
    assert ask(one, sql) == [(2,)]
    assert ask(other, sql) == [(2,)]


@pytest.mark.parametrize(
    "make",
    [
        "CREATE TEMPORARY TABLE parts AS SELECT 5 AS x",
        "CREATE TABLE pg_temp.parts AS SELECT 5 AS x",
        "SELECT 5 AS x INTO TEMP parts",
        "SELECT 5 AS x INTO pg_temp.parts",
        "DO $$ BEGIN CREATE TEMP TABLE parts AS SELECT 5 AS x; END $$",
        "CREATE TEMP VIEW parts AS SELECT 5 AS x",
        "BEGIN; CREATE LOCAL TEMPORARY TABLE parts AS SELECT 5 AS x; COMMIT",
    ],
)
def test_every_way_to_make_a_temporary_table(make: str, through: Through) -> None:
    one, other = through.connect(), through.connect()
    sql = "SELECT to_json(parts)::text FROM parts"
    through.prime(lambda: ask(one, sql))
    one.execute(make.encode())
    for _ in range(4):
        assert ask(one, sql) == [('{"x":5}',)]
        assert ask(other, sql) == [('{"item":1,"name":"part"}',)]


def test_two_databases_of_one_cache_are_apart(through: Through) -> None:
    second = through.postgres.create_database()
    through.postgres.run("CREATE TABLE items AS SELECT 1 AS id, 'second' AS name; GRANT ALL ON items TO public", second)
    try:
        one, other = through.connect(), through.connect(database=second)
        both_settled(through, one, other)
        other.execute("UPDATE items SET name = 'newer'")
        assert ask(other, ITEM) == [("newer",)]
        answer, was_hit = through.hit(lambda: ask(one, ITEM))
        assert answer == OLD
        assert was_hit
        other.close()
    finally:
        through.postgres.drop_database(second)
