"""Tables of MariaDB and MySQL, each with a trap: what a write changes is not what its text names.

Statements of a setup are parted by two semicolons, for what a procedure does has one in it.
"""

from __future__ import annotations

from tests.freshness.checker.trap import RARE, How, Request, Trap, Write, block, prepared, texts

OTHER_DATABASE = "apart"


def loaded(sql: str, row: str) -> Write:
    """A statement that the server asks the client's data for."""
    return lambda g, v: [Request(sql.format(g=g, v=v), data=row.format(g=g, v=v))]


def mixed(*steps: tuple[How, str]) -> Write:
    """Steps that are not all sent the same way."""
    return lambda g, v: [Request(sql.format(g=g, v=v), how) for how, sql in steps]


def _table(name: str, engine: str = "InnoDB") -> str:
    return (
        f"CREATE TABLE {name} (id int PRIMARY KEY, version int) ENGINE = {engine};;INSERT INTO {name} VALUES (1, 0);;"
    )


def _engine(engine: str) -> Trap:
    """A table that knows no transactions: a rollback takes nothing back."""
    name = f"{engine.lower()}_{{g}}"
    return Trap(
        f"{engine}, which knows no transactions",
        _table(name, engine),
        (f"SELECT version FROM {name}", f"SELECT version, id + version - 1 FROM {name} WHERE id = 1"),
        (
            texts(f"UPDATE {name} SET version = {{v}}"),
            prepared(f"REPLACE INTO {name} VALUES (1, {{v}})"),
            texts("BEGIN", f"UPDATE {name} SET version = {{v}}", "ROLLBACK"),
            texts("SET autocommit = 0", f"UPDATE {name} SET version = {{v}}", "SET autocommit = 1"),
        ),
        snapshots=False,
    )


_PAIR = ("UPDATE left_{g} SET version = {v}", "UPDATE right_{g} SET version = {v}")
_BOTH = "UPDATE left_{g} l, right_{g} r SET l.version = {v}, r.version = {v}"
_ODD = ("UPDATE odd_left_{g} SET version = {v}", "UPDATE odd_right_{g} SET version = {v}")

_TRAPS = (
    Trap(
        "pair",
        _table("left_{g}")
        + _table("right_{g}")
        + "CREATE VIEW both_{g} AS SELECT l.version AS l, r.version AS r FROM left_{g} l JOIN right_{g} r USING (id)",
        (
            "SELECT version FROM left_{g}",
            "SELECT version FROM right_{g} WHERE id = 1",
            "SELECT l.version, r.version FROM left_{g} l, right_{g} r",
            "SELECT l, r FROM both_{g}",
            "SELECT version FROM left_{g} UNION ALL SELECT version FROM right_{g}",
            "SELECT STRAIGHT_JOIN l.version, (SELECT version FROM right_{g}) FROM left_{g} l",
        ),
        (
            block(*_PAIR),
            texts("BEGIN; " + "; ".join(_PAIR) + "; COMMIT"),
            texts(_BOTH),
            prepared(_BOTH),
            texts("SET autocommit = 0", *_PAIR, "COMMIT", "SET autocommit = 1"),
            texts("SET autocommit = 0", *_PAIR, "SET autocommit = 1"),
            texts("START TRANSACTION", *_PAIR, "BEGIN", "ROLLBACK"),
            texts("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "BEGIN", *_PAIR, "COMMIT AND CHAIN", "ROLLBACK"),
            texts(
                *("BEGIN", "UPDATE left_{g} SET version = {v} + 1000000", "ROLLBACK"),
                *("BEGIN", "SELECT version FROM left_{g}", "UPDATE left_{g} SET version = {v}", "SAVEPOINT a"),
                *("UPDATE right_{g} SET version = 7", "ROLLBACK TO a", "UPDATE right_{g} SET version = {v}", "COMMIT"),
            ),
            mixed(
                *((How.TEXT, "BEGIN"), (How.PREPARED, _PAIR[0])),
                *((How.TEXT, "DELETE l, r FROM left_{g} l JOIN right_{g} r USING (id)"),),
                *((How.TEXT, "INSERT INTO left_{g} VALUES (1, {v})"),),
                *((How.PREPARED, "INSERT INTO right_{g} SELECT id, version FROM left_{g}"), (How.KEPT, "COMMIT")),
            ),
        ),
    ),
    Trap(
        "a pair, in ways that are rare",
        _table("odd_left_{g}")
        + _table("odd_right_{g}")
        + "CREATE PROCEDURE odd_{g}(v int) BEGIN START TRANSACTION; UPDATE odd_left_{g} SET version = v;"
        " SELECT 1; UPDATE odd_right_{g} SET version = v; COMMIT; END",
        ("SELECT version FROM odd_left_{g}", "SELECT l.version, r.version FROM odd_left_{g} l, odd_right_{g} r"),
        (
            texts(
                *("XA START 'pair-{g}'", *_ODD, "XA END 'pair-{g}'"), *("XA PREPARE 'pair-{g}'", "XA COMMIT 'pair-{g}'")
            ),
            texts("XA BEGIN 'one-{g}'", *_ODD, "XA END 'one-{g}'", "XA COMMIT 'one-{g}' ONE PHASE"),
            texts("CALL odd_{g}({v})"),
            prepared("CALL odd_{g}({v})"),
            texts("BEGIN", *_ODD, "CREATE TABLE IF NOT EXISTS ends_{g} (a int)"),
            texts("SET @new = {v}", "BEGIN", *(each.replace("{v}", "@new") for each in _ODD), "COMMIT"),
            # Under autocommit a lock keeps readers out, but a writer that is killed in between leaves half of the pair.
            texts(
                *("SET autocommit = 0", "LOCK TABLES odd_left_{g} WRITE, odd_right_{g} WRITE"),
                *(*_ODD, "COMMIT", "UNLOCK TABLES", "SET autocommit = 1"),
            ),
            texts(
                "PREPARE p FROM 'UPDATE odd_left_{g} l, odd_right_{g} r SET l.version = ?, r.version = ?'",
                *("SET @new = {v}", "EXECUTE p USING @new, @new", "DEALLOCATE PREPARE p"),
            ),
        ),
        every=RARE,
    ),
    Trap(
        "views over views",
        _table("base_{g}")
        + "CREATE VIEW one_{g} AS SELECT id, version FROM base_{g};;"
        + "CREATE ALGORITHM = TEMPTABLE VIEW two_{g} AS SELECT version FROM one_{g} WHERE id = 1",
        ("SELECT version FROM two_{g}", "SELECT o.version, t.version FROM one_{g} o, two_{g} t"),
        (texts("UPDATE base_{g} SET version = {v}"), texts("UPDATE one_{g} SET version = {v} WHERE id = 1")),
    ),
    Trap(
        "partitions",
        "CREATE TABLE split_{g} (k int, version int) PARTITION BY LIST (k)"
        " (PARTITION even VALUES IN (0), PARTITION odd VALUES IN (1));;INSERT INTO split_{g} VALUES (0, 0)",
        (
            "SELECT version FROM split_{g}",
            "SELECT version FROM split_{g} PARTITION (even) UNION ALL SELECT version FROM split_{g} PARTITION (odd)",
        ),
        (
            texts("UPDATE split_{g} SET version = {v}, k = 1 - k"),
            block("DELETE FROM split_{g}", "INSERT INTO split_{g} PARTITION (odd) VALUES (1, {v})"),
        ),
    ),
    Trap(
        "an exchange of partitions",
        "CREATE TABLE shelf_{g} (k int, version int) PARTITION BY LIST (k)"
        " (PARTITION zero VALUES IN (0), PARTITION one VALUES IN (1));;INSERT INTO shelf_{g} VALUES (0, 0);;"
        "CREATE TABLE loose_{g} (k int, version int)",
        ("SELECT version FROM shelf_{g}", "SELECT max(version), min(version) FROM shelf_{g}"),
        (
            texts(
                *("TRUNCATE TABLE loose_{g}", "INSERT INTO loose_{g} VALUES (0, {v})"),
                "ALTER TABLE shelf_{g} EXCHANGE PARTITION zero WITH TABLE loose_{g}",
            ),
        ),
        every=RARE,
        snapshots=False,
    ),
    Trap(
        "cascade",
        "CREATE TABLE head_{g} (version int PRIMARY KEY) ENGINE = InnoDB;;"
        "CREATE TABLE tail_{g} (version int, FOREIGN KEY (version) REFERENCES head_{g} (version)"
        " ON UPDATE CASCADE ON DELETE CASCADE) ENGINE = InnoDB;;"
        "INSERT INTO head_{g} VALUES (0);;INSERT INTO tail_{g} VALUES (0)",
        ("SELECT version FROM tail_{g}", "SELECT h.version, t.version FROM head_{g} h JOIN tail_{g} t USING (version)"),
        (
            texts("UPDATE head_{g} SET version = {v}"),
            prepared("UPDATE head_{g} SET version = {v}"),
            block(
                "INSERT IGNORE INTO head_{g} VALUES ({v})",
                "DELETE FROM head_{g} WHERE version <> {v}",
                "INSERT INTO tail_{g} VALUES ({v})",
            ),
        ),
    ),
    Trap(
        "trigger",
        _table("cause_{g}") + _table("effect_{g}") + "CREATE TRIGGER follow_{g} BEFORE UPDATE ON cause_{g}"
        " FOR EACH ROW UPDATE effect_{g} SET version = NEW.version",
        ("SELECT version FROM effect_{g}", "SELECT c.version, e.version FROM cause_{g} c, effect_{g} e"),
        (texts("UPDATE cause_{g} SET version = {v}"), prepared("UPDATE cause_{g} SET version = {v}")),
    ),
    Trap(
        "functions and procedures",
        _table("called_{g}") + "CREATE FUNCTION bump_{g}(v int) RETURNS int MODIFIES SQL DATA"
        " BEGIN UPDATE called_{g} SET version = v; RETURN 1; END;;"
        "CREATE PROCEDURE work_{g}(v int) BEGIN SELECT 1; SELECT bump_{g}(v); END",
        ("SELECT version FROM called_{g}", "SELECT version FROM called_{g} WHERE id = 1"),
        (
            texts("SELECT bump_{g}({v})"),
            prepared("SELECT bump_{g}({v})"),
            texts("CALL work_{g}({v})"),
            prepared("CALL work_{g}({v})"),
            texts("DO bump_{g}({v})"),
            texts("SET @done = bump_{g}({v})"),
            texts("SELECT 1; CALL work_{g}({v}); SELECT 2"),
        ),
        every=RARE,
    ),
    Trap(
        "rows that replace others",
        _table("upserted_{g}") + _table("source_{g}"),
        ("SELECT version FROM upserted_{g}", "SELECT max(version), min(version) FROM upserted_{g}"),
        (
            texts("REPLACE INTO upserted_{g} VALUES (1, {v})"),
            texts("REPLACE upserted_{g} SET id = 1, version = {v}"),
            prepared("INSERT INTO upserted_{g} VALUES (1, {v}) ON DUPLICATE KEY UPDATE version = {v}"),
            texts("INSERT upserted_{g} VALUES (1, {v}) ON DUPLICATE KEY UPDATE version = VALUES(version)"),
            texts(
                "UPDATE source_{g} SET version = {v}", "REPLACE INTO upserted_{g} SELECT id, version FROM source_{g}"
            ),
            texts(
                "UPDATE source_{g} SET version = {v}",
                "UPDATE LOW_PRIORITY upserted_{g} u JOIN source_{g} s USING (id) SET u.version = s.version",
            ),
        ),
    ),
    Trap(
        "data of the client's",
        _table("loaded_{g}"),
        ("SELECT version FROM loaded_{g}", "SELECT version FROM loaded_{g} WHERE id = 1"),
        (
            loaded("LOAD DATA LOCAL INFILE 'rows' REPLACE INTO TABLE loaded_{g}", "1\t{v}\n"),
            loaded(
                "LOAD DATA LOCAL INFILE 'rows' REPLACE INTO TABLE loaded_{g} FIELDS TERMINATED BY ','"
                " (id, @given) SET version = @given",
                "1,{v}\n",
            ),
        ),
    ),
    Trap(
        "truncation",
        _table("total_{g}") + "CREATE TABLE less_{g} (one int)",
        (
            "SELECT version - (SELECT count(*) FROM less_{g}) FROM total_{g}",
            "SELECT t.version - coalesce(l.one, 0) FROM total_{g} t LEFT JOIN less_{g} l ON true",
        ),
        (
            texts(
                *("BEGIN", "DELETE FROM less_{g}", "INSERT INTO less_{g} VALUES (1)"),
                *("UPDATE total_{g} SET version = {v}", "COMMIT", "TRUNCATE TABLE less_{g}"),
            ),
            texts(
                *("BEGIN", "DELETE FROM less_{g}", "INSERT INTO less_{g} SELECT 1"),
                *("UPDATE total_{g} SET version = {v}", "TRUNCATE less_{g}"),
            ),
        ),
        snapshots=False,
    ),
    Trap(
        "names that change hands",
        _table("swapped_{g}") + "CREATE VIEW seen_{g} AS SELECT version FROM swapped_{g}",
        ("SELECT version FROM swapped_{g}", "SELECT version FROM seen_{g}"),
        (
            texts(
                *("DROP TABLE IF EXISTS next_{g}, last_{g}", "CREATE TABLE next_{g} LIKE swapped_{g}"),
                *("INSERT INTO next_{g} VALUES (1, {v})",),
                *("RENAME TABLE swapped_{g} TO last_{g}, next_{g} TO swapped_{g}", "DROP TABLE last_{g}"),
            ),
            texts(
                *("ALTER TABLE swapped_{g} MODIFY version bigint", "UPDATE swapped_{g} SET version = {v}"),
                *("ALTER TABLE swapped_{g} MODIFY version int",),
            ),
        ),
        every=RARE,
        snapshots=False,
    ),
    Trap(
        "a view that is made anew",
        "CREATE VIEW constant_{g} AS SELECT 0 AS version;;CREATE VIEW above_{g} AS SELECT version FROM constant_{g}",
        ("SELECT version FROM constant_{g}", "SELECT version FROM above_{g}"),
        (
            texts("CREATE OR REPLACE VIEW constant_{g} AS SELECT {v} AS version"),
            texts("ALTER VIEW constant_{g} AS SELECT {v} AS version"),
        ),
        every=RARE,
        snapshots=False,
    ),
    Trap(
        "quoted names",
        "CREATE TABLE `Quoted {g}` (id int, `Ver``sion` int);;INSERT INTO `Quoted {g}` VALUES (1, 0);;"
        "CREATE TABLE QUOTED_{g} (id int, version int);;INSERT INTO QUOTED_{g} VALUES (1, 0);;"
        "CREATE TABLE quoted_{g} (id int, version int);;INSERT INTO quoted_{g} VALUES (1, 0)",
        ("SELECT `Ver``sion` FROM `Quoted {g}`", "SELECT a.VERSION, b.version FROM `QUOTED_{g}` a, quoted_{g} b"),
        (
            block(
                "UPDATE `Quoted {g}` SET `ver``sion` = {v}",
                "UPDATE QUOTED_{g} SET version = {v}",
                "UPDATE `quoted_{g}` SET Version = {v}",
            ),
        ),
    ),
    Trap(
        "two databases",
        _table("apart.named_{g}") + _table("named_{g}"),
        (
            "SELECT version FROM named_{g}",
            "SELECT a.version, b.version FROM apart.named_{g} a, named_{g} b",
            "SELECT app.named_{g}.version, `apart` . `named_{g}`.version FROM app.named_{g}, apart.named_{g}",
        ),
        (
            block("UPDATE apart.named_{g} SET version = {v}", "UPDATE named_{g} SET version = {v}"),
            texts(
                *("BEGIN", "UPDATE named_{g} SET version = {v}", "USE apart", "UPDATE named_{g} SET version = {v}"),
                *("USE app", "COMMIT"),
            ),
            texts("UPDATE `apart`.named_{g} a, `app`.`named_{g}` b SET a.version = {v}, b.version = {v}"),
        ),
    ),
    Trap(
        "comments that are statements",
        _table("noted_{g}"),
        ("SELECT version FROM noted_{g}", "SELECT /* 40000 */ version FROM noted_{g}"),
        (
            texts("/*!40000 UPDATE noted_{g} SET version = {v} */"),
            texts("UPDATE/**/noted_{g} SET version = {v} -- WHERE id = 2"),
            texts("UPDATE noted_{g} # nowhere\nSET version = /*!40000 {v} + 0 * */ {v}"),
            texts("SELECT 1; /*!40000 UPDATE noted_{g} SET version = {v} */"),
        ),
        every=RARE,
    ),
    Trap(
        "MERGE over MyISAM",
        _table("under_{g}", "MyISAM")
        + "CREATE TABLE over_{g} (id int NOT NULL, version int, PRIMARY KEY (id)) ENGINE = MERGE UNION = (under_{g})"
        " INSERT_METHOD = LAST",
        ("SELECT version FROM over_{g}", "SELECT version FROM under_{g}"),
        (texts("UPDATE under_{g} SET version = {v}"), texts("UPDATE over_{g} SET version = {v}")),
        every=RARE,
        snapshots=False,
    ),
    _engine("MyISAM"),
    _engine("MEMORY"),
)

MARIADB_TRAPS = (
    *_TRAPS,
    _engine("Aria"),
    Trap(
        "what only MariaDB understands",
        _table("own_{g}") + _table("own_too_{g}") + "CREATE SEQUENCE counted_{g} START WITH 1 NOCACHE",
        ("SELECT version FROM own_{g}", "SELECT a.version, b.version FROM own_{g} a, own_too_{g} b"),
        (
            block("UPDATE own_{g} SET version = {v}", "REPLACE INTO own_too_{g} VALUES (1, {v}) RETURNING version"),
            texts(
                "BEGIN NOT ATOMIC START TRANSACTION; UPDATE own_{g} SET version = {v};"
                " UPDATE own_too_{g} SET version = {v}; COMMIT; END"
            ),
            texts("EXECUTE IMMEDIATE 'UPDATE own_{g} a, own_too_{g} b SET a.version = {v}, b.version = {v}'"),
            texts("/*M!100000 UPDATE own_{g} a, own_too_{g} b SET a.version = {v}, b.version = {v} */"),
        ),
        every=RARE,
    ),
)

MYSQL_TRAPS = (
    *_TRAPS,
    Trap(
        "what only MySQL understands",
        _table("own_{g}") + _table("own_too_{g}"),
        ("SELECT version FROM own_{g}", "SELECT a.version, b.version FROM own_{g} a, own_too_{g} b"),
        (
            block(
                "WITH new AS (SELECT {v} AS version) UPDATE own_{g}, new SET own_{g}.version = new.version",
                "INSERT INTO own_too_{g} VALUES (1, {v}) AS new ON DUPLICATE KEY UPDATE version = new.version",
            ),
            texts("/*!80000 UPDATE own_{g} a, own_too_{g} b SET a.version = {v}, b.version = {v} */"),
        ),
        every=RARE,
    ),
)
