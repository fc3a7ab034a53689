"""Requests that are wrong: each has one clear answer in the shape of all errors, and the pool is as it was."""

from __future__ import annotations

import contextlib
import gzip
import json
from collections.abc import Iterator

import pytest

from tests.e2e.serverless.asking import Asker
from tests.e2e.serverless.raw import TYPE, chunked, connected, exchange, post, read_reply
from tests.servers.edge import Edge, run_edge
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import resident_bytes

MIB = 1 << 20
PASSWORD = "never-in-a-log"
SQL = "SELECT n FROM items"


@pytest.fixture(scope="module")
def single() -> Iterator[Edge]:
    """An edge with one connection for each user, so that whoever comes next has the one of who came before."""
    with run_edge("--sql-connections=1") as running:
        yield running


@pytest.fixture(scope="module")
def place(single: Edge, postgres: Postgres) -> Iterator[Asker]:
    """A database that all tests here share; they leave it as it was."""
    database = postgres.create_database()
    postgres.run("CREATE TABLE items (n int); INSERT INTO items VALUES (1); GRANT ALL ON items TO public", database)
    postgres.run(f"GRANT app_md5 TO {TRUST.name}", database)
    yield Asker(single.create_cache(postgres), TRUST.name, PASSWORD, database)
    postgres.run(f"REVOKE app_md5 FROM {TRUST.name}", database)
    postgres.drop_database(database)


@pytest.fixture
def asker(place: Asker) -> Iterator[Asker]:
    """After each test the same connections answer right, and nothing secret was logged."""
    yield place
    assert place.rows(SQL) == [{"n": 1}]
    assert place.cache.edge.process.running
    assert PASSWORD not in place.cache.edge.log
    assert "Traceback" not in place.cache.edge.log


def told(asker: Asker, body: bytes) -> str:
    """What is said of a body that is refused as such."""
    answer = asker.post(body)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_BODY"), answer.text
    message = str(answer.json()["message"])
    assert PASSWORD not in message
    return message


# -- bodies -----------------------------------------------------------------------------------------------------------


def test_a_body_that_is_no_json_is_refused(asker: Asker) -> None:
    whole = asker.body(SQL)
    assert told(asker, b"") == told(asker, b" \r\n\t") == "The body is empty."
    for cut in (1, len(whole) // 2, len(whole) - 1):
        assert told(asker, whole[:cut]).startswith("The body is not JSON: ")
    for broken in (b"nonsense", whole + b"}", whole + whole, b"\0" + whole, b"'{}'", whole.replace(b'"', b"'")):
        assert told(asker, broken).startswith("The body is not JSON: ")
    for number in (b"NaN", b"Infinity", b"-Infinity"):
        assert "is no number" in told(asker, whole[:-1] + b', "bindings": [' + number + b"]}")
    for wrong in (b"\xff\xfe", whole.replace(b"items", b"it\xe9ms"), whole.decode().encode("utf-16")):
        assert told(asker, wrong).startswith("The body is not UTF-8: see byte ")
    for deep in (b"[" * 100_000, b'{"a":' * 100_000, whole[:-1] + b', "bindings": ' + b"[" * 100_000):
        assert told(asker, deep) == "The body is nested too deep."
    twice = told(asker, whole[:-1] + b', "sql": "SELECT 2"}')
    assert twice == 'The body has the key "sql" twice in one object.'
    for value in (b"[]", b"1", b'"text"', b"null", b"true"):
        assert told(asker, value).startswith("The body must be an object, not ")
    assert "surrogate" in told(asker, whole.replace(b"items", b"\\ud800"))


WRONG_TEXTS: tuple[object, ...] = (1, 1.5, True, [], ["x"], {}, "", "a\0b")


@pytest.mark.parametrize("field", ["cacheId", "username", "database", "sql"])
def test_a_field_that_is_missing_or_wrong_is_named(asker: Asker, field: str) -> None:
    fields = json.loads(asker.body(SQL))
    for wrong in WRONG_TEXTS:
        assert told(asker, json.dumps({**fields, field: wrong}).encode()).startswith(f"{field} must ")
    assert told(asker, json.dumps({**fields, field: None}).encode()) == f"{field} must be a string, not null."
    del fields[field]
    assert told(asker, json.dumps(fields).encode()) == f"{field} is missing."


def test_other_fields_that_are_wrong_are_named(asker: Asker) -> None:
    fields = json.loads(asker.body(SQL))
    passwords: tuple[object, ...] = (1, True, [], {}, None)
    providers: tuple[object, ...] = (1, True, [], {}, "", "sqlite", "Postgres")
    several: tuple[object, ...] = (1, True, "x", [{}], [[[1]]], [[1, "x"]], [["x", True]], {"a": {}}, {"a": [[1]]})
    for wrong in passwords:
        assert told(asker, json.dumps({**fields, "password": wrong}).encode()).startswith("password must be a string")
    for wrong in providers:
        assert told(asker, json.dumps({**fields, "provider": wrong}).encode()).startswith("provider must be one of")
    for wrong in several:
        assert told(asker, json.dumps({**fields, "bindings": wrong}).encode()).startswith("bindings")


def test_another_cache_or_provider_than_there_is_is_told(asker: Asker) -> None:
    answer = asker.ask(SQL, provider="mysql")
    assert (answer.status_code, answer.json()["code"]) == (400, "PROVIDER_MISMATCH")
    answer = asker.ask(SQL, cacheId="x" * 5000)
    assert (answer.status_code, answer.json()["code"]) == (404, "CACHE_NOT_FOUND")
    assert len(answer.content) < 1000


def test_a_cache_of_sql_server_is_a_501(asker: Asker) -> None:
    cache = asker.cache.edge.create_cache(("127.0.0.1", 1), database="mssql")
    for provider in (None, "mssql"):
        answer = asker.ask(SQL, cacheId=cache.id, provider=provider)
        assert (answer.status_code, answer.json()["code"]) == (501, "PROVIDER_NOT_SUPPORTED")
    cache.delete()


@pytest.mark.parametrize(
    ("sql", "bindings"),
    [
        ("SELECT ?", []),
        ("SELECT ?, ?", [1]),
        ("SELECT ?", [1, 2]),
        ("SELECT 1", [1]),
        ("SELECT :a, :b", {"a": 1}),
        ("SELECT ?? FROM items", [1]),
        ("SELECT :a:", {"a": [1]}),
    ],
)
def test_bindings_that_do_not_fit_are_refused(asker: Asker, sql: str, bindings: object) -> None:
    answer = asker.ask(sql, bindings)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_BINDINGS"), answer.text


def test_ten_thousand_bindings_are_bound(asker: Asker) -> None:
    values = ", ".join(["(?::int)"] * 10_000)
    sql = f"SELECT sum(n)::int AS sum, count(*)::int AS count FROM (VALUES {values}) v(n)"
    assert asker.rows(sql, list(range(10_000))) == [{"sum": 49_995_000, "count": 10_000}]
    answer = asker.ask(f"{sql} WHERE n > ?", list(range(10_000)))
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_BINDINGS")


def test_more_than_an_answer_may_have_is_refused(asker: Asker) -> None:
    answer = asker.ask("SELECT repeat('x', 1000000) FROM generate_series(1, 70)")
    assert (answer.status_code, answer.json()["code"]) == (422, "RESULT_TOO_LARGE"), answer.text[:300]


# -- HTTP -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sql", "//sql"])
def test_other_methods_are_refused_and_browsers_are_let_in_nowhere(asker: Asker, path: str) -> None:
    edge = asker.cache.edge
    for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        reply = exchange(edge, post(b"", "Origin: https://shop.example", first=f"{method} {path} HTTP/1.1"))
        assert (reply.status, reply.code, reply.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
        assert not [name for name in reply.headers if name.startswith("access-control") or name == "vary"]
    assert exchange(edge, post(b"", first=f"HEAD {path} HTTP/1.1"), has_body=False).status == 405
    reply = exchange(edge, post(asker.body(SQL), TYPE, "Origin: https://shop.example", first=f"POST {path} HTTP/1.1"))
    assert reply.body == b'[{"n":1}]'
    assert not [name for name in reply.headers if name.startswith("access-control") or name == "vary"]


def test_another_content_type_is_refused(asker: Asker) -> None:
    edge, body = asker.cache.edge, asker.body(SQL)
    for wrong in ((), ("Content-Type: text/plain",), ("Content-Type: ;;;",), ("Content-Type: application/x-json",)):
        reply = exchange(edge, post(body, *wrong))
        assert (reply.status, reply.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert exchange(edge, post(body, "Content-Type: Application/JSON; charset=utf-8")).status == 200


FRAMING = {
    "both framings": ("Transfer-Encoding: chunked", "Content-Length: {}"),
    "both framings the other way round": ("Content-Length: {}", "Transfer-Encoding: chunked"),
    "two lengths": ("Content-Length: {}", "Content-Length: 3"),
    "the same length twice": ("Content-Length: {}", "Content-Length: {}"),
    "a list of lengths": ("Content-Length: {}, {}",),
    "a plus sign": ("Content-Length: +{}",),
    "a minus sign": ("Content-Length: -{}",),
    "a space in the length": ("Content-Length: 1 {}",),
    "a hexadecimal length": ("Content-Length: 0x{}",),
    "a length beyond all": ("Content-Length: 9999999999999999999999",),
    "a space before the colon": ("Content-Length : {}",),
    "a folded line": ("Content-Length: {}", "X: a\r\n b"),
    "a folded length": ("Content-Length:\r\n {}",),
    "a bare line feed": ("Content-Length: {}", "X: a\nY: b"),
    "a bare carriage return": ("Content-Length: {}", "X: a\rY: b"),
    "a nul": ("Content-Length: {}", "X: a\0b"),
    "another encoding than chunks last": ("Transfer-Encoding: chunked, identity",),
    "chunks twice": ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
    "two hosts": ("Host: elsewhere", "Content-Length: {}"),
    "a body that is longer than its length": ("Content-Length: 10",),
}


@pytest.mark.parametrize("what", FRAMING)
def test_framing_that_two_could_read_in_two_ways_is_refused(asker: Asker, what: str) -> None:
    body = asker.body(SQL)
    lines = [line.format(len(body), len(body)) for line in FRAMING[what]]
    with connected(asker.cache.edge) as (client, read):
        client.sendall(post(body, TYPE, *lines, length=False))
        reply = read_reply(read)
        assert (reply.status, PASSWORD.encode() in reply.body) == (400, False), reply
        assert reply.code in ("BAD_REQUEST", "INVALID_BODY")
        if what != "a body that is longer than its length":
            assert read.read() == b"", "what stands behind was taken for a request"


def test_lines_that_end_otherwise_are_no_request(asker: Asker) -> None:
    whole = post(asker.body(SQL), TYPE)
    for wrong in (whole.replace(b"\r\n", b"\n"), whole.replace(b"HTTP/1.1", b"HTTP/1.2"), b"\x16\x03\x01" + whole):
        reply = exchange(asker.cache.edge, wrong)
        assert (reply.status, reply.code) == (400, "BAD_REQUEST")
        assert PASSWORD.encode() not in reply.body


def test_bodies_may_come_in_chunks_compressed_and_asked_for(asker: Asker) -> None:
    edge, body = asker.cache.edge, asker.body(SQL)
    small = gzip.compress(body)
    for request in (
        post(chunked(body), TYPE, "Transfer-Encoding: chunked", length=False),
        post(small, TYPE, "Content-Encoding: gzip"),
        post(chunked(small), TYPE, "Content-Encoding: gzip", "Transfer-Encoding: chunked", length=False),
        post(body, TYPE, "Expect: 100-continue"),
        post(body, TYPE, first="POST /sql HTTP/1.0"),
        post(body, TYPE, first="POST http://localhost/sql HTTP/1.1"),
        post(body, TYPE, first="POST /sql?cache=no HTTP/1.1"),
    ):
        for _ in range(3):
            assert exchange(edge, request).body == b'[{"n":1}]', request


def test_a_body_is_told_to_come_unless_it_is_too_large(asker: Asker) -> None:
    body = asker.body(SQL)
    with connected(asker.cache.edge) as (client, read):
        client.sendall(post(body, TYPE, "Expect: 100-continue").removesuffix(body))
        assert read.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert read.readline() == b"\r\n"
        client.sendall(body)
        assert read_reply(read).status == 200
    with connected(asker.cache.edge) as (client, read):
        client.sendall(post(b"", TYPE, "Expect: 100-continue", "Content-Length: 100000000", length=False))
        assert read.readline().startswith(b"HTTP/1.1 413 ")
    reply = exchange(asker.cache.edge, post(body, TYPE, "Expect: a miracle"))
    assert (reply.status, reply.code) == (417, "EXPECTATION_FAILED")


def test_bodies_that_are_not_encoded_as_they_say_are_refused(asker: Asker) -> None:
    edge, body = asker.cache.edge, asker.body(SQL)
    for request in (
        post(body, TYPE, "Content-Encoding: gzip"),
        post(body, TYPE, "Content-Encoding: deflate"),
        post(gzip.compress(body)[:-12], TYPE, "Content-Encoding: gzip"),
        post(gzip.compress(body), TYPE),
        post(b"zz\r\n" + chunked(body), TYPE, "Transfer-Encoding: chunked", length=False),
        post(chunked(body)[:-5] + b"x\r\n\r\n", TYPE, "Transfer-Encoding: chunked", length=False),
    ):
        reply = exchange(edge, request)
        assert (reply.status, reply.code in ("INVALID_BODY", "BAD_REQUEST")) == (400, True), (request, reply)


def test_a_hundred_megabytes_are_refused_early_and_take_no_memory(asker: Asker) -> None:
    edge = asker.cache.edge
    before = resident_bytes(edge.process.pid)
    much = [b" " * MIB] * 100
    head = post(b"", TYPE, "Content-Length: 104857600", length=False)
    assert exchange(edge, head).code == "PAYLOAD_TOO_LARGE", "before any of it has come"
    in_chunks = [b"100000\r\n" + piece + b"\r\n" for piece in much]
    for request in (
        [head, *much],
        [post(b"", TYPE, "Transfer-Encoding: chunked", length=False), *in_chunks],
        [post(gzip.compress(b"".join(much)), TYPE, "Content-Encoding: gzip")],
    ):
        with contextlib.suppress(ConnectionError):
            reply = exchange(edge, *request)
            assert (reply.status, reply.code) == (413, "PAYLOAD_TOO_LARGE")
    assert resident_bytes(edge.process.pid) - before < 24 * MIB
    assert asker.ask("SELECT length(?) AS n", ["x" * (MIB - 1000)]).json() == [{"n": MIB - 1000}]
    assert asker.ask("SELECT length(?)", ["x" * MIB]).status_code == 413


def test_a_thousand_who_stop_within_their_bodies_hold_up_nobody(asker: Asker) -> None:
    half = post(asker.body(SQL), TYPE)[:-20]
    with contextlib.ExitStack() as opened:
        waiting = [opened.enter_context(connected(asker.cache.edge)) for _ in range(1_000)]
        for client, _ in waiting:
            client.sendall(half)
        for _ in range(5):
            assert asker.rows(SQL) == [{"n": 1}]
        client, read = waiting[500]
        client.sendall(asker.body(SQL)[-20:])
        assert read_reply(read).body == b'[{"n":1}]'
