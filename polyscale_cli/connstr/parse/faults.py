"""What may be wrong with any form of connection string."""

from __future__ import annotations

from polyscale_cli.errors import UsageError

_HIGHEST_PORT = 65535


def invalid(why: str, fix: str) -> UsageError:
    """The error for a connection string; ``why`` must not quote it."""
    return UsageError("The connection string cannot be used.", why=why, fix=fix, code="INVALID_URL")


def port_number(text: str) -> int:
    """A port. Raises UsageError when it is none."""
    if "," in text:
        raise several_hosts()
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) <= _HIGHEST_PORT):
        raise invalid("Its port is no number from 1 to 65535.", "Check what stands behind the host's colon.")
    return int(text)


def one_host(host: str) -> str:
    """A host that an edge can reach. Raises UsageError for a socket, and for several."""
    if host.startswith(("/", "@")):
        raise invalid(
            "Its host is a Unix socket, which an edge cannot be asked to reach.",
            "Use the host and port on which the database listens, such as localhost:5432.",
        )
    if "," in host:
        raise several_hosts()
    if "\\" in host:
        raise invalid("Its host names an instance.", "Give the port on which the instance listens instead.")
    return host


def several_hosts() -> UsageError:
    """The error for a list of hosts."""
    return invalid("It names several hosts.", "A cache stands for one: name one host, or make a cache for each.")


def no_host() -> UsageError:
    """The error for a missing host."""
    return invalid("It names no host.", "An edge needs a host and a port; a Unix socket has neither.")
