"""The way to the API: proxy, certificates, clock, token, version."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from polyscale_cli import __version__
from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.models import CacheRecord
from polyscale_cli.client.probe import Probe
from polyscale_cli.client.target import Target
from polyscale_cli.doctor.finding import Finding, fail, failed_by, ok, warn
from polyscale_cli.errors import PolyscaleError
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.local_edge import is_loopback

SKEW_SECONDS = 30
_OLDEST_SENSIBLE = 1_735_689_600  # 2025-01-01, before anything that this program speaks to
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")


def check_surroundings(environ: Mapping[str, str], url: str) -> Iterator[Finding]:
    """What the environment says about the way, before it is tried."""
    yield from _check_proxy(environ, url)
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR", "POLYSCALE_CA_BUNDLE"):
        given = text(environ, variable)
        if given and not Path(given).expanduser().exists():
            yield fail(
                "certificates",
                f"{variable} names {given}, which is not there.",
                code="CA_BUNDLE",
                why="No certificate can be verified with it.",
                fix=f"Correct or unset {variable}.",
            )


def _check_proxy(environ: Mapping[str, str], url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    names = [name for variable in _PROXIES for name in (variable, variable.lower()) if text(environ, name)]
    if not names:
        yield ok("proxy", "No proxy is set.")
    elif is_loopback(parts.hostname or ""):
        yield ok("proxy", f"{' and '.join(names)} is set, and not used for an edge on this machine.")
    else:
        fitting = [name for name in names if name.upper() in {f"{parts.scheme.upper()}_PROXY", "ALL_PROXY"}]
        if fitting and not _bypassed(parts.hostname or ""):
            yield warn(
                "proxy",
                f"Requests to {parts.hostname} go through the proxy of {fitting[0]}.",
                why="A proxy may answer in the edge's place, or present a certificate of its own.",
                fix=f"If it must not, add {parts.hostname} to NO_PROXY.",
            )
        else:
            yield ok("proxy", f"{' and '.join(names)} is set, and not used for {parts.hostname}.")


def _bypassed(host: str) -> bool:
    from urllib.request import proxy_bypass

    return bool(proxy_bypass(host))


def check_clock(probe: Probe | None, now: float | None = None) -> Finding:
    """Compare this machine's clock with the edge's, where that is known."""
    here = time.time() if now is None else now
    if here < _OLDEST_SENSIBLE:
        return fail(
            "clock",
            f"This machine's clock says {time.strftime('%Y-%m-%d', time.gmtime(here))}.",
            code="CLOCK",
            why="Certificates are not valid at that time.",
            fix="Set the clock, or let it be set: timedatectl set-ntp true",
        )
    if probe is None or probe.skew_seconds is None:
        return ok("clock", "There is no other clock to compare with.")
    skew = probe.skew_seconds
    if abs(skew) <= SKEW_SECONDS:
        return ok("clock", "This machine's clock and the edge's agree.")
    return warn(
        "clock",
        f"The edge's clock is {abs(skew):,.0f} s {'ahead of' if skew > 0 else 'behind'} this machine's.",
        why="One of the two is wrong; certificates and times in logs depend on it.",
        fix="Let both be set by a time server.",
    )


def check_token(api: ManagementApi, target: Target) -> tuple[list[Finding], tuple[CacheRecord, ...] | None]:
    """Whether the API knows the token, and what it may do; the caches, if it may see them."""
    try:
        info = api.edge()
    except PolyscaleError as error:
        return [failed_by("token", error)], None
    findings = [_version(info.version)]
    try:
        caches = api.caches()
    except PolyscaleError as error:
        if error.code != "FORBIDDEN":
            return [*findings, failed_by("token", error)], None
        what = f"The token from {target.token.source} is valid, and may not see caches."
        return [*findings, warn("token", what, why=error.what, fix="Use a key with the scope caches:read.")], None
    return [*findings, ok("token", f"The token from {target.token.source} is valid.")], caches


def _version(edge: str) -> Finding:
    if edge == __version__:
        return ok("version", f"This command and the edge are both {edge}.")
    return warn(
        "version",
        f"The edge is {edge}, and this command {__version__}.",
        why="One may not know what the other can do.",
        fix="Install the same on both sides, then start the edge anew: polyscale edge stop; polyscale edge start",
    )
