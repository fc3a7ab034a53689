"""Whether a request goes through a proxy of the environment."""

from __future__ import annotations

from urllib.parse import urlsplit

from polyscale_cli.settings.local_edge import is_loopback


def goes_around_proxies(url: str) -> bool:
    """Whether no proxy is asked, whatever is set: a company's proxy cannot reach an edge on this machine."""
    return is_loopback(urlsplit(url).hostname or "")


def proxy_variable(url: str) -> str | None:
    """The variable of the proxy that requests to ``url`` go through; None without one."""
    if goes_around_proxies(url):
        return None
    from urllib.request import getproxies, proxy_bypass

    parts, proxies = urlsplit(url), getproxies()
    if proxy_bypass(parts.hostname or ""):
        return None
    found = next((scheme for scheme in (parts.scheme, "all") if scheme in proxies), None)
    return f"{found.upper()}_PROXY" if found else None
