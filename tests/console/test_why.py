"""The story of a query: what is held of its answers, what went and why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.console.browser import Page
from tests.console.conftest import HOSTILE, SELECT
from tests.console.test_accessibility import AXE, FOUND
from tests.console.test_observability import ROW
from tests.servers.edge import EdgeCache, Json
from tests.servers.postgres import TRUST

SQL = f'SELECT name AS "{HOSTILE}" FROM console_stories WHERE id = '
TAGGED = "/* polyscale:tag=home */ "
VERDICT = "[role=tabpanel] [role=status]"
TABLES = (
    "[...document.querySelectorAll('table.answers')].map(one => [one.caption.textContent, one.tBodies[0].rows.length])"
)


@pytest.fixture(scope="module")
def client(shop: EdgeCache) -> Iterator[psycopg.Connection]:
    """A session that reads through the cache, and may write."""
    with psycopg.connect(shop.url(TRUST), autocommit=True, prepare_threshold=None) as connection:
        connection.execute("CREATE TABLE console_stories (id int, name text)")
        yield connection
        connection.execute("DROP TABLE console_stories")


@pytest.fixture
async def story(view: Page, client: psycopg.Connection) -> Page:
    """The tab of a cache that has traffic."""
    await view.run("document.querySelector('#tab-why').click()")
    await view.shows("No query yet", inside=VERDICT)
    return view


def ask(client: psycopg.Connection, sql: str, times: int = 4) -> None:
    for _ in range(times):
        client.execute(sql.encode())


def told(cache: EdgeCache, sql: str) -> Json:
    """What the API tells."""
    found: Json = cache.edge.api.post(f"/v1/caches/{cache.id}/why", json={"sql": sql}).raise_for_status().json()
    return found


async def press(page: Page, sql: str) -> None:
    """Type a query, and press the button with the keyboard."""
    await page.enter("#why-sql", sql)
    await page.press("Tab")
    assert await page.focused() == "Why?"
    await page.press("Enter")


async def test_an_answer_that_is_held_tells_who_filled_it_how_often_it_was_served_and_on_what_it_depends(
    story: Page, shop: EdgeCache, client: psycopg.Connection
) -> None:
    ask(client, f"{TAGGED}{SQL}1")
    found = told(shop, f"{TAGGED}{SQL}1")
    (held,) = found["held"]
    await press(story, f" {TAGGED}{SQL}1; ")
    await story.shows(f"✓ 1 answer is held, with {held['hits']} hits since.", inside=VERDICT)
    assert await story.run(TABLES) == [["Answers that are held", 1]]
    await story.shows(held["filledBy"], "public.console_stories", "tagged home", inside="table.answers")
    assert await story.run("document.querySelector('table.answers time').dateTime") == held["filledAt"]
    explanation = found["explanation"]
    await story.shows(*explanation["words"], explanation["template"], "Decided by", inside="[role=tabpanel]")
    assert HOSTILE in explanation["template"]
    assert await story.run("document.querySelectorAll('main img, main script').length") == 0
    assert story.complaints == []


async def test_an_answer_that_a_write_dropped_tells_which_write_of_which_session_and_what_to_do(
    story: Page, shop: EdgeCache, client: psycopg.Connection
) -> None:
    ask(client, f"{SQL}2")
    with psycopg.connect(shop.url(TRUST), autocommit=True) as writer:
        writer.execute(f"UPDATE console_stories AS \"{HOSTILE}\" SET name = 'geheim' WHERE id = 4711")
    (gone,) = told(shop, f"{SQL}2")["gone"]
    await press(story, f"{SQL}2")
    await story.shows(f": {gone['cause']['text']}. WRITE", inside=VERDICT)
    assert await story.run(TABLES) == [["Answers that went", 1]]
    await story.shows(gone["by"], gone["statement"], gone["filledBy"], f"\t{gone['hits']}", inside="table.answers")
    assert HOSTILE in gone["statement"]
    await story.shows("What to do about it", f"WRITE {gone['cause']['cure']}")
    assert await story.run("typeof hacked + document.querySelectorAll('main img, main script').length") == "undefined0"
    assert "geheim" not in await story.run("document.body.innerText")


async def test_a_query_that_is_never_kept_says_why_from_its_row_by_the_keyboard_alone(
    view: Page, shop: EdgeCache
) -> None:
    row = ROW.replace(repr(SELECT[:36]), "'SELECT now()'")
    await view.until(row)
    await view.run(f"{row}.querySelector('button').focus()")
    await view.press("Enter")
    await view.until("document.querySelector('[data-key^=why]')")
    while await view.focused() != "Why?":
        await view.press("Tab")
    await view.press("Enter")
    reason = told(shop, "SELECT now()")["reason"]
    await view.shows(f"✗ Nothing is kept: {reason['text']}. {reason['code']}", inside=VERDICT)
    await view.shows("What to do about it", f"{reason['code']} {reason['cure']}")
    assert await view.run("document.querySelector('#why-sql').value") == "SELECT now()"
    assert await view.run("document.querySelector('[role=tab][aria-selected=true]').innerText") == "Why"


async def test_of_a_template_the_first_place_of_a_value_is_ready_to_be_typed_over(
    view: Page, shop: EdgeCache, client: psycopg.Connection
) -> None:
    ask(client, f"{SQL}3")
    row = ROW.replace(repr(SELECT[:36]), "'console_stories'")
    await view.until(row)
    await view.run(f"{row}.querySelector('button').click()")
    await view.click("tr.more [data-key^=why]")
    await view.shows("? This is a template.", "[?]", inside=VERDICT)
    await view.shows("Its answers can be kept.")
    await view.until("document.activeElement.id === 'why-sql'")
    await view.type("3")
    assert await view.run("document.querySelector('#why-sql').value") == f"{SQL}3"
    await view.press("Tab")
    await view.press("Enter")
    await view.shows("1 answer is held", inside=VERDICT)


async def test_of_a_text_that_is_not_known_in_full_it_asks_for_the_whole(
    view: Page, client: psycopg.Connection
) -> None:
    with pytest.raises(psycopg.errors.SyntaxError):
        client.execute("SELECT cut_off, 'geheim")
    row = ROW.replace(repr(SELECT[:36]), "'cut_off'")
    await view.until(row)
    await view.run(f"{row}.querySelector('button').click()")
    await view.click("tr.more [data-key^=why]")
    await view.shows("Only the beginning of its text is known here.", inside=VERDICT)
    assert not [url for url in view.requests if url.endswith("/why")]


async def test_what_was_never_asked_is_told_in_the_words_of_the_api(story: Page, shop: EdgeCache) -> None:
    sql = "SELECT never FROM console_stories"
    first, second, *_ = told(shop, sql)["words"]
    await press(story, sql)
    await story.shows(f"? {first}", second, inside=VERDICT)
    assert await story.run(TABLES) == []


async def test_a_rule_and_a_purge_are_at_hand_and_the_story_goes_on(
    story: Page, shop: EdgeCache, client: psycopg.Connection
) -> None:
    ask(client, f"{SQL}5")
    await press(story, f"{SQL}5")
    await story.shows("is held", inside=VERDICT)
    await story.run(
        "[...document.querySelectorAll('button')].find(one => one.innerText === 'Purge its answers').click()"
    )
    await story.shows("went.", inside="#notice")
    await story.shows("it was purged. PURGE", inside=VERDICT)
    assert await story.focused() == "Why?"
    await story.click("[data-key=rule-why]")
    await story.choose("#rule-type", "QUERY")
    assert await story.run("document.querySelector('#rule-key').value") == f"{SQL}5"
    await story.enter("#rule-value", "0")
    await story.press("Enter")
    await story.until("!document.querySelector('dialog')")
    await story.shows("a rule on this query", "never")
    assert await story.focused() == "Set a rule"
    shop.edge.api.delete(f"/v1/caches/{shop.id}/cache-ttls/QUERY/{SQL}5").raise_for_status()


async def test_it_says_that_it_is_looking_and_what_the_api_refuses_in_its_own_words(
    story: Page, shop: EdgeCache
) -> None:
    await story.run(
        "{ const real = fetch; window.fetch = (path, ...rest) => path.endsWith('/why')"
        " ? new Promise(done => { window.letGo = () => done(real(path, ...rest)); }) : real(path, ...rest); }"
    )
    sql = "x" * 40_000
    await press(story, sql)
    await story.shows("Looking for its answers …", inside=VERDICT)
    await story.until("window.letGo")
    await story.run("letGo()")
    refused = shop.edge.api.post(f"/v1/caches/{shop.id}/why", json={"sql": sql})
    assert refused.is_client_error
    await story.shows(refused.json()["message"], inside="form [role=alert]")
    assert await story.run(f"document.querySelector('{VERDICT}').innerText") == ""


async def test_without_the_edge_it_says_so(story: Page) -> None:
    await story.enter("#why-sql", "SELECT 1")
    await story.offline(True)
    await story.press("Tab")
    await story.press("Enter")
    await story.shows("The edge does not answer.", inside="form [role=alert]")
    await story.offline(False)
    await story.until("document.getElementById('banner').hidden")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_story_is_for_everybody_and_fits_a_narrow_screen(
    story: Page, shop: EdgeCache, client: psycopg.Connection, dark: bool
) -> None:
    ask(client, f"{SQL}6")
    client.execute("INSERT INTO console_stories VALUES (6, 'ink')")
    ask(client, f"{SQL}6")
    await story.looks(dark=dark, calm=True)
    await press(story, f"{SQL}6")
    await story.until("document.querySelectorAll('table.answers').length === 2")
    await story.run(AXE.read_text(encoding="utf-8") + ";0")
    assert await story.run(FOUND) == []
    await story.looks(dark=dark, width=320, height=700)
    assert await story.run("document.documentElement.scrollWidth") <= 320
