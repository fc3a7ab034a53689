"""A connection to be written down, with everything decided that is not the syntax of one driver."""

from __future__ import annotations

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.tls import Tls, is_loopback
from polyscale_cli.errors import UsageError
from polyscale_cli.value import Value


class Route(Value):
    """Where a driver is to connect, and as whom.

    Attributes:
        scheme: of the URL that it was made from.
        user: as it is to be sent, with the cache's id in front where it travels there.
        tls: what was asked for; None when nothing was.
        own_tls: the URL's own parameters for that, in its driver's words.
        application_name: Postgres only; the cache's id, where it travels there.
        query: the other parameters, those that the driver understands.
        cache_id: None on the way around the cache.
        http_url: of the edge, where it is known.
    """

    database: Database
    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None
    name: str | None
    tls: Tls | None
    own_tls: tuple[tuple[str, str], ...] = ()
    application_name: str | None = None
    query: tuple[tuple[str, str], ...] = ()
    cache_id: str | None = None
    http_url: str | None = None

    def __repr__(self) -> str:
        return Value.__repr__(self.replace(password=None))

    @property
    def is_plain(self) -> bool:
        """Whether encryption was refused in so many words."""
        return self.tls is Tls.DISABLE

    @property
    def is_encrypted(self) -> bool:
        """Whether encryption was demanded."""
        return self.tls is not None and self.tls not in {Tls.DISABLE, Tls.PREFER}

    @property
    def binding(self) -> str | None:
        """The value for channel_binding; none on the way around, where it may stay as the driver has it."""
        return "disable" if self.cache_id else None


def unrepresentable(
    who: str, why: str, fix: str = "Give the driver user, password and database as options."
) -> UsageError:
    """The error for what a driver's form cannot say: a refusal, never a wrong string."""
    return UsageError(f"{who} cannot be given this connection.", why=why, fix=fix, code="UNREPRESENTABLE")


def need_name(route: Route, who: str) -> str:
    """The database's name, for forms that have no place for its absence."""
    if not route.name:
        raise unrepresentable(
            who, "It needs the database's name, and there is none.", "Add it to the URL, or give --database."
        )
    return route.name


def leave_out_tls(route: Route, notes: list[str], who: str, fix: str) -> None:
    """For forms that cannot ask for TLS without a check of the certificate: allowed towards this machine only.

    Raises:
        UsageError: the edge is elsewhere, and to go there in the clear was not asked for.
    """
    if not is_loopback(route.host):
        raise unrepresentable(who, "It has no words for TLS without a check of the edge's own certificate.", fix)
    notes.append(f"Left out TLS, for which {who} has no words here: the edge is on this machine.")
