"""``/v1/caches/{id}/cache-ttls``: the rules of a cache, as v1 has them.

POST replaces a rule about the same query, template or table, for v1's AUTO and MANUAL replace each other. v1's GET and
PATCH of one name no type: where several rules have a key, the one is meant that decides first; with the type in the
path, as DELETE has it, that one. A key stands in the path as it is, slashes, question marks and all, for v1's own
client encodes nothing; encoded it means the same. The id of a template or query, 16 hexadecimal digits, stands for its
key.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

from polyscale_cli.edge.api.errors import ApiError, invalid_body
from polyscale_cli.edge.api.fields import Choice, Integer, Shape, Text
from polyscale_cli.edge.api.routes import Call, Reply, Route
from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine.rules import LONGEST_TTL, Rule, RuleType
from polyscale_cli.edge.keys import Scope
from polyscale_cli.edge.rulebook import Spellings, check
from polyscale_cli.edge.server import Edge
from polyscale_cli.errors import NotFoundError

LONGEST_KEY = 32_768
LONGEST_NAME = 200

TYPE = Choice(name="type", about="What the rule is about, or for AUTO and MANUAL, who decides.", of=RuleType,
               required=True)  # fmt: skip
KEY = Text(
    name="key",
    about="QUERY: the exact text. TEMPLATE, AUTO, MANUAL: the template's text, its id, or any statement of it. TABLE: a"
    " table's name, with or without its schema.",
    required=True,
    least=1,
    most=LONGEST_KEY,
    is_sql=True,
)
VALUE = Integer(
    name="value",
    about="Seconds for which an answer is kept; 0 keeps none. AUTO and MANUAL have none.",
    most=LONGEST_TTL,
)
NAME = Text(name="name", about="Your own words for it. AUTO and MANUAL have none.", most=LONGEST_NAME)
_CACHE_ID = Text(name="cacheId", attribute="cache_id", about="The cache's id, which the path has already.")
_IS_VALUED = {"properties": {"type": {"enum": [one for one in RuleType if one.has_value]}}}
_HAS_NEITHER = {"not": {"anyOf": [{"required": ["value"]}, {"required": ["name"]}]}}
CREATE = Shape(
    "CreateCacheTtl",
    (TYPE, KEY, _CACHE_ID, VALUE, NAME),
    further={"if": _IS_VALUED, "then": {"required": ["value"]}, "else": _HAS_NEITHER},
)
UPDATE = Shape("UpdateCacheTtl", (NAME, VALUE), further={"minProperties": 1})
CACHE_TTL = Shape(
    "CacheTtl",
    (
        TYPE,
        Text(name="key", about="As the edge knows it: the text of a template, not of its statements.", required=True,
             most=2 * LONGEST_KEY, printable=False),
        Text(name="cacheId", about="The cache.", format="uuid", required=True),
        VALUE,
        NAME,
    ),
)  # fmt: skip


def described(rule: Rule) -> dict[str, Any]:
    """The rule as the API shows it; AUTO and MANUAL have no value."""
    shown: dict[str, Any] = {"type": rule.type, "key": rule.key}
    if rule.value is not None:
        shown["value"] = rule.value
    if rule.name is not None:
        shown["name"] = rule.name
    return shown


def document(cache_id: str, rule: Rule) -> dict[str, Any]:
    """The same as a member of its cache's list."""
    return {**described(rule), "cacheId": cache_id}


def keys_in(target: str, behind: str) -> tuple[str, ...]:
    """Give the keys that the end of a request's target may mean, the likeliest first.

    A percent sign may be the client's, who encodes, or the key's, of a client who does not: all the same, it encodes
    what no URL can hold (WHATWG URL, section 1.3, the path percent-encode set).

    Args:
        target: path and query, as the client sent them.
        behind: the path in front of the key.
    """
    sent = target.partition(behind)[2].encode("utf-8", "surrogateescape")
    ways = (unquote_to_bytes(sent), _NO_URL_CAN_HOLD.sub(lambda found: unquote_to_bytes(found[0]), sent), sent)
    return tuple(dict.fromkeys(way.decode("utf-8", "replace") for way in ways))


_NO_URL_CAN_HOLD = re.compile(rb"%(?:[01][0-9A-F]|2[02]|3[CE]|5E|60|7[BDF]|[89A-F][0-9A-F])")


async def _list(edge: Edge, call: Call) -> Reply:
    cache = edge.cache(call.path["cacheId"])
    return Reply(HTTPStatus.OK, [document(cache.id, rule) for rule in edge.rules.of(cache).rules])


async def _show(edge: Edge, call: Call) -> Reply:
    cache = edge.cache(call.path["cacheId"])
    return Reply(HTTPStatus.OK, document(cache.id, edge.rules.find(cache, _spellings(edge, cache, call))))


def _spellings(edge: Edge, cache: Cache, call: Call) -> Spellings:
    """Read which rule is meant: all the rest of the path is its key, or else the first part is its type."""
    whole = Spellings(keys_in(call.target, "/cache-ttls/"))
    word = whole.keys[0].partition("/")[0]
    if word not in set(RuleType):
        return whole
    try:
        edge.rules.find(cache, whole)
    except NotFoundError:
        return Spellings(keys_in(call.target, f"/cache-ttls/{word}/"), RuleType(word))
    return whole


async def _create(edge: Edge, call: Call) -> Reply:
    cache = edge.cache(call.path["cacheId"])
    values = dict(call.values)
    rule_type: RuleType = values["type"]
    if values.get("cache_id", cache.id) != cache.id:
        raise invalid_body("cacheId: is not that of the path.")
    check(rule_type, value=values.get("value"), name=values.get("name"))
    if rule_type.has_value and "value" not in values:
        raise invalid_body(f"value: is missing. A {rule_type} rule takes seconds, from 0 (never) to {LONGEST_TTL}.")
    rule = edge.rules.read(cache, rule_type, values["key"])
    rule = Rule(rule.type, rule.key, values.get("value"), values.get("name"), rule.table)
    await edge.rules.put(cache.id, rule)
    return Reply(HTTPStatus.CREATED, document(cache.id, rule))


async def _update(edge: Edge, call: Call) -> Reply:
    if not call.values:
        raise invalid_body("Name at least one of name and value.")
    cache = edge.cache(call.path["cacheId"])
    rule = await edge.rules.change(cache.id, _spellings(edge, cache, call), call.values)
    return Reply(HTTPStatus.OK, document(cache.id, rule))


async def _delete(edge: Edge, call: Call) -> Reply:
    word = call.path["type"]
    if word not in set(RuleType):
        raise ApiError(
            HTTPStatus.NOT_FOUND, "NOT_FOUND", f"{word[:80]!r} is no type of rule. Types: {', '.join(RuleType)}."
        )
    wanted = Spellings(keys_in(call.target, f"/cache-ttls/{word}/"), RuleType(word))
    await edge.rules.remove(call.path["cacheId"], wanted)
    return Reply(HTTPStatus.NO_CONTENT)


_READ = (Scope.CACHE_RULES_READ, Scope.CACHE_RULES_WRITE)
_WRITE = (Scope.CACHE_RULES_WRITE,)
_ALL = "/v1/caches/{cacheId}/cache-ttls"
ROUTES = (
    Route(method="GET", path=_ALL, operation="listCacheTtls", summary="List a cache's rules, the oldest first.",
          run=_list, scopes=_READ, gives=CACHE_TTL, gives_many=True),
    Route(method="POST", path=_ALL, operation="createCacheTtl",
          summary="Add a rule, in place of one about the same query, template or table.",
          run=_create, scopes=_WRITE, body=CREATE, success=HTTPStatus.CREATED, gives=CACHE_TTL),
    Route(method="GET", path=f"{_ALL}/{{key}}", rest="key", operation="getCacheTtl",
          summary="Show the rule with a key; of several the one that decides first.",
          run=_show, scopes=_READ, gives=CACHE_TTL),
    Route(method="PATCH", path=f"{_ALL}/{{key}}", rest="key", operation="updateCacheTtl",
          summary="Change the value or the name of the rule with a key; of several that of the one that decides first.",
          run=_update, scopes=_WRITE, body=UPDATE, gives=CACHE_TTL),
    Route(method="GET", path=f"{_ALL}/{{type}}/{{key}}", rest="key", operation="getCacheTtlOfType",
          summary="Show the rule of a type with a key.", run=_show, scopes=_READ, gives=CACHE_TTL),
    Route(method="PATCH", path=f"{_ALL}/{{type}}/{{key}}", rest="key", operation="updateCacheTtlOfType",
          summary="Change the value or the name of the rule of a type with a key.",
          run=_update, scopes=_WRITE, body=UPDATE, gives=CACHE_TTL),
    Route(method="DELETE", path=f"{_ALL}/{{type}}/{{key}}", rest="key", operation="deleteCacheTtl",
          summary="Remove the rule of a type with a key.",
          run=_delete, scopes=_WRITE, success=HTTPStatus.NO_CONTENT),
)  # fmt: skip
