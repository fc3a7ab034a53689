"""Write a connection that goes through a cache, or back from there to the database."""

from __future__ import annotations

import re

from polyscale_cli.connstr.model import MYSQL_FAMILY, CacheAddress, Database, DatabaseUrl, Written
from polyscale_cli.connstr.parameters import Query, keep
from polyscale_cli.connstr.profiles import ANY, Identity, Profile, profiles_for
from polyscale_cli.connstr.route import Route, unrepresentable
from polyscale_cli.connstr.tls import CERTIFICATE_PARAMETERS, Tls, is_about_tls, tls_of
from polyscale_cli.connstr.url import assemble, usual_scheme
from polyscale_cli.errors import UsageError

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_UUID_LENGTH = 36
_OURS = frozenset({"application_name", "channel_binding"})


def through_cache(url: DatabaseUrl, cache: CacheAddress, profile: Profile = ANY) -> Written:
    """The same database, by way of a cache, for one driver.

    A URL that goes through this or another cache already is taken back to its user first.

    Raises:
        UsageError: the driver is not for this database, or its form cannot say it.
    """
    notes: list[str] = []
    if cache.database is not None and {url.database, cache.database} <= MYSQL_FAMILY:
        url = url.replace(database=cache.database)
    by_name = url.database is Database.POSTGRES and profile.identity is Identity.APPLICATION_NAME
    if by_name:
        _note_lost_settings(url, notes)
    route = Route(
        database=url.database,
        scheme=url.scheme,
        host=cache.host,
        port=cache.port,
        user=plain_user(url) if by_name or profile.identity is Identity.SEPARATE else _marked_user(url, cache, profile),
        password=url.password,
        name=url.name,
        tls=_tls_to_edge(url, notes),
        own_tls=tuple(pair for pair in url.query if _is_mode(pair[0])),
        application_name=cache.id if by_name else None,
        cache_id=cache.id,
        http_url=cache.http_url,
    )
    if url.database is Database.POSTGRES and profile.identity is Identity.USER_PREFIX:
        notes.append("The cache's id is part of the user's name; that does not work with md5 passwords.")
    return _written(_with_parameters(route, _without_settings_for_the_edge(url), profile, notes), profile, notes)


def direct(url: DatabaseUrl, host: str, port: int, origin_tls: str, profile: Profile = ANY) -> Written:
    """The database itself, without the cache in between; ``origin_tls`` is how the edge reached it.

    Raises:
        UsageError: the driver is not for this database, or its form cannot say it.
    """
    if not goes_through_a_cache(url):
        if profile.for_any and url.database is not Database.MSSQL:
            return Written(assemble(url, usual_scheme(url)))
        return _around(url, profile, tls_of(url))
    back = url.replace(user=plain_user(url), host=host, port=port, query=_without_settings_for_the_edge(url))
    return _around(back, profile, None if origin_tls == Tls.PREFER else Tls(origin_tls))


def cache_id_in(url: DatabaseUrl) -> str | None:
    """The id of the cache that a URL goes through, or None."""
    name = url.parameter("application_name")
    if name and is_cache_id(name):
        return name.lower()
    user = url.user or ""
    if _is_marked(user):
        return user[:_UUID_LENGTH].lower()
    return None


def goes_through_a_cache(url: DatabaseUrl) -> bool:
    """Whether a URL carries a cache's id."""
    return cache_id_in(url) is not None


def is_cache_id(text: str) -> bool:
    """Whether a text has the form of a cache's id."""
    return re.fullmatch(_UUID, text.lower()) is not None


def plain_user(url: DatabaseUrl) -> str | None:
    """The database's own user, without the id of a cache in front."""
    user = url.user
    return user[_UUID_LENGTH + 1 :] if user and _is_marked(user) else user


def _is_marked(user: str) -> bool:
    return is_cache_id(user[:_UUID_LENGTH]) and user[_UUID_LENGTH : _UUID_LENGTH + 1] == "-"


def _marked_user(url: DatabaseUrl, cache: CacheAddress, profile: Profile) -> str:
    user = plain_user(url)
    if not user:
        who = profile.name if url.database is Database.POSTGRES else f"A client of {url.database}"
        raise UsageError(f"{who} carries the cache in the user's name, and there is none.", code="NO_USER")
    return f"{cache.id}-{user}"


def _around(url: DatabaseUrl, profile: Profile, tls: Tls | None) -> Written:
    """The way around the cache, in a driver's form."""
    notes: list[str] = []
    route = Route(
        database=url.database,
        scheme=url.scheme,
        host=url.host,
        port=url.port,
        user=url.user,
        password=url.password,
        name=url.name,
        tls=tls,
        own_tls=tuple(pair for pair in url.query if _is_mode(pair[0])),
        application_name=url.parameter("application_name"),
    )
    query = tuple(pair for pair in url.query if pair[0] != "application_name" and not _is_mode(pair[0]))
    return _written(_with_parameters(route, query, profile, notes), profile, notes)


def _with_parameters(route: Route, query: Query, profile: Profile, notes: list[str]) -> Route:
    kept, left = keep(query, profile.vocabulary(route.database))
    if left:
        notes.append(f"Left out {', '.join(left)}: {profile.name} does not know {'it' if len(left) == 1 else 'them'}.")
    return route.replace(query=kept)


def _written(route: Route, profile: Profile, notes: list[str]) -> Written:
    if route.database not in profile.databases:
        names = ", ".join(one.name for one in profiles_for(route.database))
        raise UsageError(
            f"{profile.name} is not for {route.database}.", fix=f"Use one of: {names}.", code="WRONG_DRIVER"
        )
    parts = [part for part in (route.user, route.password, route.name) if part]
    if any("\0" in part for part in parts):
        raise unrepresentable("No driver", "User, password or database holds a zero byte.")
    if not profile.takes_bytes and any(_is_no_text(part) for part in parts):
        raise unrepresentable(profile.name, "User, password or database is not UTF-8.")
    text = profile.load()(route, notes)
    if _is_no_text(text):
        raise unrepresentable(profile.name, "User, password or database is not UTF-8.")
    if profile.one_line and ("\n" in text or "\r" in text):
        raise unrepresentable(profile.name, "User, password or database holds a line break, and this form is one line.")
    return Written(text, tuple(notes))


def _is_no_text(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _is_mode(key: str) -> bool:
    return is_about_tls(key) and key.lower() not in CERTIFICATE_PARAMETERS


def _without_settings_for_the_edge(url: DatabaseUrl) -> Query:
    return tuple(pair for pair in url.query if pair[0] not in _OURS and not is_about_tls(pair[0]))


def _note_lost_settings(url: DatabaseUrl, notes: list[str]) -> None:
    own_name = url.parameter("application_name")
    if own_name and not is_cache_id(own_name):
        notes.append("application_name now carries the cache's id; its old value is gone from this URL.")
    if (url.parameter("channel_binding") or "").lower() == "require":
        notes.append("channel_binding=require became disable: the edge stands in between.")


def _tls_to_edge(url: DatabaseUrl, notes: list[str]) -> Tls | None:
    dropped = sorted({key for key, _ in url.query if key.lower() in CERTIFICATE_PARAMETERS})
    if dropped:
        notes.append(f"Left out {', '.join(dropped)}: certificates are between the edge and the database (origin_tls).")
    mode = tls_of(url)
    said = ", ".join(f"{key}={value}" for key, value in url.query if _is_mode(key))
    if mode is None:
        if said and url.database is not Database.MSSQL:
            notes.append(f"Left out {said}, which says nothing that is known about TLS.")
        return None
    if mode.verifies:
        notes.append(f"{said} became TLS without a check: the edge has a certificate of its own.")
    return mode.without_check
