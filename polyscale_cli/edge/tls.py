"""TLS between clients and the edge: the certificate that clients are shown."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from pathlib import Path

from polyscale_cli.edge.state import StateDirectory, write_private
from polyscale_cli.errors import UsageError

VALID_YEARS = 10


def client_context(state: StateDirectory, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """The context for connections from clients: TLS 1.2 or newer.

    Without ``certificate`` and ``key`` a self-signed pair is made once and kept in the state directory: it keeps
    passwords from whoever listens on the wire, and a client that wants to know whom it talks to can be given
    ``tls.crt``.

    Raises:
        UsageError: the user's pair cannot be read, or its parts do not belong together.
    """
    made_here = certificate is None or key is None
    if certificate is None or key is None:
        certificate, key = state.tls_cert, state.tls_key
        if not (certificate.exists() and key.exists()):
            make_certificate(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # A client that asks for a renegotiation makes the edge do the expensive half again and again.
    context.options |= ssl.OP_NO_RENEGOTIATION
    # A client that begins with TLS must ask for this (PostgreSQL's manual, section 55.2.11); others need not.
    context.set_alpn_protocols(["postgresql"])
    try:
        # A key with a passphrase would make OpenSSL ask for it on the terminal, and a background edge has none.
        context.load_cert_chain(certificate, key, password=_no_passphrase)
    except (OSError, ssl.SSLError, ValueError) as error:
        fix = (
            f"Remove {key} and {certificate}; the edge makes new ones when it starts."
            if made_here
            else "Give --tls-cert a PEM chain and --tls-key its PEM private key, without a passphrase."
        )
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"The certificate {certificate} and the key {key} cannot be used.", why=f"{why}.", fix=fix, code="TLS_FILES"
        ) from error
    return context


def make_certificate(certificate: Path, key: Path) -> None:
    """Write a self-signed certificate for this machine's names and its ECDSA P-256 key (mode 0600)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "PolyScale edge")])
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in _host_names()]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
    today = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        # A client whose clock runs behind must not find the certificate not yet valid.
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=365 * VALID_YEARS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        # Its own authority, so that a client can be given this one file as sslrootcert.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(key, pem.decode())
    write_private(certificate, signed.public_bytes(serialization.Encoding.PEM).decode())


def _host_names() -> list[str]:
    found = ["localhost"]
    host = socket.gethostname().lower()
    # A name that X.509 cannot carry (underscores pass, other alphabets do not) is left out.
    if host and host not in found and host.isascii() and len(host) <= 253:
        found.append(host)
    return found


def _no_passphrase() -> str:
    raise ValueError("the key is protected by a passphrase")
