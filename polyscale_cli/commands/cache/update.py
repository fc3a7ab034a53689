"""``polyscale cache update``."""

from __future__ import annotations

from shlex import quote
from typing import Annotated, Any

import typer

from polyscale_cli.commands.cache import shared
from polyscale_cli.commands.session import session
from polyscale_cli.errors import UsageError
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Fields, Result

NO_PORT = "none"
_HIGHEST_PORT = 65535


def update(
    ctx: typer.Context,
    cache: CacheRef = None,
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Another name.")] = None,
    host: shared.HostOption = None,
    port: shared.PortOption = None,
    description: shared.DescriptionOption = None,
    ttl: shared.TtlOption = None,
    origin_tls: shared.OriginTlsOption = None,
    listen_port: Annotated[
        str | None,
        typer.Option("--listen-port", metavar="PORT", help="A port of its own; 0 takes any, none gives it up."),
    ] = None,
    caching: shared.CachingOption = None,
    default: shared.DefaultOption = None,
    mode: shared.ModeOption = None,
) -> Result:
    """Change a cache.

    Another host or port ends the connections and drops what the cache holds. With --mode observe every answer comes
    from the database, and `cache show` says how many would have been served, and whether they would have been right;
    back with --mode cache. Both take effect at once, on open connections as well.

    \b
    Examples:
      polyscale cache update shop --ttl 300
      polyscale cache update shop --no-caching
      polyscale cache update shop --default uncached
      polyscale cache update shop --mode observe
    """
    fields: dict[str, Any] = {key: value for key, value in (("name", name), ("host", host), ("port", port)) if value}
    fields |= shared.treatment(
        description=description,
        ttl=ttl,
        origin_tls=str(origin_tls) if origin_tls else None,
        caching=caching,
        mode=str(mode) if mode else None,
        default=str(default) if default else None,
    )
    if listen_port is not None:
        fields["listenPort"] = _listen_port(listen_port)
    if not fields:
        raise UsageError("Nothing to change was given.", fix="See: polyscale cache update --help")
    with session(context_of(ctx)) as current:
        changed = current.api.update(current.cache(cache).id, fields)
        current.remember(changed)
    moved = host is not None or port is not None
    return Result(
        data=changed.data(),
        view=Fields(shared.fields_of(changed)),
        notes=(f"Changed the cache {changed.name}.",),
        next_steps=(f"polyscale cache test {quote(changed.name)}",) if moved else (),
        ids=(changed.id,),
    )


def _listen_port(given: str) -> int | None:
    if given.lower() == NO_PORT:
        return None
    if not (given.isascii() and given.isdigit() and int(given) <= _HIGHEST_PORT):
        raise UsageError(f"--listen-port {given!r} is not a port.", fix="Give a number from 0 to 65535, or 'none'.")
    return int(given)
