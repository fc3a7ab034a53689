"""What is said of a statement through a cache that nobody has used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from polyscale_cli.edge.engine.identity import template_id
from tests.edge.api.test_bad_input import refused
from tests.edge.conftest import Json, Running


@pytest.fixture
def cache(running: Running) -> Iterator[Json]:
    made = running.cache("explained", defaultTtl=45)
    yield made
    running.api.delete(f"/v1/caches/{made['id']}")


def explain(running: Running, cache: Json, sql: str) -> Json:
    answer = running.api.post(f"/v1/caches/{cache['id']}/explain", json={"sql": sql})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def rule(running: Running, cache: Json, rule_type: str, key: str, **more: object) -> None:
    body = {"type": rule_type, "key": key, **more}
    running.api.post(f"/v1/caches/{cache['id']}/cache-ttls", json=body).raise_for_status()


SQL = "SELECT name FROM orders o JOIN items USING (id) WHERE id = 7"


def test_everything_there_is_to_say(running: Running, cache: Json) -> None:
    template = "SELECT name FROM orders o JOIN items USING (id) WHERE id = [?]"
    said = explain(running, cache, f" {SQL};\n")
    # 30 s: what automation assumes of what it has never seen.
    words = said.pop("words")
    ttl = said.pop("ttl")
    assert said == {
        "template": template,
        "templateId": template_id(template.encode()),
        "cacheable": None,
        "reason": None,
        "tables": ["items", "orders"],
        "rule": None,
        "decidedBy": "DEFAULT",
    }
    assert 0 < ttl <= 45
    assert words == [
        "By its text its answers can be kept. The database's catalog must still say what its tables are: run it once"
        " and ask again.",
        f"No rule is about it: automation decides, up to {ttl:.0f} s now, and never for longer than 45 s.",
    ]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("INSERT INTO orders VALUES (1)", "WRITES"),
        ("SELECT age(now)", None),
        ("SELECT current_date", "READS_CLOCK"),
        ("SELECT 1 FROM t FOR UPDATE", "LOCKS_ROWS"),
        ("SHOW work_mem", "NOT_A_READ"),
        ("SELEC 1", "NOT_UNDERSTOOD"),
        ("SELECT 1; SELECT 2", "SEVERAL_STATEMENTS"),
        ("SELECT 1", ""),
    ],
)
def test_what_the_text_alone_tells(running: Running, cache: Json, sql: str, code: str | None) -> None:
    said = explain(running, cache, sql)
    if not code:
        assert (said["cacheable"], said["reason"]) == (None if code is None else True, None)
    else:
        assert (said["cacheable"], said["reason"]["code"], said["ttl"]) == (False, code, None)
        what = " (current_date)" if code == "READS_CLOCK" else ""
        assert said["words"] == [f"Its answers are not kept: {said['reason']['text']}{what}.", said["reason"]["cure"]]


def test_a_rule_for_what_cannot_be_kept_changes_nothing(running: Running, cache: Json) -> None:
    write = "INSERT INTO orders SELECT * FROM items"
    rule(running, cache, "TEMPLATE", write, value=5)
    said = explain(running, cache, write)
    assert (said["decidedBy"], said["ttl"], said["tables"]) == ("TEMPLATE", None, ["items", "orders"])
    assert said["words"][1] == "Its TEMPLATE rule is about it, and changes nothing."


def test_each_rule_is_named_that_decides(running: Running, cache: Json) -> None:
    rule(running, cache, "AUTO", SQL)
    said = explain(running, cache, SQL)
    assert (said["decidedBy"], said["rule"]["type"]) == ("AUTO", "AUTO")
    assert said["words"][1].startswith("Its AUTO rule leaves it to automation: automation decides, up to ")
    rule(running, cache, "MANUAL", SQL)
    said = explain(running, cache, SQL)
    assert (said["decidedBy"], said["ttl"]) == ("MANUAL", 0)
    assert (
        said["words"][1] == "Its MANUAL rule switches automation off, and no other rule is about it: nothing is kept."
    )

    rule(running, cache, "TABLE", "orders", value=20)
    said = explain(running, cache, SQL)
    assert said["decidedBy"] == "MANUAL"
    assert said["words"][2] == "Rules for tables do not count: each table needs one, and there is none for items."
    rule(running, cache, "TABLE", "items", value=9, name="stock")
    said = explain(running, cache, SQL)
    assert (said["decidedBy"], said["ttl"], said["rule"]["key"]) == ("TABLE", 9, "items")
    assert said["words"][1:] == ["The TABLE rule for items (stock) decides: an answer is kept for 9 s."]
    commented = explain(running, cache, f"{SQL} /* polyscale:ttl=8,tag=a,tag=b */")
    assert (commented["decidedBy"], commented["ttl"], commented["rule"]) == ("COMMENT", 8, None)
    assert commented["words"][1:] == [
        "Its own comment decides: an answer is kept for 8 s.",
        "Its comment tags the answer: a, b.",
    ]
    rule(running, cache, "TEMPLATE", SQL, value=7)
    assert explain(running, cache, SQL)["decidedBy"] == "TEMPLATE"
    rule(running, cache, "QUERY", SQL, value=0)
    said = explain(running, cache, SQL)
    assert (said["decidedBy"], said["ttl"]) == ("QUERY", 0)
    assert said["rule"] == {"type": "QUERY", "key": SQL, "value": 0}
    assert explain(running, cache, SQL.replace("7", "8"))["decidedBy"] == "TEMPLATE"


def test_what_a_comment_says_in_vain_is_told(running: Running, cache: Json) -> None:
    said = explain(running, cache, "SELECT 1 /* polyscale:ttl=1m,tag=a */")
    assert said["words"][-2:] == [
        "Its comment tags the answer: a.",
        "In its comment, what means nothing is passed over: ttl=1m.",
    ]
    said = explain(running, cache, "SELECT 1 -- polyscale:ttl=60")
    assert said["decidedBy"] == "DEFAULT"
    assert said["words"][-1].startswith("It has a comment that names polyscale but is not read, ")
    assert len(explain(running, cache, f"/* polyscale:{'x' * 4000} */ SELECT 1")["words"][-1]) < 300


def test_what_the_cache_is_set_to_is_part_of_it(running: Running, cache: Json) -> None:
    running.api.patch(f"/v1/caches/{cache['id']}", json={"defaultCachingBehaviour": "uncached"})
    said = explain(running, cache, SQL)
    assert (said["decidedBy"], said["ttl"]) == ("DEFAULT", 0)
    assert said["words"][1] == "No rule is about it, and the cache explained is uncached by default: nothing is kept."
    running.api.patch(
        f"/v1/caches/{cache['id']}", json={"defaultCachingBehaviour": "autoCached", "defaultTtl": 0}
    ).raise_for_status()
    said = explain(running, cache, SQL)
    assert (said["decidedBy"], said["ttl"], said["cacheable"]) == ("DEFAULT", 0, None)
    nothing = "the cache explained has a TTL of 0: nothing is kept."
    assert said["words"][1] == f"No rule is about it, and {nothing}"
    rule(running, cache, "AUTO", SQL)
    said = explain(running, cache, SQL)
    assert (said["decidedBy"], said["ttl"]) == ("AUTO", 0)
    assert said["words"][1] == f"Its AUTO rule leaves it to automation, and {nothing}"
    rule(running, cache, "TEMPLATE", SQL, value=5)
    assert explain(running, cache, SQL)["ttl"] == 5
    running.api.patch(f"/v1/caches/{cache['id']}", json={"mode": "observe"})
    assert explain(running, cache, SQL)["words"][2].startswith("The cache only observes: ")
    running.api.patch(f"/v1/caches/{cache['id']}", json={"cachingEnabled": False})
    said = explain(running, cache, SQL)
    assert (said["cacheable"], said["reason"]["code"]) == (False, "CACHING_OFF")


def test_each_database_has_its_own_sql(running: Running) -> None:
    made = running.cache("of-mysql", database="mysql")
    said = explain(running, made, 'SELECT `a` FROM shop.orders WHERE b = "x" # why')
    assert (said["template"], said["tables"]) == ("SELECT `a` FROM shop.orders WHERE b = [?]", ["shop.orders"])
    running.api.delete(f"/v1/caches/{made['id']}")
    made = running.cache("of-mssql", database="mssql")
    answer = running.api.post(f"/v1/caches/{made['id']}/explain", json={"sql": "SELECT 1"})
    assert "mssql" in refused(answer, 409, "NO_LISTENER")


@pytest.mark.parametrize("body", [{}, {"sql": ""}, {"sql": 1}, {"sql": None}, {"sql": "x" * 32_769}, {"sql": "\0"}])
def test_what_is_no_statement_is_refused(running: Running, cache: Json, body: Json) -> None:
    answer = running.api.post(f"/v1/caches/{cache['id']}/explain", json=body)
    assert refused(answer, 400, "INVALID_BODY").startswith("sql: ")


@pytest.mark.parametrize(
    "sql", [";", " ", "/* nothing */", "-- ", "'", "SELECT '", "(" * 5000, "é" * 9000, "SELECT\r\n1"]
)
def test_any_text_is_answered(running: Running, cache: Json, sql: str) -> None:
    assert explain(running, cache, sql)["cacheable"] in (False, True, None)
