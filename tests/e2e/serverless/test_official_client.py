"""`@polyscale/serverless-js` as it is, under Node.js, for each database."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from tests.drivers.sessions.processes import Lines
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.mysql_like import APP, MySqlLike
from tests.servers.postgres import SCRAM, Postgres
from tests.servers.process import free_port

NODE = Path(__file__).parent / "node"
SCHEMA = (
    "CREATE TABLE items (id int PRIMARY KEY, name varchar(20), sold boolean);"
    "INSERT INTO items VALUES (1, 'ant', true), (2, 'bee', false), (3, 'Zoë ? :x', NULL);"
)
READ = "SELECT id, name FROM items WHERE id = ?"
ANT, BEE, ZOE = {"id": 1, "name": "ant"}, {"id": 2, "name": "bee"}, {"id": 3, "name": "Zoë ? :x"}

TYPES_OF_POSTGRES = """SELECT 1::int2 AS small, 9007199254740993::int8 AS big, 1.10::numeric AS amount,
    0.5::float8 AS ratio, 'NaN'::float8 AS nan, true AS yes, NULL::text AS nothing, 'é"\\' AS words,
    '{"a": [1, null]}'::jsonb AS document, ARRAY[1, NULL, 3] AS list, ARRAY[['a'], ['b']] AS nested,
    '\\x00ff'::bytea AS bytes, '2026-11-21'::date AS day, '2026-11-21 10:00:00.5'::timestamp AS moment, 1 AS small"""
ROW_OF_POSTGRES = {
    "small": 1,
    "big": "9007199254740993",
    "amount": "1.10",
    "ratio": 0.5,
    "nan": "NaN",
    "yes": True,
    "nothing": None,
    "words": 'é"\\',
    "document": {"a": [1, None]},
    "list": [1, None, 3],
    "nested": [["a"], ["b"]],
    "bytes": "AP8=",
    "day": "2026-11-21",
    "moment": "2026-11-21 10:00:00.5",
    "small_1": 1,
}
TYPES_OF_MYSQL = """SELECT 1 AS small, 9007199254740993 AS big, 1.10 AS amount, 5e-1 AS ratio, TRUE AS yes,
    NULL AS nothing, 'é"' AS words, X'00ff' AS bytes, DATE '2026-11-21' AS day,
    TIMESTAMP '2026-11-21 10:00:00.5' AS moment, 1 AS small"""
ROW_OF_MYSQL = {
    "small": 1,
    "big": "9007199254740993",
    "amount": "1.10",
    "ratio": 0.5,
    "yes": 1,
    "nothing": None,
    "words": 'é"',
    "bytes": "AP8=",
    "day": "2026-11-21",
    "moment": "2026-11-21 10:00:00.5",
    "small_1": 1,
}


@dataclass(frozen=True, slots=True)
class Client:
    """The client in its process, with what it is told of one database."""

    process: Lines
    cache: EdgeCache
    connection: dict[str, str]

    @property
    def is_postgres(self) -> bool:
        """Whether it speaks to PostgreSQL."""
        return self.connection["provider"] == "postgres"

    def query(
        self, sql: str, bindings: object = None, *, own_fetch: bool = False, slash: str = "", **connection: str
    ) -> dict[str, Any]:
        """Ask; what the client gave or threw. The keyword arguments change what it is told."""
        request = {
            "endpoint": f"{str(self.cache.edge.api.base_url).rstrip('/')}{slash}",
            "connection": {**self.connection, **connection},
            "sql": sql,
            "bindings": bindings,
            "ownFetch": own_fetch,
        }
        self.process.tell(json.dumps(request))
        answer: dict[str, Any] = json.loads(self.process.hear())
        return answer

    def rows(self, sql: str, bindings: object = None) -> object:
        """Ask; the rows."""
        answer = self.query(sql, bindings)
        assert "rows" in answer, answer
        return answer["rows"]

    def error(self, sql: str, bindings: object = None, **connection: Any) -> tuple[object, ...]:
        """Ask for what is refused; status and code of what is thrown, which names the status and has a message."""
        thrown = self.query(sql, bindings, **connection)["thrown"]
        assert thrown["message"], thrown
        # Its words are those of HTTP, and another version of Python has others for some.
        assert thrown["error"] == HTTPStatus(thrown["statusCode"]).phrase
        return thrown["statusCode"], thrown["code"]


def origin_of(provider: str, request: pytest.FixtureRequest) -> tuple[Postgres | MySqlLike, dict[str, str]]:
    """A server with the table in a database of its own, and how one logs in."""
    origin = request.getfixturevalue(provider)
    database = origin.create_database()
    origin.run(SCHEMA, database)
    if isinstance(origin, Postgres):
        origin.run("GRANT ALL ON items TO public; GRANT CREATE ON SCHEMA public TO public", database)
    account = SCRAM if isinstance(origin, Postgres) else APP
    return origin, {
        "username": account.name,
        "password": account.password,
        "database": database,
        "provider": provider,
    }


@pytest.fixture(scope="module")
def node() -> Iterator[Lines]:
    process = Lines(["node", "client.mjs"], {}, NODE)
    yield process
    process.close()


@contextlib.contextmanager
def client_of(edge: Edge, node: Lines, provider: str, request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client of a fresh database."""
    origin, login = origin_of(provider, request)
    cache = edge.create_cache(origin)
    yield Client(node, cache, {"cacheId": cache.id, **login})
    cache.delete()
    origin.drop_database(login["database"])


@pytest.fixture(scope="module", params=["postgres", "mariadb", "mysql"])
def client(edge: Edge, node: Lines, request: pytest.FixtureRequest) -> Iterator[Client]:
    with client_of(edge, node, request.param, request) as made:
        yield made


def test_rows_of_the_usual_types_lose_nothing(client: Client) -> None:
    if client.is_postgres:
        assert client.rows(TYPES_OF_POSTGRES) == [ROW_OF_POSTGRES]
    else:
        assert client.rows(TYPES_OF_MYSQL) == [ROW_OF_MYSQL]


def test_bindings_are_by_position_by_name_and_left_out(client: Client) -> None:
    assert client.rows("SELECT id, name FROM items ORDER BY id") == [ANT, BEE, ZOE]
    assert client.rows(READ, [3]) == [ZOE]
    assert client.rows("SELECT ??, name FROM ?? WHERE name = ?", ["id", "items", "Zoë ? :x"]) == [ZOE]
    assert client.rows("SELECT :what:, name FROM items WHERE name = :name", {"what": "id", "name": "bee"}) == [BEE]
    assert client.rows("SELECT id, name FROM items WHERE sold = ?", [False]) == [BEE]
    assert client.rows("SELECT id FROM items WHERE name = ?", [None]) == []
    assert client.rows("SELECT id, '?' AS mark FROM items WHERE id = ? AND 1.5 < ?", [1, 2.5]) == [
        {"id": 1, "mark": "?"}
    ]


def test_an_array_is_an_array_or_a_list(client: Client) -> None:
    where = "id = any(?)" if client.is_postgres else "id IN (?)"
    assert client.rows(f"SELECT id, name FROM items WHERE {where} ORDER BY id", [[1, 3]]) == [ANT, ZOE]
    named = where.replace("?", ":ids")
    assert client.rows(f"SELECT id, name FROM items WHERE {named}", {"ids": [2]}) == [BEE]


def test_the_third_of_equal_requests_is_a_hit(client: Client) -> None:
    seen = [client.query(READ, [2], own_fetch=True) for _ in range(3)]
    assert [one["rows"] for one in seen] == [[BEE]] * 3
    assert seen[-1]["cacheStatus"] == "PolyScale; hit", seen


def test_a_write_says_what_it_did_and_is_seen_at_once(client: Client) -> None:
    sql = "SELECT count(*) AS n FROM items WHERE name = 'new'"
    none, one = ("0", "1") if client.is_postgres else (0, 1)  # count(*) is a bigint there
    assert [client.rows(sql) for _ in range(3)] == [[{"n": none}]] * 3
    told = {"affectedRows": 1} if client.is_postgres else {"affectedRows": 1, "insertId": 0}
    assert client.rows("INSERT INTO items (id, name) VALUES (?, ?)", [9, "new"]) == [told]
    assert client.rows(sql) == [{"n": one}]
    assert client.rows("DELETE FROM items WHERE id = 9") == [told]


def test_an_endpoint_may_end_in_a_slash(client: Client) -> None:
    assert client.query(READ, [1], slash="/")["rows"] == [ANT]


def test_what_is_refused_is_thrown_as_an_object_of_four_fields(client: Client) -> None:
    wrong_login, no_table = ("28P01", "42P01") if client.is_postgres else ("1045", "1146")
    assert client.error(READ, [1], password="wrong") == (401, wrong_login)
    nobody = "00000000-0000-4000-8000-000000000000"
    assert client.error(READ, [1], cacheId=nobody) == (404, "CACHE_NOT_FOUND")
    assert client.error("SELECT * FROM nowhere") == (422, no_table)
    assert client.error("SELECT ?", [1, 2]) == (400, "INVALID_BINDINGS")
    assert client.error("SELECT :n", {}) == (400, "INVALID_BINDINGS")
    other = "mysql" if client.is_postgres else "postgres"
    assert client.error(READ, [1], provider=other) == (400, "PROVIDER_MISMATCH")
    assert client.error(READ, ["x" * (1 << 20)]) == (413, "PAYLOAD_TOO_LARGE")
    assert client.rows(READ, [1]) == [ANT]


def test_what_the_client_itself_refuses_is_never_sent(client: Client) -> None:
    before = client.cache.metrics()
    assert client.query("SELECT 1", [{"no": "object"}])["thrown"] == {"error": "ZodError"}
    assert client.query("SELECT 1", provider="sqlite")["thrown"] == {"error": "ZodError"}
    assert client.cache.metrics() == before


def test_too_many_requests_are_refused_in_the_same_form(node: Lines, request: pytest.FixtureRequest) -> None:
    with run_edge("--sql-requests-per-minute=1") as narrow, client_of(narrow, node, "postgres", request) as client:
        assert client.rows(READ, [1]) == [ANT]
        assert client.error(READ, [1]) == (429, "TOO_MANY_REQUESTS")


def test_an_origin_that_is_away_is_a_502(edge: Edge, client: Client) -> None:
    gone = edge.create_cache(("127.0.0.1", free_port()), database=client.connection["provider"])
    assert client.error(READ, [1], cacheId=gone.id) == (502, "ORIGIN_UNREACHABLE")
    gone.delete()
