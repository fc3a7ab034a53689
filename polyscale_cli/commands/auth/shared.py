"""What the commands about tokens share: which API is meant, and whether a token opens it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.models import EdgeInfo
from polyscale_cli.client.target import Target, named_url, refuse_clear_text
from polyscale_cli.context import AppContext
from polyscale_cli.credentials.file_store import CredentialFile
from polyscale_cli.credentials.place import Place
from polyscale_cli.credentials.resolve import credential_file
from polyscale_cli.credentials.token import VARIABLE
from polyscale_cli.errors import UsageError
from polyscale_cli.settings.environment import text


@dataclass(frozen=True, slots=True)
class Api:
    """The API that a token is for.

    Attributes:
        named_by: the variable, or the profile, that says its URL.
    """

    url: str
    named_by: str
    place: Place
    file: CredentialFile


def api_of(app: AppContext) -> Api:
    """The API that the settings name. Raises UsageError when it is the local edge, whose token nobody has to store."""
    found = named_url(app.settings)
    if found.value is None:
        raise UsageError(
            "The edge on this machine needs no login.",
            why="Its token is in its state directory, and is read from there.",
            fix="For another edge: polyscale profile add NAME --api-url URL, then polyscale auth login --profile NAME.",
            code="NO_LOGIN_NEEDED",
        )
    refuse_clear_text(found.value, found.place)
    place = Place.of(app.settings.profile, found.value)
    return Api(found.value, found.place, place, credential_file(app.settings))


def ask_edge(app: AppContext, target: Target) -> EdgeInfo:
    """Have the API say who it is, which takes any valid token. Raises what `HttpClient.request` raises."""
    from polyscale_cli.client.http import HttpClient

    app.console.redact.learn([target.token.secret])
    http = HttpClient(target, app.settings, app.console.debug if app.debug else None)
    with closing(http), app.progress(f"Asking {target.url}"):
        return ManagementApi(http).edge()


def warn_of_variable(app: AppContext) -> None:
    """Say that the variable wins over what is stored, where it is set."""
    if text(app.environ, VARIABLE) is not None:
        app.console.warn(f"{VARIABLE} is set, and is used in place of any stored token.")
