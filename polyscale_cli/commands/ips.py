"""``polyscale ips``: where the edge's connections come from."""

from __future__ import annotations

import ipaddress

import typer

from polyscale_cli.client.models import CacheRecord, NetworkTest
from polyscale_cli.commands.session import session
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Narrowing, Result, Table
from polyscale_cli.output.result import Json
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.local_edge import bracketed


def ips(ctx: typer.Context, cache: CacheRef = None) -> Result:
    """Show the addresses from which the edge connects to databases.

    They are what a database's allow-list or firewall must let in. Each is found by a network test of its cache. Behind
    NAT, the database sees the public address of the edge's network instead, which the edge cannot know.

    \b
    Examples:
      polyscale ips
      polyscale ips shop -o plain
    """
    app = context_of(ctx)
    with session(app) as current:
        chosen = (
            current.caches() if cache is None and not current.settings.value(Key.CACHE) else (current.cache(cache),)
        )
        with app.progress("Testing the way to the databases"):
            found = [(one, current.api.test(one.id)) for one in chosen]
    rows = [_row(one, test) for one, test in found]
    private = any(row["reach"] == "private" for row in rows)
    notes = [
        f"{one.name}: {one.host} was not reached; the address is the one that this machine's routes choose for it."
        for one, test in found
        if not test.ok and test.source_address
    ]
    if private:
        notes.append(
            "A private address is seen by databases in the same network. Others see the public address of the edge's"
            " network: let that one in."
        )
    return Result(
        data=rows,
        view=Table(
            ("address", "reach", "cache", "origin"),
            tuple(
                tuple(str(row[name] or "unknown") for name in ("address", "reach", "cache", "origin")) for row in rows
            ),
            empty="There are no caches yet. Create one: polyscale cache create NAME --from-env",
            narrowings=(Narrowing("origin", 24), Narrowing("cache", 12), Narrowing("origin", 12)),
        ),
        notes=tuple(notes),
        ids=tuple(dict.fromkeys(str(row["address"]) for row in rows if row["address"])),
    )


def _row(cache: CacheRecord, test: NetworkTest) -> dict[str, Json]:
    return {
        "address": test.source_address,
        "reach": _reach(test.source_address),
        "cache": cache.name,
        "cache_id": cache.id,
        "origin": f"{bracketed(cache.host)}:{cache.port}",
        "tested": test.ok,
    }


def _reach(address: str | None) -> str | None:
    """Who can see an address: this machine, its own network, or everybody."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if found.is_loopback:
        return "loopback"
    return "public" if found.is_global else "private"
