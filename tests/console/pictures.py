"""``python -m tests.console.pictures``: take the pictures of docs/console.md anew.

They show real traffic. The edge's calendar, not its other clock, runs six times as fast, so that an hour of it takes
ten minutes.
"""

from __future__ import annotations

import asyncio
import math
import random
import sys
import threading
import time
from pathlib import Path

import psycopg

from tests.console.browser import Page, open_page, run_browser
from tests.servers.edge import EdgeCache, run_edge
from tests.servers.postgres import TRUST, run_postgres

IMAGES = Path(__file__).parent.parent.parent / "docs/images"
SPEED = 6
SECONDS = 3600 / SPEED
# It begins so far back that it ends with everybody else's.
CALENDAR = ("faketime", "--exclude-monotonic", "-f", f"-{SECONDS * (SPEED - 1):.0f}s x{SPEED}")
TABLES = """
CREATE TABLE customers (id int PRIMARY KEY, name text, city text);
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric);
CREATE TABLE orders (id serial PRIMARY KEY, customer int REFERENCES customers, product int REFERENCES products,
    amount int, placed_at timestamptz);
INSERT INTO customers SELECT i, 'customer ' || i, 'city ' || i % 20 FROM generate_series(1, 500) i;
INSERT INTO products SELECT i, 'product ' || i, i * 1.5 FROM generate_series(1, 200) i;
INSERT INTO orders (customer, product, amount, placed_at)
    SELECT i % 500 + 1, i % 200 + 1, i % 7 + 1, now() - i * interval '1 minute' FROM generate_series(1, 20000) i;
"""
STATEMENTS = (
    (60, "SELECT name, price FROM products WHERE id = {popular}"),
    (20, "SELECT c.name, count(*), sum(o.amount * p.price) FROM orders o JOIN customers c ON c.id = o.customer"
         " JOIN products p ON p.id = o.product WHERE c.city = 'city {city}' GROUP BY c.name ORDER BY 3 DESC LIMIT 10"),
    (15, "SELECT id, name FROM customers WHERE city = 'city {city}' ORDER BY name"),
    (6, "SELECT count(*) FROM orders WHERE placed_at > now() - interval '1 day'"),
    (0.4, "UPDATE products SET price = price + 1 WHERE id = {popular}"),
    (0.2, "INSERT INTO orders (customer, product, amount, placed_at) VALUES ({popular}, {popular}, 1, now())"),
)  # fmt: skip


def traffic(cache: EdgeCache, most: float, until: float) -> None:
    """Ask, at a rate that rises and falls between a fifth of the most and the most, in statements a second."""
    chosen = random.Random(cache.name)
    weights = [weight for weight, _ in STATEMENTS]
    began = time.monotonic()
    with psycopg.connect(cache.url(TRUST), autocommit=True, prepare_threshold=None) as connection:
        while (now := time.monotonic()) < until:
            (_, form), *_ = chosen.choices(STATEMENTS, weights)
            popular = min(int(chosen.paretovariate(0.9)), 200)
            connection.execute(form.format(popular=popular, city=chosen.randrange(20)))
            share = 0.6 + 0.4 * math.sin((now - began) / SECONDS * 13)
            time.sleep(chosen.expovariate(most * share))


async def picture(page: Page, name: str, *, dark: bool, height: int) -> None:
    """Write what the page shows now."""
    await page.looks(dark=dark, height=height)
    await page.screenshot(IMAGES / f"console-{name}-{'dark' if dark else 'light'}.png")


async def pictures(address: str, shop: EdgeCache) -> None:
    """Go through the page, and write what is seen."""
    url = f"{shop.edge.api.base_url}"
    async with open_page(address) as page:
        await page.go(f"{url}/#token={shop.edge.token}")
        await page.shows(shop.name, inside="table")
        await picture(page, "caches", dark=False, height=330)
        await page.run(f"location.hash = '#/caches/{shop.id}/observability'")
        await page.until(
            "document.querySelector('.queries tbody tr:nth-child(6)') && document.querySelector('.headline b')"
        )
        await picture(page, "observability", dark=True, height=1130)
        await page.run(f"location.hash = '#/caches/{shop.id}/rules'")
        await page.until("document.querySelector('table.rules')")
        await page.enter("#explain-sql", "SELECT name, price FROM products WHERE id = 42")
        await page.run("document.querySelector('#explain-sql').form.requestSubmit()")
        await page.until("document.querySelector('.answer .facts')")
        await page.run("document.activeElement.blur()")
        await picture(page, "rules", dark=True, height=880)
        await page.run(f"location.hash = '#/caches/{shop.id}/settings'")
        await page.until("document.querySelector('[data-key=delete]')")
        await page.run("[...document.querySelectorAll('button')].find(one => one.innerText === 'Run the test').click()")
        await page.until("document.querySelector('.steps')")
        await picture(page, "settings", dark=False, height=1420)
        await page.run(f"location.hash = '#/caches/{shop.id}/connect'")
        await page.choose("#driver", "django")
        await picture(page, "connect", dark=True, height=780)


def main() -> int:
    """Start everything, wait for an hour of the calendar, and take the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with run_postgres() as postgres, run_edge(prefix=CALENDAR) as edge, run_browser() as address:
        shop = edge.create_cache(postgres, "shop", description="Orders and products of the web shop")
        others = [edge.create_cache(postgres, name) for name in ("back office", "reports")]
        with psycopg.connect(shop.url(TRUST), autocommit=True) as connection:
            connection.execute(TABLES)
        until = time.monotonic() + SECONDS
        rates = zip((shop, *others), (60, 12, 3), strict=True)
        asking = [threading.Thread(target=traffic, args=(cache, rate, until)) for cache, rate in rates]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
        for body in (
            {"type": "TABLE", "key": "products", "value": 30, "name": "prices may be half a minute old"},
            {"type": "TEMPLATE", "key": STATEMENTS[2][1].format(city=1), "value": 600},
            {"type": "MANUAL", "key": STATEMENTS[3][1]},
        ):
            edge.api.post(f"/v1/caches/{shop.id}/cache-ttls", json=body).raise_for_status()
        asyncio.run(pictures(address, shop))
    return 0


if __name__ == "__main__":
    sys.exit(main())
