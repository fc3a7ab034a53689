"""How far a change spreads: cascades of cascades, partitions on both ends of a key, views that hide what they do."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.freshness.through import Rows, Through, ask

GRANT = ";GRANT ALL ON ALL TABLES IN SCHEMA public TO public"


@dataclass(frozen=True, slots=True)
class Spread:
    """What is made first, what is read, what is written, and what must be read then."""

    setup: str
    question: str
    write: str
    answer: Rows


CHAIN = """
CREATE TABLE one (id int PRIMARY KEY); INSERT INTO one VALUES (1);
CREATE TABLE two_ (id int PRIMARY KEY, up int REFERENCES one ON DELETE CASCADE); INSERT INTO two_ VALUES (1, 1);
CREATE TABLE three (id int PRIMARY KEY, up int REFERENCES two_ ON DELETE CASCADE); INSERT INTO three VALUES (1, 1);
CREATE TABLE four (up int DEFAULT 7 REFERENCES three ON DELETE SET NULL); INSERT INTO four VALUES (1);
"""
PARTITIONED = """
CREATE TABLE keys (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE keys_1 PARTITION OF keys FOR VALUES FROM (0) TO (10);
CREATE TABLE uses (id int REFERENCES keys ON DELETE CASCADE) PARTITION BY RANGE (id);
CREATE TABLE uses_1 PARTITION OF uses FOR VALUES FROM (0) TO (10);
INSERT INTO keys VALUES (1); INSERT INTO uses VALUES (1);
"""
NOTING = """
CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN INSERT INTO log VALUES (''x''); RETURN OLD; END';
CREATE TRIGGER noting AFTER DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION note_it();
"""
TREE = """
CREATE TABLE tree (id int PRIMARY KEY, up int REFERENCES tree ON DELETE CASCADE);
INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2);
"""
NONE, LOGGED = [(0,)], [(1,)]
SPREADS = {
    "three cascades": Spread(CHAIN, "SELECT count(*) FROM three", "DELETE FROM one", NONE),
    "two cascades, then null": Spread(CHAIN, "SELECT up FROM four", "DELETE FROM one", [(None,)]),
    "a table and itself": Spread(TREE, "SELECT count(*) FROM tree", "DELETE FROM tree WHERE id = 1", NONE),
    "partitions on both ends": Spread(PARTITIONED, "SELECT count(*) FROM uses_1", "DELETE FROM keys", NONE),
    "from one partition": Spread(PARTITIONED, "SELECT count(*) FROM uses", "DELETE FROM keys_1", NONE),
    "a trigger behind a cascade": Spread(
        CHAIN + NOTING.format("three"), "SELECT count(*) FROM log", "DELETE FROM one", LOGGED
    ),
    "a trigger on a partition": Spread(
        PARTITIONED + NOTING.format("uses_1"), "SELECT count(*) FROM log", "DELETE FROM keys", LOGGED
    ),
    "a trigger on a child": Spread(NOTING.format("child"), "SELECT count(*) FROM log", "DELETE FROM parent", LOGGED),
    "a trigger of TRUNCATE": Spread(
        NOTING.format("parts").replace("AFTER DELETE", "AFTER TRUNCATE").replace("EACH ROW", "EACH STATEMENT"),
        "SELECT count(*) FROM log",
        "TRUNCATE parts",
        LOGGED,
    ),
    "default of a cascade": Spread(
        "CREATE TABLE kid (item int DEFAULT 7 REFERENCES items ON DELETE SET DEFAULT);"
        "INSERT INTO items VALUES (7, 'x'); INSERT INTO kid VALUES (1)",
        "SELECT item FROM kid",
        "DELETE FROM items WHERE id = 1",
        [(7,)],
    ),
    "a generated column": Spread(
        "CREATE TABLE g (x int, y int GENERATED ALWAYS AS (x * 2) STORED); INSERT INTO g VALUES (1)",
        "SELECT y FROM g",
        "UPDATE g SET x = 5",
        [(10,)],
    ),
    "a view over everything": Spread(
        "CREATE VIEW all_of_it AS SELECT count(*) AS n FROM shown_again s, unioned u, over_frozen f, parent p, split q",
        "SELECT n FROM all_of_it",
        "DELETE FROM low",
        NONE,
    ),
    "a view with a subquery in its list": Spread(
        "CREATE VIEW v AS SELECT id, (SELECT count(*) FROM parts) AS n FROM items",
        "SELECT n FROM v WHERE id = 1",
        "DELETE FROM parts",
        NONE,
    ),
    "a view with a CTE": Spread(
        "CREATE VIEW v AS WITH c AS (SELECT * FROM parts) SELECT count(*) AS n FROM c",
        "SELECT n FROM v",
        "DELETE FROM parts",
        NONE,
    ),
    "a rule that writes elsewhere": Spread(
        "CREATE RULE r AS ON DELETE TO apart DO INSTEAD DELETE FROM parts",
        "SELECT count(*) FROM parts",
        "DELETE FROM apart",
        NONE,
    ),
    "a rule behind a view": Spread(
        "CREATE VIEW v AS SELECT * FROM apart; CREATE RULE r AS ON UPDATE TO v DO INSTEAD DELETE FROM parts",
        "SELECT count(*) FROM parts",
        "UPDATE v SET name = 'x'",
        NONE,
    ),
}


@pytest.mark.parametrize("case", SPREADS)
def test_a_change_spreads(case: str, through: Through) -> None:
    spread = SPREADS[case]
    through.around(spread.setup + GRANT)
    reader, writer = through.connect(), through.connect()
    assert through.prime(lambda: ask(reader, spread.question)) != spread.answer
    writer.execute(spread.write.encode())
    for connection in (reader, writer):
        assert ask(connection, spread.question) == spread.answer


@pytest.mark.parametrize(
    "view",
    [
        "SELECT * FROM items TABLESAMPLE bernoulli (100)",
        "SELECT * FROM items FOR UPDATE",
        "SELECT * FROM items FOR KEY SHARE",
        "SELECT *, random() AS r FROM items",
        "SELECT *, now() AS r FROM items",
        "SELECT *, current_date AS r FROM items",
        "SELECT *, localtimestamp(0) AS r FROM items",
        "SELECT *, nextval('numbers') AS r FROM items",
        "SELECT *, part_count() AS r FROM items",
        "SELECT items.*, c.relname FROM items, pg_class c WHERE c.relname = 'items'",
        "SELECT items.*, last_value FROM items, numbers",
    ],
)
def test_a_view_does_not_hide_what_must_be_asked_every_time(view: str, through: Through) -> None:
    through.around(f"CREATE VIEW hiding AS {view}; CREATE VIEW over_it AS SELECT * FROM hiding" + GRANT)
    through.around("GRANT ALL ON SEQUENCE numbers TO public")
    connection = through.connect()
    through.never_hits(lambda: ask(connection, "SELECT * FROM hiding"))
    through.never_hits(lambda: ask(connection, "SELECT count(*) FROM over_it"))
