"""``python -m tests.console.pictures``: take the pictures of docs/console.md anew, each in both colour schemes.

They show real traffic, the same statements in each minute whenever they are taken. The edge's calendar hurries, so that
an hour of it takes three minutes.
"""

from __future__ import annotations

import asyncio
import io
import math
import random
import sys
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psycopg
from PIL import Image

from tests.console.browser import Page, open_page, run_browser
from tests.servers.edge import EdgeCache, run_edge
from tests.servers.postgres import run_postgres
from tests.servers.process import listens

ROOT = Path(__file__).parent.parent.parent
IMAGES = ROOT / "docs/images"
MINUTES = 60
SPEED = 20
SECONDS = MINUTES * 60 / SPEED
CALENDAR = (sys.executable, "-m", "tests.console.hurried", str(SPEED), str(SECONDS))
USUAL_PORTS = {"http": 10000, "postgres": 9010}
COLOURS = 256
"""Of a picture: a page has few, and the smooth edges of its letters need no more."""

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


QUERY = "SELECT name, price FROM products WHERE id = 42"


def statements(name: str, most: int) -> Iterator[list[str]]:
    """Give the statements of each minute: between a fifth of the most and the most."""
    chosen = random.Random(name)
    weights = [weight for weight, _ in STATEMENTS]
    for minute in range(MINUTES):
        share = 0.6 + 0.25 * math.sin(minute / 9) + 0.15 * chosen.uniform(-1, 1)
        forms = chosen.choices([form for _, form in STATEMENTS], weights, k=round(most * share))
        yield [
            form.format(popular=min(int(chosen.paretovariate(0.9)), 200), city=chosen.randrange(20)) for form in forms
        ]


def traffic(cache: EdgeCache, most: int, began: float) -> None:
    """Run the statements of each minute in that minute; those that were over when it started are left out."""
    over = math.ceil((time.monotonic() - began) / SECONDS * MINUTES)
    with psycopg.connect(cache.url(), autocommit=True, prepare_threshold=None) as connection:
        for minute, texts in islice(enumerate(statements(cache.name, most)), over, None):
            for number, text in enumerate(texts):
                due = began + SECONDS * (minute + number / len(texts)) / MINUTES
                time.sleep(max(0.0, due - time.monotonic()))
                connection.execute(text.encode())


def story(cache: EdgeCache) -> None:
    """Have an answer go by a write of another session, and one be held."""
    with psycopg.connect(cache.url(), autocommit=True, prepare_threshold=None) as reader:
        for _ in range(13):
            reader.execute(QUERY.encode())
        with psycopg.connect(cache.url(), autocommit=True) as writer:
            writer.execute("UPDATE products SET price = price + 1 WHERE id = 42")
        for _ in range(7):
            reader.execute(QUERY.encode())


async def picture(page: Page, name: str) -> None:
    """Write what the page shows now, as high as it is."""
    await page.run("document.activeElement.blur()")
    for scheme in ("light", "dark"):
        await page.looks(dark=scheme == "dark", calm=True)
        bottom = "document.querySelector('main > :last-child').getBoundingClientRect().bottom"
        await page.looks(dark=scheme == "dark", calm=True, height=int(await page.run(f"{bottom} + scrollY")) + 28)
        path = IMAGES / f"console-{name}-{scheme}.png"
        await page.screenshot(path)
        taken = Image.open(io.BytesIO(path.read_bytes())).convert("RGB")
        taken.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


async def pictures(address: str, shop: EdgeCache) -> None:
    """Go through the page, and write what is seen."""
    async with open_page(address) as page:

        async def tab(name: str, ready: str) -> None:
            await page.run(f"location.hash = '#/caches/{shop.id}/{name}'")
            await page.until(f"document.querySelector({ready!r})")

        await page.go(f"{shop.edge.api.base_url}/#token={shop.edge.token}")
        await page.shows(shop.name, inside="table")
        await picture(page, "caches")
        await tab("observability", f".queries tbody tr:nth-child({len(STATEMENTS)})")
        await page.until("document.querySelector('.headline b') && document.querySelector('.chart path')")
        await picture(page, "observability")
        await tab("why", "#why-sql")
        await page.enter("#why-sql", QUERY)
        await page.run("document.querySelector('#why-sql').form.requestSubmit()")
        await page.until("document.querySelectorAll('table.answers').length === 2")
        await picture(page, "why")
        await tab("rules", "table.rules")
        await page.enter("#explain-sql", QUERY)
        await page.run("document.querySelector('#explain-sql').form.requestSubmit()")
        await page.until("document.querySelector('.answer .facts')")
        await picture(page, "rules")
        await tab("settings", "[data-key=delete]")
        await page.run("[...document.querySelectorAll('button')].find(one => one.innerText === 'Run the test').click()")
        await page.until("document.querySelector('.steps')")
        await picture(page, "settings")
        await tab("connect", "#driver")
        await page.choose("#driver", "django")
        await picture(page, "connect")


def hour(began: float, shop: EdgeCache, others: list[EdgeCache]) -> None:
    """Have traffic for an hour of the calendar, and afterwards rules and a story."""
    most = zip((shop, *others), (600, 120, 30), strict=True)
    asking = [threading.Thread(target=traffic, args=(cache, each, began)) for cache, each in most]
    for one in asking:
        one.start()
    api = shop.edge.api
    while any(one.is_alive() for one in asking):
        # What was counted is put into the minute in which somebody looks.
        api.get(f"/v1/caches/{shop.id}/statistics").raise_for_status()
        time.sleep(SECONDS / MINUTES / 4)
    for body in (
        {"type": "TABLE", "key": "products", "value": 30, "name": "prices may be half a minute old"},
        {"type": "TEMPLATE", "key": STATEMENTS[2][1].format(city=1), "value": 600},
        {"type": "MANUAL", "key": STATEMENTS[3][1]},
    ):
        api.post(f"/v1/caches/{shop.id}/cache-ttls", json=body).raise_for_status()
    story(shop)


def main() -> int:
    """Start everything, wait for an hour of the calendar, and take the pictures."""
    IMAGES.mkdir(exist_ok=True)
    ports = [f"--{name}-port={port}" for name, port in USUAL_PORTS.items() if not listens(port)]
    with run_postgres() as postgres, run_browser() as address:
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute(TABLES)
        began = time.monotonic()
        with run_edge(*ports, prefix=CALENDAR, environment={"PYTHONPATH": str(ROOT)}) as edge:
            shop = edge.create_cache(postgres, "shop", description="Orders and products of the web shop")
            others = [edge.create_cache(postgres, name) for name in ("back office", "reports")]
            hour(began, shop, others)
            asyncio.run(pictures(address, shop))
    return 0


if __name__ == "__main__":
    sys.exit(main())
