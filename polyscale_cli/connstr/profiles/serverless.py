"""A client of ``@polyscale/serverless-js``, which sends SQL over HTTP."""

from __future__ import annotations

from polyscale_cli.connstr.literals import javascript
from polyscale_cli.connstr.route import Route, unrepresentable
from polyscale_cli.errors import UsageError

_UNKNOWN = "https://EDGE"


def write(route: Route, notes: list[str]) -> str:
    """The lines that make the client; user, password and database must not be empty for it."""
    if route.cache_id is None:
        raise unrepresentable(
            "The Serverless client", "It speaks to an edge only, never to the database itself.", "Leave out --direct."
        )
    user, password, name = credentials(route.user, route.password, route.name)
    if route.http_url is None:
        notes.append(f"Put the HTTP address of your edge in place of {_UNKNOWN}.")
    fields = {
        "cacheId": route.cache_id,
        "username": user,
        "password": password,
        "database": name,
        "provider": route.database.value,
    }
    lines = (f"  {key}: {javascript(value)}," for key, value in fields.items())
    return "\n".join(
        (
            'import { Client } from "@polyscale/serverless-js";',
            "",
            f"const client = new Client({javascript(route.http_url or _UNKNOWN)}, {{",
            *lines,
            "});",
        )
    )


def credentials(user: str | None, password: str | None, name: str | None) -> tuple[str, str, str]:
    """All three, of which the client accepts none empty. Raises UsageError, code INCOMPLETE_URL."""
    if user and password and name:
        return user, password, name
    missing = [part for part, value in (("user", user), ("password", password), ("database", name)) if not value]
    raise UsageError(
        f"The Serverless client needs {', '.join(missing)}, and the connection string names none.",
        fix="Give the whole connection string, with user, password and database.",
        code="INCOMPLETE_URL",
    )
