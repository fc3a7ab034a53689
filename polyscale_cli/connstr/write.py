"""Write a connection string that goes through a cache, or back from there to the database."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace

from polyscale_cli.connstr.model import CacheAddress, Database, DatabaseUrl, Written
from polyscale_cli.connstr.profiles import ANY, Identity, Profile
from polyscale_cli.connstr.quoting import encode, encode_value
from polyscale_cli.connstr.tls import CERTIFICATE_PARAMETERS, MODE_PARAMETERS, mode_of
from polyscale_cli.errors import UsageError

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UUID_LENGTH = 36
# decodeURI leaves these encoded.
_NOT_DECODED = re.compile(r"[;/?:@&=+$,#]")
_OURS = frozenset({"application_name", "channel_binding"})


def through_cache(url: DatabaseUrl, cache: CacheAddress, profile: Profile = ANY) -> Written:
    """The same database, by way of a cache, for one driver.

    Only Postgres for now. A URL that goes through this or another cache already is taken back to its user first.

    Raises:
        UsageError: it cannot be said in this driver's URL.
    """
    if url.database is not Database.POSTGRES:
        raise UsageError(
            f"Connection strings are written for Postgres only so far, and this is {url.database}.",
            code="UNSUPPORTED_DATABASE",
        )
    if url.name and not profile.decodes_path and _NOT_DECODED.search(url.name):
        raise UsageError(
            f"{profile.name} cannot read a database name with one of ; / ? : @ & = + $ , # in a URL.",
            fix="Give the driver user, password, host, port and database as separate options.",
            code="UNREPRESENTABLE",
        )
    user, notes = plain_user(url), []
    query: list[tuple[str, str]] = []
    if profile.identity is Identity.APPLICATION_NAME:
        query.append(("application_name", cache.id))
    else:
        if not user:
            raise UsageError(f"{profile.name} carries the cache in the user's name, and there is none.", code="NO_USER")
        user = f"{cache.id}-{user}"
        notes.append("The cache's id is part of the user's name; that does not work with md5 passwords.")
    if profile.channel_binding:
        query.append(("channel_binding", "disable"))
    own_name = url.parameter("application_name")
    if own_name and not is_cache_id(own_name):
        notes.append("application_name now carries the cache's id; its old value is gone from this URL.")
    if (url.parameter("channel_binding") or "").lower() == "require":
        notes.append("channel_binding=require became disable: the edge stands in between.")
    query += _tls(url, cache, profile, notes)
    query += [pair for pair in url.query if pair[0] not in _OURS | CERTIFICATE_PARAMETERS | set(MODE_PARAMETERS)]
    moved = replace(url, user=user, host=cache.host, port=cache.port, query=tuple(query))
    return Written(assemble(moved, profile.scheme), tuple(notes))


def direct(url: DatabaseUrl, host: str, port: int, origin_tls: str) -> Written:
    """The database itself, without the cache in between; ``origin_tls`` is how the edge reached it."""
    if not goes_through_a_cache(url):
        return Written(assemble(url, "postgresql"))
    query = [pair for pair in url.query if pair[0] not in _OURS | set(MODE_PARAMETERS)]
    if origin_tls != "prefer":
        query.insert(0, ("sslmode", origin_tls))
    back = replace(url, user=plain_user(url), host=host, port=port, query=tuple(query))
    return Written(assemble(back, "postgresql"))


def cache_id_in(url: DatabaseUrl) -> str | None:
    """The id of the cache that a URL goes through, or None."""
    name = url.parameter("application_name")
    if name and is_cache_id(name):
        return name.lower()
    user = url.user or ""
    if is_cache_id(user[:_UUID_LENGTH]) and user[_UUID_LENGTH : _UUID_LENGTH + 1] == "-":
        return user[:_UUID_LENGTH].lower()
    return None


def goes_through_a_cache(url: DatabaseUrl) -> bool:
    """Whether a URL carries a cache's id."""
    return cache_id_in(url) is not None


def is_cache_id(text: str) -> bool:
    """Whether a text has the form of a cache's id."""
    return _UUID.fullmatch(text.lower()) is not None


def assemble(url: DatabaseUrl, scheme: str) -> str:
    """Write a URL out, every part encoded."""
    userinfo = "" if url.user is None else encode(url.user)
    if url.password is not None:
        userinfo += f":{encode(url.password)}"
    query = "&".join(f"{encode(key)}={encode_value(value)}" for key, value in url.query)
    return "".join(
        (
            f"{scheme}://",
            f"{userinfo}@" if userinfo else "",
            _host(url.host),
            f":{url.port}/",
            encode(url.name or ""),
            f"?{query}" if query else "",
        )
    )


def plain_user(url: DatabaseUrl) -> str | None:
    """The database's own user, without the id of a cache in front."""
    user = url.user
    if user and is_cache_id(user[:_UUID_LENGTH]) and user[_UUID_LENGTH : _UUID_LENGTH + 1] == "-":
        return user[_UUID_LENGTH + 1 :]
    return user


def _tls(url: DatabaseUrl, cache: CacheAddress, profile: Profile, notes: list[str]) -> list[tuple[str, str]]:
    mode = mode_of(url)
    dropped = sorted({key for key, _ in url.query if key in CERTIFICATE_PARAMETERS})
    if dropped:
        notes.append(f"Left out {', '.join(dropped)}: certificates are between the edge and the database (origin_tls).")
    if mode is None:
        return []
    if mode in {"disable", "disabled", "false", "0"}:
        return [(profile.tls_parameter, "disable")]
    if profile.for_any and _is_loopback(cache.host):
        # TLS gains nothing inside one machine, and drivers disagree whether this mode checks the certificate.
        notes.append(f"Left out {profile.tls_parameter}={mode}: the edge is on this machine.")
        return []
    if mode in {"allow", "prefer", "preferred"}:
        return [(profile.tls_parameter, "prefer")]
    if mode not in {"require", "required", "true", "1", "no-verify"}:
        notes.append(f"{profile.tls_parameter}={mode} became {profile.tls_mode}: the edge has its own certificate.")
    return [(profile.tls_parameter, profile.tls_mode)]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
