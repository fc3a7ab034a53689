"""Which authorities are believed when the API speaks TLS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.keys import Key

if TYPE_CHECKING:
    import ssl

    from polyscale_cli.settings.resolve import Settings


def trusted(url: str, settings: Settings) -> ssl.SSLContext:
    """``POLYSCALE_CA_BUNDLE``, else what OpenSSL was told of, else the machine's own store.

    The machine's store knows a company's authority; the list that httpx would bring along does not.

    Raises:
        UsageError: the bundle cannot be used.
    """
    import ssl

    if not url.startswith("https:"):
        # Never used, and 20 ms cheaper than one that has loaded certificates.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bundle = settings.resolve(Key.CA_BUNDLE)
    if bundle.value is None:
        # Reads SSL_CERT_FILE and SSL_CERT_DIR, too.
        return ssl.create_default_context()
    path = Path(bundle.value).expanduser()
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=str(path))
        return ssl.create_default_context(cafile=str(path))
    except OSError as error:
        raise UsageError(
            f"The certificates of {bundle.place} cannot be used: {path}.",
            why=f"{error.strerror or error}.",
            fix="Name a file of certificates in PEM, or a directory as c_rehash makes it, or leave it out.",
            code="CA_BUNDLE",
        ) from error
