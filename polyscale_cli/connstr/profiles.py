"""What each driver understands of a connection string; measured with the versions named.

`channel_binding`: libpq, Prisma's engine and Npgsql read it; node-postgres (8.23) ignores it; postgres.js (3.4.9) and
asyncpg (0.30) send it on as a setting that a Postgres server refuses; SQLAlchemy hands it to drivers
that raise TypeError.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from polyscale_cli.errors import UsageError


class Identity(enum.Enum):
    """How the cache's id travels."""

    APPLICATION_NAME = enum.auto()
    USER_PREFIX = enum.auto()


@dataclass(frozen=True, slots=True)
class Profile:
    """One driver or framework.

    Attributes:
        scheme: what the URL starts with.
        channel_binding: whether ``channel_binding=disable`` may stand in it.
        tls_parameter: the name of its TLS mode.
        tls_mode: what asks for TLS without checking the certificate.
                decodes_path: whether it decodes reserved characters in the database's name.
        for_any: no driver was named, so that the URL has to work in all of them.
    """

    name: str
    summary: str
    scheme: str = "postgresql"
    channel_binding: bool = True
    identity: Identity = Identity.APPLICATION_NAME
    tls_parameter: str = "sslmode"
    tls_mode: str = "require"
    decodes_path: bool = True
    for_any: bool = False


ANY = Profile("any", "any driver; the choice when none is named", for_any=True)
LIBPQ = Profile("libpq", "psql, psycopg, psycopg2, Django, and whatever else is built on libpq")
PRISMA = Profile("prisma", "Prisma 4.8 and later", tls_mode="no-verify")

_PROFILES = (
    ANY,
    LIBPQ,
    Profile("psycopg", "psycopg 3 and psycopg2"),
    PRISMA,
    Profile("asyncpg", "asyncpg, as its DSN", channel_binding=False),
    # node-postgres reads sslmode=require as a demand to check the certificate, and decodes the path by decodeURI.
    Profile("node-postgres", "pg for Node.js", tls_mode="no-verify", decodes_path=False),
    Profile("postgres.js", "postgres for Node.js, Deno and Bun", channel_binding=False),
    Profile("sqlalchemy", "SQLAlchemy with psycopg", scheme="postgresql+psycopg"),
    Profile("sqlalchemy-psycopg2", "SQLAlchemy with psycopg2", scheme="postgresql+psycopg2"),
    # Its parameters become arguments of asyncpg.connect, which has none for an application's name.
    Profile(
        "sqlalchemy-asyncpg",
        "SQLAlchemy with asyncpg",
        scheme="postgresql+asyncpg",
        channel_binding=False,
        identity=Identity.USER_PREFIX,
        tls_parameter="ssl",
    ),
    Profile("pg8000", "pg8000, and SQLAlchemy with it", scheme="postgresql+pg8000", channel_binding=False),
)
PROFILES = {profile.name: profile for profile in _PROFILES}
_OTHER_NAMES = {
    "psql": "libpq",
    "django": "libpq",
    "psycopg2": "psycopg",
    "psycopg3": "psycopg",
    "pg": "node-postgres",
    "postgresjs": "postgres.js",
    "postgres-js": "postgres.js",
    "drizzle": "node-postgres",
    "sqlalchemy-psycopg": "sqlalchemy",
}
_BY_SCHEME = {profile.scheme.partition("+")[2]: profile for profile in _PROFILES if "+" in profile.scheme}


def profile_named(name: str) -> Profile:
    """The profile of a driver. Raises UsageError that lists them."""
    key = name.strip().lower()
    found = PROFILES.get(_OTHER_NAMES.get(key, key))
    if found is None:
        raise UsageError(
            f"There is no driver {name!r}.", fix=f"Use one of: {', '.join(PROFILES)}.", code="UNKNOWN_DRIVER"
        )
    return found


def profile_of_scheme(driver: str | None) -> Profile | None:
    """The profile for the ``+driver`` of SQLAlchemy's schemes."""
    return _BY_SCHEME.get(driver or "")
