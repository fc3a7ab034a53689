"""What becomes of a URL's TLS settings: one part belongs to the way to the edge, the other to the cache.

The edge's certificate is its own, usually self-signed, so that what was said to check the database's certificate cannot
hold for it. It is the edge that checks the database: `origin_tls` says how strictly.
"""

from __future__ import annotations

from polyscale_cli.connstr.model import DatabaseUrl

_ORIGIN_TLS = {
    "disable": "disable",
    "disabled": "disable",
    "false": "disable",
    "0": "disable",
    "allow": "prefer",
    "prefer": "prefer",
    "preferred": "prefer",
    "require": "require",
    "required": "require",
    "no-verify": "require",
    "true": "require",
    "1": "require",
    "verify-ca": "verify-full",
    "verify_ca": "verify-full",
    "verify-full": "verify-full",
    "verify_identity": "verify-full",
}
MODE_PARAMETERS = ("sslmode", "ssl-mode", "ssl")
# They name files or rules for the database's certificate, or the client's own, which cannot pass through the edge.
CERTIFICATE_PARAMETERS = frozenset(
    {
        *("sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcertmode", "sslcrl", "sslcrldir", "sslnegotiation"),
        *("sslsni", "sslaccept", "sslidentity", "gssencmode", "ssl_min_protocol_version", "ssl_max_protocol_version"),
    }
)


def mode_of(url: DatabaseUrl) -> str | None:
    """The URL's TLS mode, in lower case, whatever its driver calls the parameter."""
    for key in MODE_PARAMETERS:
        value = url.parameter(key)
        if value:
            return value.lower()
    return None


def origin_tls(url: DatabaseUrl) -> str:
    """How the edge is to speak TLS to this database: disable, prefer, require or verify-full."""
    if url.parameter("sslrootcert") and mode_of(url) in {None, "require"}:
        # libpq: with a root certificate, require checks as verify-ca does.
        return "verify-full"
    return _ORIGIN_TLS.get(mode_of(url) or "", "prefer")
