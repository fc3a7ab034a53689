"""Web pages of other origins (https://fetch.spec.whatwg.org/#http-cors-protocol), where the edge lets them ask."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.serverless.asking import Asker
from tests.servers.edge import run_edge
from tests.servers.postgres import TRUST, Postgres

SHOP = "https://shop.example.com"
ADMIN = "http://localhost:5173"
SQL = "SELECT 1 AS n"


@pytest.fixture(scope="module", params=[(SHOP, ADMIN), ("*",)], ids=["some", "all"])
def asker(postgres: Postgres, request: pytest.FixtureRequest) -> Iterator[Asker]:
    with run_edge(f"--sql-origins={','.join(request.param)}") as edge:
        yield Asker(edge.create_cache(postgres), TRUST.name, "", "postgres")


def preflight(asker: Asker, origin: str) -> httpx.Response:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    return asker.cache.edge.api.options("/sql", headers={"Origin": origin, **asking})


def test_a_page_that_may_is_told_so_before_it_asks_and_with_every_answer(asker: Asker) -> None:
    for origin in (SHOP, ADMIN):
        told = preflight(asker, origin)
        assert (told.status_code, told.content) == (204, b"")
        assert told.headers["Access-Control-Allow-Origin"] == origin
        assert told.headers["Access-Control-Allow-Methods"] == "POST"
        assert told.headers["Access-Control-Allow-Headers"] == "Content-Type"
        answers = [asker.post(asker.body(SQL), Origin=origin) for _ in range(4)]
        answers += [
            asker.post(b"{", Origin=origin),
            asker.post(b" " * (1 << 21), Origin=origin),
            asker.post(b"x", Origin=origin, Content_Type="text/plain"),
            asker.post(asker.body("SELECT nothing"), Origin=origin),
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 400, 413, 415, 422]
        for answer in answers:
            assert answer.headers["Access-Control-Allow-Origin"] == origin
            assert answer.headers["Vary"] == "Origin"
            assert "Cache-Status" in answer.headers["Access-Control-Expose-Headers"]


def test_another_page_is_told_nothing(asker: Asker, request: pytest.FixtureRequest) -> None:
    for origin in ("https://evil.example", "null", f"{SHOP}.evil.example", SHOP.upper()):
        told = [preflight(asker, origin), asker.post(asker.body(SQL), Origin=origin)]
        is_let_in = "all" in request.node.name
        for answer in told:
            assert ("Access-Control-Allow-Origin" in answer.headers) == is_let_in
            assert answer.headers["Vary"] == "Origin"


def test_who_is_no_page_needs_no_origin(asker: Asker) -> None:
    for _ in range(4):
        assert "Access-Control-Allow-Origin" not in asker.ask(SQL).headers
        assert asker.rows(SQL) == [{"n": 1}]


def test_the_api_of_caches_lets_no_page_in(asker: Asker) -> None:
    told = asker.cache.edge.api.get("/v1/caches", headers={"Origin": SHOP})
    assert told.status_code == 200
    assert not [name for name in told.headers if name.lower().startswith("access-control")]
