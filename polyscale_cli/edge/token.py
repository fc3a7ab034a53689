"""The local API token: made at first start, and whoever can read the state directory may use it."""

from __future__ import annotations

from pathlib import Path

from polyscale_cli.edge.keys import is_secret, new_secret
from polyscale_cli.edge.state import write_private
from polyscale_cli.errors import PolyscaleError


def local_token(path: Path) -> str:
    """The token in the file ``path``, which is made if it does not exist.

    Raises:
        PolyscaleError: the file holds something else, which is not ours to throw away.
    """
    try:
        token = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        token = new_secret()
        write_private(path, f"{token}\n")
        return token
    except (OSError, UnicodeDecodeError) as error:
        raise PolyscaleError(f"The local token {path} cannot be read.", why=f"{error}.", code="TOKEN_FILE") from error
    if not is_secret(token):
        raise PolyscaleError(
            f"The file {path} does not hold a token of polyscale.",
            fix=f"Remove {path}; the edge makes a new token when it starts.",
            code="TOKEN_FILE",
        )
    return token
