"""The rules of a cache, and what decides about a given SQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.console.browser import Page
from tests.console.conftest import HOSTILE
from tests.servers.edge import EdgeCache


@pytest.fixture
async def rules(page: Page, cache: EdgeCache) -> AsyncIterator[Page]:
    """The tab of a cache without rules."""
    await page.go(f"{cache.edge.api.base_url}/#/caches/{cache.id}/rules")
    await page.shows("No rules: automation decides everything.")
    yield page
    assert await page.run("typeof hacked") == "undefined"


async def test_a_rule_is_set_changed_and_removed(rules: Page, cache: EdgeCache) -> None:
    await rules.click("[data-key=add-rule]")
    await rules.choose("#rule-type", "TABLE")
    await rules.enter("#rule-key", "public.orders")
    await rules.enter("#rule-value", "-1")
    await rules.click("dialog .primary")
    assert await rules.run("document.querySelector('#rule-value').validity.rangeUnderflow")
    await rules.enter("#rule-value", "30")
    await rules.enter("#rule-name", HOSTILE)
    await rules.press("Enter")
    await rules.shows("public.orders", "30 s", HOSTILE, inside=".rules")
    await rules.run("document.querySelector('.rules button').click()")
    await rules.enter("#rule-value", "0")
    await rules.press("Enter")
    await rules.shows("never", HOSTILE, inside=".rules")
    found = cache.edge.api.get(f"/v1/caches/{cache.id}/cache-ttls").json()
    assert [(one["type"], one["key"], one["value"]) for one in found] == [("TABLE", "public.orders", 0)]
    await rules.click(".rules button.danger")
    await rules.shows("No rules: automation decides everything.")
    assert rules.complaints == []


@pytest.mark.parametrize("key", ["SELECT a/b, '100%' FROM t WHERE c = '?#&'", f"SELECT '{HOSTILE}', x FROM t"])
async def test_keys_of_every_kind_are_shown_and_removed(rules: Page, cache: EdgeCache, key: str) -> None:
    await rules.click("[data-key=add-rule]")
    await rules.choose("#rule-type", "QUERY")
    await rules.enter("#rule-key", key)
    await rules.click("dialog .primary")
    await rules.shows(key, inside=".rules")
    await rules.click(".rules button.danger")
    await rules.shows("No rules: automation decides everything.")
    assert cache.edge.api.get(f"/v1/caches/{cache.id}/cache-ttls").json() == []


async def test_what_the_api_refuses_stays_in_the_dialog(rules: Page, cache: EdgeCache) -> None:
    await rules.click("[data-key=add-rule]")
    await rules.choose("#rule-type", "TABLE")
    await rules.enter("#rule-key", "a.b.c.d")
    await rules.click("dialog .primary")
    body = {"type": "TABLE", "key": "a.b.c.d", "value": 60}
    words = cache.edge.api.post(f"/v1/caches/{cache.id}/cache-ttls", json=body).json()["message"]
    await rules.shows(words, inside="dialog [role=alert]")


async def test_explain_tells_which_rule_decides_and_why_nothing_is_kept(rules: Page, cache: EdgeCache) -> None:
    body = {"type": "TABLE", "key": "orders", "value": 30, "name": "half a minute"}
    cache.edge.api.post(f"/v1/caches/{cache.id}/cache-ttls", json=body).raise_for_status()
    for sql in ("SELECT id FROM orders WHERE id = 7", "UPDATE orders SET id = 7", f"SELECT '{HOSTILE}'"):
        told = cache.edge.api.post(f"/v1/caches/{cache.id}/explain", json={"sql": sql}).raise_for_status().json()
        await rules.enter("#explain-sql", sql)
        await rules.run("document.querySelector('#explain-sql').form.requestSubmit()")
        await rules.shows(told["templateId"], told["template"], *told["words"], inside="form .answer")
        mark = {True: "✓ ", False: "✗ ", None: "? "}[told["cacheable"]]
        await rules.shows(mark, told["reason"]["code"] if told["reason"] else "", inside="form .answer")
