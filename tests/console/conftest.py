"""A browser for the tests of this room, and pages of it that are logged in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from tests.console.browser import Page, open_page, program, run_browser
from tests.servers.edge import Edge, EdgeCache
from tests.servers.patience import until_counted
from tests.servers.postgres import TRUST, Postgres

HOSTILE = "<img src=x onerror=hacked=1><script>hacked=1</script>"
SELECT = f"SELECT name FROM console_products WHERE name <> '{HOSTILE}' AND id = "


@pytest.fixture(scope="session")
def browser() -> Iterator[str]:
    """A Chromium, for all tests of one process; skipped where there is none."""
    if program() is None:
        pytest.skip("no Chromium is installed; on Debian make test installs it")
    with run_browser() as address:
        yield address


@pytest.fixture
async def stranger(browser: str) -> AsyncIterator[Page]:
    """A page that knows no token."""
    async with open_page(browser) as page:
        yield page


@pytest.fixture
async def page(stranger: Page, edge: Edge) -> Page:
    """A page that has the token, at the list of caches. Whatever it complains of fails the test."""
    await stranger.go(f"{edge.api.base_url}/#token={edge.token}")
    await stranger.shows("Caches", inside="h1")
    return stranger


@pytest.fixture(scope="session")
def shop(edge: Edge, postgres: Postgres) -> Iterator[EdgeCache]:
    """A cache that has had traffic: hits, misses, writes and what is never kept, with markup in SQL and description."""
    made = edge.create_cache(postgres, "console shop", description=HOSTILE)
    with psycopg.connect(made.url(TRUST), autocommit=True, prepare_threshold=None) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS console_products (id int PRIMARY KEY, name text)")
        connection.execute("INSERT INTO console_products VALUES (1, 'pen'), (2, 'ink') ON CONFLICT DO NOTHING")
        for _ in range(8):
            connection.execute(f"{SELECT}1")
            connection.execute(f"{SELECT}2")
        for _ in range(3):
            connection.execute("SELECT now()")
    yield made
    edge.api.delete(f"/v1/caches/{made.id}")


@pytest.fixture
async def view(page: Page, shop: EdgeCache) -> Page:
    """The page at that cache, which tells of all that has run."""
    until_counted(shop)
    await page.go(f"{shop.edge.api.base_url}/#/caches/{shop.id}")
    await page.shows(shop.name, inside="h1")
    return page
