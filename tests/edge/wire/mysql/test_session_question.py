"""What real servers say of themselves and of a session, and what servers of other versions are asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.functions import (
    MARIADB_SCOPE_VARIABLES,
    MYSQL_SCOPE_VARIABLES,
    SCOPE_VARIABLES,
)
from polyscale_cli.edge.wire.mysql.session_question import read_session, server_questions, session_question
from tests.edge.wire.mysql.asking import Asker, asker
from tests.servers.mariadb import MariaDb
from tests.servers.mysql import MySql
from tests.servers.mysql_like import MySqlLike

SETTINGS = (
    *("sql_mode = 'ANSI_QUOTES'", "time_zone = '+03:00'", "character_set_results = latin1", "NAMES latin1"),
    *("collation_connection = utf8mb4_bin", "group_concat_max_len = 5", "sql_select_limit = 5"),
    *("div_precision_increment = 7", "lc_time_names = 'de_DE'", "default_week_format = 3", "max_sort_length = 99"),
    *("sql_auto_is_null = 1", "sql_big_selects = 0", "max_join_size = 99", "sql_safe_updates = 1", "sql_notes = 0"),
    *("optimizer_switch = 'derived_merge=off'", "autocommit = 0", "timestamp = 1"),
    *("SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "session_track_schema = 0"),
    "character_set_client = latin1",
)
MARIADB_SETTINGS = (
    *("old_mode = ''", "default_regex_flags = 'DOTALL'", "max_recursive_iterations = 9", "standard_compliant_cte = 0"),
    *("system_versioning_asof = '2001-01-01'", "note_verbosity = ''"),
)
MYSQL_SETTINGS = (
    *("windowing_use_high_precision = 0", "cte_max_recursion_depth = 9"),
    *("default_collation_for_utf8mb4 = utf8mb4_general_ci", "max_points_in_geometry = 3"),
    "range_optimizer_max_mem_size = 1",
)


@pytest.fixture(params=["mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> MySqlLike:
    found: MySqlLike = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def session(server: MySqlLike) -> Iterator[Asker]:
    yield (found := asker(server))
    found.connection.close()


def test_two_sessions_that_began_alike_have_one_identity(server: MySqlLike, session: Asker) -> None:
    assert session.session() == asker(server).session()
    hash(session.session().identity)


def test_whatever_shapes_answers_makes_another_identity(server: MySqlLike, session: Asker) -> None:
    more = MARIADB_SETTINGS if session.flavour.is_mariadb else MYSQL_SETTINGS
    seen = {session.session().identity}
    for statement in (*(f"SET {setting}" for setting in (*SETTINGS, *more)), "USE mysql"):
        changed = asker(server)
        changed.run(statement)
        assert changed.session().identity not in seen, statement
        seen.add(changed.session().identity)
        changed.connection.close()


def test_what_a_session_says_of_itself(server: MySqlLike, session: Asker) -> None:
    facts = session.session()
    assert facts.user == "root@localhost"
    assert facts.database is None
    assert facts.role is None
    assert facts.autocommit
    assert facts.isolation == "REPEATABLE-READ"
    assert facts.client_charset == facts.connection_charset == "utf8mb4"
    assert "STRICT_TRANS_TABLES" in facts.sql_mode
    assert not facts.sets_clock
    session.run("SET autocommit = 0, sql_mode = '', timestamp = 7, character_set_client = latin1")
    session.run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    session.run("USE mysql")
    changed = session.session()
    assert changed.database == "mysql"
    assert not changed.autocommit
    assert changed.sql_mode == frozenset()
    assert changed.sets_clock
    assert changed.client_charset == "latin1"
    assert changed.connection_charset == "utf8mb4"
    assert changed.isolation == "READ-COMMITTED"
    session.run("SET timestamp = DEFAULT, sql_auto_is_null = 1")
    assert not session.session().sets_clock
    assert not facts.finds_insert
    assert session.session().finds_insert


def test_how_its_transactions_go_shapes_no_prepared_statement(session: Asker) -> None:
    before = session.session()
    session.run("SET autocommit = 0, completion_type = CHAIN")
    session.run("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE")
    assert session.session().identity != before.identity
    assert session.session().shaping == before.shaping
    session.run("SET lc_time_names = 'de_DE'")
    assert session.session().shaping != before.shaping


def test_a_role_is_part_of_it(server: MySqlLike) -> None:
    server.run("CREATE ROLE cook; CREATE USER waiter IDENTIFIED BY 'p'; GRANT cook TO waiter")
    session = asker(server, "waiter")
    before = session.session()
    session.run("SET ROLE cook")
    after = session.session()
    server.run("DROP ROLE cook; DROP USER waiter")
    assert before.role is None
    assert after.role is not None
    assert "cook" in after.role
    assert before.identity != after.identity


@pytest.mark.parametrize("charset", ["latin1", "cp1251", "koi8r", "utf8mb3", "ucs2", "NULL"])
def test_names_survive_any_character_set_of_results(server: MySqlLike, charset: str) -> None:
    server.run("CREATE DATABASE IF NOT EXISTS `Bücher`")
    session = asker(server, database="Bücher")
    session.run(f"SET character_set_results = {charset}")
    assert session.session().database == "Bücher"


def test_one_who_may_do_nothing_may_ask(server: MySqlLike) -> None:
    server.run("CREATE USER nobody IDENTIFIED BY 'p'")
    session = asker(server, "nobody")
    facts = session.server()
    assert session.session().user == "nobody@%"
    server.run("DROP USER nobody")
    assert facts == asker(server).server()
    assert facts.started is not None
    assert facts.names == 0


def test_a_server_tells_its_start_to_the_second(session: Asker) -> None:
    """Otherwise sessions would take it for another start, and drop all that is kept."""
    starts = {session.server().started for _ in range(300)}
    assert len(starts) == 1
    assert session.server(1).started is None
    assert session.server(1).identity == session.server().identity


def test_two_servers_are_not_one(mariadb: MariaDb, mysql: MySql) -> None:
    assert asker(mariadb).server().identity != asker(mysql).server().identity


def test_it_asks_for_all_that_pure_functions_depend_on(session: Asker) -> None:
    own = MARIADB_SCOPE_VARIABLES if session.flavour.is_mariadb else MYSQL_SCOPE_VARIABLES
    asked = session_question(session.flavour).decode()
    for name in (*SCOPE_VARIABLES, *own):
        assert f"@@SESSION.{name} " in asked


@pytest.mark.parametrize(
    ("flavour", "asks", "leaves"),
    [
        (Flavour(is_mariadb=True, version=(10, 3, 39)), ("tx_isolation", "CURRENT_ROLE()"), ("transaction_isolation",)),
        (
            Flavour(is_mariadb=True, version=(11, 4, 2)),
            ("transaction_isolation", "character_set_collations", "note_verbosity"),
            (),
        ),
        (Flavour(is_mariadb=True, version=(10, 11, 5)), (), ("note_verbosity",)),
        (Flavour(is_mariadb=True, version=(10, 11, 6)), ("note_verbosity",), ()),
        (
            Flavour(is_mariadb=False, version=(5, 7, 44)),
            ("transaction_isolation",),
            ("CURRENT_ROLE()", "windowing_use_high_precision", "old_mode", "resultset_metadata"),
        ),
        (Flavour(is_mariadb=False, version=(5, 7, 19)), ("tx_isolation",), ("transaction_isolation",)),
        (Flavour(is_mariadb=False, version=(8, 4, 0)), ("resultset_metadata", "CURRENT_ROLE()"), ("tx_isolation",)),
    ],
)
def test_a_server_is_asked_for_what_its_version_has(
    flavour: Flavour, asks: tuple[str, ...], leaves: tuple[str, ...]
) -> None:
    text = session_question(flavour).decode()
    assert all(name in text for name in asks)
    assert not any(name in text for name in leaves)


@pytest.mark.parametrize(
    ("version", "has"),
    [
        ("10.3.39", False),
        ("10.5.25", False),
        ("10.5.26", True),
        ("10.11.8", False),
        ("10.11.9", True),
        ("11.4.2", False),
    ],
)
def test_server_uid_is_asked_for_where_it_is(version: str, *, has: bool) -> None:
    (first, _) = server_questions(Flavour.of(f"{version}-MariaDB", is_mariadb=True))
    assert (b"server_uid" in first) is has


def test_an_answer_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="not enough"):
        read_session([b"root@localhost"])
    with pytest.raises(ValueError, match="NULL"):
        read_session([None] * 30)
