"""Who gets in: the token, where it is kept, and what happens without the edge."""

from __future__ import annotations

import json

import httpx

from tests.console.browser import Page
from tests.servers.edge import Edge


async def test_a_token_in_the_address_is_taken_out_of_it_at_once(page: Page, edge: Edge) -> None:
    assert edge.token not in await page.run("location.href + JSON.stringify(history.state)")
    assert await page.run("sessionStorage.getItem('polyscale-token')") == edge.token
    assert await page.run("localStorage.length + document.cookie.length") == 0
    assert not [url for url in page.requests if edge.token in url.partition("#")[0]]
    behind = (await page.command("Page.getNavigationHistory"))["entries"]
    assert [entry["url"] for entry in behind] == ["about:blank", f"{edge.api.base_url}/"]
    assert page.complaints == []


async def test_the_login_says_where_the_token_is_and_what_is_wrong_with_another(stranger: Page, edge: Edge) -> None:
    await stranger.go(f"{edge.api.base_url}/")
    await stranger.shows("Log in to this edge", "polyscale edge token")
    assert await stranger.focused() == "token"
    await stranger.type("kaffé")
    await stranger.press("Enter")
    await stranger.shows("This is no token", inside="form [role=alert]")
    await stranger.enter("#token", "wrong")
    await stranger.press("Enter")
    await stranger.shows("The token is not one of this edge's", inside="form [role=alert]")
    await stranger.enter("#token", edge.token)
    await stranger.press("Enter")
    await stranger.shows("Caches", inside="h1")
    await stranger.click("#leave")
    await stranger.shows("Log in to this edge")
    assert await stranger.run("sessionStorage.length") == 0


async def test_a_revoked_key_leads_back_to_the_login(stranger: Page, edge: Edge) -> None:
    made = edge.api.post("/v1/keys", json={"name": "console", "scopes": ["caches:read"]}).json()
    await stranger.go(f"{edge.api.base_url}/#token={made['secret']}")
    await stranger.shows("Caches", inside="h1")
    edge.api.delete(f"/v1/keys/{made['id']}").raise_for_status()
    await stranger.run("dispatchEvent(new Event('hashchange'))")
    await stranger.shows("Log in to this edge", "The token is not one of this edge's")


async def test_a_key_that_may_only_read_is_told_so_in_words(stranger: Page, edge: Edge) -> None:
    made = edge.api.post("/v1/keys", json={"name": "reader", "scopes": ["caches:read"]}).json()
    try:
        await stranger.go(f"{edge.api.base_url}/#token={made['secret']}")
        await stranger.click("main .primary")
        await stranger.enter("dialog input[name=name]", "not allowed")
        await stranger.enter("dialog input[name=host]", "127.0.0.1")
        await stranger.press("Enter")
        await stranger.shows("lacks the scope caches:write", inside="dialog [role=alert]")
    finally:
        edge.api.delete(f"/v1/keys/{made['id']}")


async def test_an_edge_that_is_gone_is_announced_and_its_return_noticed(page: Page, edge: Edge) -> None:
    await page.offline(True)
    await page.run("dispatchEvent(new Event('hashchange'))")
    await page.shows("The edge does not answer", "polyscale edge start", inside="#banner")
    made = edge.create_cache(("127.0.0.1", 1), "while away")
    try:
        await page.offline(False)
        await page.until("document.getElementById('banner').hidden")
        await page.shows("while away", inside="main")
    finally:
        made.delete()


async def test_an_operation_that_this_edge_does_not_know_leaves_a_plain_word(page: Page, edge: Edge) -> None:
    answer = httpx.get(f"{edge.api.base_url}/v1/nothing", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    # An older edge's answer, which this one gives to any other path.
    await page.run(
        "{const real = fetch; window.fetch = (path, options) =>"
        " real(/statistics|queries|cache-ttls/.test(path) ? '/v1/nothing' : path, options)}"
    )
    made = edge.create_cache(("127.0.0.1", 1), "of an old edge")
    try:
        await page.run(f"location.hash = {json.dumps(f'#/caches/{made.id}')}")
        await page.shows("does not offer statistics over time", "does not offer a list of queries", "Hit ratio")
        await page.run(f"location.hash = {json.dumps(f'#/caches/{made.id}/rules')}")
        await page.shows("does not offer rules")
        await page.run("location.hash = '#/'")
        await page.shows(made.name, inside="table.caches")
    finally:
        made.delete()
