"""What every driver reads, with places left for what differs: the web console fills them in by itself.

A place is written «so». The names of user, password and database that go there are to be letters, digits and
underscores, which no driver quotes or encodes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from polyscale_cli.connstr.model import SCHEMES, CacheAddress, Database, DatabaseUrl, Written
from polyscale_cli.connstr.profiles import ANY, Profile, profiles_for
from polyscale_cli.connstr.variables import DATABASE_NAME, SERVERLESS_NAMES, serverless_variables
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.envfile.formats import Format
from polyscale_cli.errors import UsageError

Template: TypeAlias = "Mapping[str, str | bool | list[str]]"
DATABASES = (Database.POSTGRES, Database.MYSQL, Database.MARIADB)
"""Those that an edge listens for."""

_ID = "00000000-0000-4000-8000-00000000005e"
_HTTP = "http://place.invalid:1"
_PORT = 59999
_USER, _PASSWORD, _NAME = "zz_user", "zz_password", "zz_database"
# An IPv6 address shows where a driver wants brackets; what cannot say one is shown by a name.
_IPV6, _HOST, _LOOPBACK = "2001:db8::5e", "place.invalid", "127.0.0.1"


def tables() -> str:
    """The templates of all databases, as JSON."""
    found = {database.value: [*_of_drivers(database), *_of_files(database)] for database in DATABASES}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _of_drivers(database: Database) -> Iterator[Template]:
    for profile in profiles_for(database):
        yield _template(database, profile)


def _template(database: Database, profile: Profile) -> Template:
    here = _written(database, profile, _LOOPBACK)
    named = _written(database, profile, _HOST)
    try:
        general, any_address = _written(database, profile, _IPV6), True
    except UsageError:
        general, any_address = named, False
    notes = [_with_places(note) for note in named.notes]
    return {
        "name": profile.name,
        "summary": profile.summary,
        "text": _with_places(general.url),
        "notes": notes,
        "onThisMachine": [note for one in here.notes if (note := _with_places(one)) not in notes],
        "noIpv6": not any_address,
    }


def _of_files(database: Database) -> Iterator[Template]:
    """Files of variables, for Cloudflare Workers among others."""
    url = _written(database, ANY, _IPV6).url
    yield _file(Format.DOTENV, f"a line with {DATABASE_NAME}", ((DATABASE_NAME, url),))
    yield _file(
        Format.WRANGLER,
        f"{', '.join(SERVERLESS_NAMES)} for Cloudflare Workers",
        serverless_variables(_url(database, _HOST), _ID).pairs,
        "Next: npx wrangler secret bulk secrets.json",
    )


def _file(form: Format, summary: str, pairs: tuple[tuple[str, str], ...], *notes: str) -> Template:
    text = _with_places(form.text(pairs).rstrip("\n"))
    return {
        "name": form.file,
        "summary": summary,
        "text": text,
        "notes": [*notes],
        "onThisMachine": [],
        "noIpv6": False,
    }


def _written(database: Database, profile: Profile, host: str) -> Written:
    return through_cache(_url(database, host), CacheAddress(_ID, host, _PORT, database, _HTTP), profile)


def _url(database: Database, host: str) -> DatabaseUrl:
    return DatabaseUrl(
        database=database,
        scheme=SCHEMES[database],
        host=host,
        port=_PORT,
        user=_USER,
        password=_PASSWORD,
        name=_NAME,
    )


_PLACES = (
    (_HTTP, "http"),
    (_ID, "id"),
    (f"[{_IPV6}]", "address"),
    (_IPV6, "host"),
    (_HOST, "host"),
    (_LOOPBACK, "host"),
    (str(_PORT), "port"),
    (_USER, "user"),
    (_PASSWORD, "password"),
    (_NAME, "database"),
)


def _with_places(text: str) -> str:
    for value, place in _PLACES:
        text = text.replace(value, f"«{place}»")
    return text
