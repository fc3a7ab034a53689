"""A cache's own page: its tabs, what they show, and what they change."""

from __future__ import annotations

import json

import psycopg
import pytest

from polyscale_cli.connstr.model import SCHEMES, CacheAddress, Database, DatabaseUrl
from polyscale_cli.connstr.profiles import profile_named
from polyscale_cli.connstr.write import through_cache
from tests.console.browser import Page
from tests.console.conftest import HOSTILE, SELECT
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import TRUST

SELECTED = "document.querySelector('[role=tab][aria-selected=true]').innerText"


async def test_tabs_are_one_stop_and_arrows_go_around(view: Page) -> None:
    await view.run("document.querySelector('[role=tab]').focus()")
    for key, title in (
        ("ArrowRight", "Why"),
        ("ArrowRight", "Rules"),
        ("End", "Connect"),
        ("ArrowRight", "Observability"),
        ("ArrowLeft", "Connect"),
        ("Home", "Observability"),
    ):
        await view.press(key)
        assert await view.run(SELECTED) == title
        assert await view.focused() == title
        assert await view.run("document.querySelectorAll('[role=tab][tabindex=\"0\"]').length") == 1
        shown = "document.getElementById(document.querySelector('[role=tabpanel]').getAttribute('aria-labelledby'))"
        assert await view.run(f"{shown}.innerText") == title
    await view.press("Tab")
    assert await view.run("document.activeElement.getAttribute('role')") == "tabpanel"
    await view.until("location.hash.endsWith('/observability')")


async def test_a_dialog_keeps_the_focus_and_gives_it_back(view: Page) -> None:
    await view.run("document.querySelector('#tab-settings').click()")
    await view.until("document.querySelector('[data-key=delete]')")
    await view.run("document.querySelector('[data-key=delete]').focus()")
    await view.press("Enter")
    await view.until("document.querySelector('dialog[open]')")
    assert await view.focused() == "confirm"
    for _ in range(5):
        await view.press("Tab")
        assert await view.run("document.querySelector('dialog').contains(document.activeElement)"
                              " || document.activeElement === document.body")  # fmt: skip
    await view.press("Escape")
    await view.until("!document.querySelector('dialog')")
    assert await view.focused() == "Delete Cache"


async def test_settings_change_the_cache_and_only_what_was_changed(view: Page, shop: EdgeCache) -> None:
    before = shop.edge.api.get(f"/v1/caches/{shop.id}").json()
    await view.run("document.querySelector('#tab-settings').click()")
    await view.enter("[name=defaultTtl]", "120")
    await view.press("Enter")
    await view.shows("Saved.", inside="#notice")
    assert shop.edge.api.get(f"/v1/caches/{shop.id}").json() == {**before, "defaultTtl": 120}
    assert view.bodies == ['{"defaultTtl":120}']
    await view.enter("[name=defaultTtl]", "60")
    await view.press("Enter")
    await view.until("document.querySelector('[name=defaultTtl]').defaultValue !== null")
    assert view.complaints == []


async def test_all_fields_of_a_change_can_be_set(view: Page, shop: EdgeCache) -> None:
    fields = shop.edge.api.get("/openapi.json").json()["components"]["schemas"]["UpdateCache"]["properties"]
    await view.run("document.querySelector('#tab-settings').click()")
    await view.until("document.querySelector('form.columns [name=name]')")
    shown = await view.run("[...document.querySelectorAll('form.columns [name]')].map(one => one.name)")
    assert sorted(shown) == sorted(fields)


async def test_a_purge_counts_first_and_then_tells_what_went(view: Page, shop: EdgeCache) -> None:
    with psycopg.connect(shop.url(TRUST), autocommit=True) as connection:
        for _ in range(3):
            connection.execute(f"{SELECT}1")
    await view.run("document.querySelector('#tab-settings').click()")
    await view.choose("#purge-which", "tables")
    await view.enter("#purge-what", "console_products")
    form = "document.querySelector('#purge-which').form"
    await view.run(f"{form}.querySelector('button:not(.danger)').click()")
    kept = shop.metrics().entries
    assert kept >= 1
    await view.shows("would go", inside="form:has(#purge-which) .answer")
    assert shop.metrics().entries == kept
    await view.run(f"{form}.querySelector('button.danger').click()")
    await view.shows("went", "console_products", inside="form:has(#purge-which) .answer")
    assert shop.metrics().entries < kept
    await view.choose("#purge-which", "queries")
    await view.enter("#purge-what", f"{SELECT}\n3")
    await view.run(f"{form}.requestSubmit()")
    await view.shows("0 entries went.", inside="form:has(#purge-which) .answer")
    assert json.loads(view.bodies[-1]) == {"queries": [f"{SELECT}\n3"]}
    await view.choose("#purge-which", "tables")
    await view.enter("#purge-what", "a.b.c.d.e")
    await view.run(f"{form}.requestSubmit()")
    await view.shows("must be a list of", inside="form:has(#purge-which) .complaint")


@pytest.mark.parametrize("database", [Database.POSTGRES, Database.MARIADB])
async def test_every_driver_is_given_what_connstr_writes_for_it(page: Page, edge: Edge, database: Database) -> None:
    made = edge.create_cache(("127.0.0.1", 1), database=database.value)
    try:
        await page.go(f"{edge.api.base_url}/#/caches/{made.id}/connect")
        await page.enter("#connect-user", "app")
        await page.enter("#connect-database", "shop_eu")
        shown = await page.run(
            "[...document.querySelector('#driver').options].map(option => { const driver = option.parentNode;"
            " driver.value = option.value; driver.dispatchEvent(new Event('change'));"
            " return [option.value, document.querySelector('.snippet pre').textContent]; })"
        )
        url = DatabaseUrl(
            database=database,
            scheme=SCHEMES[database],
            host="127.0.0.1",
            port=1,
            user="app",
            password="PASSWORD",
            name="shop_eu",
        )
        http = str(edge.api.base_url)
        address = CacheAddress(made.id, edge.host, edge.shared_port(database.value), database, http)
        drivers = [(name, text) for name, text in shown if name not in {".env", "secrets.json"}]
        assert len(drivers) > 10
        assert drivers == [(name, through_cache(url, address, profile_named(name)).url) for name, _ in drivers]
        await page.enter("#connect-user", "o'brien")
        await page.shows(f"polyscale connstr {made.name} --driver", inside=".snippet")
    finally:
        made.delete()


async def test_markup_in_names_sql_and_descriptions_is_only_ever_text(view: Page, shop: EdgeCache) -> None:
    await view.shows(HOSTILE, inside=".about")
    for tab in ("why", "rules", "settings", "connect", "observability"):
        await view.run(f"document.querySelector('#tab-{tab}').click()")
        await view.until("document.querySelector('[role=tabpanel]').innerText.length > 20")
    await view.run("location.hash = '#/'")
    await view.shows(HOSTILE, inside="table.caches")
    await view.run(f"location.hash = '#/caches/' + encodeURIComponent({json.dumps(HOSTILE)})")
    await view.shows(HOSTILE, inside="main")
    assert await view.run("typeof hacked") == "undefined"
    assert await view.run("document.querySelectorAll('main img, main script').length") == 0
    assert not [url for url in view.requests if url.endswith("/x")]
