"""One face for every driver of MySQL and MariaDB, beside what all drivers share.

Statements are written with ``?`` for a parameter, and each session rewrites that into its driver's own manner. What a
driver says of an error is its SQLSTATE, where it tells that, and ``number: message``.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from tests.drivers.sessions.face import Rows


@dataclass(frozen=True, slots=True)
class Address:
    """Where a session leads.

    Attributes:
        encrypted: whether to demand TLS, with any certificate; otherwise it is not used.
    """

    host: str
    port: int
    user: str
    password: str
    database: str
    encrypted: bool = False


@runtime_checkable
class Prepares(Protocol):
    """A driver whose statements the server can prepare."""

    def prepared(self, sql: str, *parameters: object) -> Rows:
        """Run a statement that is prepared once and kept; its rows."""


@runtime_checkable
class Several(Protocol):
    """A driver that takes several statements at once, and gives several results."""

    def several(self, sql: str) -> list[Rows]:
        """Run them; the rows of each that has any."""


@runtime_checkable
class Resets(Protocol):
    """A driver that can begin anew on its connection: COM_RESET_CONNECTION or COM_CHANGE_USER."""

    def reset(self) -> None:
        """Forget all of the session's state."""


ABILITIES = {"statements that the server prepares": Prepares, "several results": Several, "a reset": Resets}


def any_certificate() -> ssl.SSLContext:
    """TLS that looks at no certificate: the edge makes its own."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def percent(sql: str, parameters: tuple[object, ...]) -> str:
    """``%s`` for ``?``; a driver looks for them only where there are parameters."""
    return sql.replace("%", "%%").replace("?", "%s") if parameters else sql
