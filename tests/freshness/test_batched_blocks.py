"""Blocks that begin, and end, in one request with statements: each session is told what the server itself tells."""

from __future__ import annotations

import pytest

from tests.e2e.raw import SYNC, RawClient, bind, describe, execute, parse
from tests.freshness.through import Through
from tests.servers.postgres import TRUST


def do(text: str, name: str = "") -> bytes:
    return parse(text, name) + bind(statement=name) + execute()


def again(name: str) -> bytes:
    return bind(statement=name) + describe() + execute()


READ, OTHER = do("SELECT name FROM items WHERE id = 1"), do("SELECT count(*) FROM parts")
WRITE, BACK = do("UPDATE items SET name = 'new' WHERE id = 1"), do("UPDATE items SET name = 'old' WHERE id = 1")
BEGIN, COMMIT, ROLLBACK = do("BEGIN"), do("COMMIT"), do("ROLLBACK")

SESSIONS = {
    "reads": [BEGIN + READ, OTHER, COMMIT, READ],
    "several reads": [BEGIN + READ + OTHER, READ, COMMIT],
    "a whole block": [BEGIN + READ + COMMIT, READ],
    "two blocks": [BEGIN + READ + COMMIT + BEGIN + OTHER, READ, COMMIT],
    "an end and a beginning": [BEGIN + READ, COMMIT + BEGIN + READ, COMMIT],
    "a block in a block": [BEGIN + BEGIN + READ, READ, BEGIN + READ, COMMIT, COMMIT + READ],
    "a write": [BEGIN + WRITE, READ, ROLLBACK, READ, BEGIN + READ, WRITE + READ, COMMIT, READ, BEGIN + BACK, COMMIT],
    "what fails": [BEGIN + do("SELECT 1/0"), READ, ROLLBACK, BEGIN + do("nonsense"), READ, COMMIT, READ],
    "what fails later": [BEGIN + READ, do("SELECT 1/0"), ROLLBACK, READ],
    "a level": [BEGIN + do("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE") + READ, READ, COMMIT],
    "a level too late": [BEGIN + READ, do("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"), ROLLBACK],
    "a setting": [BEGIN + do("SET LOCAL search_path = two") + READ, READ, COMMIT, READ],
    "prepared": [
        *(do("BEGIN", "b") + READ, do("COMMIT", "c"), do("SELECT name FROM items WHERE id = 1", "r")),
        *(again("b") + again("r"), again("r"), again("c"), again("b"), READ, again("c"), again("c")),
        *(again("b") + WRITE, READ, do("ROLLBACK", "u"), again("b") + again("r"), again("u"), again("r")),
    ],
    "prepared, and gone": [do("BEGIN", "b") + ROLLBACK, do("DEALLOCATE b"), again("b") + READ, READ],
    "the unnamed statement": [BEGIN + READ, bind() + execute(), COMMIT, bind() + execute(), ROLLBACK],
    "half way": [BEGIN + parse("SELECT 1"), bind() + execute(), COMMIT, BEGIN + bind() + execute(), COMMIT],
}


@pytest.mark.parametrize("case", SESSIONS)
def test_a_block_that_comes_with_statements_is_as_without_an_edge(case: str, through: Through) -> None:
    told: dict[str, list[list[object]]] = {"directly": [], "edge": []}
    for _ in range(4):
        for way, port in (("directly", through.postgres.port), ("edge", through.cache.edge.postgres_port)):
            with RawClient(port) as client:
                client.login(user=TRUST.name, database=through.database, application_name=through.cache.id)
                for request in SESSIONS[case]:
                    client.send(request + SYNC)
                    told[way].append([(message.kind, message.body) for message in client.until("Z")])
    assert told["edge"] == told["directly"]
