"""The way from the edge to each database, by the edge's own network test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shlex import quote

from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.models import HINDRANCE_FIX, CacheRecord
from polyscale_cli.doctor.cache_url import Known
from polyscale_cli.doctor.finding import Finding, fail, failed_by, ok, warn
from polyscale_cli.errors import PolyscaleError
from polyscale_cli.settings.local_edge import LocalEdge, bracketed, how_to_listen


def check_cache(api: ManagementApi, cache: CacheRecord, edge: LocalEdge | None) -> tuple[list[Finding], Known]:
    """Whether the edge reaches a cache's database, and clients the cache; ``edge`` is the one here, if it is."""
    check = f"cache {cache.name}"
    findings: list[Finding] = []
    offers_tls = False
    try:
        test = api.test(cache.id)
    except PolyscaleError as error:
        findings.append(failed_by(check, error))
    else:
        offers_tls = bool(test.tls_offered) and cache.origin_tls != "disable"
        place = f"{bracketed(cache.host)}:{cache.port}"
        if test.ok:
            took = sum(step.ms or 0 for step in test.steps)
            findings.append(ok(check, f"The edge reaches {place} in {took:.0f} ms."))
            if test.warning is not None:
                findings.append(warn(check, test.warning, fix=HINDRANCE_FIX))
        else:
            said = dict(test.error or {})
            findings.append(
                fail(
                    check,
                    said.get("what") or f"The edge does not reach {place}.",
                    code=said.get("code") or "NETWORK_TEST_FAILED",
                    why=said.get("why"),
                    fix=said.get("fix"),
                )
            )
    findings += _use(check, cache)
    doors = edge.listeners_for(cache.id, cache.database) if edge is not None else ()
    return findings, Known(cache.id, cache.name, cache.host, cache.port, doors, offers_tls)


def check_any(caches: Iterable[CacheRecord]) -> Iterator[Finding]:
    """Whether there is a cache at all."""
    if not list(caches):
        yield warn("caches", "There are no caches yet.", fix="polyscale cache create NAME --from-env")


def _use(check: str, cache: CacheRecord) -> Iterator[Finding]:
    if cache.edge_address is None:
        what = f"The edge has no port for {cache.database}, so that no client can reach this cache."
        yield warn(check, what, fix=how_to_listen(cache.database))
    uncached, no_ttl = cache.default_caching_behaviour != "autoCached", cache.default_ttl == 0
    wanted = [
        *([] if cache.caching_enabled else ["--caching"]),
        *(["--default autoCached"] if uncached else []),
        *(["--ttl 60"] if no_ttl else []),
    ]
    fix = f"polyscale cache update {quote(cache.name)} {' '.join(wanted)}"
    if not cache.caching_enabled:
        yield warn(check, "Caching is switched off; everything is passed through.", fix=fix)
    elif wanted:
        yield warn(check, "Only what rules and comments name is kept, and all else is passed through.", fix=fix)
