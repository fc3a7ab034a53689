"""What real servers say of names, to users who may see all of it or little."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from polyscale_cli.edge.engine import Reason, Resolution
from polyscale_cli.edge.wire.mysql.catalog import ANY_WRITE
from tests.edge.wire.mysql.asking import Asker, asker
from tests.servers.mariadb import MariaDb
from tests.servers.mysql_like import MySqlLike

SHOP = """
CREATE DATABASE shop; CREATE DATABASE yard; CREATE DATABASE `shopXlocal`; USE shop;
CREATE TABLE yard.owners (id INT PRIMARY KEY, name VARCHAR(9));
CREATE TABLE shop.orders (id INT PRIMARY KEY, owner INT, hour TIME,
  FOREIGN KEY (owner) REFERENCES yard.owners (id) ON DELETE CASCADE);
CREATE TABLE shop.lines (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES shop.orders (id) ON UPDATE CASCADE);
CREATE TABLE shop.notes (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES shop.orders (id) ON DELETE RESTRICT);
CREATE TABLE shop.plain (id INT PRIMARY KEY, v INT);
CREATE TABLE shop.log (id INT, at DATETIME);
CREATE TABLE shop.watched (id INT PRIMARY KEY, v INT);
CREATE TABLE shop.called (id INT PRIMARY KEY);
CREATE TABLE shop.myisam (id INT) ENGINE=MyISAM; CREATE TABLE shop.memory (id INT) ENGINE=MEMORY;
CREATE TABLE shop.csv (id INT NOT NULL) ENGINE=CSV;
CREATE TABLE shop.merged (id INT) ENGINE=MRG_MyISAM UNION=(shop.myisam);
CREATE TABLE shop.`we'ird \\ né "``` (id INT PRIMARY KEY);
CREATE TABLE shop.Upper (id INT PRIMARY KEY); CREATE TABLE shop.upper (id INT PRIMARY KEY);
CREATE VIEW shop.cheap AS SELECT id, v FROM shop.plain WHERE v < 9;
CREATE VIEW shop.cheaper AS WITH c AS (SELECT id FROM cheap) SELECT c.id FROM c JOIN yard.owners USING (id);
DELIMITER //
CREATE FUNCTION shop.noting(n INT) RETURNS INT DETERMINISTIC BEGIN INSERT INTO log VALUES (n, NULL); RETURN n; END//
DELIMITER ;
CREATE VIEW shop.noted AS SELECT shop.noting(id) AS n FROM shop.plain;
CREATE VIEW shop.early AS SELECT o.id FROM shop.orders AS o JOIN shop.log AS l ON o.hour < l.at;
CREATE VIEW shop.hours AS SELECT hour AS h FROM shop.orders;
CREATE VIEW shop.timed AS SELECT NOW() AS n, id FROM shop.plain;
CREATE PROCEDURE shop.p() INSERT INTO shop.log VALUES (1, NULL);
DELIMITER //
CREATE TRIGGER shop.a AFTER INSERT ON shop.watched FOR EACH ROW
  BEGIN IF NEW.v > 0 THEN INSERT INTO log VALUES (NEW.id, NOW()); END IF; END//
DELIMITER ;
CREATE TRIGGER shop.b AFTER INSERT ON shop.log FOR EACH ROW UPDATE cheap SET v = v + 1;
CREATE TRIGGER shop.c AFTER INSERT ON shop.called FOR EACH ROW CALL p();
"""

USERS = {
    "looks": "GRANT SELECT ON shop.* TO {}",
    "writes": "GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO {}",
    "owns": "GRANT ALL ON shop.* TO {}",
    "owns_yard": "GRANT ALL ON yard.* TO {}",
    "owns_both": "GRANT ALL ON `sho_`.* TO {0}; GRANT ALL ON yard.* TO {0}",
    "reads_columns": "GRANT SELECT (id) ON shop.orders TO {}",
    "owns_tables": "GRANT ALL ON shop.plain TO {0}; GRANT ALL ON shop.orders TO {0}",
    "owns_by_role": "GRANT curator TO {}",
    "reads_by_role": "GRANT reader TO {}",
    "owns_in_parts": "GRANT SELECT, TRIGGER, INSERT ON `shop%`.* TO {0}; GRANT SELECT, INSERT ON `shop_local`.* TO {0}",
}
ROLES = {"owns_by_role": "curator", "reads_by_role": "reader"}


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> Iterator[MySqlLike]:
    found: MySqlLike = request.getfixturevalue(request.param)
    found.run(SHOP)
    found.run(
        "CREATE ROLE curator; CREATE ROLE reader; GRANT ALL ON shop.* TO curator; GRANT SELECT ON shop.* TO reader"
    )
    for user, grants in USERS.items():
        found.run(f"CREATE USER {user} IDENTIFIED BY 'p'; {grants.format(user)}")
    yield found
    for database in ("shop", "yard", "`shopXlocal`"):
        found.run(f"DROP DATABASE {database}")
    found.run(f"DROP ROLE curator, reader; DROP USER {', '.join(USERS)}")


@pytest.fixture
def root(server: MySqlLike) -> Iterator[Asker]:
    yield (session := as_user(server, "root"))
    session.connection.close()


def as_user(server: MySqlLike, user: str) -> Asker:
    session = asker(server, user)
    if user in ROLES:
        session.run(f"SET ROLE {ROLES[user]}")
    if user != "owns_yard":
        session.run("USE shop")
    return session


def read_of(*tables: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(table.split(".")) for table in tables)


def test_a_bare_name_is_in_the_sessions_own_database(root: Asker) -> None:
    bare = root.touches("SELECT * FROM plain")
    assert bare.reads == read_of("shop.plain")
    assert bare.refusal is None
    assert bare == root.touches("SELECT * FROM shop.plain")
    root.run("USE yard")
    assert root.touches("SELECT * FROM plain").refusal is Reason.UNKNOWN_TABLE
    assert root.touches("SELECT * FROM owners").reads == read_of("yard.owners")


def test_without_a_database_a_bare_name_means_nothing(server: MySqlLike) -> None:
    assert asker(server).touches("SELECT * FROM plain").refusal is Reason.UNKNOWN_TABLE


def test_views_are_seen_through_to_their_tables(root: Asker) -> None:
    seen = root.touches("SELECT * FROM cheaper")
    assert seen.refusal is None
    assert not seen.writes_any_table
    assert seen.reads == read_of("shop.plain", "yard.owners")
    for view in ("cheap", "cheaper"):
        assert (("shop", "plain"), ("shop", view)) in seen.names, "a purge may call the table by the view's name"


def test_a_view_of_the_clock_is_not_kept(root: Asker) -> None:
    assert root.touches("SELECT id FROM timed").refusal is Reason.READS_CLOCK


def test_a_time_of_day_that_is_turned_into_a_date_takes_todays(root: Asker) -> None:
    for text in (
        "SELECT COALESCE(hour, at) FROM orders, log",
        "SELECT COALESCE(h, at) FROM hours, log",
        "SELECT * FROM hours UNION SELECT at FROM log",
        "SELECT * FROM early",
    ):
        assert root.touches(text).refusal is Reason.READS_CLOCK, text
    for text in ("SELECT hour FROM orders", "SELECT h FROM hours", "SELECT COALESCE(at, NULL) FROM log"):
        assert root.touches(text).refusal is None, text


def test_a_view_that_calls_a_stored_function_may_write(root: Asker) -> None:
    for text in ("SELECT * FROM noted", "INSERT INTO plain SELECT n, n FROM noted", "SELECT n FROM noted FOR UPDATE"):
        assert root.touches(text).writes_any_table
    assert root.touches("SELECT * FROM noted").refusal is not None


def test_a_view_whose_text_is_hidden_may_do_the_same(server: MySqlLike) -> None:
    for user in ("looks", "writes"):
        hidden = as_user(server, user).touches("SELECT * FROM cheap")
        assert hidden.refusal is Reason.HIDDEN_VIEW
        assert hidden.writes_any_table
    assert as_user(server, "owns").touches("SELECT * FROM cheap").refusal is None


def test_a_view_over_what_its_user_may_not_see_is_not_kept(server: MySqlLike) -> None:
    hidden = as_user(server, "owns").touches("SELECT * FROM cheaper")
    assert hidden.refusal is Reason.UNKNOWN_TABLE
    assert hidden.writes_any_table


def test_an_answer_depends_on_the_tables_whose_rows_take_its_rows_along(root: Asker) -> None:
    assert root.touches("SELECT * FROM lines").reads == read_of("shop.lines", "shop.orders", "yard.owners")
    assert root.touches("SELECT * FROM orders").reads == read_of("shop.orders", "yard.owners")
    assert root.touches("SELECT * FROM notes").reads == read_of("shop.notes"), "RESTRICT changes no row"
    assert root.touches("SELECT * FROM yard.owners").reads == read_of("yard.owners")


def concerns(write: Resolution, read: Resolution) -> bool:
    return read.refusal is not None or write.writes_any_table or not write.writes.isdisjoint(read.reads)


@pytest.mark.parametrize("reader", ["root", *(user for user in USERS if user != "owns_yard")])
@pytest.mark.parametrize("table", ["lines", "orders"])
def test_a_cascade_concerns_whoever_reads_whatever_either_side_may_see(
    server: MySqlLike, reader: str, table: str
) -> None:
    read = as_user(server, reader).touches(f"SELECT * FROM {table}")
    for writer in ("root", "owns_yard"):
        write = as_user(server, writer).touches("DELETE FROM yard.owners WHERE id = 1")
        assert not write.writes_any_table
        assert concerns(write, read)


def test_one_who_may_not_see_all_foreign_keys_depends_on_every_write(server: MySqlLike) -> None:
    for user in ("owns", "looks", "reads_columns", "reads_by_role"):
        assert ANY_WRITE in as_user(server, user).touches("SELECT id FROM orders").reads
    for user in ("root", "owns_both"):
        session = as_user(server, user)
        assert ANY_WRITE not in session.touches("SELECT id FROM orders").reads
        assert ANY_WRITE in session.touches("UPDATE plain SET v = 1").writes


def test_one_who_may_only_read_a_table_without_parents_depends_on_it_alone(server: MySqlLike) -> None:
    assert as_user(server, "looks").touches("SELECT * FROM plain").reads == read_of("shop.plain")


def test_triggers_are_followed(root: Asker) -> None:
    write = root.touches("INSERT INTO watched VALUES (1, 1)")
    assert write.writes == read_of("shop.watched", "shop.log", "shop.plain") | {ANY_WRITE}
    assert not write.writes_any_table
    assert not write.unsettles


def test_a_trigger_that_calls_a_procedure_may_write_any_table(root: Asker) -> None:
    write = root.touches("INSERT INTO called VALUES (1)")
    assert write.writes_any_table
    assert write.unsettles
    assert not write.writes_anything, "a trigger cannot change definitions"


@pytest.mark.parametrize("user", ["root", "owns", "owns_both", "owns_tables"])
def test_one_who_would_see_the_triggers_knows_that_there_are_none(server: MySqlLike, user: str) -> None:
    assert not as_user(server, user).touches("UPDATE plain SET v = 1").writes_any_table


@pytest.mark.parametrize("user", ["looks", "writes", "owns_by_role", "owns_yard"])
def test_a_write_by_one_who_may_not_see_triggers_may_write_any_table(server: MySqlLike, user: str) -> None:
    assert as_user(server, user).touches("UPDATE shop.plain SET v = 1").writes_any_table
    assert as_user(server, user).touches("UPDATE shop.watched SET v = 1").writes_any_table


def test_of_several_patterns_of_schemas_all_must_let_triggers_be_seen(server: MySqlLike, root: Asker) -> None:
    root.run("CREATE TABLE IF NOT EXISTS shopXlocal.t (id INT PRIMARY KEY)")
    session = as_user(server, "owns_in_parts")
    assert not session.touches("INSERT INTO shop.plain VALUES (1, 1)").writes_any_table
    assert session.touches("INSERT INTO shopXlocal.t VALUES (1)").writes_any_table


def test_writes_through_views_reach_their_tables(root: Asker) -> None:
    write = root.touches("UPDATE cheap SET v = 1")
    assert write.writes == read_of("shop.plain") | {ANY_WRITE}
    assert not write.writes_any_table


def test_a_name_that_nobody_knows(root: Asker) -> None:
    assert root.touches("SELECT * FROM nothing").refusal is Reason.UNKNOWN_TABLE
    assert not root.touches("SELECT * FROM nothing").writes_any_table
    assert root.touches("INSERT INTO nothing VALUES (1)").writes_any_table


@pytest.mark.parametrize("table", ["myisam", "memory"])
def test_engines_whose_tables_change_by_writes_alone_are_kept(root: Asker, table: str) -> None:
    assert root.touches(f"SELECT * FROM {table}").refusal is None
    assert not root.touches(f"DELETE FROM {table}").writes_any_table


@pytest.mark.parametrize("table", ["csv", "merged"])
def test_other_engines_are_not(root: Asker, table: str) -> None:
    assert root.touches(f"SELECT * FROM {table}").refusal is Reason.UNFENCED_TABLE
    assert root.touches(f"DELETE FROM {table}").writes_any_table


def test_the_servers_own_schemas_are_not_kept_and_writing_them_may_change_anything(root: Asker) -> None:
    for table in ("mysql.user", "information_schema.TABLES", "performance_schema.threads", "INFORMATION_SCHEMA.tables"):
        assert root.touches(f"SELECT * FROM {table}").refusal is Reason.SYSTEM_TABLE
    assert root.touches("INSERT INTO mysql.db VALUES ()").writes_anything
    root.run("USE mysql")
    assert root.touches("SELECT * FROM user").refusal is Reason.SYSTEM_TABLE


def test_names_of_any_letters_are_found(root: Asker) -> None:
    odd = """`we'ird \\ né "```"""
    for settings in ("SET NAMES utf8mb4", "SET NAMES latin1", "SET sql_mode = 'PIPES_AS_CONCAT,IGNORE_SPACE'"):
        root.run(settings)
        seen = root.touches(f"SELECT * FROM {odd}")
        assert seen.refusal is None
        assert seen.reads == frozenset({("shop", "we'ird \\ né \"`")})


def test_the_sessions_own_database_may_have_any_letters(server: MySqlLike) -> None:
    server.run("CREATE DATABASE `bücher я`; CREATE TABLE `bücher я`.t (id INT PRIMARY KEY)")
    session = asker(server, database="bücher я")
    for settings in ("SET NAMES utf8mb4", "SET NAMES latin1"):
        session.run(settings)
        seen = session.touches("SELECT * FROM t")
        assert seen.reads == frozenset({("bücher я", "t")})
        assert seen.refusal is None
    server.run("DROP DATABASE `bücher я`")


def test_a_built_in_of_one_server_may_be_anybodys_function_on_the_other(root: Asker) -> None:
    for text, is_its_own in (
        ("SELECT NVL(1, 2)", root.flavour.is_mariadb),
        ("SELECT ANY_VALUE(id) FROM plain", not root.flavour.is_mariadb),
    ):
        seen = root.touches(text)
        assert (seen.refusal is None) is is_its_own
        assert seen.writes_any_table is not is_its_own


def test_letters_case_counts_where_it_does_for_the_server(root: Asker) -> None:
    assert root.touches("SELECT * FROM Upper").reads == read_of("shop.Upper")
    assert root.touches("SELECT * FROM upper").reads == read_of("shop.upper")
    assert root.touches("SELECT * FROM UPPER").refusal is Reason.UNKNOWN_TABLE


def test_settings_of_the_session_do_not_cut_the_answer_off(root: Asker) -> None:
    root.run("SET group_concat_max_len = 4, sql_select_limit = 1, character_set_results = NULL")
    assert root.touches("SELECT * FROM plain, orders, notes").refusal is None


def test_a_question_begins_no_transaction_and_leaves_no_warnings(root: Asker) -> None:
    root.run("SET autocommit = 0")
    root.touches("SELECT * FROM cheaper")
    root.touches("UPDATE lines SET up = 1")
    assert not root.connection.server_status & 1, "SERVER_STATUS_IN_TRANS"
    assert root.run("SHOW WARNINGS") == []


def test_kinds_of_tables_that_only_mariadb_has(mariadb: MariaDb) -> None:
    mariadb.run("""CREATE DATABASE kinds; USE kinds; CREATE SEQUENCE s; CREATE TABLE a (id INT) ENGINE=Aria;
        CREATE TABLE versioned (id INT) WITH SYSTEM VERSIONING;
        CREATE TABLE clocked (id INT, age INT AS (TIMESTAMPDIFF(YEAR, '2000-01-01', NOW())) VIRTUAL);
        CREATE TABLE computed (id INT, double_id INT AS (id * 2) VIRTUAL);""")
    session = asker(mariadb, database="kinds")
    assert session.touches("SELECT * FROM s").refusal is Reason.SEQUENCE
    assert session.touches("SELECT * FROM clocked").refusal is Reason.READS_CLOCK
    for table in ("a", "versioned", "computed"):
        assert session.touches(f"SELECT * FROM {table}").refusal is None
    mariadb.run("DROP DATABASE kinds")


def test_a_cascade_fires_no_triggers_of_the_tables_it_changes(server: MySqlLike, root: Asker) -> None:
    """What the catalog is asked takes this for granted."""
    server.run("""CREATE DATABASE chain; USE chain; CREATE TABLE up (id INT PRIMARY KEY); CREATE TABLE fired (id INT);
        CREATE TABLE down (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES up (id) ON DELETE CASCADE ON UPDATE CASCADE);
        CREATE TRIGGER d AFTER DELETE ON down FOR EACH ROW INSERT INTO fired VALUES (1);
        CREATE TRIGGER u AFTER UPDATE ON down FOR EACH ROW INSERT INTO fired VALUES (1);
        INSERT INTO up VALUES (1), (2); INSERT INTO down VALUES (1), (2);
        DELETE FROM up WHERE id = 1; UPDATE up SET id = 3;""")
    left, fired = root.run("SELECT id FROM chain.down"), root.run("SELECT * FROM chain.fired")
    server.run("DROP DATABASE chain")
    assert left == [(b"3",)]
    assert fired == []
