"""Bound statements mean to real servers what they say: every way to write a placeholder, and every way to hide one."""

from __future__ import annotations

from tests.e2e.serverless.asking import Asker
from tests.servers.edge import Edge, EdgeCache
from tests.servers.mariadb import MariaDb
from tests.servers.mysql import MySql
from tests.servers.mysql_like import APP, MySqlLike
from tests.servers.postgres import SCRAM

ON_POSTGRES: list[tuple[str, object, object]] = [
    ("SELECT ?::int + ? AS v", [1, 2], 3),
    ("SELECT '?' || E'\\'?' || $$?$$ || $a$ ? $$ $a$ || ? AS v -- ?", ["x"], "?'?? ? $$ x"),
    ("SELECT /* ? */ '{\"a\": 1}'::jsonb \\? ? AS v", ["a"], True),
    ("SELECT '{\"a\": 1}'::jsonb \\?| ? AS v", [["b", "a"]], True),
    ("SELECT '{\"a\": 1}'::jsonb @\\? '$.a' AS v WHERE ?", [True], True),
    ("SELECT '{\"a\": 1}'::jsonb \\? 'a' AS v", None, True),
    ("SELECT '{\"a\": 1}'::jsonb ? 'a' AS v", None, True),
    ("SELECT '{\"a\": 1}'::jsonb ? :key AS v", {"key": "a"}, True),
    ('SELECT ?? FROM (SELECT 5 AS "c""d") AS ??', ['t.c"d as v', "t"], 5),
    ('SELECT t.:c: AS v FROM (SELECT 5 AS "c""d") t', {"c": 'c"d'}, 5),
    ("SELECT :v::text || :v::text AS v", {"v": "a"}, "aa"),
    ("SELECT :c:::int AS v FROM (SELECT '7' AS x) t", {"c": "x"}, 7),
    ("SELECT (ARRAY[1,2,3])[2:3] AS v WHERE 1 = :one", {"one": 1}, [2, 3]),
    ("SELECT (ARRAY[1,2,3])[lo:hi] AS v FROM (SELECT 1 AS lo, 2 AS hi) t WHERE 1 = :one", {"one": 1}, [1, 2]),
    ("SELECT (ARRAY[1,2,3])[:lo : :hi] AS v", {"lo": 1, "hi": 2}, [1, 2]),
    ("SELECT make_interval(days := :d)::text AS v", {"d": 3}, "3 days"),
    ("SELECT count(*)::int AS v FROM generate_series(1, 9) n WHERE n = any(?)", [[1, 5, 50]], 2),
    ("SELECT count(*)::int AS v FROM generate_series(1, 9) n WHERE n = any(?)", [[]], 0),
    ("SELECT ?::text IS NULL AS v", [None], True),
    ("SELECT :v::text AS v", {"v": "'; DROP TABLE x; --"}, "'; DROP TABLE x; --"),
    ("SELECT ?::numeric AS v", [0.1], "0.1"),
    ('SELECT 1 AS "?", ?::int AS v', [2], 2),
]
ON_MYSQL: list[tuple[str, object, object]] = [
    ("SELECT ? + ? AS v", [1, 2], 3),
    ("SELECT CONCAT('?', \"?\", '\\'?', '''?', ?) AS v -- ?", ["x"], "??'?'?x"),
    ("SELECT /* ? */ ? AS v # ?", ["x"], "x"),
    ("SELECT /*!50001 1 + */ ? AS v", [2], 3),
    ("SELECT /*!99999 1 + */ ? AS v", [2], 2),
    ("SELECT 1--? AS v", [2], 3),
    ("SELECT ?? AS v FROM (SELECT 5 AS `c``d`) AS ??", ["t.c`d", "t"], 5),
    ("SELECT 3 IN (?) AS v", [[1, 2, 3]], 1),
    ("SELECT :v IN (:all) AS v", {"v": 4, "all": [1, 2, 3]}, 0),
    ("SELECT @a := :v AS v", {"v": 7}, 7),
    ("SELECT :v IS NULL AS v", {"v": None}, 1),
    ("SELECT 'x' AS v LIMIT :n", {"n": 1}, "x"),
    ("SELECT JSON_EXTRACT('{\"a?\": 4}', '$.\"a?\"') = ? AS v", [4], 1),
    ("SELECT ? AS v", ["'; DROP TABLE x; --"], "'; DROP TABLE x; --"),
    ("SELECT _utf8mb4'?' AS `?`, N'?' AS w, ? AS v", ["?"], "?"),
]


def answers_as_told(asker: Asker, told: list[tuple[str, object, object]]) -> None:
    for sql, bindings, value in told:
        answer = asker.ask(sql, bindings)
        assert answer.status_code == 200, (sql, answer.text)
        assert answer.json()[0]["v"] == value, (sql, answer.text)


def test_bound_statements_mean_on_postgres_what_they_say(cache: EdgeCache) -> None:
    answers_as_told(Asker(cache, SCRAM.name, SCRAM.password, "app"), ON_POSTGRES)


def on(server: MySqlLike, edge: Edge) -> None:
    cache = edge.create_cache(server)
    answers_as_told(Asker(cache, APP.name, APP.password, "mysql"), ON_MYSQL)
    cache.delete()


def test_bound_statements_mean_on_mariadb_what_they_say(edge: Edge, mariadb: MariaDb) -> None:
    on(mariadb, edge)


def test_bound_statements_mean_on_mysql_what_they_say(edge: Edge, mysql: MySql) -> None:
    on(mysql, edge)
