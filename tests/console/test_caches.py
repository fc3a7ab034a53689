"""Making a cache and deleting it, with the keyboard as with the mouse."""

from __future__ import annotations

import os

from tests.console.browser import Page
from tests.servers.edge import Edge
from tests.servers.postgres import Postgres


async def test_a_cache_is_made_with_the_keyboard_alone_and_deleted_by_its_name(
    page: Page, edge: Edge, postgres: Postgres
) -> None:
    name = f"keys-{os.urandom(3).hex()}"
    await page.run("document.querySelector('main .primary').focus()")
    await page.press("Enter")
    await page.shows("New Cache", inside="dialog h2")
    assert await page.run("document.activeElement.name") == "name"
    await page.type(name)
    for _ in range(2):
        await page.press("Tab")
    await page.type(postgres.host)
    await page.press("Tab")
    assert await page.run("document.activeElement.value") == "5432"
    await page.type(str(postgres.port))
    await page.press("Enter")
    await page.shows("is ready", "Reached", "greeting", inside="dialog")
    made = next(one for one in edge.api.get("/v1/caches").json() if one["name"] == name)
    assert (made["port"], made["cachingEnabled"], made["defaultCachingBehaviour"]) == (
        postgres.port,
        True,
        "autoCached",
    )
    assert made["connectionUriTemplate"] in await page.run("document.querySelector('dialog pre').textContent")
    await page.press("Escape")
    await page.until("!document.querySelector('dialog')")
    assert await page.focused() == "New Cache"

    await page.click(f"[aria-label='Delete {name}']")
    await page.type(name[:-1])
    await page.press("Enter")
    assert await page.run("document.querySelector('dialog button.danger').disabled")
    assert edge.api.get(f"/v1/caches/{made['id']}").status_code == 200
    await page.type(name[-1])
    await page.press("Enter")
    await page.until("!document.querySelector('dialog')")
    assert edge.api.get(f"/v1/caches/{made['id']}").status_code == 404
    assert page.complaints == []


async def test_the_port_follows_the_type_until_somebody_sets_it(page: Page) -> None:
    port = "document.querySelector('dialog [name=port]').value"
    await page.click("main .primary")
    await page.until("document.querySelector('dialog')")
    await page.choose("dialog [name=database]", "mysql")
    assert await page.run(port) == "3306"
    await page.enter("dialog [name=port]", "3307")
    await page.choose("dialog [name=database]", "postgres")
    assert await page.run(port) == "3307"


async def test_what_the_api_refuses_is_told_in_its_own_words(page: Page, edge: Edge) -> None:
    made = edge.create_cache(("127.0.0.1", 1))
    try:
        await page.click("main .primary")
        await page.enter("dialog [name=name]", made.name)
        await page.enter("dialog [name=host]", "127.0.0.1")
        await page.press("Enter")
        words = edge.api.post(
            "/v1/caches", json={"name": made.name, "host": "127.0.0.1", "database": "postgres"}
        ).json()
        await page.shows(words["message"], inside="dialog [role=alert]")
    finally:
        made.delete()


async def test_an_origin_that_is_not_there_is_told_with_cause_and_cure(page: Page, edge: Edge) -> None:
    made = edge.create_cache(("127.0.0.1", 1))
    try:
        await page.go(f"{edge.api.base_url}/#/caches/{made.id}/settings")
        await page.shows("Not tested yet")
        await page.run("[...document.querySelectorAll('button')].find(one => one.innerText === 'Run the test').click()")
        await page.shows("Failed", "refused the connection", "Start the database", inside=".test")
    finally:
        made.delete()
