"""``/v1/keys``: make, list and revoke API keys. Only the local token may: no key can make itself a stronger one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from polyscale_cli.edge.api.fields import Choices, Shape, Text
from polyscale_cli.edge.api.routes import Access, Call, Reply, Route
from polyscale_cli.edge.keys import ApiKey, Scope
from polyscale_cli.edge.server import Edge

_NAME = Text(name="name", about="Unique.", required=True, least=1, most=63, pattern=r"\S(?:.*\S)?",
             takes="a text without leading and trailing spaces")  # fmt: skip
_SCOPES = Choices(name="scopes", about="What the key may do.", required=True, of=Scope)
CREATE_KEY = Shape("CreateKey", (_NAME, _SCOPES))
KEY = Shape(
    "Key",
    (
        Text(name="id", about="UUID.", format="uuid"),
        _NAME,
        _SCOPES,
        Text(name="hint", about="The first characters of the secret."),
        Text(name="createdAt", about="When it was made.", format="date-time"),
    ),
    all_required=True,
)
NEW_KEY = Shape("NewKey", (*KEY.fields, Text(name="secret", about="The key itself, shown this once.")), True)


def _document(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "hint": key.hint,
        "createdAt": key.created_at,
    }


async def _create(edge: Edge, call: Call) -> Reply:
    made = await edge.create_key(call.values["name"], call.values["scopes"])
    return Reply(HTTPStatus.CREATED, {**_document(made.key), "secret": made.secret})


async def _list(edge: Edge, call: Call) -> Reply:
    return Reply(HTTPStatus.OK, [_document(key) for key in edge.registry.api_keys()])


async def _delete(edge: Edge, call: Call) -> Reply:
    await edge.delete_key(call.path["keyId"])
    return Reply(HTTPStatus.NO_CONTENT)


ROUTES = (
    Route(method="GET", path="/v1/keys", operation="listKeys", summary="List all API keys, without their secrets.",
          run=_list, access=Access.LOCAL, gives=KEY, gives_many=True),
    Route(method="POST", path="/v1/keys", operation="createKey", summary="Make an API key and show its secret once.",
          run=_create, access=Access.LOCAL, body=CREATE_KEY, success=HTTPStatus.CREATED, gives=NEW_KEY),
    Route(method="DELETE", path="/v1/keys/{keyId}", operation="deleteKey", summary="Revoke an API key at once.",
          run=_delete, access=Access.LOCAL, success=HTTPStatus.NO_CONTENT),
)  # fmt: skip
