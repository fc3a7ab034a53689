"""What becomes of a URL's TLS settings: one part belongs to the way to the edge, the other to the cache.

The edge's certificate is its own, usually self-signed, so that what was said to check the database's certificate cannot
hold for it. It is the edge that checks the database: `origin_tls` says how strictly.
"""

from __future__ import annotations

import enum
import ipaddress

from polyscale_cli.connstr.model import Database, DatabaseUrl


class Tls(enum.StrEnum):
    """How a connection is encrypted; libpq's words."""

    DISABLE = "disable"
    PREFER = "prefer"
    REQUIRE = "require"
    VERIFY_CA = "verify-ca"
    VERIFY_FULL = "verify-full"

    @property
    def verifies(self) -> bool:
        """Whether it checks the server's certificate."""
        return self in {Tls.VERIFY_CA, Tls.VERIFY_FULL}

    @property
    def without_check(self) -> Tls:
        """The same towards a server whose certificate nobody signed."""
        return Tls.REQUIRE if self.verifies else self


_WORDS = {
    **dict.fromkeys(("disable", "disabled", "false", "0", "off", "no", "none", "danger_plaintext"), Tls.DISABLE),
    **dict.fromkeys(("allow", "prefer", "preferred", "optional"), Tls.PREFER),
    **dict.fromkeys(("require", "required", "no-verify", "true", "1", "on", "yes"), Tls.REQUIRE),
    **dict.fromkeys(("skip-verify", "trust", "accept_invalid_certs", "mandatory"), Tls.REQUIRE),
    **dict.fromkeys(("verify-ca", "verify_ca", "verifyca"), Tls.VERIFY_CA),
    **dict.fromkeys(("verify-full", "verify_full", "verifyfull", "verify_identity", "strict"), Tls.VERIFY_FULL),
}
MODE_PARAMETERS = (
    *("sslmode", "ssl-mode", "ssl_mode", "ssl", "sslaccept", "usessl", "requiressl", "tls"),
    *("encrypt", "trustservercertificate", "verifyservercertificate", "ssl_verify_cert", "ssl_check_hostname"),
)
# They name files or rules for the database's certificate, or the client's own, which cannot pass through the edge.
CERTIFICATE_PARAMETERS = frozenset(
    {
        *("sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcertmode", "sslcrl", "sslcrldir", "sslnegotiation"),
        *("sslsni", "sslidentity", "gssencmode", "ssl_min_protocol_version", "ssl_max_protocol_version"),
        *("ssl_ca", "ssl_cert", "ssl_key", "ssl_capath", "ssl_cipher", "ssl-ca", "ssl-cert", "ssl-key"),
        *("sslfactory", "hostnameincertificate", "servercertificate", "serversslcert", "truststore"),
        *("truststorepassword", "trustcertificatekeystoreurl", "trustcertificatekeystorepassword"),
    }
)


def is_about_tls(key: str) -> bool:
    """Whether a parameter is about TLS, whichever driver's it is."""
    return key.lower() in _TLS_PARAMETERS


def tls_of(url: DatabaseUrl) -> Tls | None:
    """What a URL asks for, whatever its driver calls it; None when it says nothing that is understood."""
    said = {key.lower(): value.lower() for key, value in url.query}
    if url.database is Database.MSSQL:
        return _sqlserver(said)
    # useSSL=true and the like say less than a mode beside them.
    for key in ("sslmode", "ssl-mode", "ssl_mode", "sslaccept", "tls", "ssl", "requiressl", "usessl"):
        if said.get(key):
            # Go's tls=true checks the certificate; its word for not doing so is skip-verify.
            mode = Tls.VERIFY_FULL if (key, said[key]) == ("tls", "true") else _mode(said[key])
            if mode is Tls.REQUIRE and _says_to_check(said, url.database):
                return Tls.VERIFY_FULL
            return mode
    return None


def origin_tls(url: DatabaseUrl) -> str:
    """How the edge is to speak TLS to this database: disable, prefer, require or verify-full."""
    mode = tls_of(url)
    if url.parameter("sslrootcert") and mode in {None, Tls.REQUIRE}:
        # libpq: with a root certificate, require checks as verify-ca does.
        return Tls.VERIFY_FULL.value
    return (Tls.VERIFY_FULL if mode is Tls.VERIFY_CA else mode or Tls.PREFER).value


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, so that TLS to it gains nothing."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _mode(value: str) -> Tls | None:
    if value.startswith("{"):
        # mysql2's options as JSON; without a word about it, Node checks the certificate.
        return Tls.REQUIRE if '"rejectunauthorized":false' in value.replace(" ", "") else Tls.VERIFY_FULL
    return _WORDS.get(value)


def _says_to_check(said: dict[str, str], database: Database) -> bool:
    if database is Database.POSTGRES:
        return False
    return any(
        said.get(key) in {"true", "1", "yes", "strict"}
        for key in ("verifyservercertificate", "ssl_verify_cert", "sslaccept")
    )


def _sqlserver(said: dict[str, str]) -> Tls | None:
    mode = _WORDS.get(said.get("encrypt", ""))
    trusts = said.get("trustservercertificate") in {"true", "yes", "1"}
    if mode is Tls.REQUIRE and not trusts:
        return Tls.VERIFY_FULL
    return mode


_TLS_PARAMETERS = CERTIFICATE_PARAMETERS | set(MODE_PARAMETERS)
