"""The drivers and frameworks that a connection can be written for, one small module for each family."""

from __future__ import annotations

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles.model import Identity, Profile
from polyscale_cli.connstr.profiles.table import ANY, LIBPQ, PRISMA, PROFILES
from polyscale_cli.errors import UsageError

__all__ = (
    "ANY",
    "LIBPQ",
    "PRISMA",
    "PROFILES",
    "Identity",
    "Profile",
    "profile_named",
    "profile_of_scheme",
    "profiles_for",
)


def profile_named(name: str) -> Profile:
    """The profile of a driver. Raises UsageError that lists them."""
    key = name.strip().lower()
    found = PROFILES.get(key) or next((one for one in PROFILES.values() if key in one.aliases), None)
    if found is None:
        raise UsageError(
            f"There is no driver {name!r}.", fix=f"Use one of: {', '.join(PROFILES)}.", code="UNKNOWN_DRIVER"
        )
    return found


def profile_of_scheme(driver: str | None) -> Profile | None:
    """The profile for the ``+driver`` of SQLAlchemy's schemes."""
    return next((one for one in PROFILES.values() if driver and one.scheme_driver == driver), None)


def profiles_for(database: Database) -> tuple[Profile, ...]:
    """The profiles that a type of database has."""
    return tuple(one for one in PROFILES.values() if database in one.databases)
