"""What a cache's first tab shows of its traffic and its queries."""

from __future__ import annotations

import json

import psycopg

from tests.console.browser import Page
from tests.console.conftest import HOSTILE, SELECT
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import TRUST

ROW = f"[...document.querySelectorAll('.queries tbody tr')].find(one => one.innerText.includes({SELECT[:36]!r}))"
HEADLINE = "[...document.querySelectorAll('.headline div')].map(one => one.innerText.split(/\\n+/).slice(0, 2))"


async def test_the_numbers_are_those_of_the_api_in_figures_charts_and_tables(view: Page, shop: EdgeCache) -> None:
    await view.shows("Hit ratio", inside=".headline")
    found = shop.edge.api.get(f"/v1/caches/{shop.id}/statistics", params={"step": "minute"}).json()
    total = found["total"]
    shown = dict(await view.run(HEADLINE))
    assert shown["Queries"] == str(total["runs"])
    ratio = total["hits"] / (total["hits"] + total["misses"])
    assert abs(float(shown["Hit ratio"].removesuffix(" %")) - ratio * 100) <= 0.051
    queries = shop.edge.api.get(f"/v1/caches/{shop.id}/queries").json()
    kept = sum(one["hits"] if (known := one["cacheability"]) is None else known * one["runs"] for one in queries)
    assert abs(float(shown["Cacheability"]) - kept / total["runs"]) <= 0.0051
    await view.click(".chart summary")
    table = "document.querySelector('.chart table')"
    await view.until(f"{table}?.rows.length > 30")
    rows = await view.run(f"[...{table}.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.innerText))")
    sums = [sum(int(row[at]) for row in rows) for at in (1, 2, 3)]
    assert sums == [total["hits"], total["misses"], total["passes"]]
    assert len({row[0] for row in rows}) == len(rows)
    busy = [point["at"] for point in found["points"] if point["runs"]]
    clock = "toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'})"
    times = await view.run(f"{json.dumps(busy)}.map(at => new Date(at).{clock})")
    assert [row[0] for row in rows if row[1:] != ["0", "0", "0"]] == times
    titles = await view.run("[...document.querySelectorAll('.chart svg title')].map(one => one.textContent)")
    assert titles[0].startswith(f"Queries: hits from 0 to {total['hits']}")
    assert view.complaints == []


async def test_a_query_says_why_it_is_not_cached_and_its_sql_is_text(view: Page) -> None:
    await view.shows("SELECT now()", "Not cached: ", inside=".queries")
    await view.run(f"{ROW}.querySelector('button').click()")
    await view.shows("console_products", "Mean size", inside="tr.more")
    assert await view.run(f"{ROW}.querySelector('button').getAttribute('aria-expanded')") == "true"
    assert HOSTILE not in await view.run("document.querySelector('tr.more pre').textContent")


async def test_a_query_that_hits_answer_says_how_much_of_it_is_not_cached(view: Page, shop: EdgeCache) -> None:
    sql = "SELECT count(*) FROM console_products"
    with psycopg.connect(shop.url(TRUST), autocommit=True, prepare_threshold=None) as connection:
        for _ in range(3):
            connection.execute(sql)
        with connection.transaction():
            connection.execute("UPDATE console_products SET name = name")
            connection.execute(sql)
    row = ROW.replace(repr(SELECT[:36]), repr(sql))
    await view.until(f"{row}?.innerText.includes('25 % not cached: it ran inside a transaction')")


async def test_heads_of_columns_sort_and_say_so(view: Page) -> None:
    await view.until("document.querySelector('[data-key=sort-runs]')")
    runs = "[...document.querySelectorAll('.queries tbody tr')].map(one => Number(one.cells[1].innerText))"
    found = await view.run(runs)
    assert found == sorted(found, reverse=True)
    await view.run("document.querySelector('[data-key=sort-runs]').focus()")
    await view.press("Enter")
    assert await view.run(runs) == sorted(found)
    assert await view.run("document.activeElement.dataset.key") == "sort-runs"
    assert await view.run("document.querySelector('[aria-sort]').getAttribute('aria-sort')") == "ascending"
    await view.press("Tab")
    await view.press("Enter")
    await view.until("document.querySelector('[aria-sort=descending] [data-key=sort-hitRatio]')")


async def test_a_rule_is_set_on_a_query_from_its_row(view: Page, shop: EdgeCache) -> None:
    await view.until(ROW)
    await view.run(f"{ROW}.querySelector('button').click()")
    await view.click("tr.more [data-key^=rule]")
    await view.enter("#rule-value", "77")
    await view.press("Enter")
    await view.shows("The rule holds from now on.", inside="#notice")
    await view.until("!document.querySelector('dialog')")
    assert await view.focused() == "Set a rule"
    rules = shop.edge.api.get(f"/v1/caches/{shop.id}/cache-ttls").json()
    assert [(rule["type"], rule["value"]) for rule in rules] == [("TEMPLATE", 77)]
    await view.run("document.querySelector('#tab-rules').click()")
    await view.shows("template", "77 s", SELECT[:36], inside=".rules")
    await view.click(".rules button.danger")
    await view.shows("No rules: automation decides everything.")
    assert shop.edge.api.get(f"/v1/caches/{shop.id}/cache-ttls").json() == []


async def test_the_answers_of_a_query_are_purged_from_its_row(view: Page, shop: EdgeCache) -> None:
    with psycopg.connect(shop.url(TRUST), autocommit=True) as connection:
        for _ in range(3):
            connection.execute(f"{SELECT}2")
    kept = shop.metrics().entries
    await view.until(ROW)
    await view.run(f"{ROW}.querySelector('button').click()")
    await view.click("tr.more [data-key^=purge]")
    await view.shows("went.", inside="#notice")
    assert shop.metrics().entries < kept


async def test_it_keeps_itself_up_to_date(view: Page, shop: EdgeCache) -> None:
    await view.shows("SELECT now()", inside=".queries")
    with psycopg.connect(shop.url(TRUST), autocommit=True) as connection:
        connection.execute("SELECT 'while somebody looks'::text AS added_later")
    # Its own clock does this every ten seconds.
    await view.run("document.querySelector('[name^=range][value=\"6h\"]').click()")
    await view.shows("added_later", inside=".queries")


async def test_a_cache_that_only_observes_says_what_it_would_have_done(page: Page, edge: Edge) -> None:
    made = edge.create_cache(("127.0.0.1", 1), mode="observe")
    try:
        await page.go(f"{edge.api.base_url}/#/caches/{made.id}")
        await page.shows("only observes", "It would have had 0 hits", inside=".observed")
    finally:
        made.delete()
