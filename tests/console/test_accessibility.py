"""What can be measured of whether everybody can use it: axe's rules, in both colour schemes, and narrow screens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.console.browser import Page
from tests.servers.edge import EdgeCache

AXE = Path(__file__).parent / "node/node_modules/axe-core/axe.min.js"
FOUND = """axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(
    ({violations}) => violations.map(({id, nodes}) => [id, ...nodes.map(one => one.html + " " + one.failureSummary)])
)"""
TABS = ("observability", "why", "rules", "settings", "connect")

ATTEMPTS = 4
"""A page that is drawn anew while axe looks at it leads it astray; what is wrong is found each time."""


async def findings(page: Page) -> object:
    """What axe finds."""
    for _ in range(ATTEMPTS):
        if not (found := await page.run(FOUND)):
            break
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing(page: Page, shop: EdgeCache, dark: bool) -> None:
    await page.looks(dark=dark, calm=True)
    await page.run(AXE.read_text(encoding="utf-8") + ";0")
    await page.shows(shop.name, inside="table.caches")
    assert await findings(page) == []
    await page.click("main .primary")
    await page.until("document.querySelector('dialog[open]')")
    assert await findings(page) == []
    await page.press("Escape")
    for tab in TABS:
        await page.run(f"location.hash = '#/caches/{shop.id}/{tab}'")
        await page.until(f"document.querySelector('#tab-{tab}[aria-selected=true]')")
        await page.until("document.querySelector('[role=tabpanel] :is(table, form, pre)')")
        assert await findings(page) == []
    await page.run("document.getElementById('leave').click()")
    await page.until("document.querySelector('form.login')")
    assert await findings(page) == []


async def test_nothing_sticks_out_of_a_narrow_screen(page: Page, shop: EdgeCache) -> None:
    await page.looks(width=320, height=700)
    for tab in ("", *TABS):
        await page.run(f"location.hash = '#/{tab and f'caches/{shop.id}/{tab}'}'")
        await page.until("document.querySelector('main :is(table, form, pre)')")
        await page.until(f"!{json.dumps(tab)} || document.querySelector('#tab-{tab}[aria-selected=true]')")
        await page.until("!document.querySelector('.headline') || document.querySelector('.headline b')")
        assert await page.run("document.documentElement.scrollWidth") <= 320


async def test_nothing_moves_for_those_who_want_it_so(page: Page) -> None:
    await page.looks(calm=True)
    assert await page.run("getComputedStyle(document.getElementById('notice')).transitionDuration") == "0s"
